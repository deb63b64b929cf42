"""Which topics an archive holds, and in which order they are looked at. Pure."""

from collections.abc import Iterable

from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER


def find_names(names: TopicNames, existing: Iterable[str]) -> TopicNames:
    """The same names, with every tier of which there is a topic: records wait in retired ones."""
    topics = list(existing)
    tiers = set(names.tiers)
    for stage in STAGE_ORDER:
        tiers |= set(names.find_retries(stage, topics).values())
    return TopicNames(names.prefix, tuple(sorted(tiers, key=lambda tier: tier.delay_s)))


def order_topics(names: TopicNames) -> tuple[tuple[str, ...], ...]:
    """All topics, what is said of a job before what it was said of.

    Where logs end is asked in this order, so that of whatever is in a backup the record that led
    to it is in it, too: no answer without its request, no `started` without the job. They are
    filled in it, so that whoever reads a stage's input finds what was answered already.
    """
    outputs = (
        topics
        for stage in reversed(STAGE_ORDER)
        for topics in (
            (names.dead_letters(stage), *names.retries(stage)),
            (names.suggestions(stage),),
            (names.requests(stage),),
        )
    )
    return ((names.events,), (names.control,), *outputs)
