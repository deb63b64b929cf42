"""The settings of `brainshare up`."""

from pathlib import Path

import pytest

from services.cli.stack.settings import StackOptions


def test_the_environment_is_read_and_the_command_line_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "9000")
    monkeypatch.setenv("BRAINSHARE_KAFKA_PORT", "9001")
    options = StackOptions(kafka_port=0)
    assert (options.gateway_port, options.kafka_port) == (9000, 0)


def test_an_empty_variable_is_as_if_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "")
    assert StackOptions().bootstrap_servers is None


def test_the_data_folder_is_absolute() -> None:
    assert StackOptions(data_dir=Path("here")).data_dir == Path.cwd() / "here"
