"""What is wrong with a value is told in plain words, with the limit that it passes."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, conlist

from schemas.contract import RequestContract
from schemas.wrong_value import MOMENT, SENTENCES, tell_wrong


class Colour(Enum):
    """Two of them."""

    RED = "red"
    BLUE = "blue"


class Wish(RequestContract):
    """A request."""

    name: str


def refuse(kind: Any, text: str, *, strict: bool = True) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_json(text, strict=strict)
    return [tell_wrong(details) for details in caught.value.errors()]


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (Wish, "{}", "is missing"),
        (Wish, '{"name":"a","b":1}', "is not known here: leave it out, or correct its name"),
        (Wish, "[]", "must be an object"),
        (dict[str, str], "[]", "must be an object"),
        (int, "x", "is no JSON: expected value at line 1 column 1"),
        (str, "1", "must be a text"),
        (Annotated[str, Field(min_length=1)], '""', "must have 1 or more characters"),
        (Annotated[str, Field(max_length=2)], '"abc"', "must have at most 2 characters"),
        (Annotated[str, Field(pattern="^a+$")], '"b"', "must have the form ^a+$"),
        (int, '"5"', "must be a whole number"),
        (int, "5.5", "must be a whole number"),
        (float, '"5"', "must be a number"),
        (Annotated[float, Field(allow_inf_nan=False)], "1e999", "must be a number that is not"),
        (Annotated[int, Field(ge=1)], "0", "must be 1 or more"),
        (Annotated[int, Field(le=50)], "51", "must be at most 50"),
        (Annotated[float, Field(gt=0)], "0", "must be above 0"),
        (Annotated[float, Field(lt=1)], "1", "must be below 1"),
        (bool, "0", "must be true or false"),
        (tuple[str, ...], "{}", "must be a list"),
        (frozenset[str], "{}", "must be a list"),
        (conlist(str, min_length=1), "[]", "must have 1 or more items, not 0"),
        (conlist(str, max_length=1), '["a","b"]', "must have at most 1 items, not 2"),
        (Colour, '"green"', "must be 'red' or 'blue'"),
        (Literal["a", "b"], '"c"', "must be 'a' or 'b'"),
        (UUID, '"x"', "must be a UUID, such as "),
        (datetime, '"noon"', MOMENT),
        (AwareDatetime, '"2026-01-02T03:04:05"', MOMENT),
    ],
)
def test_it_is_a_plain_sentence(kind: Any, text: str, told: str) -> None:
    [sentence] = refuse(kind, text)
    assert sentence.startswith(told)


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (int, '"x"', "must be a whole number"),
        (bool, '"x"', "must be true or false"),
        (float, '"x"', "must be a number"),
        (int, f'"{"9" * 5000}"', "must be a whole number of fewer digits"),
    ],
)
def test_so_is_what_is_read_laxly_as_a_parameter_is(kind: Any, text: str, told: str) -> None:
    assert refuse(kind, text, strict=False) == [told]


def test_no_sentence_has_words_of_the_library() -> None:
    words = ("Input", "String", "Field", "valid")
    assert [told for told in SENTENCES.values() if any(word in told for word in words)] == []
