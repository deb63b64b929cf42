"""An archive behind an address is the archive of a folder, and tells no secret."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
import pytest

from services.archive.catalogue import NAME
from services.archive.error import ArchiveError, BrokenArchiveError
from services.archive.filling import is_same
from services.archive.folder import LOCK, ArchiveFolder, open_archive
from services.archive.store.object_store import ObjectStore
from services.archive.verification import verify
from tests.unit.archive.past_log import (
    make_archive,
    make_catalogue,
    make_record,
    write_log,
)

TEN = [make_record(n) for n in range(10)]
PLANTED = "planted-SECRET"
FILE = "table.requests/3/00000000000000000000.zst"


@pytest.fixture
def address() -> str:
    """Of a store that only this test has."""
    return f"memory://{uuid4()}/topics"


def files_of(folder: ArchiveFolder) -> dict[str, bytes]:
    """What an archive consists of, its lock left out."""
    names = sorted(folder.store.list_names())
    return {name: folder.store.read(name) or b"" for name in names if name != LOCK}


def check(folder: ArchiveFolder) -> tuple[str, ...]:
    return verify(folder, lambda _done, _total: None).faults


def test_it_has_the_same_files_as_a_folder(address: str, tmp_path: Path) -> None:
    one, other = make_archive(address, TEN), make_archive(tmp_path / "x", TEN)
    assert files_of(one) == files_of(other)
    assert set(files_of(one)) == {NAME, FILE}
    assert check(one) == ()
    (log,) = one.read().logs
    assert all(map(is_same, one.records(log), TEN))
    assert log.records == len(TEN)


def test_what_has_real_folders_gets_them(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    folder = make_archive(f"dir://new/topics::file://{tmp_path}", TEN)
    assert isinstance(folder.store, ObjectStore)
    assert check(folder) == ()
    assert (tmp_path / "new" / "topics" / FILE).is_file()
    assert files_of(folder) == files_of(open_archive(str(tmp_path / "new" / "topics")))


def test_what_stands_on_top_is_made_by_nobody(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file"):
        make_archive(f"dir://mistyped/topics::file://{tmp_path}", TEN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("data", "told"),
    [(None, "No such file"), (b"", "0 bytes, not"), (b"\0", "1 bytes, not")],
)
def test_an_object_that_is_not_what_was_written_is_named(
    address: str, data: bytes | None, told: str
) -> None:
    folder = make_archive(address, TEN)
    files, root = fsspec.url_to_fs(address)
    if data is None:
        files.rm_file(f"{root}/{FILE}")
    else:
        files.pipe_file(f"{root}/{FILE}", data)
    (fault,) = check(folder)
    assert told in fault
    assert f"{address}/{FILE}" in fault


def test_nothing_is_there_before_a_file_is_whole_and_the_list_comes_last(address: str) -> None:
    folder = open_archive(address)
    with folder.held():
        new = folder.store.create(FILE)
        new.write(b"half")
        assert set(folder.store.list_names()) == {LOCK}
        new.abandon()
        log = write_log(folder, TEN)
        assert folder.find() is None
        folder.write(make_catalogue(log))
    assert check(folder) == ()


def test_a_first_backup_that_was_cut_off_is_begun_again(address: str) -> None:
    folder = open_archive(address)
    with folder.held():
        write_log(folder, TEN)
    with folder.held():
        folder.write(make_catalogue(write_log(folder, TEN[:5])))
    assert folder.read().records == 5


def test_what_is_no_archive_is_left_alone(address: str) -> None:
    files, root = fsspec.url_to_fs(address)
    files.pipe_file(f"{root}/photos/one.jpg", b"x")
    folder = open_archive(address)
    with pytest.raises(ArchiveError, match="something else"), folder.held():
        pass
    with pytest.raises(BrokenArchiveError, match="is no archive"):
        folder.read()


def test_two_backups_do_not_write_at_once(address: str) -> None:
    one, other = open_archive(address), open_archive(address)
    with one.held(), pytest.raises(ArchiveError, match="another backup is under way"), other.held():
        pass


def test_who_has_lost_the_archive_meanwhile_writes_no_list(address: str) -> None:
    folder = make_archive(address, TEN)
    before = files_of(folder)
    with folder.held():
        log = write_log(folder, TEN[:5], begin=10, end=15)
        # As another one does, once this one's lease has run out.
        files, root = fsspec.url_to_fs(address)
        files.pipe_file(f"{root}/{LOCK}", b"another's")
        with pytest.raises(ArchiveError, match="has begun to write there"):
            folder.write(make_catalogue(log))
        with pytest.raises(ArchiveError, match="has begun to write there"):
            write_log(folder, TEN, begin=20, end=30)
    assert files_of(folder)[NAME] == before[NAME]


def test_what_the_list_does_not_name_is_told(address: str) -> None:
    folder = make_archive(address, TEN)
    files, root = fsspec.url_to_fs(address)
    files.pipe_file(f"{root}/left over.zst", b"x")
    assert folder.list_strange(folder.read()) == [f"{address}/left over.zst"]


class Refusing:
    """A store whose library says more than it should."""

    storage_options: dict[str, Any] = {"client_kwargs": {"aws_secret_access_key": PLANTED}}  # noqa: RUF012

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: object, **__: object) -> Any:
            raise RuntimeError(f"{name} of {PLANTED}\nand PLANTED-PASSWORD: denied")

        return refuse


def test_no_secret_is_in_what_a_library_has_against_it() -> None:
    files: Any = Refusing()
    secrets = frozenset({"PLANTED-PASSWORD"})
    folder = ArchiveFolder(ObjectStore(files, "b/topics", "s3://***@b/topics", secrets))
    with pytest.raises(ArchiveError) as refused:
        folder.read()
    said = str(refused.value)
    assert "RuntimeError: cat_file of *** and ***: denied" in said
    assert refused.value.__cause__ is not None
    assert refused.value.__cause__.__cause__ is None, "the library's own words are not kept"
    acts: tuple[Callable[[], object], ...] = (
        folder.held().__enter__,
        lambda: folder.write(make_catalogue()),
    )
    for act in acts:
        with pytest.raises(ArchiveError) as refused:
            act()
        assert "PLANTED" not in str(refused.value).upper().replace("***", "")
