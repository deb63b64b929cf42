"""The options that say how fast a replay may be, and where it stops by itself."""

from collections.abc import Callable

import click

from schemas.api.replay.request import DEFAULT_RATE
from services.cli.terminal.number import Amount, Number

Command = Callable[..., None]

LIVE_WAIT_S = 10.0
WAITS = "Seconds that a record may wait for a stage before the replay does. 0: never wait."
OPENED = "Records that its stages may have open, live ones too, before the replay waits."
FAILED = "Stop when more percent of what has ended failed."


def with_pace(function: Command) -> Command:
    """Add them, with their defaults."""
    return _add(function, is_kept=False)


def with_pace_kept(function: Command) -> Command:
    """The same, for what may go on: what is not said is None, and stays as it was."""
    return _add(function, is_kept=True)


def _add(function: Command, *, is_kept: bool) -> Command:
    def option(name: str, kind: Amount, told: str, default: float) -> Callable[[Command], Command]:
        if is_kept:
            return click.option(
                name, type=kind, help=f"{told} [default: as before, or {default:g}]"
            )
        return click.option(name, type=kind, default=default, show_default=True, help=told)

    options: tuple[Callable[[Command], Command], ...] = (
        option("--rate", Amount(0.01, 1000), "Jobs started a second.", DEFAULT_RATE),
        option("--live-wait", Amount(0, 86_400), WAITS, LIVE_WAIT_S),
        click.option("--max-open", type=Number(1), help=OPENED),
        click.option("--max-cost", type=Amount(0.000001, 1e9), help="Stop at so many US dollars."),
        click.option("--max-failed", type=Amount(0, 100), help=FAILED),
    )
    for add in reversed(options):
        function = add(function)
    return function
