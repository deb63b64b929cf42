"""The long form of the crash tests, and the table that both forms print."""

import random

import pytest
from rich.console import Console
from rich.table import Table

from tests.crash.drill import Damage

DAMAGES = pytest.StashKey[list[Damage]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="The seed of a random schedule that has failed.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[DAMAGES] = []


@pytest.fixture
def is_long(pytestconfig: pytest.Config) -> bool:
    """Whether the long form runs."""
    return bool(pytestconfig.getoption("--long", default=False))


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """The seed of a random schedule. It is printed: that of a failure must be seen."""
    given: int | None = pytestconfig.getoption("--seed", default=None)
    chosen = random.randrange(2**32) if given is None else given
    print(f"seed {chosen}")  # noqa: T201 - pytest shows it with a failure
    return chosen


@pytest.fixture
def damages(pytestconfig: pytest.Config) -> list[Damage]:
    """What the kills have done, for the table."""
    return pytestconfig.stash[DAMAGES]


def pytest_terminal_summary(config: pytest.Config) -> None:
    """Print a row for each drill."""
    if not config.stash[DAMAGES]:
        return
    table = Table(title="jobs by how often their stages answered, and model calls")
    table.add_column("killed at")
    for name in ("jobs", "once", "twice", "lost", "calls made", "calls needed"):
        table.add_column(name, justify="right")
    for damage in config.stash[DAMAGES]:
        table.add_row(damage.point, *(str(number) for number in damage.numbers))
    Console().print(table)
