"""What an ack proves of two clocks, and what it does not."""

import pytest
from structlog.testing import capture_logs

from services.kafka.clock_skew import ClockSkew, prove_skew_s


@pytest.mark.parametrize(
    ("sent_s", "appended_s", "acked_s", "skew_s"),
    [
        (100.0, 100.2, 100.5, 0.0),
        (100.0, 119.0, 120.0, 0.0),  # a slow ack proves nothing
        (100.0, 90.0, 100.5, 10.0),
        (100.0, 110.5, 100.5, -10.0),
    ],
)
def test_only_a_time_outside_of_sending_and_ack_is_anothers(
    sent_s: float, appended_s: float, acked_s: float, skew_s: float
) -> None:
    assert prove_skew_s(sent_s, appended_s, acked_s) == skew_s


def test_a_clock_that_is_off_is_said_once_until_it_is_well_again() -> None:
    skew = ClockSkew()
    with capture_logs() as said:
        for seconds in (1.0, 6.0, 7.0, 0.0, -9.0):
            skew.observe(seconds)
    assert [(line["event"], line["ahead_s"]) for line in said] == [
        ("clock_is_off", 6.0),
        ("clock_is_off", -9.0),
    ]
