"""`brainshare keys` on a database: the first key needs no key."""

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.gateway import migration
from services.gateway.database.database import make_engine


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments, "--data-dir", str(folder)])


def test_the_first_key_is_made_where_nothing_is_yet_and_shown_once(tmp_path: Path) -> None:
    made = run(tmp_path / "new", "create", "the app", "--tenant", "acme", "--days", "1")
    listed = run(tmp_path / "new", "list")
    secret = made.stdout.strip()
    assert made.exit_code == 0
    assert secret.startswith("bsk_")
    assert listed.stdout.split("\t")[:3] == [secret[:16], "acme", "submit"]
    assert secret[17:] not in listed.output


def test_a_rotated_key_goes_on_for_the_overlap_and_a_revoked_one_not_at_all(tmp_path: Path) -> None:
    first = json.loads(run(tmp_path, "create", "app", "--role", "read", "--json").stdout)
    second = json.loads(run(tmp_path, "rotate", first["secret"], "--json").stdout)
    run(tmp_path, "revoke", f"bsk_{second['id']}")
    keys = json.loads(run(tmp_path, "list", "--json").stdout)["keys"]
    assert [key["id"] for key in keys] == [second["id"], first["id"]]
    assert (second["name"], second["role"], second["tenant"]) == ("app", "read", "default")
    assert keys[1]["replacedBy"] == second["id"]
    assert keys[1]["endsAt"] is not None
    assert keys[0]["revokedAt"] is not None


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("rotate", "bsk_0123456789ab"), "error: there is no key with the id '0123456789ab'"),
        (("revoke", "nothing"), "error: there is no key with the id 'nothing'"),
        (
            ("create", "x", "--tenant", "A b"),
            "error: tenant is 'A b': must be 1 to 63 small",
        ),
        (("list", "--cursor", "x"), "error: cursor: not a cursor that this list has given"),
    ],
)
def test_what_is_wrong_is_a_line(tmp_path: Path, arguments: tuple[str, ...], line: str) -> None:
    run(tmp_path, "create", "another")
    refused = run(tmp_path, *arguments)
    assert refused.exit_code == 9
    assert line in refused.stderr


def test_a_key_that_was_rotated_or_revoked_is_not_rotated_again(tmp_path: Path) -> None:
    first = json.loads(run(tmp_path, "create", "app", "--json").stdout)["id"]
    second = json.loads(run(tmp_path, "rotate", first, "--json").stdout)["id"]
    run(tmp_path, "revoke", second)
    refused = [run(tmp_path, "rotate", key).stderr for key in (first, second)]
    assert f"was replaced by {second}: rotate that one" in refused[0]
    assert "has ended: make a new one" in refused[1]


def test_tables_of_an_earlier_release_are_left_to_its_gateway(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/gateway.db")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migration.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
    engine.dispose()
    refused = run(tmp_path, "create", "app")
    assert refused.exit_code == 1
    assert "(version 0007): start the gateway of this release" in refused.stderr
