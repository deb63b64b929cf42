"""`make scale`: what more workers, partitions and gateways carry, held against the plan."""

import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from tests.scale.measure import measure
from tests.scale.report import print_measured, print_rolled, tell_measured, tell_rolled, write_json
from tests.scale.rolling import roll
from tests.scale.setup import CALL_MS, CONCURRENCY, PARTS, Setup, choose_setups
from tests.scale.verdict import Measured, Rolled, judge

RESTART = "restart"
NAMES = (*PARTS, RESTART)
T = TypeVar("T")


@dataclass
class Found:
    """What was measured so far.

    Attributes:
        broken: What could not be measured, in words.
    """

    measured: list[Measured] = field(default_factory=list)
    rolled: Rolled | None = None
    broken: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """Everything that does not hold."""
        return self.broken + judge(self.measured, self.rolled)

    def attempt(self, what: str, do: Callable[[], T]) -> T | None:
        """Do one measurement; where it fails, the others are made all the same."""
        begun_at = time.monotonic()
        try:
            return do()
        except Exception as error:
            traceback.print_exc()
            self.broken.append(f"{what}: not measured: {error}")
            _say(f"  FAILED  {self.broken[-1]}")
            return None
        finally:
            _say(f"  {time.monotonic() - begun_at:.0f} s")

    def show(self) -> None:
        """Print the tables of what there is."""
        if self.measured:
            print_measured(self.measured)
        if self.rolled is not None:
            print_rolled(self.rolled)
        sys.stdout.flush()


@click.command()
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="This part; repeatable.")
@click.option(
    "--seconds",
    default=20.0,
    show_default=True,
    type=click.FloatRange(1),
    help="How long each setup is measured once it is warm.",
)
@click.option("--json", "as_json", is_flag=True, help="End with one line for programs.")
def main(only: tuple[str, ...], seconds: float, as_json: bool) -> None:
    """Measure stacks of its own with a model of 500 ms, restart everything, and judge.

    Each setup is told as soon as it was measured; a run that is cut prints what it has.
    """
    parts = only or NAMES
    # Else a stop would leave a stack behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    begun_at = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="brainshare-scale-"))
    _say(f"data and logs: {folder}")
    _say(f"the model takes {CALL_MS} ms, a worker makes {CONCURRENCY} calls at a time")
    found = Found()
    try:
        _measure_all(found, folder, parts, seconds)
    finally:
        found.show()
    for failure in found.failures:
        _say(f"FAILED  {failure}")
    _say(f"{'does not hold' if found.failures else 'holds'}, {time.monotonic() - begun_at:.0f} s")
    if as_json:
        click.echo(write_json(found.measured, found.rolled, found.failures))
    if found.failures:
        raise SystemExit(1)
    shutil.rmtree(folder)


def _measure_all(found: Found, folder: Path, parts: tuple[str, ...], seconds: float) -> None:
    for setup in choose_setups(parts):
        _say(f"measuring {setup}")
        one = found.attempt(str(setup), partial(measure, folder / _name(setup), setup, seconds))
        if one is not None:
            found.measured.append(one)
            _say(f"  {tell_measured(one)}")
    if RESTART in parts:
        _say("restarting everything under load")
        found.rolled = found.attempt("restarts", partial(roll, folder / RESTART, _say))
        if found.rolled is not None:
            _say(f"  {tell_rolled(found.rolled)}")


def _name(setup: Setup) -> str:
    name = "-".join(map(str, (setup.workers, setup.partitions, setup.gateways)))
    return name if setup.calls_per_min is None else f"{name}-{setup.calls_per_min}"


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
