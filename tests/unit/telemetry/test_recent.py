"""What happened of late is counted, and forgotten after a minute."""

import pytest

from services.telemetry.recent import WINDOW_S, Recent


class Case:
    """Events under a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.recent = Recent(lambda: self.now)

    def told(self) -> tuple[int, int, float]:
        """How many there are of two kinds, and what all took."""
        return self.recent.count("ok"), self.recent.count("failed"), self.recent.sum_amounts()


def test_events_are_counted_by_kind_and_what_they_took_is_summed() -> None:
    case = Case()
    for kind, amount in (("ok", 0.5), ("failed", 2.0), ("ok", 1.0)):
        case.recent.note(kind, amount)
    assert case.told() == (2, 1, 3.5)


@pytest.mark.parametrize(
    ("after_s", "left"), [(0, (1, 1, 3.0)), (WINDOW_S - 9, (0, 1, 2.0)), (WINDOW_S + 1, (0, 0, 0))]
)
def test_what_is_older_than_a_minute_is_forgotten(
    after_s: float, left: tuple[int, int, float]
) -> None:
    case = Case()
    case.recent.note("ok", 1.0)
    case.now += 10
    case.recent.note("failed", 2.0)
    case.now += after_s
    assert case.told() == pytest.approx(left)


def test_where_nothing_was_there_is_nothing() -> None:
    assert Case().told() == (0, 0, 0)
