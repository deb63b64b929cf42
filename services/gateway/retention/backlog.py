"""What a group has yet to end of its logs, and what of it is gone. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName
from services.kafka import Position


@dataclass(frozen=True)
class GroupTopics:
    """The topics of which a group must end every record."""

    group: str
    stage: StageName
    topics: frozenset[str]


@dataclass(frozen=True)
class Backlog:
    """One partition, as its group sees it.

    Attributes:
        committed: Everything before this offset is ended.
        begin: The first offset that the log still holds.
        end: The offset that the next record will get.
    """

    stage: StageName
    position: Position
    committed: int
    begin: int
    end: int

    @property
    def gone(self) -> int:
        """How many records the log has deleted before the group had ended them."""
        return max(0, self.begin - self.committed)

    @property
    def first_open(self) -> int | None:
        """The offset of the first record that is there and not ended; None where there is none."""
        first = max(self.committed, self.begin)
        return first if first < self.end else None


def list_groups(names: TopicNames) -> list[GroupTopics]:
    """Every group of the stages with its topics."""
    return [
        of_stage
        for stage in STAGE_ORDER
        for of_stage in (
            GroupTopics(names.group(stage), stage, frozenset(names.inputs(stage))),
            GroupTopics(names.forwarder_group(stage), stage, frozenset(names.retries(stage))),
        )
    ]


def list_backlogs(
    of: GroupTopics,
    committed: Mapping[Position, int],
    begin: Mapping[Position, int],
    end: Mapping[Position, int],
) -> Iterator[Backlog]:
    """A group's partitions. Where it has committed nothing, nothing is known to be gone."""
    for position, first in begin.items():
        if position[0] in of.topics:
            done = committed.get(position, first)
            yield Backlog(of.stage, position, done, first, end[position])


@dataclass(frozen=True)
class Age:
    """How long the oldest open record of a stage waits.

    Attributes:
        seconds: 0 where there is none.
        share: Of the time for which its topic keeps records: at 1 it is deleted.
    """

    seconds: float = 0.0
    share: float = 0.0


def find_age(
    backlogs: Iterable[Backlog],
    appended_ms: Mapping[Position, int],
    retention_ms: Mapping[str, int],
    now_ms: int,
) -> Age:
    """The greatest age and the greatest share of a stage, not always of the same record.

    Args:
        appended_ms: When the first open record of each partition came, in Unix milliseconds.
        retention_ms: By topic; below 1 for one that keeps records for ever.
    """
    ages = [Age()]
    for backlog in backlogs:
        if (at_ms := appended_ms.get(backlog.position)) is not None:
            age_ms, kept_ms = max(0, now_ms - at_ms), retention_ms[backlog.position[0]]
            ages.append(Age(age_ms / 1000, age_ms / kept_ms if kept_ms > 0 else 0.0))
    return Age(max(age.seconds for age in ages), max(age.share for age in ages))
