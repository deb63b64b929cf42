"""How many wrong API keys an address may send: more are refused unread for the rest of a minute.

Nobody finds a key by trying, but each that is tried costs a read of the tables and a line of the
log. Counted in this process, by address: of IPv6 by the network that one customer has, a /64.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address

from services.gateway.api.problem import ProblemError
from services.telemetry.log import get_log
from services.telemetry.metric import HTTP_DENIED

MINUTE_S = 60.0
MOST_ADDRESSES = 10_000
"""That are counted at a time; then the one that was counted longest ago is forgotten."""

NETWORK_BITS = 64

log = get_log()


@dataclass
class Count:
    """What an address has sent within a minute; ends by the clock, in seconds."""

    ends_s: float
    wrong: int = 0


class WrongKeyRate:
    """Counts wrong keys by address.

    Args:
        most: Of an address in a minute; 0 for as many as it likes.
        clock: In seconds, from any beginning.
    """

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._clock = clock
        self._counts: OrderedDict[str, Count] = OrderedDict()

    def admit(self, address: str) -> None:
        """Refuse what an address sends that has sent too many.

        Raises:
            ProblemError: 429.
        """
        now_s, count = self._clock(), self._counts.get(_name_network(address))
        if not self._most or count is None or count.wrong < self._most or now_s >= count.ends_s:
            return
        HTTP_DENIED.labels("too many wrong keys").inc()
        wait_s = math.ceil(count.ends_s - now_s)
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-wrong-keys",
            f"{self._most} wrong API keys came from this address within a minute, and no other is"
            f" looked at: ask again in {wait_s} s",
            headers={"Retry-After": str(wait_s)},
        )

    def note(self, address: str) -> None:
        """Count a wrong key."""
        if not self._most:
            return
        now_s, network = self._clock(), _name_network(address)
        count = self._counts.get(network)
        if count is None or now_s >= count.ends_s:
            count = self._counts[network] = Count(now_s + MINUTE_S)
        self._counts.move_to_end(network)
        if len(self._counts) > MOST_ADDRESSES:
            self._counts.popitem(last=False)
        count.wrong += 1
        if count.wrong == self._most:
            log.warning("too_many_wrong_keys", address=network, count=count.wrong)


def _name_network(address: str) -> str:
    """What an address is counted as; the text itself where it is none."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        if read.ipv4_mapped is not None:
            return str(read.ipv4_mapped)
        return str(IPv6Network((int(read), NETWORK_BITS), strict=False))
    return str(read)
