"""What the projection needs of a reader of Kafka's log, and of the brokers behind it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from services.kafka import BrokerUnavailableError, ConsumedRecord, Position
from services.telemetry.log import get_log

RETRY_S = 1.0


log = get_log()


async def wait_for_leaders(prepare: Callable[[], Awaitable[None]]) -> None:
    """Prepare a projection, for as long as a partition has no leader."""
    while True:
        try:
            return await prepare()
        except BrokerUnavailableError as error:
            log.warning("projection_waits", error=str(error))
            await asyncio.sleep(RETRY_S)  # noqa: TID251 - the broker's time to recover


class LogReader(Protocol):
    """Reads partitions of the topics without a group."""

    async def hold(self, partitions: Collection[int] | None) -> None:
        """Read only these partitions of each topic, None for all."""

    async def places(self) -> dict[Position, int]:
        """The next offset that is read of each partition that is."""
        ...

    async def seek(self, positions: Mapping[Position, int]) -> None:
        """Go on from the given next offsets."""

    async def begin_offsets(self) -> dict[Position, int]:
        """The first offset that each partition still holds."""
        ...

    async def end_offsets(self) -> dict[Position, int]:
        """The offset that the next record of each partition will get."""
        ...

    async def has_reached(self, ends: Mapping[Position, int]) -> bool:
        """Whether everything before the given offsets was read. Gaps in a log do not matter."""
        ...

    async def find_other(self) -> dict[Position, int]:
        """The logs that were made again under this reader; looks now and then only."""
        ...

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Take what has arrived, waiting at most `timeout_s` for the first."""
        ...
