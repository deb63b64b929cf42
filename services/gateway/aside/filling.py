"""Fills the tables made anew: the records up to given ends, each folded once."""

from collections.abc import Callable, Mapping, Sequence

from schemas.kafka.topics import TopicRole
from services.gateway.aside.slices import Ends, Slices
from services.gateway.aside.workbench import Do, Workbench
from services.gateway.database.database import DatabaseUnavailableError
from services.gateway.lease.share import WholeShare
from services.gateway.projection.batch import BatchFolding, set_aside
from services.kafka import ConsumedRecord, Position
from services.lifecycle.failpoint import NO_FAILPOINTS

Tell = Callable[[int, int], None]
"""Told how many records are folded, and of how many."""


class Filling:
    """How far the tables made anew are.

    Attributes:
        records: How many were folded.
    """

    def __init__(
        self, bench: Workbench, slices: Slices, roles: Mapping[str, TopicRole], tell: Tell
    ) -> None:
        self._bench = bench
        self._slices = slices
        self._folding = BatchFolding(roles, NO_FAILPOINTS, WholeShare(), is_aside=True)
        self._tell = tell
        self.records = 0

    @property
    def places(self) -> dict[Position, int]:
        """The next offset of each partition."""
        return dict(self._slices.places)

    async def fold_to(self, ends: Ends) -> None:
        """Fold the records before the ends; one that cannot be folded is found and set aside."""
        async for part in self._slices.read(ends):
            await self._fold(part)
            self._count(part, ends)

    async def fold_rest(self, do: Do, ends: Ends) -> None:
        """The same, in a transaction that is open."""
        async for part in self._slices.read(ends):
            await do(self._folding.apply, part, {})
            self._count(part, ends)

    async def go_back(self, places: Ends, records: int) -> None:
        """That transaction was undone."""
        self.records = records
        await self._slices.go_back(places)

    async def _fold(self, part: Sequence[ConsumedRecord]) -> None:
        try:
            await self._bench.read(self._folding.apply, part, {})
        except DatabaseUnavailableError:
            raise
        except Exception as error:
            middle = len(part) // 2
            if not middle:
                set_aside(part[0], "unfoldable", error=repr(error))
                return
            await self._fold(part[:middle])
            await self._fold(part[middle:])

    def _count(self, part: Sequence[ConsumedRecord], ends: Ends) -> None:
        self.records += len(part)
        left = sum(max(0, end - self._slices.places[at]) for at, end in ends.items())
        self._tell(self.records, max(self.records, self.records + left - len(part)))
