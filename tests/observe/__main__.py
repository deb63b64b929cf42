"""Draw the dashboards of a stack under load: `python -m tests.observe FOLDER`."""

import sys
import tempfile
from pathlib import Path

from deploy.grafana.generate import BOARDS
from tests.observe.sheet import draw_board
from tests.observe.stack import observed_stack


def main(folder: str = "sheet") -> None:
    """Write a picture of each dashboard into the folder."""
    with tempfile.TemporaryDirectory() as data, observed_stack(Path(data)) as seen:
        for board in BOARDS:
            path = Path(folder) / f"{board.uid}.png"
            draw_board(board, seen.prometheus, seen.begin, seen.end, 1.0, path)
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
