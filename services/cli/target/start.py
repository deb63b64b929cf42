"""Waits for a stack that is starting: whoever asks it something means it, and not the default."""

import time
from collections.abc import Callable

from services.cli.target.target import ASK_AGAIN, Target
from services.cli.terminal.error import GatewayUnreachable, Interrupted
from services.cli.terminal.output import say

WAIT_S = 120.0
POLL_S = 0.2


def wait_for_start(
    target: Target,
    look: Callable[[Target], Target] = Target.again,
    tell: Callable[[str], None] = say,
) -> Target:
    """The target once its stack is ready; at once where none is starting, or a gateway was named.

    Args:
        look: How it stands now.

    Raises:
        GatewayUnreachable: It ended before, or is not ready in time.
        Interrupted: Ctrl-C.
    """
    if target.named_url is not None or not target.is_starting:
        return target
    tell(f"{target.starting}: waiting until it is ready")
    try:
        return _wait(target, look)
    except KeyboardInterrupt as error:
        raise Interrupted(f"not waited for: {target.starting}; nothing was asked of it") from error


def _wait(target: Target, look: Callable[[Target], Target]) -> Target:
    deadline = time.monotonic() + WAIT_S
    while target.is_starting:
        if time.monotonic() > deadline:
            raise GatewayUnreachable(f"{target.starting}: {ASK_AGAIN}")
        time.sleep(POLL_S)  # noqa: TID251 - the interval at which the stack's file is looked at
        target = look(target)
    if target.stack is None:
        raise GatewayUnreachable(
            f"the stack in {target.data_dir} ended before it was ready: where it was started it"
            " says why"
        )
    return target
