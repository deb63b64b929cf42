"""Keys are looked for in one database, which is named."""

from pathlib import Path

import pytest

from tests.unit.contract.picture.terminal import Terminal, run

PIPE = Terminal("a pipe")


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    shown = run(("keys", "list", "--data-dir", str(tmp_path)), PIPE, b"")
    assert shown.output.startswith(f"error: there is no {tmp_path}/gateway.db: no stack has run")
    assert (shown.status, [*tmp_path.iterdir()]) == (1, [])


def test_whose_keys_are_told_is_said(tmp_path: Path) -> None:
    where = ("--data-dir", str(tmp_path))
    for command in (("create", "app"), ("list",)):
        shown = run(("keys", *command, *where), PIPE, b"")
        assert shown.output.startswith(f"the keys of {tmp_path}/gateway.db\n")
        assert shown.status == 0


def test_a_password_of_its_address_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://ann:hunter2@127.0.0.1:9/brainshare"
    monkeypatch.setenv("DATABASE_URL", url)
    shown = run(("keys", "list", "--data-dir", str(tmp_path)), PIPE, b"")
    assert shown.output.startswith("the keys of postgresql+psycopg://127.0.0.1/brainshare\n")
    assert "hunter2" not in shown.output
