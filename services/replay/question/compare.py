"""Compares a replay with the past for whoever asks over HTTP."""

import asyncio
from dataclasses import dataclass
from typing import Any

from services.kafka import BrokerUnavailableError, KafkaSettings, LogStandsError
from services.replay.comparison.description import describe_comparison
from services.replay.comparison.limit import passed_limits, read_limits
from services.replay.comparison.reading import compare as compare_topics
from services.replay.manifest import Manifest
from services.replay.question.plan import PastUnreadableError


@dataclass(frozen=True)
class CompareQuestion:
    """What has become of the jobs of a manifest.

    Attributes:
        manifest: As JSON.
        shown: So many of the worst cases.
        control: The manifest of its control, as JSON; None without one.
        limits: Which it must not pass, as `--fail-if` has them; None for none.
    """

    manifest: bytes
    shown: int
    control: bytes | None = None
    limits: str | None = None


def compare(settings: KafkaSettings, asked: CompareQuestion) -> dict[str, Any]:
    """Compare, and say it as it is shown.

    Raises:
        ControlError: The control is of other jobs.
        PastUnreadableError: The topics cannot be read.
        ValueError: The limits are none.
    """
    planned = Manifest.from_json(asked.manifest)
    control = None if asked.control is None else Manifest.from_json(asked.control)
    limits = None if asked.limits is None else read_limits(asked.limits)
    try:
        found, lost = asyncio.run(compare_topics(settings, planned, control))
    except (BrokerUnavailableError, LogStandsError) as error:
        raise PastUnreadableError(str(error)) from error
    failures = None if limits is None else passed_limits(found, limits)
    return describe_comparison(found, lost, asked.shown) | {"failures": failures}
