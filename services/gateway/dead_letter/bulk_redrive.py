"""Puts many dead letters back: oldest first, at a rate, in runs that end soon.

A run goes through what had failed when the first one began, so that what fails again meanwhile is
not put back in a circle. It can be cut off anywhere and begun again: what was put back is no longer
open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.gateway.access.actor import Actor
from services.gateway.api.request_info import trace_apart
from services.gateway.database.database import Connection
from services.gateway.database.place import Place, Span
from services.gateway.dead_letter.desk import (
    Desk,
    LetterRefusedError,
    NoSuchLetterError,
    tell_refusal,
)
from services.gateway.dead_letter.store import count_earlier, list_letters, list_oldest
from services.gateway.dead_letter.stored_letter import LetterFilter, StoredLetter
from services.gateway.job.store import list_cancelled
from services.gateway.outbox.rate import Rate
from services.gateway.outbox.record_writer import RecordWriter
from services.kafka import PublishFailedError

RUN_S = 5.0
"""No letter is begun later in a run, in seconds: its caller waits for an answer."""


@dataclass(frozen=True)
class Candidate:
    """An open dead letter. `refusal` says why it may not be put back; None where it may."""

    letter: StoredLetter
    refusal: str | None


@dataclass(frozen=True)
class Run:
    """What a run came to.

    Attributes:
        following: What is left to go through, None when that is nothing.
    """

    letters: tuple[StoredLetter, ...] = ()
    skipped: tuple[Candidate, ...] = ()
    following: Span | None = None


@dataclass(frozen=True)
class Choice:
    """What a run may go through.

    Attributes:
        until: Where its span ends, None where no letter fits.
        is_last: Whether nothing of the span comes after these.
    """

    candidates: tuple[Candidate, ...]
    until: Place | None
    is_last: bool

    def sum_up(self, done: Sequence[Candidate]) -> Run:
        """What the run came to when it has gone through the first so many."""
        return Run(
            tuple(one.letter for one in done if one.refusal is None),
            tuple(one for one in done if one.refusal is not None),
            self._find_rest(done),
        )

    def _find_rest(self, done: Sequence[Candidate]) -> Span | None:
        is_through = self.is_last and len(done) == len(self.candidates)
        if is_through or self.until is None:
            return None
        return Span(done[-1].letter.place, self.until)


class BulkRedrive:
    """Puts back what fits a filter."""

    def __init__(self, writer: RecordWriter, desk: Desk, rate: Rate) -> None:
        self._database = writer.database
        self._desk = desk
        self._clock = rate.clock

    async def preview(self, wanted: LetterFilter, span: Span | None, limit: int) -> Run:
        """What a run would put back if it had the time."""
        choice = await self._database.read(_choose, wanted, span, limit)
        return choice.sum_up(choice.candidates)

    async def run(self, wanted: LetterFilter, span: Span | None, limit: int, actor: Actor) -> Run:
        """Put back open dead letters of a span, for a while.

        Args:
            span: What the run before has left; None to begin.
            limit: The most to look at.

        Raises:
            PublishFailedError: The broker did not ack the first in time. A later one ends the run.
        """
        ends_at = self._clock() + RUN_S
        choice = await self._database.read(_choose, wanted, span, limit)
        done: list[Candidate] = []
        for candidate in choice.candidates:
            if done and self._clock() >= ends_at:
                break
            try:
                done.append(await self._redrive(candidate, actor))
            except PublishFailedError:
                if not done:
                    raise
                break
        return choice.sum_up(done)

    async def _redrive(self, candidate: Candidate, actor: Actor) -> Candidate:
        if candidate.refusal is not None:
            return candidate
        letter_id = candidate.letter.letter_id
        try:
            with trace_apart("redrive", actor.info) as info:
                one = replace(actor, info=info)
                return Candidate(await self._desk.redrive(letter_id, one), None)
        except (LetterRefusedError, NoSuchLetterError) as error:
            return Candidate(candidate.letter, str(error))


def _choose(connection: Connection, wanted: LetterFilter, span: Span | None, limit: int) -> Choice:
    span = span or _begin(connection, wanted)
    if span is None:
        return Choice((), None, is_last=True)
    found = list_oldest(connection, wanted, span, limit + 1)
    letters = found[:limit]
    cancelled = list_cancelled(connection, [letter.key[0] for letter in letters])
    refusals = (
        tell_refusal(letter, count_earlier(connection, letter.key), letter.key[0] in cancelled)
        for letter in letters
    )
    candidates = tuple(map(Candidate, letters, refusals))
    return Choice(candidates, span.until, is_last=len(found) <= limit)


def _begin(connection: Connection, wanted: LetterFilter) -> Span | None:
    newest = list_letters(connection, wanted, None, 1)
    return Span(None, newest[0].place) if newest else None
