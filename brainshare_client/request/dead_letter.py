"""Dead letters: what was given up on, put back or aside."""

from typing import TypedDict, Unpack

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Series, each
from schemas.api.dead_letter import (
    DeadLetter,
    DeadLetterGroups,
    DeadLetterPage,
    DeadLetterRecord,
    RedriveResult,
)

PATH = path_of("dead-letters")


class GroupFilters(TypedDict, total=False):
    """Which dead letters are meant."""

    state: str | None
    stage: str | None
    kind: str | None
    tenant: str | None


class LetterFilters(GroupFilters, total=False):
    """The same, and those that failed alike."""

    fingerprint: str | None


class LetterPageFilters(LetterFilters, total=False):
    """The same, and which page of how many."""

    limit: int | None
    cursor: str | None


class RedriveFilters(TypedDict, total=False):
    """Which open dead letters to put back; without any of it, all of them."""

    stage: str | None
    kind: str | None
    fingerprint: str | None
    limit: int
    cursor: str | None
    tenant: str | None


def page(**filters: Unpack[LetterPageFilters]) -> Call[DeadLetterPage]:
    """A page of dead letters, newest first."""
    return read_from(PATH, as_contract(DeadLetterPage), **filters)


def list_(**filters: Unpack[LetterFilters]) -> Series[DeadLetter]:
    """All dead letters that are meant, newest first."""
    return each(
        lambda cursor: page(**filters, limit=200, cursor=cursor), lambda page: page.dead_letters
    )


def groups(**filters: Unpack[GroupFilters]) -> Call[DeadLetterGroups]:
    """Dead letters by what failed, the largest groups first."""
    return read_from(f"{PATH}/groups", as_contract(DeadLetterGroups), **filters)


def get(letter_id: str) -> Call[DeadLetterRecord]:
    """One dead letter with its headers and bytes."""
    return read_from(path_of("dead-letters", letter_id), as_contract(DeadLetterRecord))


def redrive(letter_id: str, *, reason: str = "") -> Call[DeadLetter]:
    """Put a dead letter back; a `Conflict` where it is not open."""
    path = path_of("dead-letters", letter_id, "redrive")
    return send_to(path, as_contract(DeadLetter), {"reason": reason})


def redrive_many(
    *, dry_run: bool = False, reason: str = "", **filters: Unpack[RedriveFilters]
) -> Call[RedriveResult]:
    """Put back dead letters that are open, the oldest first; its `next` is where to go on."""
    asked = {name: value for name, value in filters.items() if value is not None}
    return send_redrive(asked | {"dryRun": dry_run, "reason": reason})


def send_redrive(body: object) -> Call[RedriveResult]:
    """The same, by its body as the API has it."""
    return send_to(f"{PATH}/redrive", as_contract(RedriveResult), body)


def discard(letter_id: str, *, reason: str, by: str = "") -> Call[DeadLetter]:
    """Put a dead letter aside."""
    path = path_of("dead-letters", letter_id, "discard")
    return send_to(path, as_contract(DeadLetter), {"reason": reason, "by": by})
