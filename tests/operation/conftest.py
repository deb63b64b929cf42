"""The table of what was asked for and what was measured, printed at the end."""

import pytest
from rich.console import Console
from rich.table import Table

from tests.operation.measure import Measure

MEASURES = pytest.StashKey[list[Measure]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MEASURES] = []


@pytest.fixture
def measures(pytestconfig: pytest.Config) -> list[Measure]:
    """What the drills have measured, for the table."""
    return pytestconfig.stash[MEASURES]


def pytest_terminal_summary(config: pytest.Config) -> None:
    """Print a row for each drill."""
    if not config.stash[MEASURES]:
        return
    table = Table("drill", "asked", "measured", title="drills of operation")
    for measure in config.stash[MEASURES]:
        table.add_row(measure.drill, measure.asked, measure.measured)
    Console().print(table)
