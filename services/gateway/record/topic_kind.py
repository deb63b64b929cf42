"""Which topics the projector reads, and what a record on each of them is about."""

from dataclasses import dataclass
from enum import IntEnum

from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName


class TopicKind(IntEnum):
    """What the records of a topic say."""

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
class Source:
    """A topic's kind and stage; job.events and job.control are about all of them."""

    kind: TopicKind
    stage: StageName = StageName.TABLE

    @property
    def rank(self) -> int:
        """Orders the topics in which a job can be read, the earliest first."""
        return STAGE_ORDER.index(self.stage) * len(TopicKind) + self.kind


def list_sources(topics: TopicNames) -> dict[str, Source]:
    """Every topic that the status of a job is folded from."""
    return {
        topics.events: Source(TopicKind.EVENTS),
        topics.control: Source(TopicKind.CONTROL),
        **{topics.requests(s): Source(TopicKind.REQUESTS, s) for s in STAGE_ORDER},
        **{topics.suggestions(s): Source(TopicKind.SUGGESTIONS, s) for s in STAGE_ORDER},
        **{t: Source(TopicKind.RETRIES, s) for s in STAGE_ORDER for t in topics.retries(s)},
        **{topics.dead_letters(s): Source(TopicKind.DEAD_LETTERS, s) for s in STAGE_ORDER},
    }
