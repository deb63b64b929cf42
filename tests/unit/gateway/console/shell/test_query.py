"""What an address says is read, or refused by its name."""

from urllib.parse import urlencode
from uuid import UUID

import pytest
from starlette.requests import Request

from services.gateway.api.problem import ProblemError
from services.gateway.console.shell.query import read_count, read_id, read_text


def asks(**said: str) -> Request:
    return Request({"type": "http", "query_string": urlencode(said).encode()})


@pytest.mark.parametrize(("text", "count"), [("", 3), ("0", 0), (" 7 ", 7), ("100", 100)], ids=repr)
def test_a_count(text: str, count: int) -> None:
    assert read_count(asks(show=text), "show", 3, 100) == count
    assert read_count(asks(), "show", 3, 100) == 3


@pytest.mark.parametrize("text", ["101", "-1", "1.5", "x", "\u0663", "1" * 30])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ProblemError, match="show: give a whole number from 0 to 100"):
        read_count(asks(show=text), "show", 3, 100)


def test_an_id_and_a_text() -> None:
    asked = asks(control=f"{UUID(int=1)}", failIf=" worse>2% ", empty=" ")
    assert (read_id(asked, "control"), read_id(asked, "empty")) == (UUID(int=1), None)
    assert (read_text(asked, "failIf"), read_text(asked, "empty")) == ("worse>2%", None)


def test_what_is_none_is_refused() -> None:
    with pytest.raises(ProblemError, match="control: is no id"):
        read_id(asks(control="../x"), "control")
    with pytest.raises(ProblemError, match="failIf: is longer"):
        read_text(asks(failIf="x" * 501), "failIf")
