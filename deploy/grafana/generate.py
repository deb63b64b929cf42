"""Writes the dashboards: `python -m deploy.grafana.generate`, or `make generate`."""

from pathlib import Path

from deploy.grafana.dashboard_json import write_board
from deploy.grafana.kafka import KAFKA
from deploy.grafana.model import MODEL
from deploy.grafana.overview import OVERVIEW
from deploy.grafana.stage import STAGE

FOLDER = Path(__file__).parent / "dashboard"
BOARDS = (OVERVIEW, STAGE, MODEL, KAFKA)


def main() -> None:
    """Write them all."""
    for board in BOARDS:
        (FOLDER / f"{board.uid}.json").write_text(write_board(board), encoding="utf-8")


if __name__ == "__main__":
    main()
