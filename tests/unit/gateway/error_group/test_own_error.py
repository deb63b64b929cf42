"""The gateway's own errors are counted by what failed alike, in bounded memory, without values."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from services.gateway.error_group.own_error import MANY, MOST_KINDS, ErrorBook
from services.telemetry import log
from services.telemetry.log import configure_logging, get_log, tap
from tests.unit.gateway.example import NOW


@pytest.fixture
def book() -> ErrorBook:
    return ErrorBook(lambda: NOW)


@pytest.fixture
def tapped(book: ErrorBook, monkeypatch: pytest.MonkeyPatch) -> Iterator[ErrorBook]:
    """A book that looks at the lines of this process."""
    monkeypatch.setattr(log, "_TAPS", [])
    monkeypatch.setattr("sys.stderr", io.StringIO())
    configure_logging("gateway")
    tap(book.look)
    yield book
    logging.basicConfig(force=True, handlers=[logging.NullHandler()])


def fail(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception:
        get_log().exception("request_failed", request_id="r1")


def test_alike_errors_are_one_with_its_type_and_place_and_without_values(
    tapped: ErrorBook,
) -> None:
    for cell in ("a person's cell", "another one"):
        fail(lambda cell=cell: json.loads(cell))  # type: ignore[misc]
    (error,) = tapped.take()
    assert (error.kind, error.count) == ("request_failed", 2)
    assert error.message.startswith("JSONDecodeError at ")
    assert "cell" not in error.message.replace("decode", "")


def test_lines_of_other_levels_are_not_errors(tapped: ErrorBook) -> None:
    get_log().warning("database_unavailable")
    logging.getLogger("uvicorn").warning("nothing")
    assert tapped.take() == ()


def test_what_libraries_log_counts_and_numbers_make_no_other_kind(tapped: ErrorBook) -> None:
    for number in (7, 8):
        logging.getLogger("a_library").error("Failed fetch at offset %s", number)
    (error,) = tapped.take()
    assert (error.kind, error.count) == ("Failed fetch at offset 7", 2)


def test_what_was_taken_is_taken_once(book: ErrorBook) -> None:
    book.note("a", "")
    assert len(book.take()) == 1
    assert book.take() == ()


def test_what_is_given_back_counts_with_what_came_meanwhile() -> None:
    moments = iter([NOW, NOW + timedelta(seconds=5)])
    book = ErrorBook(lambda: next(moments))
    book.note("a", "")
    taken = book.take()
    book.note("a", "")
    book.give_back(taken)
    (error,) = book.take()
    assert (error.count, error.first, error.last) == (2, NOW, NOW + timedelta(seconds=5))


def test_many_kinds_at_once_are_bounded_and_none_is_uncounted(book: ErrorBook) -> None:
    for number in range(3 * MOST_KINDS):
        book.note("kind " + "x" * number, "")
    taken = book.take()
    assert len(taken) == MOST_KINDS + 1
    assert sum(error.count for error in taken) == 3 * MOST_KINDS
    assert next(error.count for error in taken if error.kind == MANY) == 2 * MOST_KINDS


def test_threads_may_write_at_once() -> None:
    def now() -> datetime:
        return NOW

    book = ErrorBook(now)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: book.note("a", ""), range(400)))
    assert sum(error.count for error in book.take()) == 400
