"""A secret is in no text of a document, what is none stays, and twice is once."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.job_file.redaction import redact
from services.gateway.job_file.secret import is_telling
from tests.unit.gateway.job_file.planted import BODY, SECRETS, plant

NO_SECRETS = [
    "Planets and Moons",
    "The token economy: 1500 tokens a day",
    "https://en.wikipedia.org/wiki/Secret?action=history",
    "0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d",
    "sk-learn, hf-hub and npm-check",
    "Basic information",
    "the bearer certificates",
    "12:30:45 and 16:9",
    "me@example.org",
    "redacted-1 and redacted-22",
]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_taken_out_wherever_it_stands(name: str) -> None:
    secret, text = plant(name)
    document = {"a": [text, 5, None], "b": {"c": text}, text: "x"}
    redacted = redact(document)
    assert secret not in repr(redacted.document)
    assert BODY not in repr(redacted.document)
    assert set(redacted.pointers) >= {"/a/0", "/b/c"}
    assert secret not in repr(redacted.pointers)


@pytest.mark.parametrize("name", [name for name in SECRETS if is_telling(SECRETS[name][0])])
def test_one_that_was_found_is_taken_out_where_nothing_gives_it_away(name: str) -> None:
    secret, text = plant(name)
    assert secret not in repr(redact([text, f"it was {secret}"]).document)


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact({"a": text}).document == {"a": text}
    assert not redact({"a": text}).pointers


def test_equal_secrets_have_one_stand_in_and_others_another() -> None:
    one, other = (f"sk-{BODY}{n}" for n in (1, 2))
    assert redact([one, other, f"x {one}"]).document == ["redacted-1", "redacted-2", "x redacted-1"]


def test_the_names_of_columns_stay_apart() -> None:
    keys = {f"sk-{BODY}1": "a", f"sk-{BODY}2": "b"}
    assert redact(keys).document == {"redacted-1": "a", "redacted-2": "b"}


parts = st.one_of(
    st.sampled_from([plant(name)[1] for name in SECRETS] + NO_SECRETS),
    st.text(max_size=12),
    st.sampled_from(["sk-", "password=", "redacted-", "Bearer ", "://a:", "@", '"', "1", "Zx9Zx9"]),
)
texts = st.lists(parts, max_size=6).map("".join)
documents: st.SearchStrategy[Any] = st.recursive(
    st.one_of(texts, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


@given(documents)
def test_twice_is_once(document: Any) -> None:
    once = redact(document)
    again = redact(once.document)
    assert (again.document, again.pointers) == (once.document, ())


HOSTILE = {
    "starts of a JWT": "-eyJ" * 30_000,
    "starts of a key": "sk-" * 40_000,
    "names without a value": "token" * 25_000,
    "starts of an address": "://a:" * 25_000,
    "names of parameters": "&a" * 50_000,
    "one secret again and again": "password=a1b2c3d4 " * 7_000,
    "starts of a private key": "-----BEGIN " * 10_000,
    "many secrets": "".join(f"sk-{number:020} " for number in range(5_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_longer_than_its_size(name: str) -> None:
    begin = time.process_time()
    redact([HOSTILE[name]])
    assert time.process_time() - begin < 5.0
