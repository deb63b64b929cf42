"""How commands are found, and how their errors are told."""

import click
import pytest
from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.command_group import CommandGroup
from services.cli.terminal.error import (
    BrokerFailed,
    CliError,
    DataDirInUse,
    JarUnavailable,
    PortTaken,
    ServiceFailed,
    error_line,
)


class FailingGroup(CommandGroup):
    """Has one command, which fails."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        def fail() -> None:
            raise PortTaken("port 1 is\ntaken")

        return click.Command(cmd_name, callback=fail)


def test_every_command_file_holds_a_command_of_its_name() -> None:
    context = click.Context(main)
    assert isinstance(main, CommandGroup)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert name == command.name


def test_an_error_is_one_line_and_an_exit_code() -> None:
    result = CliRunner().invoke(FailingGroup("brainshare"), ["up"])
    assert (result.stderr, result.exit_code) == ("error: port 1 is taken\n", 3)


def test_an_unknown_command_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CliError, 1),
        (PortTaken, 3),
        (DataDirInUse, 4),
        (JarUnavailable, 5),
        (BrokerFailed, 6),
        (ServiceFailed, 7),
    ],
)
def test_exit_codes_are_stable(kind: type[CliError], code: int) -> None:
    assert code == kind("wrong").exit_code


def test_a_message_of_many_lines_is_told_in_one() -> None:
    assert error_line(CliError("a\n  b")) == "error: a b"
