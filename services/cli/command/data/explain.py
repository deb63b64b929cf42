"""`brainshare explain`: what is wrong now, and what to do, in three sentences."""

import json
import sys
import time

import click

from services.cli.explanation.explanation import Sighting, explain
from services.cli.explanation.metrics import read_metrics
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.terminal.fold import fold
from services.cli.terminal.text import escape_json, plain
from services.cli.terminal.waiting import say_waiting


@click.command("explain")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def command(target: Target, as_json: bool) -> None:
    """Say whether users are served, what is wrong and what to do, and what jobs cost.

    From what gateway and agents export, without a model. Agents are asked where a stack of
    `brainshare up` runs; elsewhere the gateway alone.
    """
    sentences = explain(_look(target))
    if as_json:
        names = ("served", "wrong", "cost")
        found = json.dumps(dict(zip(names, sentences, strict=True)))
        click.echo(escape_json(found.encode()))
        return
    for sentence in sentences:
        click.echo(fold(plain(sentence), sys.stdout, indent=2))


def _look(target: Target) -> Sighting:
    processes = target.stack.processes if target.stack else ()
    with say_waiting(f"the gateway at {target.url}"):
        gateway = read_metrics(target.url)
        workers = {
            process.name: read_metrics(f"http://{process.address}")
            for process in processes
            if "-agent" in process.name and process.address
        }
    return Sighting(gateway, workers, time.time())
