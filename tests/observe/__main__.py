"""Draw the dashboards, of a stack of its own under load or as any Prometheus has seen one."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from deploy.grafana.generate import BOARDS
from tests.observe.prometheus import Prometheus
from tests.observe.sheet import Seen, draw_board
from tests.observe.stack import observed_stack

SCRAPE_S = 15.0
"""Of our own configuration."""


@click.command()
@click.argument("folder", default="sheet", type=click.Path(path_type=Path, file_okay=False))
@click.option("--prometheus", metavar="URL", help="One that runs, in place of a stack of its own.")
@click.option("--minutes", default=60.0, show_default=True, help="How much of its past is drawn.")
def main(folder: Path, prometheus: str | None, minutes: float) -> None:
    """Write a picture of each dashboard into FOLDER."""
    with _see(prometheus, minutes) as seen:
        for board in BOARDS:
            path = folder / f"{board.uid}.png"
            draw_board(board, seen, path)
            click.echo(str(path))


@contextmanager
def _see(url: str | None, minutes: float) -> Iterator[Seen]:
    if url is not None:
        now = time.time()
        yield Seen(Prometheus(url.rstrip("/")), now - 60 * minutes, now, SCRAPE_S)
        return
    with tempfile.TemporaryDirectory() as data, observed_stack(Path(data)) as seen:
        yield Seen(seen.prometheus, seen.begin, seen.end)


if __name__ == "__main__":
    main()
