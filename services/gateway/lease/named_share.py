"""A gateway's share of what has a name: each such thing belongs to a partition, as a job does."""

import zlib
from dataclasses import dataclass

from services.gateway.database.database import Connection
from services.gateway.lease.share import Share


@dataclass(frozen=True)
class NamedShare:
    """Which things with a name are this gateway's.

    Attributes:
        partitions: How many there are.
    """

    share: Share
    partitions: int

    def holds(self, name: str) -> bool:
        """Whether a thing is this gateway's."""
        return self.share.holds(self._place(name))

    def fence(self, connection: Connection, name: str) -> None:
        """Require that it is, until the transaction ends.

        Raises:
            LostLeaseError: It is another gateway's.
        """
        self.share.fence(connection, {self._place(name)})

    def _place(self, name: str) -> int:
        return zlib.crc32(name.encode()) % self.partitions
