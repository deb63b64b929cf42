"""One table says what may be put back with hope, and the verdicts do not contradict it."""

import pytest

from schemas.kafka.headers import ErrorKind, decode_headers
from services.failure.error import StageError
from services.failure.verdict import Act

MAY_SUCCEED = {
    ErrorKind.UNKNOWN: True,
    ErrorKind.POISON: False,
    ErrorKind.INVALID_REQUEST: False,
    ErrorKind.PROVIDER: True,
    ErrorKind.DEADLINE: True,  # a redrive gives a new one
    ErrorKind.BUDGET: True,  # with a cheaper model
    ErrorKind.REFUSED: False,
    ErrorKind.OUTPUT_INVALID: True,
    ErrorKind.OUTPUT_TOO_LARGE: False,
    ErrorKind.BUG: True,  # once it is mended
    ErrorKind.CRASH_SUSPECT: True,
    ErrorKind.LOST: False,  # there is nothing to put back
    ErrorKind.SCHEMA_AHEAD: True,  # after an upgrade
}


@pytest.mark.parametrize("kind", ErrorKind)
def test_which_kinds_may_succeed_when_they_are_put_back(kind: ErrorKind) -> None:
    assert kind.is_retryable is MAY_SUCCEED[kind]


@pytest.mark.parametrize("error", StageError.__subclasses__())
def test_what_is_tried_again_by_itself_may_be_put_back(error: type[StageError]) -> None:
    tried_again = error("").verdict.act is not Act.DEAD
    assert error.kind.is_retryable or not tried_again


def test_a_kind_of_a_later_release_is_kept_as_it_is_and_shown_as_unknown() -> None:
    kind = decode_headers([("error-kind", b"quota")]).error_kind
    assert kind is not None
    assert (kind.value, kind.is_known, kind.shown) == ("quota", False, ErrorKind.UNKNOWN)
