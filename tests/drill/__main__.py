"""`make drill`: plants twenty faults, and says who was told of what, and how soon."""

import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import click
import yaml

from deploy.prometheus.pace import Pace
from tests.drill.fault.shape import Fault
from tests.drill.fault.table import FAULTS
from tests.drill.inhibition import read_inhibitions
from tests.drill.notification import read_notifications
from tests.drill.report import print_faults, print_findings, write_json
from tests.drill.run import Drill
from tests.drill.stack import running_site
from tests.drill.verdict import Finding, judge
from tests.drill.watch import Watch
from tests.stack import ROOT

FACTOR = 20.0
"""With more, a start or a canary's way, which are not shortened, would last as long as alerts."""
MINUTES = 40.0
ALERTMANAGER = ROOT / "deploy" / "prometheus" / "alertmanager.yml"
NAMES = [fault.name for fault in FAULTS]


@click.command()
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Plant this one; repeatable.")
@click.option("--list", "is_list", is_flag=True, help="Say what may be planted, and plant nothing.")
@click.option("--json", "as_json", is_flag=True, help="End with one line for programs.")
@click.option(
    "--factor",
    type=click.FloatRange(1, 100),
    default=FACTOR,
    show_default=True,
    help="By which all windows and waits are shortened.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(1),
    default=MINUTES,
    show_default=True,
    help="After which no other fault is planted.",
)
def main(
    only: tuple[str, ...], is_list: bool, as_json: bool, factor: float, minutes: float
) -> None:
    """Plant faults on a stack of its own before a Prometheus, and judge what came of it."""
    faults = [fault for fault in FAULTS if not only or fault.name in only]
    if is_list:
        print_faults(faults)
        return
    # Else a stop would leave the stack and its disk behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    begun_at = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="brainshare-drill-"))
    _say(f"windows, waits, scrapes, looks, canaries and retries: {factor:g} times shorter")
    _say(f"data and logs: {folder}")
    findings: list[Finding] = []
    is_whole = False
    try:
        _carry_out(folder, faults, Pace(factor), begun_at + minutes * 60, findings)
        is_whole = True
    finally:
        # Also of one that was cut or has failed: what was seen is not to be had again for nothing.
        failures = _tell(findings, factor, (time.monotonic() - begun_at) / 60)
        if as_json:
            click.echo(write_json(findings, factor, failures))
        if not is_whole:
            _say(f"ended before its end: {len(findings)} of {len(faults)} faults")
    if failures:
        raise SystemExit(1)
    shutil.rmtree(folder)


def _tell(findings: list[Finding], factor: float, minutes: float) -> list[str]:
    failures = judge(findings)
    print_findings(findings)
    for failure in failures:
        _say(f"FAILED  {failure}")
    named = sum(finding.is_named for finding in findings)
    _say(f"{named} of {len(findings)} causes named, factor {factor:g}, {minutes:.0f} minutes")
    return failures


def _carry_out(
    folder: Path, faults: list[Fault], pace: Pace, ends_at: float, findings: list[Finding]
) -> None:
    """Add what came of each fault to what was found, as soon as it is known."""
    config = yaml.safe_load(ALERTMANAGER.read_text())
    rules = read_inhibitions(config), read_notifications(config, pace.seconds)
    with running_site(folder, pace) as site:
        watch = Watch(
            lambda: site.prometheus.ask("alerts")["alerts"], *rules, site.is_restarting.is_set
        )
        with watch.looking():
            for finding in Drill(site, watch, pace, _say, ends_at).carry_out(faults):
                findings.append(finding)
                print_findings([finding])


def _say(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')}  {line}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
