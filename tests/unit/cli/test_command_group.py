"""How commands are found, and how their errors are told."""

import subprocess
import sys

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


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("help", "Did you mean 'brainshare --help'?"),
        ("help submit", "Did you mean 'brainshare submit --help'?"),
        ("jobs help", "Did you mean 'brainshare jobs --help'?"),
        ("sumbit", "Did you mean 'submit'?"),
        ("jobs find", "Did you mean 'list'?"),
        ("find", "Did you mean 'jobs' or 'status'?"),
        ("start", "Did you mean 'up'?"),
        ("stop", "Did you mean 'cancel' or 'down'?"),
        ("config", "Did you mean 'settings'?"),
        ("keys rm", "Did you mean 'revoke'?"),
        ("replay resume", "Did you mean 'run' or 'start'?"),
        (
            "replay undo",
            "There is abort, compare, control, list, pause, plan, promote, rollback, run, show and"
            " start.",
        ),
        ("errors ls", "Did you mean 'list'?"),
        ("topics create", "There is apply."),
    ],
)
def test_what_is_no_command_leads_to_the_one_that_is_meant(line: str, hint: str) -> None:
    told = CliRunner().invoke(main, line.split(), prog_name="brainshare")
    assert told.output.replace("\n", " ").rstrip().endswith(hint)
    assert told.exit_code == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("status --bogus", "Error: No such option: --bogus\n"),
        ("status --limt 3", "Error: No such option: --limt. Did you mean '--limit'?\n"),
        ("dead-letters list --jsn", "Error: No such option: --jsn. Did you mean '--json'?\n"),
    ],
)
def test_an_option_that_there_is_not_leads_to_one_only_where_it_is_near(
    line: str, told: str
) -> None:
    refused = CliRunner().invoke(main, line.split(), prog_name="brainshare")
    assert (refused.exit_code, refused.output.endswith(told)) == (2, True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["submit", "a", "--key", "\u00fc"], "--key is '\u00fc': give printable ASCII"),
        (["submit", "a", "--key", ""], "--key is '': give printable ASCII"),
        (["apply", "last", ""], "'' names no file"),
        (["apply", "last", "/"], "'/' names no file"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(line: list[str], told: str) -> None:
    refused = CliRunner().invoke(main, line, prog_name="brainshare")
    assert (refused.exit_code, told in refused.output) == (2, True)


def test_an_api_key_that_cannot_be_sent_is_told_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BRAINSHARE_API_KEY", "bsk_h\u00fcnter2")
    refused = CliRunner().invoke(main, ["status"], prog_name="brainshare")
    assert refused.stderr == (
        "error: BRAINSHARE_API_KEY is no key: it has characters that no key has\n"
    )
    assert refused.exit_code == 78


def test_a_shell_that_completes_names_waits_for_no_settings() -> None:
    """It starts the command at each press of a key."""
    script = "import sys; import services.cli.__main__; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"False\n"
