"""Faust's assignor, for workers that keep their name and not their address."""

from typing import Any

from faust.assignor import PartitionAssignor
from faust.assignor.client_assignment import ClientMetadata


class StageAssignor(PartitionAssignor):
    """Gives a worker the partitions of its name, whatever its address is now.

    A worker that is back within its session gets from the broker what it had, to the byte
    (KIP-345), and with it the address that it had then. Faust asserts that this is its own: a new
    container, whose host has another name, would die and come back until its session is over,
    which each of its returns prolongs.
    """

    def on_assignment(self, assignment: Any) -> None:
        """Take the partitions over."""
        told = ClientMetadata.loads(self._decompress(assignment.user_data))
        told.url = str(self._url)
        own = self._compress(told.dumps())
        super().on_assignment(type(assignment)(assignment.version, assignment.assignment, own))
