"""One stage of one job, before and now: what has become of it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from schemas.stage import StageName
from services.replay.answer import Answer


class Verdict(StrEnum):
    """What has become of a stage of a job. Each pair has one, so their counts add up to all."""

    SAME = "same"
    CHANGED = "changed"
    BETTER = "better"
    WORSE = "worse"
    FAILING = "failing"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Pair:
    """A stage of a job, before and now.

    Attributes:
        before: None where it had not answered.
        now: None where it has not answered.
        has_failed: Whether the replay was given up on, here or in a stage before.
    """

    job_id: UUID
    stage: StageName
    before: Answer | None
    now: Answer | None
    has_failed: bool = False

    @property
    def key(self) -> tuple[UUID, StageName]:
        """Of which stage of which job it is."""
        return self.job_id, self.stage

    @property
    def verdict(self) -> Verdict:
        """What has become of it. What is neither answered nor given up on is missing."""
        if self.now is None:
            if not self.has_failed:
                return Verdict.MISSING
            return Verdict.FAILING if self.before else Verdict.SAME
        if self.before is None:
            return Verdict.BETTER
        if self.before.suggestion == self.now.suggestion:
            return Verdict.SAME
        if self.before.faults == self.now.faults:
            return Verdict.CHANGED
        return Verdict.BETTER if self.now.faults < self.before.faults else Verdict.WORSE
