"""`make fidelity`: public tables whose held-out parts are proposed, and the cells that differ."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as View

from services.telemetry.log import configure_logging
from tests.fidelity.run import TableOutcome, run_tables
from tests.fidelity.source import read_tables

WIDTH = 110


@click.command()
@click.argument("cache", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
@click.option("--examples", default=0, help="Show so many changed rows of each table.")
def main(cache: Path, as_json: bool, examples: int) -> None:
    """Compare every cell, existing and proposed. The exit status is 1 when one has changed.

    CACHE is the folder that holds the packages' wheels.
    """
    configure_logging("fidelity", logging.ERROR)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    outcomes = asyncio.run(run_tables([*read_tables(cache)]))
    console.print(_list(outcomes))
    for outcome in outcomes:
        for right, wrong in outcome.examples[:examples]:
            console.print(f"{outcome.table}: {right!r} became {wrong!r}", markup=False)
    compared, changed = sum(o.compared for o in outcomes), sum(o.changed for o in outcomes)
    console.print(f"{len(outcomes)} tables, {compared} cells compared, {changed} changed")
    if as_json:
        tables = {o.table: {"compared": o.compared, "changed": o.changed} for o in outcomes}
        click.echo(json.dumps({"compared": compared, "changed": changed, "tables": tables}))
    sys.exit(int(changed > 0 or compared == 0))


def _list(outcomes: Iterable[TableOutcome]) -> View:
    view = View(box=SIMPLE_HEAD, pad_edge=False)
    view.add_column("table", no_wrap=True)
    for head in ("compared in JSON", "changed", "compared in CSV", "changed"):
        view.add_column(head, justify="right")
    for outcome in outcomes:
        parts = (outcome.in_json, outcome.in_csv)
        figures = [str(figure) for part in parts for figure in (part.compared, part.changed)]
        view.add_row(outcome.table, *figures)
    return view


if __name__ == "__main__":
    main()
