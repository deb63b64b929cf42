"""Runs what reads the past of a target's jobs, once all topics that tell of it are there."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from services.cli.target.target import Target
from services.cli.target.topic_access import run_on_topics

T = TypeVar("T")


def run_on_past(target: Target, body: Coroutine[Any, Any, T], what: str | None = None) -> T:
    """Run it to its end.

    Args:
        what: What is waited for where it takes a while; None for the topics.

    Raises:
        CliError: The broker does not answer, or not as needed.
        TopicsUnfit: A topic is missing, or has another number of partitions than is set: asked
            where its logs end, a broker would say nothing for long.
    """
    # Slow to import, and only some commands need it.
    from services.replay.topic_reading import roles_read

    told = f"the topics at {target.servers} to be read" if what is None else what
    return run_on_topics(target, body, told, roles_read(target.kafka.topics))
