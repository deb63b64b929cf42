"""What a run may cost, and how many of its jobs may fail, before it stops by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from schemas.kafka.topics import TopicKind, TopicRole
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from services.replay.answer import read_answers
from services.replay.manifest import Manifest, PlannedJob
from services.replay.topic_reading import read_job_id

LEAST_ENDED = 10
"""Before so many have ended, a share of failures says nothing."""


class ReplayStoppedError(Exception):
    """A run has reached a ceiling. Says which, and what it came to."""


@dataclass(frozen=True)
class Ceiling:
    """Where a run stops.

    Attributes:
        cost_usd: US dollars for all of its calls; None for no ceiling.
        failed: Share of its ended jobs that may fail, from 0 to 1; None for all of them.
    """

    cost_usd: float | None = None
    failed: float | None = None

    @property
    def is_any(self) -> bool:
        """Whether there is one at all."""
        return self.cost_usd is not None or self.failed is not None


NO_CEILING = Ceiling()


@dataclass
class Outcomes:
    """What has become of the jobs of a run, as the topics tell it.

    Attributes:
        costs: What each stage of each job has cost; one whose price is not known is not in it.
        ended: Jobs that have their last answer, or failed.
    """

    manifest: Manifest
    costs: dict[tuple[UUID, StageName], float] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)
    failed: set[UUID] = field(default_factory=set)
    _seen: set[tuple[UUID, StageName]] = field(default_factory=set)

    def take(self, record: ConsumedRecord, role: TopicRole) -> None:
        """Take in a record; all but those of the run's jobs are passed over."""
        job_id = read_job_id(record)
        planned = None if job_id is None else self._planned.get(job_id)
        if job_id is None or planned is None or role.stage is None:
            return
        if role.kind is TopicKind.DEAD_LETTERS:
            self.ended.add(job_id)
            self.failed.add(job_id)
        elif role.kind is TopicKind.SUGGESTIONS:
            self._take_answer(job_id, planned, role.stage, record)

    @property
    def cost_usd(self) -> float:
        """What is known to have been spent."""
        return sum(self.costs.values())

    def check(self, ceiling: Ceiling, started: int) -> bool:
        """Whether one more may be started now; False where what is under way has to end first.

        Args:
            started: How many have been started so far; of those under way each is taken to cost
                as much as those that have ended did.

        Raises:
            ReplayStoppedError: No more are started at all.
        """
        if ceiling.failed is not None and len(self.ended) >= LEAST_ENDED:
            share = len(self.failed) / len(self.ended)
            if share > ceiling.failed:
                raise ReplayStoppedError(
                    f"{len(self.failed)} of {len(self.ended)} jobs that have ended have failed,"
                    f" which is more than {ceiling.failed:.0%}"
                )
        if ceiling.cost_usd is None:
            return True
        if self.cost_usd >= ceiling.cost_usd:
            raise ReplayStoppedError(f"${self.cost_usd:.4f} are spent of ${ceiling.cost_usd:.4f}")
        under_way = max(0, started - len(self.ended))
        each = self.cost_usd / len(self.ended) if self.ended else 0.0
        if self.cost_usd + (under_way + 1) * each <= ceiling.cost_usd:
            return True
        if under_way:
            return False
        raise ReplayStoppedError(
            f"${self.cost_usd:.4f} are spent of ${ceiling.cost_usd:.4f}, and another job would"
            f" cost ${each:.4f}"
        )

    @property
    def _planned(self) -> Mapping[UUID, PlannedJob]:
        return self.manifest.by_replay

    def _take_answer(
        self, job_id: UUID, planned: PlannedJob, stage: StageName, record: ConsumedRecord
    ) -> None:
        if (job_id, stage) in self._seen or stage not in planned.stages:
            return  # of two answers the first counts
        self._seen.add((job_id, stage))
        if stage is planned.stages[-1]:
            self.ended.add(job_id)
        try:
            answer = read_answers(record.value or b"").get(stage)
        except (ValueError, LookupError, TypeError, AttributeError):
            return
        if answer is not None and answer.cost_usd is not None:
            self.costs[job_id, stage] = answer.cost_usd
