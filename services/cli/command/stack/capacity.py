"""`brainshare capacity`: what so many jobs a minute take."""

import json
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import click

from services.cli.request.draft import Wishes, draft_request
from services.cli.request.source import read_source
from services.cli.target.answering_model import find_model
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.worker_metrics import read_workers
from services.cli.terminal.error import CliError
from services.cli.terminal.fold import fold
from services.cli.terminal.number import Amount
from services.cli.terminal.text import escape_json, legible

if TYPE_CHECKING:
    from services.cli.capacity.load import Load

INDENT = 12
MOST_JOBS = 10_000_000


@click.command("capacity")
@click.argument("jobs", metavar="JOBS", type=Amount(0, MOST_JOBS, min_open=True))
@click.option("--request", help="What a job is like: a request or table as a file, or a title.")
@click.option("--from-metrics", is_flag=True, help="Calls, times and tokens of the running stack.")
@click.option("--calls", type=Amount(0, min_open=True), help="Calls of a job, all stages.")
@click.option("--seconds", "call_s", type=Amount(0, min_open=True), help="Mean time of a call.")
@click.option("--tokens-in", "input_tokens", type=Amount(0), help="Of a call's prompt.")
@click.option("--tokens-out", "output_tokens", type=Amount(0), help="Of a call's answer.")
@click.option("--retries", type=Amount(0, 10), help="Of a record: 0.05 is one in twenty.")
@click.option("--model", help="Whose price counts. [default: the running stack's]")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def command(
    target: Target,
    jobs: float,
    request: str | None,
    from_metrics: bool,
    model: str | None,
    as_json: bool,
    **given: float | None,
) -> None:
    """Plan for JOBS a minute: workers, partitions, limits, disk, money.

    Settings of this environment count: STAGE_CONCURRENCY, KAFKA_REPLICATION_FACTOR,
    GATEWAY_KEEP_DAYS, DATABASE_POOL_SIZE, the model's price. Nothing is started or changed.
    """
    # The stages are slow to import, and only some commands need them.
    from services.cli.capacity.expectation import price
    from services.cli.capacity.formula import make_plan
    from services.cli.capacity.given import Given
    from services.cli.capacity.view import Basis, describe_plan, plan_lines
    from services.cli.settings.term import read_terms

    load, of_job = _expect(request, jobs)
    of_call = _tell_assumed(given["call_s"])
    if from_metrics:
        load, of_call = _observe(target, load)
    answering = find_model(target, model)
    load = price(Given(**given).apply(load), answering.name or "", answering.price)
    terms = read_terms()
    shown = (load, terms, make_plan(load, terms), Basis(of_job, of_call, answering.told))
    if as_json:
        click.echo(escape_json(json.dumps(describe_plan(*shown)).encode()))
        return
    for line in plan_lines(*shown):
        click.echo(fold(line, sys.stdout, INDENT))


def _expect(request: str | None, jobs: float) -> tuple["Load", str]:
    """The load by what a job is like, and in words what that is."""
    from services.cli.capacity.expectation import expect
    from services.cli.request.dry_run import estimate_body

    if request is None:
        name = "a new table from its title"
        body = files("services.cli").joinpath("sample_request.json").read_bytes()
    else:
        name = legible(request)
        body = draft_request(read_source(request, sys.stdin.buffer), Wishes())
    return expect(estimate_body(body, name, "", None), jobs), f"{name}, by the stages' own plans"


def _tell_assumed(call_s: float | None) -> str:
    if call_s is not None:
        return f"{call_s:g} s, as given"
    from services.cli.capacity.load import ASSUMED_CALL_S

    return f"{ASSUMED_CALL_S:g} s, a mere assumption: give --seconds, or --from-metrics"


def _observe(target: Target, load: "Load") -> tuple["Load", str]:
    """The load by what the running stack's workers have seen."""
    from services.cli.capacity.observed import count_calls, observe

    workers = [found for found in read_workers(target).values() if found is not None]
    calls = count_calls(workers)
    if not calls:
        raise CliError(
            "no worker of a stack of this machine has made a call yet: run some jobs like yours,"
            " or give --seconds, --calls and tokens"
        )
    return observe(load, workers), f"as in {calls:,} calls of the running stack"
