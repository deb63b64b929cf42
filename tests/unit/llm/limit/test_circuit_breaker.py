"""When failures are the provider's, and when they are the record's."""

import pytest

from services.failure.verdict import Failure
from services.llm.limit.circuit_breaker import AILING, CircuitBreaker

ONE, MANY = [b"7"] * 100, [str(number).encode() for number in range(100)]


class Case:
    """A breaker with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.breaker = CircuitBreaker(lambda: self.now)

    def fail(self, failure: Failure, jobs: list[bytes]) -> bool:
        for job in jobs:
            self.breaker.fail(failure, job)
        return self.breaker.is_open


def test_five_calls_in_a_row_that_do_not_arrive_are_an_outage() -> None:
    assert not Case().fail(Failure.UNREACHABLE, ONE[:4])
    assert Case().fail(Failure.UNREACHABLE, ONE[:5])


@pytest.mark.parametrize("failure", sorted(AILING - {Failure.UNREACHABLE}))
def test_one_record_that_fails_for_ever_is_no_outage(failure: Failure) -> None:
    assert not Case().fail(failure, ONE)


@pytest.mark.parametrize("failure", sorted(AILING))
def test_five_failures_in_a_row_of_several_records_are_an_outage(failure: Failure) -> None:
    assert not Case().fail(failure, MANY[:4])
    assert Case().fail(failure, MANY[:5])


@pytest.mark.parametrize("failure", sorted(set(Failure) - AILING))
def test_what_the_server_answers_is_no_outage(failure: Failure) -> None:
    assert not Case().fail(failure, MANY)


def test_a_success_ends_a_row_and_an_outage() -> None:
    case = Case()
    case.fail(Failure.SERVER_ERROR, MANY[:4])
    case.breaker.succeed()
    assert not case.fail(Failure.SERVER_ERROR, MANY[:4])
    assert case.fail(Failure.SERVER_ERROR, MANY[:1])
    case.breaker.succeed()
    assert not case.breaker.is_open


def mixed(case: Case, calls: int, every_s: float) -> bool:
    """Failures of two records, and a success after every third."""
    opened = False
    for number in range(calls):
        case.now += every_s
        if number % 4 == 3:
            case.breaker.succeed()
        else:
            opened |= case.breaker.fail(Failure.SERVER_ERROR, MANY[number])
    return opened


def test_half_of_many_calls_within_half_a_minute_are_an_outage() -> None:
    assert mixed(Case(), 40, every_s=0.1)


def test_the_same_over_hours_is_none() -> None:
    assert not mixed(Case(), 40, every_s=60)
