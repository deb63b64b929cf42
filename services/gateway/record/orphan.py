"""Dead letters that name no job: records that strangers wrote to a stage's input.

They belong to no fold, so each has a mark in place of a job id: made of where it was consumed, that
a letter which was published twice is one letter.
"""

import hashlib
from dataclasses import dataclass

from schemas.kafka.headers import Headers
from services.gateway.status.cell import Cell
from services.kafka import ConsumedRecord

PREFIX = "stray:"
"""Stored, and so older than the name."""

MARK_DIGITS = 30


@dataclass(frozen=True, slots=True)
class OrphanLetter:
    """A dead letter without a job.

    Attributes:
        cell: Only its failure says something.
    """

    mark: str
    cell: Cell
    record: ConsumedRecord


def make_mark(headers: Headers, record: ConsumedRecord) -> str:
    """Name a record by where it was consumed, or where that is not said, by where it is."""
    origin = (headers.origin_topic, headers.origin_partition, headers.origin_offset)
    place = (record.topic, record.partition, record.offset) if None in origin else origin
    digest = hashlib.sha256(repr(place).encode()).hexdigest()
    return f"{PREFIX}{digest[:MARK_DIGITS]}"


def is_orphan(job_id: str) -> bool:
    """Whether a text that stands for a job is the mark of an orphan."""
    return job_id.startswith(PREFIX)
