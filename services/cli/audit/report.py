"""What an audit has found."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from services.cli.audit.repeat import NO_COST, Cause, Cost


class Standing(StrEnum):
    """Where an accepted job stands."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    OWNED = "owned"
    LOST = "lost"


class Wrong(StrEnum):
    """What is off with a job."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    ORPHANED = "orphaned"


@dataclass(frozen=True)
class Finding:
    """One job that something is off with.

    Attributes:
        detail: What is off, and where; two looks that agree on it have found the same thing.
        evidence: What may have grown between two looks.
    """

    wrong: Wrong
    job: str
    detail: str
    evidence: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.wrong.value} {self.job}: {self.detail}{self.evidence}"


@dataclass(frozen=True)
class Deletion:
    """Records that Kafka deleted before the group that had to end them did.

    Attributes:
        begin: The first offset that the log still holds.
    """

    topic: str
    partition: int
    count: int
    begin: int
    group: str

    def __str__(self) -> str:
        where = f"{self.topic} partition {self.partition} before offset {self.begin}"
        return f"deleted unread {self.count}: {where}, not ended by {self.group}"


@dataclass(frozen=True)
class Note:
    """One job that was answered twice because a delivery was begun twice. No result is wrong.

    Attributes:
        detail: What is there twice.
    """

    job: str
    detail: str

    def __str__(self) -> str:
        return f"answered twice {self.job}: {self.detail}, begun twice; the first one counts"


@dataclass(frozen=True)
class Report:
    """Every accepted job has one standing; apart from that, what is off.

    Attributes:
        expired: Jobs seen only in part, since retention has deleted their first records.
        notes: Jobs that were answered twice: no result is wrong, but calls were paid for twice.
        causes: Why deliveries were begun again, or answers are there again.
        wasted: What the answers that do not count have cost; the first in a log is the one.
        deletions: What Kafka deleted before it was ended, as far as the groups' offsets tell.
        lost_records: Jobs that failed because their record was deleted, as their dead letters say.
        since_ms: From when on every job is counted, in Unix milliseconds.
    """

    accepted: int
    standings: Counter[Standing]
    findings: frozenset[Finding]
    expired: int = 0
    notes: frozenset[Note] = frozenset()
    causes: Counter[Cause] = field(default_factory=Counter)
    wasted: Cost = field(default=NO_COST, compare=False)
    deletions: tuple[Deletion, ...] = ()
    lost_records: int = 0
    since_ms: int = 0

    @property
    def deleted(self) -> int:
        """Records that were deleted before they were ended."""
        return sum(deletion.count for deletion in self.deletions)

    @property
    def complete_since(self) -> str:
        """From when on every job is counted, for a person."""
        return f"{datetime.fromtimestamp(self.since_ms / 1000, UTC):%Y-%m-%d %H:%M UTC}"

    @property
    def open(self) -> int:
        """Accepted jobs without an end, lost ones included."""
        return sum(self.standings[s] for s in (Standing.WAITING, Standing.OWNED, Standing.LOST))

    @property
    def is_balanced(self) -> bool:
        """Whether each accepted job is counted once."""
        return self.accepted == sum(self.standings.values())

    @property
    def is_well(self) -> bool:
        """Whether nothing is off."""
        return self.is_balanced and not (self.findings or self.deletions)

    def count(self, wrong: Wrong) -> int:
        """How many jobs this is wrong with."""
        return sum(finding.wrong is wrong for finding in self.findings)

    def named(self, wrong: Wrong, limit: int) -> list[Finding]:
        """Some of the jobs that this is wrong with, in a stable order."""
        return sorted((f for f in self.findings if f.wrong is wrong), key=str)[:limit]

    def noted(self, limit: int) -> list[Note]:
        """Some of the jobs that were answered twice, in a stable order."""
        return sorted(self.notes, key=str)[:limit]

    @property
    def equation(self) -> str:
        """The conservation law in one line."""
        ends = (Standing.COMPLETED, Standing.FAILED, Standing.CANCELLED)
        terms = " + ".join(f"{end.value} {self.standings[end]}" for end in ends)
        sign = "=" if self.is_balanced else "!="
        return f"accepted {self.accepted} {sign} {terms} + open {self.open}"

    def to_dict(self, limit: int) -> dict[str, Any]:
        """For programs; at most `limit` jobs are named per kind of wrong."""
        return {
            "ok": self.is_well,
            "accepted": self.accepted,
            **{standing.value: self.standings[standing] for standing in Standing},
            "open": self.open,
            "expired": self.expired,
            **{wrong.value: self.count(wrong) for wrong in Wrong},
            "answeredTwice": len(self.notes),
            "repeatedCalls": self._show_repeats(),
            "deletedUnread": self.deleted,
            "deletedBeforeEnded": self.lost_records,
            "completeSinceMs": self.since_ms,
            "jobs": [_as_dict(f) for wrong in Wrong for f in self.named(wrong, limit)],
            "notes": [{"jobId": n.job, "detail": n.detail} for n in self.noted(limit)],
        }

    def _show_repeats(self) -> dict[str, Any]:
        return {
            "causes": {cause.name.lower(): self.causes[cause] for cause in Cause},
            "answers": self.wasted.answers,
            "tokens": self.wasted.tokens,
            "costUsd": round(self.wasted.usd, 6),
            "costUnknown": self.wasted.unknown,
        }


def _as_dict(finding: Finding) -> dict[str, str]:
    return {
        "jobId": finding.job,
        "wrong": finding.wrong.value,
        "detail": finding.detail + finding.evidence,
    }
