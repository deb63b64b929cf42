"""What is packed is unpacked the same, and what was changed on the way is never taken for it."""

from contextlib import suppress
from io import BytesIO

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.archive.block import FRAME, Block, pack, read_blocks, read_records, write_record
from services.archive.error import BrokenArchiveError
from services.kafka import ConsumedRecord
from tests.unit.archive.past_log import LOG, STEPS, make_record, make_records


def read_all(data: bytes) -> list[ConsumedRecord]:
    return [one for block in read_blocks(BytesIO(data)) for one in read_records(block, LOG)]


@given(st.lists(STEPS.filter(bool), max_size=3))
def test_records_come_out_of_their_blocks_as_they_went_in(logs: list[list[object]]) -> None:
    blocks = [make_records(steps) for steps in logs]
    data = b"".join(pack(map(write_record, records)) for records in blocks)
    found = read_all(data)
    assert [(r, list(r.headers)) for r in found] == [
        (r, list(r.headers)) for records in blocks for r in records
    ]


def test_null_is_not_empty() -> None:
    records = [
        make_record(n, key=k, value=v) for n, (k, v) in enumerate(((None, b""), (b"", None)))
    ]
    told = [(one.key, one.value) for one in read_all(pack(map(write_record, records)))]
    assert told == [(None, b""), (b"", None)]


def test_zstd_itself_reads_a_file_of_blocks() -> None:
    written = [write_record(make_record(n)) for n in range(4)]
    file = pack(written[:2]) + pack(written[2:])
    assert bytes(cramjam.zstd.decompress(file)) == b"".join(written)


@given(st.data())
def test_a_changed_byte_changes_no_record(data: st.DataObject) -> None:
    """It is seen, or is a bit that zstd does not use."""
    records = [make_record(n) for n in range(20)]
    file = bytearray(pack(map(write_record, records)))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= data.draw(st.integers(1, 255))
    with suppress(BrokenArchiveError):
        assert list(map(write_record, read_all(bytes(file)))) == list(map(write_record, records))


@given(st.data())
def test_a_file_that_was_cut_off_is_seen(data: st.DataObject) -> None:
    file = pack([write_record(make_record(n)) for n in range(20)])
    with pytest.raises(BrokenArchiveError):
        read_all(file[: data.draw(st.integers(1, len(file) - 1))])


def test_a_block_unpacks_into_no_more_than_it_says() -> None:
    bomb = bytes(cramjam.zstd.compress(bytes(64 * 1024 * 1024), level=3))
    frame = FRAME.pack(*FRAME.unpack(pack([b"x"])[: FRAME.size])[:2], len(bomb), 100, 1, 0)
    with pytest.raises(BrokenArchiveError, match="cannot be unpacked"):
        read_all(frame + bomb)


@pytest.mark.parametrize(
    "block",
    [
        Block(b"", 1),
        Block(write_record(make_record(0)), 2),
        Block(write_record(make_record(0)) * 2, 1),
        Block(write_record(make_record(0))[:-1], 1),
        Block(write_record(make_record(0, headers=[("a", b"1")])).replace(b"a", b"\xff"), 1),
    ],
)
def test_other_bytes_than_records_are_refused(block: Block) -> None:
    with pytest.raises(BrokenArchiveError):
        list(read_records(block, LOG))
