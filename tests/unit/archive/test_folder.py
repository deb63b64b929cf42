"""An archive says what it holds, and that it no longer does."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.archive.catalogue import NAME, Log, Segment
from services.archive.error import ArchiveError, BrokenArchiveError
from services.archive.folder import open_archive
from tests.unit.archive.past_log import (
    STEPS,
    make_archive,
    make_catalogue,
    make_record,
    make_records,
    places_of,
    write_log,
)

TEN = [make_record(n) for n in range(10)]


def segment(begin: int, end: int) -> Segment:
    return Segment(begin=begin, end=end, records=0)


@given(STEPS, st.integers(1, 400))
def test_a_log_comes_out_of_its_file_as_it_went_in(steps: list[Any], block_bytes: int) -> None:
    records = make_records(steps)
    with TemporaryDirectory() as path:
        folder = make_archive(Path(path), records, block_bytes=block_bytes)
        catalogue = folder.read()
        folder.check_digests(catalogue)
        (log,) = catalogue.logs
        assert list(map(repr, folder.records(log))) == list(map(repr, records))
        assert log.records == len(records)
        times = [one.timestamp_ms for one in records]
        told = log.segments[0]
        assert (told.oldest_ms, told.newest_ms) == (
            min(times, default=None),
            max(times, default=None),
        )


def test_only_who_writes_it_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new"
    (place,) = places_of(make_archive(path, TEN))
    modes = [path.stat().st_mode & 0o777 for path in (path, path / NAME, place)]
    assert modes == [0o700, 0o600, 0o600]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes, not"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\0"), "SHA-256"),
    ],
)
def test_a_file_that_is_not_what_was_written_is_named(tmp_path: Path, harm: Any, told: str) -> None:
    folder = make_archive(tmp_path, TEN)
    catalogue = folder.read()
    (place,) = places_of(folder)
    harm(place)
    with pytest.raises(BrokenArchiveError, match=told) as refused:
        folder.check_digests(catalogue)
    assert str(place) in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"records": 9}, "holds 10 records, not 9"),
        ({"end": 9}, "offset 9"),
        ({"begin": 1}, "offset 0"),
    ],
)
def test_a_file_that_holds_something_else_than_the_list_says_is_refused(
    tmp_path: Path, fields: dict[str, int], told: str
) -> None:
    folder = open_archive(str(tmp_path))
    log = write_log(folder, TEN)
    told_segment = log.segments[0].model_copy(update=fields)
    (tmp_path / log.file_of(log.segments[0])).rename(tmp_path / log.file_of(told_segment))
    with pytest.raises(BrokenArchiveError, match=told):
        list(folder.records(log.model_copy(update={"segments": (told_segment,)})))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"partitions": 7}, "digest"),
        ({"format": "brainshare-archive/2"}, "this release reads"),
        ({"partitions": 0}, "form"),
    ],
)
def test_a_list_that_was_changed_is_refused(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    folder = make_archive(tmp_path, TEN)
    document = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    (tmp_path / NAME).write_text(json.dumps(document | change), encoding="utf-8")
    with pytest.raises(BrokenArchiveError, match=told):
        folder.read()


@pytest.mark.parametrize("topic", ["..", "a/b", "", "/etc", "Table"])
def test_a_topic_that_would_lead_out_of_the_folder_is_none(topic: str) -> None:
    with pytest.raises(ValidationError):
        Log(topic=topic, partition=0, segments=())


def test_what_kafka_had_deleted_between_two_backups_is_a_hole() -> None:
    log = Log(topic="t", partition=0, segments=(segment(3, 10), segment(10, 12), segment(20, 21)))
    assert (log.holes, log.end) == (8, 21)


@pytest.mark.parametrize("two", [(segment(0, 10), segment(9, 12)), (segment(5, 6), segment(0, 2))])
def test_no_offset_is_covered_twice(two: tuple[Segment, ...]) -> None:
    with pytest.raises(ValidationError):
        Log(topic="t", partition=0, segments=two)


def test_what_the_list_does_not_name_is_told(tmp_path: Path) -> None:
    folder = make_archive(tmp_path, TEN)
    (tmp_path / "left over.zst").write_bytes(b"x")
    assert folder.list_strange(folder.read()) == [str(tmp_path / "left over.zst")]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    folder = open_archive(str(tmp_path))
    with pytest.raises(ArchiveError, match="something else"), folder.held():
        pass


def test_two_backups_do_not_write_at_once(tmp_path: Path) -> None:
    one, other = open_archive(str(tmp_path)), open_archive(str(tmp_path))
    with one.held(), pytest.raises(ArchiveError, match="under way"), other.held():
        pass


def test_a_first_backup_that_was_cut_off_is_begun_again(tmp_path: Path) -> None:
    folder = open_archive(str(tmp_path))
    with folder.held():
        write_log(folder, TEN)
    with folder.held():
        folder.write(make_catalogue(write_log(folder, TEN[:5])))
    (log,) = folder.read().logs
    assert len(list(folder.records(log))) == 5
