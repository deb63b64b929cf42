"""Errors of the gateway itself, as its log tells them: what failed, where, without values."""

import threading
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from schemas.kafka.headers import cut
from services.gateway.dead_letter.state import fingerprint_words, fold_message
from services.telemetry.exception import find_exception, list_raised

LEVELS = frozenset({"error", "critical"})
MOST_KINDS = 100
"""Of errors that wait to be written. More at a time are counted as one, so memory is bounded."""

MANY = "too many kinds of errors at once"
MAX_KIND_BYTES, MAX_MESSAGE_BYTES = 120, 400


@dataclass(frozen=True)
class OwnError:
    """Errors of one kind, since they were last written.

    Attributes:
        kind: What the log calls it.
        message: Type and place, "" where no exception came with it.
    """

    fingerprint: str
    kind: str
    message: str
    count: int
    first: datetime
    last: datetime


class ErrorBook:
    """Counts the error lines of this process. Any thread may write a line."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._errors: dict[str, OwnError] = {}

    def look(self, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A processor of structlog: every line passes, and those of errors are counted."""
        if line.get("level") in LEVELS:
            self.note(*describe(line))
        return line

    def note(self, kind: str, message: str) -> None:
        """Count one."""
        now = self._now()
        with self._lock:
            fingerprint = fingerprint_words("gateway", fold_message(kind), fold_message(message))
            if fingerprint not in self._errors and len(self._errors) >= MOST_KINDS:
                kind, message, fingerprint = MANY, "", fingerprint_words("gateway", MANY)
            known = self._errors.get(fingerprint)
            self._errors[fingerprint] = (
                OwnError(fingerprint, kind, message, 1, now, now)
                if known is None
                else replace(known, count=known.count + 1, last=now)
            )

    def take(self) -> tuple[OwnError, ...]:
        """What was counted since the last time."""
        with self._lock:
            taken, self._errors = tuple(self._errors.values()), {}
        return taken

    def give_back(self, errors: tuple[OwnError, ...]) -> None:
        """Count again what could not be written."""
        with self._lock:
            for error in errors:
                known = self._errors.get(error.fingerprint)
                if known is not None:
                    error = replace(error, count=error.count + known.count, last=known.last)
                self._errors[error.fingerprint] = error


def describe(line: Mapping[str, Any]) -> tuple[str, str]:
    """What a line calls the error, and the type and the place of its exception."""
    kind, message = " ".join(str(line.get("action", "unnamed")).split()), ""
    error = find_exception(line)
    if error is not None:
        raised = list_raised(error)[-1]
        places = [f" at {at.file}:{at.line} {at.function}" for at in raised.places[-1:]]
        message = f"{raised.type}{''.join(places)}"
    return cut(kind, MAX_KIND_BYTES), cut(message, MAX_MESSAGE_BYTES)
