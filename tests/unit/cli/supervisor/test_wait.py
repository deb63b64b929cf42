"""A service that gets nearer to being ready is waited for, whatever time that takes."""

from services.cli.supervisor.wait import Wait


class Case:
    """A wait of 60 s, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.said: list[str] = []
        self.wait = Wait("gateway", 60.0, self.said.append, lambda: self.now)

    def look(self, seconds: float, left: int | None) -> str | None:
        self.now += seconds
        return self.wait.look(left)


def test_a_service_that_gets_nearer_is_waited_for_and_said_to() -> None:
    case = Case()
    assert [case.look(30, left) for left in (90_000, 60_000, 30_000, 1)] == [None] * 4
    assert case.said[0] == "gateway catches up with the topics: 90,000 records left"
    assert len(case.said) == 4


def test_a_service_that_gets_no_nearer_is_given_up_with_what_it_has_left() -> None:
    case = Case()
    assert [case.look(30, 1_234) for _ in range(3)] == [None] * 3
    assert case.look(31, 5_000) == "has 1,234 records left and got no further for 60 s"


def test_a_service_that_says_nothing_has_its_time_and_no_more() -> None:
    case = Case()
    assert case.look(60, None) is None
    assert case.look(1, None) == "is not ready after 60 s"
    assert case.said == []
