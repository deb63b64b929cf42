"""Runs what reads a target's topics, and tells in one line where they cannot be read."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from services.cli.terminal.error import CliError
from services.cli.terminal.waiting import say_waiting

T = TypeVar("T")


def run_on_topics(body: Coroutine[Any, Any, T], what: str) -> T:
    """Run it to its end; `what` is waited for where it takes a while.

    Raises:
        CliError: The broker does not answer, or not as needed.
    """
    from services.kafka import BrokerUnavailableError, LogStandsError, PublishFailedError

    # The client library says with every try that the broker is away; one line of ours is enough.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        with say_waiting(what):
            return asyncio.run(body)
    except (BrokerUnavailableError, LogStandsError, PublishFailedError, OSError) as error:
        raise CliError(str(error)) from error
