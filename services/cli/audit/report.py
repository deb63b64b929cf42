"""What an audit has found."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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
class Note:
    """One job that was answered twice because a delivery was begun twice. Nothing is off with it.

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
        notes: Jobs that were answered twice after a kill, which is harmless.
    """

    accepted: int
    standings: Counter[Standing]
    findings: frozenset[Finding]
    expired: int = 0
    notes: frozenset[Note] = frozenset()

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
        return self.is_balanced and not self.findings

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
            "jobs": [_as_dict(f) for wrong in Wrong for f in self.named(wrong, limit)],
            "notes": [{"jobId": n.job, "detail": n.detail} for n in self.noted(limit)],
        }


def _as_dict(finding: Finding) -> dict[str, str]:
    return {
        "jobId": finding.job,
        "wrong": finding.wrong.value,
        "detail": finding.detail + finding.evidence,
    }


def make_report(
    accepted: int,
    standings: Iterable[tuple[Standing, int]],
    findings: Iterable[Finding],
    expired: int,
    notes: Iterable[Note],
) -> Report:
    """Add up."""
    total: Counter[Standing] = Counter()
    for standing, count in standings:
        total[standing] += count
    return Report(accepted, total, frozenset(findings), expired, frozenset(notes))
