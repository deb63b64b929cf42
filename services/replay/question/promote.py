"""Chooses which results of a replay are promoted, for whoever asks over HTTP."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.kafka import BrokerUnavailableError, KafkaSettings, LogStandsError
from services.replay.comparison.promotion import choose, read_rule
from services.replay.comparison.reading import compare as compare_topics
from services.replay.manifest import Manifest
from services.replay.question.plan import PastUnreadableError


@dataclass(frozen=True)
class PromotionQuestion:
    """Which results of a replay pass a rule.

    Attributes:
        manifest: As JSON.
        wanted: Only these of its source jobs; none for all.
    """

    manifest: bytes
    rule: str
    wanted: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Promotable:
    """The ids of the jobs whose results pass, and of each other that was meant, with why not."""

    chosen: tuple[str, ...]
    skipped: Mapping[str, str]


def find_promotable(settings: KafkaSettings, asked: PromotionQuestion) -> Promotable:
    """Compare once more, and choose.

    Raises:
        PastUnreadableError: The topics cannot be read.
        ValueError: The rule is none.
    """
    planned, rule = Manifest.from_json(asked.manifest), read_rule(asked.rule)
    try:
        found, _ = asyncio.run(compare_topics(settings, planned))
    except (BrokerUnavailableError, LogStandsError) as error:
        raise PastUnreadableError(str(error)) from error
    choice = choose(planned, found.pairs, rule, asked.wanted)
    skipped = {str(job_id): why for job_id, why in choice.skipped.items()}
    return Promotable(tuple(map(str, choice.chosen)), skipped)
