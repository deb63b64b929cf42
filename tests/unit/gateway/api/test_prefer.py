"""What is read of `Prefer`."""

import pytest

from services.gateway.api.prefer import read_wait

PREFERRED = [
    (None, 0),
    ("", 0),
    ("wait=5", 5),
    ("Wait=5", 5),
    ('wait="5"', 5),
    ("respond-async, wait=10", 10),
    ("wait=10; strict, handling=lenient", 10),
    ("wait = 7", 7),
    ("wait=0", 0),
    ("wait=3600", 60),
    ("wait=-1", 0),
    ("wait=1.5", 0),
    ("wait=soon", 0),
    ("await=5", 0),
    ("wait=" + "9" * 400, 0),
]


@pytest.mark.parametrize(("prefer", "wait_s"), PREFERRED)
def test_a_wait_is_read_and_anything_else_passed_over(prefer: str | None, wait_s: int) -> None:
    assert read_wait(prefer) == wait_s
