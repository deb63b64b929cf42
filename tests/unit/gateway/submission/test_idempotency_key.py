"""Where an idempotency key is read from, and what is none."""

import pytest

from services.gateway.api.problem import ProblemError
from services.gateway.submission.idempotency_key import read_key


@pytest.mark.parametrize(
    ("header", "body", "key"),
    [
        (None, None, None),
        (None, "k", "k"),
        ("k", None, "k"),
        ('"k"', None, "k"),
        ('"k"', "k", "k"),
        ('"', None, '"'),
    ],
)
def test_keys(header: str | None, body: str | None, key: str | None) -> None:
    assert read_key(header, body) == key


@pytest.mark.parametrize(("header", "body"), [("k", "other"), ("", None), ("k" * 256, None)])
def test_keys_that_are_refused(header: str, body: str | None) -> None:
    with pytest.raises(ProblemError):
        read_key(header, body)
