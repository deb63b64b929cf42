"""Compares a replay with the past for whoever asks over HTTP."""

import asyncio
from typing import Any

from services.kafka import BrokerUnavailableError, KafkaSettings, LogStandsError
from services.replay.comparison.description import describe_comparison
from services.replay.comparison.reading import compare as compare_topics
from services.replay.manifest import Manifest
from services.replay.question.plan import PastUnreadableError


def compare(settings: KafkaSettings, manifest: bytes, shown: int) -> dict[str, Any]:
    """What has become of the jobs of a manifest, as it is shown.

    Args:
        manifest: As JSON.
        shown: So many of the worst cases.

    Raises:
        PastUnreadableError: The topics cannot be read.
    """
    try:
        found, lost = asyncio.run(compare_topics(settings, Manifest.from_json(manifest)))
    except (BrokerUnavailableError, LogStandsError) as error:
        raise PastUnreadableError(str(error)) from error
    return describe_comparison(found, lost, shown)
