"""An exception for the log: where it was raised and what it is, without anybody's values."""

import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

MOST_FRAMES = 40
ROOT = Path(__file__).parents[2]
OURS = ("services.", "schemas.")
CLIENTS = ("aiokafka.", "kafka.")


@dataclass(frozen=True)
class Place:
    """A line of code that was under way."""

    file: str
    line: int | None
    function: str
    code: str


@dataclass(frozen=True)
class Raised:
    """An exception without anybody's values.

    Attributes:
        message: "" where it may hold a cell of a table: it is left out unless it is that of a
            system error, a Kafka client's, or one of ours, which are built without any.
        places: The outermost first.
    """

    type: str
    message: str
    places: tuple[Place, ...]


def list_raised(error: BaseException) -> tuple[Raised, ...]:
    """An exception and what led to it, the cause first, as Python prints them."""
    return tuple(
        Raised(type(one).__name__, _message(one), tuple(map(_place, _frames(one))))
        for one in _chain(error)
    )


def write_exception(error: BaseException) -> str:
    """Types and places, the cause first, as Python prints them."""
    lines = []
    for position, raised in enumerate(list_raised(error)):
        if position:
            lines.append("which led to:")
        lines += [f"  {at.file}:{at.line} {at.function}: {at.code}" for at in raised.places]
        lines.append(f"{raised.type}: {raised.message}" if raised.message else raised.type)
    return "\n".join(lines)


def find_exception(line: Mapping[str, Any]) -> BaseException | None:
    """The exception that a line of the log is about."""
    given = line.get("exc_info")
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return cast("BaseException | None", given[1])
    return sys.exc_info()[1] if given else None


def tell_exception(_: Any, __: str, event: Any) -> Any:
    """A processor of structlog: `exc_info` becomes `exception`."""
    error = find_exception(event)
    event.pop("exc_info", None)
    if error is not None:
        event["exception"] = write_exception(error)
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The cause of the cause first. A chain may be a circle, so it is bounded."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return reversed(chain)


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]


def _place(frame: traceback.FrameSummary) -> Place:
    path = Path(frame.filename)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-3:])
    return Place(str(name), frame.lineno, frame.name, frame.line or "")


def _message(error: BaseException) -> str:
    home = f"{type(error).__module__}."
    is_safe = isinstance(error, OSError) or home.startswith((*OURS, *CLIENTS))
    return str(error) if is_safe else ""
