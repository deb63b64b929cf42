"""Compares the topics that must exist with those that do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.kafka.topics import MAX_RECORD_BYTES, TopicSpec
from services.kafka import KafkaSettings, TopicState, open_admin

LIMIT = "max.message.bytes"


class TopicMismatchError(Exception):
    """A topic is missing, has another number of partitions, or takes no record of our size."""


@dataclass(frozen=True)
class TopicDiff:
    """What differs.

    Attributes:
        drifted: Topics whose configuration differs, with the settings that do.
        repartitioned: Topics with another number of partitions, and that number. Not mendable.
        narrow: Topics that would refuse a record of ours, and the most bytes that they take.
    """

    missing: tuple[TopicSpec, ...]
    drifted: tuple[tuple[TopicSpec, tuple[str, ...]], ...]
    repartitioned: tuple[tuple[TopicSpec, int], ...]
    narrow: tuple[tuple[TopicSpec, int], ...] = ()


def compare(
    specs: Sequence[TopicSpec], found: Mapping[str, TopicState], partitions: int
) -> TopicDiff:
    """Compare the topics of a cluster with those that must exist."""
    existing = [(spec, found[spec.name]) for spec in specs if spec.name in found]
    drift = [(spec, _drift(spec, state)) for spec, state in existing]
    return TopicDiff(
        missing=tuple(spec for spec in specs if spec.name not in found),
        drifted=tuple((spec, names) for spec, names in drift if names),
        repartitioned=tuple(
            (spec, state.partitions) for spec, state in existing if state.partitions != partitions
        ),
        narrow=tuple(
            (spec, limit)
            for spec, state in existing
            if (limit := int(state.config.get(LIMIT, MAX_RECORD_BYTES))) < MAX_RECORD_BYTES
        ),
    )


def refuse_mismatch(diff: TopicDiff, partitions: int) -> None:
    """Refuse topics that a service cannot run on.

    Raises:
        TopicMismatchError: One line that says what is wrong and what to do.
    """
    if diff.repartitioned:
        spec, actual = diff.repartitioned[0]
        raise TopicMismatchError(
            f"topic {spec.name} has {actual} partitions, the settings ask for {partitions}: set"
            f" KAFKA_PARTITIONS to {actual} or start with new topics; a keyed topic cannot be"
            " repartitioned"
        )
    if diff.narrow:
        spec, limit = diff.narrow[0]
        raise TopicMismatchError(
            f"topic {spec.name} takes records of {limit} bytes at most (max.message.bytes), ours"
            f" may have {MAX_RECORD_BYTES}: run `brainshare topics apply`"
        )
    if diff.missing:
        names = ", ".join(spec.name for spec in diff.missing)
        raise TopicMismatchError(f"missing topics: {names}: run `brainshare topics apply`")


async def check_topics(settings: KafkaSettings, specs: Sequence[TopicSpec]) -> None:
    """Refuse to run where a topic is missing or cannot hold what is published to it.

    Raises:
        TopicMismatchError: One line that says what is wrong and what to do.
        BrokerUnavailableError: No broker answers.
    """
    async with open_admin(settings) as admin:
        found = await admin.describe([spec.name for spec in specs])
    refuse_mismatch(compare(specs, found, settings.partitions), settings.partitions)


def _drift(spec: TopicSpec, state: TopicState) -> tuple[str, ...]:
    return tuple(name for name, value in spec.config.items() if state.config.get(name) != value)
