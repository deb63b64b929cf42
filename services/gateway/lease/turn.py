"""Goes on with work that any gateway may do, whenever there is some."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_S = 1.0
WAIT_S = 5.0
"""After a broker that did not ack, or a database that was away."""


async def take_turns(
    step: Callable[[], Awaitable[bool]], tell_failure: Callable[[Exception], None]
) -> None:
    """Look every second until cancelled; nothing that fails ends the gateway.

    Args:
        step: Does some of the work. Whether there was any.
        tell_failure: Told what a step failed of; its turn comes again.
    """
    while True:
        pause_s = LOOK_S
        try:
            while await step():
                pass
        except Exception as error:
            pause_s = WAIT_S
            tell_failure(error)
        await asyncio.sleep(pause_s)  # noqa: TID251 - its pace
