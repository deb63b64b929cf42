"""Dead letters as tables: which ones failed alike, and where each stands."""

from functools import reduce

import pytest

from schemas.api.dead_letter import LetterState
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.dead_letter.state import fingerprint_error, letter_state
from services.gateway.status.fold import merge
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import dead_letter, fact, request, retry, started, success

TABLE = StageName.TABLE
GIVEN_UP = [request(), dead_letter(TABLE, attempt=6)]
PUT_BACK = [*GIVEN_UP, request(1, redrive=1)]
GIVEN_UP_AGAIN = [*PUT_BACK, dead_letter(TABLE, 1, redrive=1)]

STANDS: list[tuple[str, list[ConsumedRecord], int, LetterState]] = [
    ("given up", GIVEN_UP, 0, LetterState.OPEN),
    ("put back", PUT_BACK, 0, LetterState.REDRIVEN),
    ("begun again", [*PUT_BACK, started(TABLE, redrive=1)], 0, LetterState.REDRIVEN),
    ("waits again", [*PUT_BACK, retry(TABLE, redrive=1)], 0, LetterState.REDRIVEN),
    ("done after all", [*PUT_BACK, success(TABLE)], 0, LetterState.RESOLVED),
    ("late success, never put back", [*GIVEN_UP, success(TABLE)], 0, LetterState.RESOLVED),
    ("given up again", GIVEN_UP_AGAIN, 0, LetterState.REFAILED),
    ("the second letter", GIVEN_UP_AGAIN, 1, LetterState.OPEN),
    ("both done", [*GIVEN_UP_AGAIN, success(TABLE)], 1, LetterState.RESOLVED),
]


@pytest.mark.parametrize(
    ("records", "redrive", "state"), [c[1:] for c in STANDS], ids=[c[0] for c in STANDS]
)
def test_where_a_letter_stands(
    records: list[ConsumedRecord], redrive: int, state: LetterState
) -> None:
    for order in (records, records[::-1]):
        fold = reduce(merge, [fact(record).fold for record in order])
        assert letter_state(fold, TABLE, redrive) is state


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("no answer in 5 s", "no answer in 30 s", True),
        ("the column 'Moons' is twice", "the column 'Rings' is twice", True),
        ('the column "a b" is twice', 'the column "c" is twice', True),
        ("request req_12ab failed", "request req_98cd failed", True),
        ("no answer", "no key", False),
    ],
)
def test_messages_that_are_alike(one: str, other: str, are_alike: bool) -> None:
    prints = [
        fingerprint_error(TABLE, ErrorKind.PROVIDER, None, message) for message in (one, other)
    ]
    assert (prints[0] == prints[1]) is are_alike
    assert len(prints[0]) == 12


def test_stage_kind_and_code_tell_failures_apart() -> None:
    prints = {
        fingerprint_error(TABLE, ErrorKind.PROVIDER, None, "no"),
        fingerprint_error(StageName.ROW, ErrorKind.PROVIDER, None, "no"),
        fingerprint_error(TABLE, ErrorKind.BUG, None, "no"),
        fingerprint_error(TABLE, ErrorKind.PROVIDER, "429", "no"),
    }
    assert len(prints) == 4
