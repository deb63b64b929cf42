"""`make scale`: what more workers, partitions and gateways carry, held against the plan."""

import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.postgres import NoServerError
from tests.scale.measure import measure
from tests.scale.report import print_measured, print_rolled, write_json
from tests.scale.rolling import roll
from tests.scale.setup import CALL_MS, CONCURRENCY, PARTS, Setup, choose_setups
from tests.scale.verdict import Measured, Rolled, judge

RESTART = "restart"
NAMES = (*PARTS, RESTART)


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
    """Measure stacks of its own with a model of 500 ms, restart everything, and judge."""
    parts = only or NAMES
    # Else a stop would leave a stack behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    begun_at = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="brainshare-scale-"))
    _say(f"data and logs: {folder}")
    _say(f"the model takes {CALL_MS} ms, a worker makes {CONCURRENCY} calls at a time")
    try:
        measured = [_measure(folder, setup, seconds) for setup in choose_setups(parts)]
        rolled = roll(folder / RESTART, _say) if RESTART in parts else None
    except NoServerError as error:
        raise click.ClickException(str(error)) from error
    failures = judge(measured, rolled)
    _print(measured, rolled)
    for failure in failures:
        _say(f"FAILED  {failure}")
    _say(f"{'does not hold' if failures else 'holds'}, {time.monotonic() - begun_at:.0f} s")
    if as_json:
        click.echo(write_json(measured, rolled, failures))
    if failures:
        raise SystemExit(1)
    shutil.rmtree(folder)


def _measure(folder: Path, setup: Setup, seconds: float) -> Measured:
    _say(f"measuring {setup}")
    name = "-".join(map(str, (setup.workers, setup.partitions, setup.gateways)))
    limit = "" if setup.calls_per_min is None else f"-{setup.calls_per_min}"
    one = measure(folder / (name + limit), setup, seconds)
    _say(f"  {one.per_s:.1f} jobs/s, predicted {one.predicted.per_s:.1f} ({one.difference:+.1%})")
    return one


def _print(measured: list[Measured], rolled: Rolled | None) -> None:
    if measured:
        print_measured(measured)
    if rolled is not None:
        print_rolled(rolled)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
