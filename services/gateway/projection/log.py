"""What the projection needs of a reader of Kafka's log."""

from collections.abc import Mapping
from typing import Protocol

from services.kafka import ConsumedRecord, Position


class LogReader(Protocol):
    """Reads all partitions of the topics without a group."""

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

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Take what has arrived, waiting at most `timeout_s` for the first."""
        ...
