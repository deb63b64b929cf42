"""A lone job hardly waits; under load batches grow, up to a bound."""

import pytest

from services.gateway.projection.pace import MAX_PAUSE_S, PAUSE_PER_RECORD_S, pause_after


@pytest.mark.parametrize(
    ("records", "pause_s"),
    [(0, 0), (1, PAUSE_PER_RECORD_S), (8, 8 * PAUSE_PER_RECORD_S), (500, MAX_PAUSE_S)],
)
def test_the_pause_grows_with_the_batch(records: int, pause_s: float) -> None:
    assert pause_after(records) == pause_s
