"""The list of what an archive holds: of each log, which offsets its files cover.

    archive.json                              this list
    table.requests/3/00000000000000000042.zst records of partition 3, covered from offset 42 on

Topics are named without a prefix. A file that the list does not name is of a backup that was cut
off, and counts for nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from schemas.contract import Contract
from services.archive.error import BrokenArchiveError

FORMAT = "brainshare-archive/1"
NAME = "archive.json"

Offset = Annotated[int, Field(ge=0, lt=2**63)]
# It is a folder's name: no slash, and not `..`.
TopicName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=249)]


class Segment(Contract):
    """What one file holds.

    Attributes:
        begin: The first offset that it covers; end: the one behind the last. Not every offset has
            a record: compaction, and the markers of transactions, leave gaps.
        records: 0 where nothing is there; then there is no file.
        oldest_ms: Append time of the oldest record, newest_ms: of the newest, in Unix milliseconds.
        last: Offset of the last record, last_ms: its append time. They tell the log again.
        size: Of the file, in bytes.
        sha256: Of the file, in hex.
    """

    begin: Offset
    end: Offset
    records: Annotated[int, Field(ge=0)]
    oldest_ms: int | None = None
    newest_ms: int | None = None
    last: int | None = None
    last_ms: int | None = None
    size: Annotated[int, Field(ge=0)] = 0
    sha256: str = ""

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.begin >= self.end:
            raise ValueError(f"a file covers nothing from {self.begin} to {self.end}")
        return self


class Log(Contract):
    """What is there of one partition of a topic, in the order of the offsets."""

    topic: TopicName
    partition: Annotated[int, Field(ge=0)]
    segments: tuple[Segment, ...]

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if any(one.end > other.begin for one, other in pairwise(self.segments)):
            raise ValueError(f"files of {self.topic} [{self.partition}] cover the same offsets")
        return self

    @property
    def end(self) -> int:
        """The offset behind the last one that is covered."""
        return self.segments[-1].end if self.segments else 0

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(segment.records for segment in self.segments)

    @property
    def last(self) -> Segment | None:
        """The file that has the last record; None where there is no record."""
        return next((one for one in reversed(self.segments) if one.records), None)

    @property
    def holes(self) -> int:
        """Offsets between files: Kafka had deleted them before they were backed up."""
        return sum(other.begin - one.end for one, other in pairwise(self.segments))

    def file_of(self, segment: Segment) -> str:
        """The path of a file below the archive."""
        return f"{self.topic}/{self.partition}/{segment.begin:020}.zst"


class Catalogue(Contract):
    """What an archive holds.

    Attributes:
        cluster_id: Of the cluster that it was written from: offsets are those of its logs.
        prefix: Which stood before the topics' names.
        partitions: How many each topic has.
        taken_at: When the last backup asked where the logs end.
        digest: Of all else, by which a change of the file is seen.
    """

    format: str = FORMAT
    cluster_id: str
    prefix: str = ""
    partitions: Annotated[int, Field(ge=1)]
    taken_at: AwareDatetime
    logs: tuple[Log, ...]
    digest: str = ""

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics, without a prefix, each once, in their order."""
        return tuple(dict.fromkeys(log.topic for log in self.logs))

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(log.records for log in self.logs)

    def of(self, topic: str) -> Sequence[Log]:
        """The logs of a topic."""
        return [log for log in self.logs if log.topic == topic]

    def files(self) -> Iterator[tuple[Log, Segment]]:
        """Everything that has a file."""
        return ((log, one) for log in self.logs for one in log.segments if one.records)

    def to_file(self) -> bytes:
        """As it is written, sealed."""
        sealed = self.model_copy(update={"digest": self._digest()})
        return sealed.model_dump_json(by_alias=True, indent=1).encode() + b"\n"

    def _digest(self) -> str:
        document = self.model_dump(mode="json", by_alias=True, exclude={"digest"})
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()

    @classmethod
    def from_file(cls, data: bytes) -> Self:
        """Read what `to_file` wrote.

        Raises:
            BrokenArchiveError: It is something else, of a later release, or was changed.
        """
        try:
            found = cls.from_json(data)
        except ValidationError as error:
            raise BrokenArchiveError(f"{NAME} has not the form of one") from error
        if found.format != FORMAT:
            raise BrokenArchiveError(f"{NAME} is a {found.format}, this release reads {FORMAT}")
        if found.digest != found._digest():
            raise BrokenArchiveError(f"{NAME} is not as it was written: its digest is another")
        return found
