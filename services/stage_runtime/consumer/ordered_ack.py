"""Acks in offset order, so that a commit never passes a record that is still open.

Faust commits past a record in flight when exactly one is open at the head
(faust-streaming/faust#606), and before anything is committed it does not look at the head at all.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass
class OpenRecord:
    """A record that was pulled and is not acked.

    Attributes:
        line: Topic, partition and generation: acks are in order within it.
        ack: Tells the consumer that the record is done.
    """

    line: Hashable
    ack: Callable[[], None]
    is_done: bool = False


class OrderedAcks:
    """The open records of every partition, in the order in which they were pulled."""

    def __init__(self) -> None:
        self._lines: defaultdict[Hashable, deque[OpenRecord]] = defaultdict(deque)

    def open(self, line: Hashable, ack: Callable[[], None]) -> OpenRecord:
        """Register a record. To be called in the order of the offsets."""
        record = OpenRecord(line, ack)
        self._lines[line].append(record)
        return record

    def close(self, record: OpenRecord) -> None:
        """Mark a record as done, and ack all that is done at the head of its line."""
        record.is_done = True
        line = self._lines[record.line]
        while line and line[0].is_done:
            line.popleft().ack()
        if not line:
            del self._lines[record.line]

    @property
    def widest(self) -> int:
        """Records open in the fullest line: what a slow head holds back."""
        return max(map(len, self._lines.values()), default=0)
