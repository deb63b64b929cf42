"""`brainshare explain`: what is wrong now, and what to do, in three sentences."""

import json
import sys
import time

import click

from services.cli.client.answer import KEY_HINT
from services.cli.client.settings import read_api_key
from services.cli.explanation.explanation import explain
from services.cli.explanation.metrics import KeyNeededError, Metrics, read_metrics
from services.cli.explanation.prometheus import PrometheusError, read_prometheus
from services.cli.explanation.sighting import Absence, Cause, Sighting
from services.cli.supervisor.data_dir import is_full
from services.cli.target.address import check_address
from services.cli.target.options import with_target
from services.cli.target.target import ASK_AGAIN, Target
from services.cli.target.worker_metrics import read_reasons, read_workers
from services.cli.terminal.error import CliError, RequestRefused
from services.cli.terminal.fold import fold
from services.cli.terminal.text import escape_json, plain
from services.cli.terminal.waiting import say_waiting

GATEWAY_S = 10.0
"""How long the gateway's answer may take: it waits 5 s for what does not answer it."""


@click.command("explain")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@click.option(
    "--prometheus", metavar="URL", help="Ask a Prometheus that scrapes all processes, not these."
)
@with_target
def command(target: Target, as_json: bool, prometheus: str | None) -> None:
    """Say whether users are served, what is wrong and what to do, and what jobs cost.

    From what gateway and agents export, without a model. Agents are asked where a stack of
    `brainshare up` runs; elsewhere, as in containers and clusters, only the gateway is, or, by
    --prometheus, whoever has seen them all.
    """
    address = check_address(prometheus, "--prometheus")
    sentences = explain(_look(target) if address is None else _ask(address))
    if as_json:
        names = ("served", "wrong", "cost")
        found = json.dumps(dict(zip(names, sentences, strict=True)))
        click.echo(escape_json(found.encode()))
        return
    for sentence in sentences:
        click.echo(fold(plain(sentence), sys.stdout, indent=2))


def _ask(address: str) -> Sighting:
    with say_waiting(f"the Prometheus at {address}"):
        try:
            return read_prometheus(address)
        except PrometheusError as error:
            raise CliError(str(error)) from error


def _look(target: Target) -> Sighting:
    with say_waiting(f"the gateway at {target.shown_url}"):
        is_started = not (target.is_starting and target.names_default)
        gateway = _read_gateway(target.url) if is_started else None
        workers, reasons = read_workers(target), read_reasons(target)
    is_here = target.stack is not None and is_full(target.data_dir)
    full_disk = str(target.data_dir) if is_here else ""
    return Sighting(gateway, workers, time.time(), _tell_absence(target), full_disk, reasons)


def _tell_absence(target: Target) -> Absence:
    """What a gateway that does not answer is: of no stack, of one that starts, or down."""
    if target.named_url is not None:
        start = "start it, or name another with --url or BRAINSHARE_URL"
        cause = Cause(f"The gateway at {target.url} is down, or is none", start, "TargetDown")
        return Absence(f"no gateway answers at {target.url}", cause)
    if target.stack is None:
        start = "`brainshare up` starts one, --data-dir or --url names another"
        cause = Cause("No stack runs", start, None)
        return Absence(f"no stack was found, and nothing answers at {target.url}", cause)
    if target.is_starting:
        cause = Cause(f"Nothing yet: {target.starting}", ASK_AGAIN, None)
        return Absence("the stack is starting", cause)
    where = f"the gateway of the stack in {target.data_dir}"
    cause = Cause(f"T{where[1:]} is down", "`brainshare logs gateway` says why", "TargetDown")
    return Absence(f"{where} does not answer", cause)


def _read_gateway(url: str) -> Metrics | None:
    try:
        return read_metrics(url, read_api_key(), GATEWAY_S)
    except KeyNeededError as error:
        raise RequestRefused(f"{error} with the role operate: {KEY_HINT}") from error
