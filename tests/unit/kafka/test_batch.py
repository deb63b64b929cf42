"""A batch that cannot be read is one record that says so; what is around it is read."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from services.kafka.batch import KEPT_BYTES, ReadableRecords, to_consumed
from services.kafka.value import UNREADABLE, ConsumedRecord
from tests.log_file import Spoil, break_checksum, use_newer_format, use_unknown_codec

CODEC_GZIP = 1
TP = TopicPartition("log", 3)


def write_batch(
    base: int,
    *values: bytes | None,
    codec: int = 0,
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> bytearray:
    """A batch as a broker keeps it."""
    builder = DefaultRecordBatchBuilder(
        2,
        codec,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 24,
    )
    for number, value in enumerate(values):
        builder.append(number, timestamp=1_000, key=b"k", value=value, headers=list(headers))
    batch = bytearray(builder.build())
    batch[0:8] = base.to_bytes(8, "big")
    return batch


def read(data: bytes, offset: int = 0) -> list[ConsumedRecord]:
    """What a consumer gets of a partition's answer, as its fetcher reads it."""
    records = PartitionRecords(
        TP, ReadableRecords(data), [], offset, None, None, True, READ_COMMITTED
    )
    return [to_consumed(record) for record in records]


@pytest.mark.parametrize("how", [break_checksum, use_unknown_codec, use_newer_format])
def test_what_stands_before_and_behind_it_is_read(how: Spoil) -> None:
    bad = write_batch(1, b"b", b"c")
    how(bad)
    found = read(bytes(write_batch(0, b"a") + bad + write_batch(3, b"d")))
    assert [(r.offset, r.value) for r in found] == [(0, b"a"), (2, bytes(bad)), (3, b"d")]
    assert str(found[1].unreadable).startswith("log [3] offsets 1 to 2: ")
    assert [r.unreadable for r in found[::2]] == [None, None]


def test_reading_may_begin_in_the_middle_of_it() -> None:
    bad = write_batch(0, b"a", b"b", b"c")
    break_checksum(bad)
    assert [r.offset for r in read(bytes(bad), offset=1)] == [2]


def test_a_broken_header_takes_nothing_of_the_batch_behind_it() -> None:
    bad = write_batch(0, b"a")
    bad[23:27] = (1 << 19).to_bytes(4, "big")
    found = read(bytes(bad + write_batch(1, b"b")))
    assert [r.offset for r in found] == [0, 1]


def test_of_its_bytes_so_many_are_kept_as_a_dead_letter_takes() -> None:
    bad = write_batch(0, b"x" * 2 * KEPT_BYTES)
    break_checksum(bad)
    assert len(read(bytes(bad))[0].value or b"") == KEPT_BYTES


def test_a_good_batch_is_read_as_the_client_reads_it() -> None:
    found = read(bytes(write_batch(0, b"a", b"b", codec=CODEC_GZIP)))
    assert [(r.offset, r.key, r.value) for r in found] == [(0, b"k", b"a"), (1, b"k", b"b")]


@pytest.mark.parametrize("codec", [0, CODEC_GZIP])
def test_the_formats_of_before_are_read(codec: int) -> None:
    builder = LegacyRecordBatchBuilder(1, codec, 1 << 16)
    for number, value in enumerate((b"a", b"b")):
        builder.append(number, timestamp=1_000, key=b"k", value=value)
    assert [(r.offset, r.value) for r in read(bytes(builder.build()))] == [(0, b"a"), (1, b"b")]


@pytest.mark.parametrize("length", [1, 4, 5, 40])
def test_a_batch_that_is_too_short_to_be_one_is_passed_over(length: int) -> None:
    bad = (0).to_bytes(8, "big") + length.to_bytes(4, "big") + b"\x02" * length
    assert [r.offset for r in read(bad + bytes(write_batch(1, b"b")))] == [0, 1]


@given(st.data())
def test_whatever_happens_to_its_bytes_the_next_batch_is_read(data: Any) -> None:
    bad = write_batch(0, b"some value", b"another one")
    for _ in range(data.draw(st.integers(1, 4))):
        # The length is what finds the next batch.
        at = data.draw(st.integers(12, len(bad) - 1))
        bad[at] = data.draw(st.integers(0, 255))
    assert read(bytes(bad + write_batch(2, b"next")))[-1].value == b"next"


def test_the_next_batch_of_another_reader_stays_its_own() -> None:
    records = ReadableRecords(bytes(write_batch(0, b"a") + write_batch(1, b"b"))[:-3])
    assert records.has_next()
    records.next_batch()
    assert (records.has_next(), records.next_batch()) == (False, None)


def test_a_record_that_says_so_itself_is_believed() -> None:
    """The forwarder hands it on to its stage, which makes it a dead letter."""
    forwarded = ConsumedRecord(
        "t", 0, 0, 0, None, b"", [(UNREADABLE, b"log [3] offsets 1 to 2: x")]
    )
    assert forwarded.unreadable == "log [3] offsets 1 to 2: x"


def test_a_header_without_a_value_has_an_empty_one_and_the_others_stay() -> None:
    headers = [("a", b"1"), ("null", None), ("a", b"2"), ("empty", b"")]
    [found] = read(bytes(write_batch(0, None, headers=headers)))
    assert list(found.headers) == [("a", b"1"), ("null", b""), ("a", b"2"), ("empty", b"")]
    assert found.value is None


@pytest.mark.parametrize("value", [b"\xff", b"offsets 1 to 2", None], ids=str)
@pytest.mark.parametrize("name", ["unreadable-batch", UNREADABLE, "x"])
def test_no_header_of_another_client_is_taken_for_our_own_mark(
    name: str, value: bytes | None
) -> None:
    [found] = read(bytes(write_batch(0, b"a", headers=[(name, value)])))
    assert (found.value, list(found.headers)) == (b"a", [(name, value or b"")])
