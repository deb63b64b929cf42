"""An archive is told to be whole, or each file that is not by its name."""

import json
from pathlib import Path

from tests.unit.archive.past_log import make_archive, make_record, places_of
from tests.unit.contract.picture.terminal import Shown, Terminal, run
from tests.unit.contract.picture.test_picture import NOWHERE

PIPE = Terminal("a pipe")


def verify(path: Path, *options: str) -> Shown:
    return run(("verify", str(path), *options), PIPE, b"", **NOWHERE)


def test_a_whole_archive_says_what_it_covers(tmp_path: Path) -> None:
    make_archive(tmp_path, [make_record(n) for n in range(3, 9)], begin=3)
    found = json.loads(verify(tmp_path, "--json").output)
    assert found["isWhole"]
    assert found["logs"] == [
        {"topic": "table.requests", "partition": 3, "records": 6, "covered": [[3, 9]], "holes": 0}
    ]


def test_a_file_that_was_changed_is_named_with_status_1(tmp_path: Path) -> None:
    folder = make_archive(tmp_path, [make_record(n) for n in range(9)])
    (place,) = places_of(folder)
    place.write_bytes(place.read_bytes()[:-1])
    shown = verify(tmp_path)
    assert shown.status == 1
    assert str(place) in shown.output


def test_a_folder_without_an_archive_is_none(tmp_path: Path) -> None:
    assert verify(tmp_path).status == 1
