"""Whether a command line that a page names could be typed."""

from collections.abc import Iterable

import click

from services.cli.__main__ import main as brainshare

EVERYWHERE = {"-h", "--help", "--version"}
SHARED = {"--url", "--data-dir", "--verbose", "--no-color", "--quiet"}
"""Options of all commands, which one page tells for all."""


def list_options(command: click.Command) -> list[list[str]]:
    """The options of a command that are its own, each with its other names."""
    options = [[*p.opts] for p in command.params if isinstance(p, click.Option)]
    return [names for names in options if not {*names} & (SHARED | EVERYWHERE)]


def find_fault(words: Iterable[str]) -> str | None:
    """What is wrong with the words behind `brainshare`; None where they could be typed.

    Values are not looked at: a page writes JOB_ID or FILE for them. `list|show` is either.
    """
    command: click.Command = brainshare
    for word in words:
        if word.startswith("-") and len(word) > 1:
            known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
            if word.partition("=")[0] not in EVERYWHERE | known:
                return f"{command.name} has no {word}"
        elif isinstance(command, click.Group):
            meant = {w: command.get_command(click.Context(command), w) for w in word.split("|")}
            missing = [name for name, below in meant.items() if below is None]
            if missing:
                return f"{command.name} has no {missing[0]}"
            command = next(below for below in meant.values() if below is not None)
    return None
