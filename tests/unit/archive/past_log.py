"""Logs of the past, and folders that hold some."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from services.archive.catalogue import Catalogue, Log, Segment
from services.archive.folder import ArchiveFolder, open_archive
from services.archive.segment import SegmentWriter
from services.kafka import ConsumedRecord, Position
from tests.factory import NOW

LOG: Position = ("table.requests", 3)
PLACES = (DISK, STORE) = ("a disk", "an object store")
BYTES = st.one_of(st.none(), st.binary(max_size=40))
HEADERS = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=8)), max_size=4)
STEPS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2**42), BYTES, BYTES, HEADERS))


def make_record(offset: int, **fields: Any) -> ConsumedRecord:
    """A record of LOG."""
    told: dict[str, Any] = {
        "timestamp_ms": 1_000 + offset,
        "key": b"k",
        "value": b"value",
        "headers": (),
    }
    return ConsumedRecord(*LOG, offset, **(told | fields))


def make_records(steps: list[Any]) -> list[ConsumedRecord]:
    """A log in which not every offset has a record."""
    offset, records = -1, []
    for step, at_ms, key, value, headers in steps:
        offset += step
        records.append(ConsumedRecord(*LOG, offset, at_ms, key, value, headers))
    return records


def write_log(folder: ArchiveFolder, records: list[ConsumedRecord], **fields: Any) -> Log:
    """Write records as one file, as a backup does."""
    empty = Log(topic=LOG[0], partition=LOG[1], segments=())
    begin = fields.get("begin", 0)
    name = empty.file_of(Segment(begin=begin, end=begin + 1, records=0))
    writer = SegmentWriter(folder.store, name, begin, fields.get("block_bytes", 100))
    for record in records:
        writer.add(record)
    end = fields.get("end", records[-1].offset + 1 if records else begin + 1)
    return empty.model_copy(update={"segments": (writer.close(end),)})


def make_place(kind: str, path: Path) -> str:
    """Where an archive may be begun: in a folder, or in a store that only a test has."""
    return str(path / "archive") if kind == DISK else f"memory://{uuid4()}/archive"


def empty_file(folder: ArchiveFolder, log: Log, segment: Segment) -> None:
    """Have nothing in a file of an archive."""
    folder.store.create(log.file_of(segment)).keep()


def places_of(folder: ArchiveFolder) -> list[Path]:
    """Its files, of one on a disk."""
    return [Path(folder.place_of(*one)) for one in folder.read().files()]


def make_catalogue(*logs: Log) -> Catalogue:
    """A list of these logs."""
    return Catalogue(cluster_id="c-1", partitions=6, taken_at=NOW, logs=logs)


def make_archive(path: Path | str, records: list[ConsumedRecord], **fields: Any) -> ArchiveFolder:
    """A folder, or what an address names, with a list and a file."""
    folder = open_archive(str(path))
    with folder.held():
        folder.write(make_catalogue(write_log(folder, records, **fields)))
    return folder
