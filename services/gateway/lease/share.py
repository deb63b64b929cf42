"""A gateway's share of the work: all of it where it is alone, else what it has leases of."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.gateway.database.database import Connection


class Share(Protocol):
    """What this gateway has to do.

    Attributes:
        version: Another one whenever the partitions are others.
        is_aside: Whether a later release has made the tables, and does all of the work.
    """

    version: int
    is_aside: bool

    @property
    def is_divided(self) -> bool:
        """Whether there can be other gateways."""
        ...

    @property
    def is_lead(self) -> bool:
        """Whether what only one gateway does is this one's to do."""
        ...

    def holds(self, partition: int) -> bool:
        """Whether a partition is this gateway's to project."""
        ...

    def fence(self, connection: Connection, partitions: Iterable[int]) -> None:
        """Require, and keep until the transaction ends, that partitions are this gateway's."""
        ...

    def announce(self, connection: Connection, job_ids: Sequence[str]) -> None:
        """Tell the others what has changed, once it is committed."""
        ...

    def join(self) -> None:
        """Say that this gateway can do its share from now on."""
        ...

    async def refresh(self) -> None:
        """Find out anew."""
        ...


class WholeShare:
    """The share of a gateway that is alone."""

    version = 0
    is_aside = False
    is_divided = False
    is_lead = True

    def holds(self, partition: int) -> bool:
        """All of them."""
        return True

    def fence(self, connection: Connection, partitions: Iterable[int]) -> None:
        """There is nobody to be kept out."""

    def announce(self, connection: Connection, job_ids: Sequence[str]) -> None:
        """There is nobody to be told."""

    def join(self) -> None:
        """It has it already."""

    async def refresh(self) -> None:
        """It is always the same."""
