"""Runs what reads a target's topics, and tells in one line where they cannot be read."""

import asyncio
from collections.abc import Container, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from services.cli.target.target import Target
from services.cli.terminal.error import CliError, TopicsUnfit
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.waiting import say_waiting

if TYPE_CHECKING:
    from services.kafka import KafkaSettings

REACH_S = 5.0
"""How long a person waits for a broker that says nothing. The client library would for 40 s."""

T = TypeVar("T")


def run_on_topics(
    target: Target, body: Coroutine[Any, Any, T], what: str, topics: Container[str] = ()
) -> T:
    """Run it to its end, once a broker answers; `what` is waited for where it takes a while.

    Args:
        topics: Those that have to be there before, with as many partitions as the settings say.

    Raises:
        CliError: The broker does not answer, or not as needed.
        TopicsUnfit: One of the topics is not there, or not so.
    """
    from services.kafka import BrokerUnavailableError, LogStandsError, PublishFailedError
    from services.kafka.topic_check import TopicMismatchError

    try:
        with say_waiting(what):
            return asyncio.run(_reach_and_run(target.kafka, body, topics))
    except TopicMismatchError as error:
        raise TopicsUnfit(f"{target.servers}: {error}") from error
    except (BrokerUnavailableError, LogStandsError, PublishFailedError) as error:
        raise CliError(tell_absence(target, str(error))) from error
    except OSError as error:
        raise CliError(f"the broker at {target.servers}: {tell_os_error(error)}") from error
    finally:
        body.close()


async def _reach_and_run(
    settings: "KafkaSettings", body: Coroutine[Any, Any, T], topics: Container[str]
) -> T:
    from services.kafka.topic_check import check_topics

    await reach_broker(settings)
    if specs := [spec for spec in settings.topics.all() if spec.name in topics]:
        await check_topics(settings, specs)
    return await body


async def reach_broker(settings: "KafkaSettings", within_s: float | None = None) -> None:
    """Ask whether a broker is there, before anything waits for it for longer.

    Args:
        within_s: How long it may say nothing; None as long as a person waits.

    Raises:
        BrokerUnavailableError: None answers.
    """
    from services.kafka import open_admin

    async with open_admin(settings, REACH_S if within_s is None else within_s):
        pass


def tell_absence(target: Target, trouble: str) -> str:
    """Why a broker does not answer: that of a stack that is starting does not yet."""
    if not target.is_starting or target.named_servers is not None:
        return trouble
    return f"{target.starting}, and its broker may not answer yet ({trouble})"
