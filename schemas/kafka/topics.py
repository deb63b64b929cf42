"""Every topic: its name, who uses it and its policy. No other file spells one."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from schemas.kafka.retry_tier import DEFAULT_TIERS, RetryTier, read_tier
from schemas.stage import STAGE_ORDER, StageName

DAY_MS = 24 * 60 * 60 * 1000
HOUR_MS = 60 * 60 * 1000
COMPACTION = {
    "min.compaction.lag.ms": str(HOUR_MS),
    "max.compaction.lag.ms": str(DAY_MS),
    # A slow reader must still see that a key was purged.
    "delete.retention.ms": str(7 * DAY_MS),
}
REQUESTS_KEPT_MS = 7 * DAY_MS
SUGGESTIONS_KEPT_MS = 30 * DAY_MS
CANCEL_KEPT_MS = REQUESTS_KEPT_MS + DAY_MS
"""How long a cancel counts: after the longest deadline, and as long as a request is there at all.

Then nothing of the job can come any more, and a key may stand for a new one.
"""
CONTROL_KEPT_MS = SUGGESTIONS_KEPT_MS + 2 * DAY_MS
"""A promotion comes after the answer that it promotes, and is to be there as long as that.

An answer may stay for a day longer than it is kept, since a segment goes as a whole.
"""
BROKERS_TIME = "LogAppendTime"
WRITERS_TIME = "CreateTime"
MAX_RECORD_BYTES = 4 * 1024 * 1024
DEFAULT_PARTITIONS = 6


class TopicKind(IntEnum):
    """What the records of a topic say of their job, in the order in which they come to be."""

    REQUESTS = 0
    SUGGESTIONS = 1
    RETRIES = 2
    DEAD_LETTERS = 3
    EVENTS = 4
    CONTROL = 5

    @property
    def label(self) -> str:
        """The kind as a label of a metric."""
        return self.name.lower()


@dataclass(frozen=True)
class TopicRole:
    """The part that a topic plays.

    Attributes:
        stage: Whose records it holds; None where they are about all of them.
    """

    kind: TopicKind
    stage: StageName | None = None


@dataclass(frozen=True)
class TopicSpec:
    """A topic as it must exist.

    Attributes:
        retention_ms: How long a record is kept after it was appended, in milliseconds.
        segment_ms: After how long a segment is rolled: retention judges whole segments.
        timestamp_type: Whose time a record has. Delays and lookups by time need the broker's clock,
            which never runs backwards.
    """

    name: str
    retention_ms: int
    segment_ms: int = DAY_MS
    cleanup_policy: str = "delete"
    timestamp_type: str = BROKERS_TIME

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings, all explicit, under Kafka's names."""
        return {
            "cleanup.policy": self.cleanup_policy,
            "retention.ms": str(self.retention_ms),
            "segment.ms": str(self.segment_ms),
            "max.message.bytes": str(MAX_RECORD_BYTES),
            "message.timestamp.type": self.timestamp_type,
            **(COMPACTION if "compact" in self.cleanup_policy else {}),
        }


@dataclass(frozen=True)
class TopicNames:
    """Derives each topic's name.

    Attributes:
        prefix: Put before every name, for instance "test1."; "" in production.
        tiers: The retry tiers, the shortest first.
    """

    prefix: str = ""
    tiers: tuple[RetryTier, ...] = DEFAULT_TIERS

    def requests(self, stage: StageName) -> str:
        """New jobs whose first stage this is, and what is to be tried again."""
        return f"{self.prefix}{stage.value}.requests"

    def suggestions(self, stage: StageName) -> str:
        """Answers of a stage, which are the next stage's input."""
        return f"{self.prefix}{stage.value}.suggestions"

    def retry(self, stage: StageName, tier: RetryTier) -> str:
        """Records of a stage that wait for the tier's delay."""
        return f"{self._retry_prefix(stage)}{tier.name}"

    def retries(self, stage: StageName) -> tuple[str, ...]:
        """All of a stage's retry topics, the shortest delay first."""
        return tuple(self.retry(stage, tier) for tier in self.tiers)

    def find_retries(self, stage: StageName, topics: Iterable[str]) -> dict[str, RetryTier]:
        """Those of some topics in which records of a stage wait, retired tiers among them."""
        prefix = self._retry_prefix(stage)
        found: dict[str, RetryTier] = {}
        for topic in topics:
            with suppress(ValueError):
                if topic.startswith(prefix):
                    found[topic] = read_tier(topic.removeprefix(prefix))
        return found

    def _retry_prefix(self, stage: StageName) -> str:
        return f"{self.prefix}{stage.value}.retry."

    def dead_letters(self, stage: StageName) -> str:
        """Records that a stage has given up on, as they came."""
        return f"{self.prefix}{stage.value}.dead-letters"

    @property
    def events(self) -> str:
        """Facts that no other record states."""
        return f"{self.prefix}job.events"

    @property
    def control(self) -> str:
        """What people ask of jobs: their cancel, or another result."""
        return f"{self.prefix}job.control"

    def group(self, stage: StageName) -> str:
        """The consumer group of a stage's workers, which is also their Faust app's id."""
        return f"{self.prefix}{stage.value}-agent"

    def forwarder_group(self, stage: StageName) -> str:
        """The consumer group of a stage's retry forwarders."""
        return f"{self.group(stage)}.forwarder"

    def inputs(self, stage: StageName) -> tuple[str, ...]:
        """What a stage consumes."""
        previous = (self.suggestions(stage.previous),) if stage.previous else ()
        return (self.requests(stage), *previous)

    def outputs(self, stage: StageName) -> tuple[str, ...]:
        """Where a stage's answers and failures go: what its ledger reads."""
        return (self.suggestions(stage), *self.retries(stage), self.dead_letters(stage))

    def describe(self, topic: str) -> TopicRole:
        """The part that a topic plays.

        Raises:
            KeyError: It is none of these.
        """
        return self.roles[topic]

    @cached_property
    def roles(self) -> Mapping[str, TopicRole]:
        """Every topic with the part that it plays."""
        return {
            self.events: TopicRole(TopicKind.EVENTS),
            self.control: TopicRole(TopicKind.CONTROL),
            **{self.requests(s): TopicRole(TopicKind.REQUESTS, s) for s in STAGE_ORDER},
            **{self.suggestions(s): TopicRole(TopicKind.SUGGESTIONS, s) for s in STAGE_ORDER},
            **{t: TopicRole(TopicKind.RETRIES, s) for s in STAGE_ORDER for t in self.retries(s)},
            **{self.dead_letters(s): TopicRole(TopicKind.DEAD_LETTERS, s) for s in STAGE_ORDER},
        }

    def all(self) -> tuple[TopicSpec, ...]:
        """Every topic with its policy."""
        return (
            *(spec for stage in STAGE_ORDER for spec in self._of_stage(stage)),
            TopicSpec(self.events, retention_ms=30 * DAY_MS),
            TopicSpec(
                self.control, CONTROL_KEPT_MS, segment_ms=HOUR_MS, cleanup_policy="compact,delete"
            ),
        )

    def _of_stage(self, stage: StageName) -> Iterator[TopicSpec]:
        yield TopicSpec(self.requests(stage), retention_ms=REQUESTS_KEPT_MS)
        yield TopicSpec(self.suggestions(stage), retention_ms=SUGGESTIONS_KEPT_MS)
        for retry in self.retries(stage):
            yield TopicSpec(retry, retention_ms=7 * DAY_MS, segment_ms=HOUR_MS)
        yield TopicSpec(self.dead_letters(stage), retention_ms=90 * DAY_MS)
