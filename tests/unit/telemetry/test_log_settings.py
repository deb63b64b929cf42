"""A setting says from which level on lines are written."""

import logging

import pytest

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
