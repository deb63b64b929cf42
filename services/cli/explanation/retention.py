"""Whether Kafka is about to delete a record that its stage has not ended, as doctor says it."""

import time

from services.cli.explanation.metrics import KeyNeededError, Metrics, read_metrics
from services.cli.explanation.sighting import Sighting
from services.cli.explanation.stage_cause import find_retention

WELL = "no record has waited for its stage for most of the time that Kafka keeps it"


def look_at_retention(url: str, key: str) -> tuple[bool | None, str] | None:
    """Whether all is well, and what is there or what to do; None where nothing answers.

    Args:
        url: Of a gateway, without a path.
        key: An API key, for one that asks for it.
    """
    try:
        metrics = read_metrics(url, key)
    except KeyNeededError as error:
        return None, f"{error} with the role operate"
    return None if metrics is None else judge_retention(metrics)


def judge_retention(gateway: Metrics) -> tuple[bool, str]:
    """The same, from what a gateway exports."""
    near = [f"{cause.what}: {cause.do}" for cause in find_retention(_see(gateway))]
    return not near, "; ".join(near) or WELL


def _see(gateway: Metrics) -> Sighting:
    return Sighting(gateway, {}, time.time())
