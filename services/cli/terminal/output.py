"""What a person sees: the console of a command, and the lines beside its answer."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import IO, Any

import click
from rich.console import Console

from services.cli.terminal.error import CliError, error_line
from services.cli.terminal.fold import fold
from services.cli.terminal.text import escape_json

NO_COLOR = "services.cli.no_color"
QUIET = "services.cli.quiet"


def add_options(command: click.Command) -> None:
    """Add the options that every command has to one, and to those of a group."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            add_options(below)
        return
    names = {option for param in command.params for option in param.opts}
    command.params.extend(option for option in _options() if not names & {*option.opts})


def be_printable() -> None:
    """Let a terminal that knows few characters show `?` for the others, where Python would stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not knows_all(stream.encoding):
            stream.reconfigure(errors="replace")


def let_go_of_output(left: str = "") -> OSError | None:
    """Write what is left for standard output. Where that cannot be, drop it, and say why not.

    None where it can, and where its reader is gone, which is no failure of ours.

    Args:
        left: More that is. An output without a buffer keeps nothing of what it could not write.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.write(left)
            sys.stdout.flush()
    except BrokenPipeError:
        return None
    except OSError as error:
        # Python writes what is left once more when it ends, and would tell of it in a traceback.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        return error
    return None


def knows_all(encoding: str) -> bool:
    """Whether an encoding has every character."""
    return encoding.lower().startswith("utf")


def open_console(*, stderr: bool = False) -> Console:
    """A console as the running command's options ask for. NO_COLOR is obeyed, too."""
    return Console(stderr=stderr, no_color=True if _is_set(NO_COLOR) else None)


def print_json(told: Any) -> None:
    """The answer for programs; nothing in it is taken for a control sequence."""
    click.echo(escape_json(json.dumps(told).encode()))


def tell_failure(error: CliError) -> None:
    """Tell one failure of several, while others may go well. --quiet does not leave it out."""
    click.echo(fold(error_line(error), sys.stderr), err=True)


def say(text: str) -> None:
    """Tell a person something that is not the answer. --quiet leaves it out.

    A terminal that was closed hears nothing, and that is no failure.
    """
    if not _is_set(QUIET):
        with suppress(OSError):
            click.echo(fold(text, sys.stderr), err=True)


def say_more(cursor: str) -> None:
    """Tell that a list goes on. A cursor is for programs: broken over lines nobody can copy it."""
    is_person = sys.stderr.isatty()
    by_hand = "raise --limit, or give `next` of --json to --cursor"
    say(f"more: {by_hand}" if is_person else f"more: --cursor {cursor}")


def hint(text: str) -> None:
    """Tell a person at a terminal what to do next; a program is told nothing."""
    if sys.stderr.isatty():
        say(text)


def hint_at_input(stdin: IO[Any]) -> None:
    """Tell a person whose typing is waited for; a pipe brings what it brings."""
    if stdin.isatty():
        hint("type or paste it here; Ctrl-D on a line of its own ends it")


def is_quiet() -> bool:
    """Whether only answers and errors are wanted."""
    return _is_set(QUIET)


def _options() -> tuple[click.Option, ...]:
    return (
        click.Option(
            ["--no-color"],
            is_flag=True,
            expose_value=False,
            callback=_note(NO_COLOR),
            help="Print without colour.",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_note(QUIET),
            help="Print nothing but the answer and errors.",
        ),
    )


def _note(key: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def note(context: click.Context, _: click.Parameter, is_given: bool) -> None:
        context.meta[key] = is_given

    return note


def _is_set(key: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(key))
