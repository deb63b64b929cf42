"""An exception for the log: where it was raised and what it is, without anybody's values."""

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_FRAMES = 40
ROOT = Path(__file__).parents[2]
OURS = ("services.", "schemas.")
CLIENTS = ("aiokafka.", "kafka.")


def write_exception(error: BaseException) -> str:
    """Types and places, the cause first, as Python prints them.

    A message is left out unless it can hold no cell of a table: that of a system error, a Kafka
    client's, or one of ours, which are built without any.
    """
    lines = []
    for position, one in enumerate(_chain(error)):
        if position:
            lines.append("which led to:")
        frames = traceback.extract_tb(one.__traceback__)[-MOST_FRAMES:]
        lines += [f"  {_place(frame)}" for frame in frames]
        lines.append(f"{type(one).__name__}{_message(one)}")
    return "\n".join(lines)


def tell_exception(_: Any, __: str, event: Any) -> Any:
    """A processor of structlog: `exc_info` becomes `exception`."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else None
    if error is None and given:
        found = given if isinstance(given, tuple) else sys.exc_info()
        error = found[1]
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


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-3:])
    return f"{name}:{frame.lineno} {frame.name}: {frame.line}"


def _message(error: BaseException) -> str:
    home = f"{type(error).__module__}."
    is_safe = isinstance(error, OSError) or home.startswith((*OURS, *CLIENTS))
    return f": {error}" if is_safe else ""
