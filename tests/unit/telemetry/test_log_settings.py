"""Settings say from which level on lines are written, and how."""

import logging
from typing import get_args

import pytest

from services.telemetry.log import AUTO, CONSOLE, JSON
from services.telemetry.log_settings import LogSettings


@pytest.mark.parametrize(
    ("told", "number"),
    [("", logging.INFO), ("debug", logging.DEBUG), ("critical", logging.CRITICAL)],
)
def test_the_level_is_that_of_its_name(
    monkeypatch: pytest.MonkeyPatch, told: str, number: int
) -> None:
    monkeypatch.setenv("BRAINSHARE_LOG_LEVEL", told)
    assert LogSettings().number == number


def test_a_line_is_written_as_suits_who_reads_where_nothing_is_set() -> None:
    assert LogSettings().format == AUTO
    assert {*get_args(LogSettings.model_fields["format"].annotation)} == {AUTO, JSON, CONSOLE}
