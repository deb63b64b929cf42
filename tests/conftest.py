"""What every test shares: its form, a clean environment, and how far properties are searched."""

import gc
import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

# Deadlines measure the machine. In CI a failure prints the blob that makes it happen again.
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=False, database=None)
settings.register_profile("laptop", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")  # noqa: TID251 - not a setting

SETTING_PREFIXES = (
    "KAFKA_",
    "OPENAI_",
    "LLM_",
    "STAGE_",
    "RETRY_",
    "GATEWAY_",
    "BRAINSHARE_",
    "DEMO_LLM_",
    "TEST_FAILPOINT_",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="The long form: all drills, with all jobs and kills."
    )
    parser.addoption("--approve", action="store_true", help="Take the pictures of commands anew.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long", default=False):
        return
    only_long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=only_long)
    items[:] = [item for item in items if item not in only_long]


def pytest_configure() -> None:
    """Collect garbage seldom: to look through 11,000 tests each time took a quarter of theirs."""
    gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:  # noqa: TID251 - settings of the machine must not reach a test
        if name.startswith(SETTING_PREFIXES) or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    # No stack that runs on this machine may be the one that a command finds.
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null/none")


@pytest.fixture(autouse=True)
def _logs_as_by_default() -> Iterator[None]:
    """A command silences the logs of its process: not those of the next test."""
    yield
    structlog.reset_defaults()
