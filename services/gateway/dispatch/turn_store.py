"""A turn of a lane, in one transaction: what was sent is noted, and what comes next is claimed.

In a busy database each transaction waits for its turn. So one carries as much as there is, and an
endpoint does not get the fewer deliveries a second the busier the gateway is otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from services.gateway.delivery.attempt_store import Rules
from services.gateway.delivery.claim_store import Claiming, IsVoid, claim, give_back
from services.gateway.delivery.delivery import Claim, Sent
from services.gateway.delivery.settle_store import Settled, settle
from services.gateway.lease.store import LostLeaseError

Fence = Callable[[Connection, str], None]
"""Requires that an endpoint is this gateway's to send to, until the transaction ends."""


@dataclass(frozen=True)
class Asking:
    """What a lane comes with.

    Attributes:
        sent: What it has sent, in the order in which that ended.
        unsent: What it has claimed besides, and has not begun to send.
        claiming: How it claims what comes next; None where it claims nothing more.
    """

    endpoint_id: str
    sent: Sequence[Sent]
    unsent: Sequence[Claim]
    claiming: Claiming | None


@dataclass(frozen=True)
class Turn:
    """What a lane goes with.

    Attributes:
        settled: What came of each that was sent; nothing where the endpoint was deleted meanwhile.
        claims: What it is to send now, in this order.
        left_why: Why the endpoint is another gateway's; None where it is this one's.
    """

    settled: Sequence[Settled]
    claims: Sequence[Claim] = ()
    left_why: str | None = None


def take_turn(
    connection: Connection, asking: Asking, rules: Rules, fence: Fence, is_void: IsVoid
) -> Turn:
    """Note what was sent, give back what was not, and claim what comes next."""
    left_why = None
    try:
        # Before the endpoint is locked, as the projection does it: nobody waits in a circle.
        fence(connection, asking.endpoint_id)
    except LostLeaseError as error:
        left_why = str(error)  # what was sent is noted all the same
    give_back(connection, asking.unsent)
    settled = settle(connection, asking.sent, rules)
    if asking.claiming is None or left_why is not None:
        return Turn(settled, left_why=left_why)
    claims = claim(connection, asking.endpoint_id, rules.now, asking.claiming, is_void)
    return Turn(settled, claims)
