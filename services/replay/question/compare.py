"""Compares a replay with the past for whoever asks over HTTP."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kafka import BrokerUnavailableError, KafkaSettings, LogStandsError
from services.replay.comparison.comparison import Comparison
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
    found, lost = read_answers(settings, asked)
    return describe(found, lost, asked)


def read_answers(
    settings: KafkaSettings, asked: CompareQuestion
) -> tuple[Comparison, Sequence[UUID]]:
    """Read both sides.

    Returns:
        The comparison, and the jobs whose answer of before is not kept any more.

    Raises:
        ControlError: The control is of other jobs.
        PastUnreadableError: The topics cannot be read.
    """
    planned = Manifest.from_json(asked.manifest)
    control = None if asked.control is None else Manifest.from_json(asked.control)
    try:
        return asyncio.run(compare_topics(settings, planned, control))
    except (BrokerUnavailableError, LogStandsError) as error:
        raise PastUnreadableError(str(error)) from error


def describe(found: Comparison, lost: Sequence[UUID], asked: CompareQuestion) -> dict[str, Any]:
    """A comparison as programs read it, and why it does not pass its limits.

    Raises:
        ValueError: The limits are none.
    """
    limits = None if asked.limits is None else read_limits(asked.limits)
    failures = None if limits is None else passed_limits(found, limits)
    return describe_comparison(found, lost, asked.shown) | {"failures": failures}
