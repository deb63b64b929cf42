"""An address is told from a folder, and nobody reads a secret in it."""

import sys
from pathlib import Path

import pytest

from services.archive.error import ArchiveError
from services.archive.folder import open_archive
from services.archive.store.address import (
    AddressError,
    find_secrets,
    hide_secrets,
    is_address,
    open_store,
)
from services.archive.store.disk import DiskStore
from services.archive.store.object_store import ObjectStore

KEY = "AKIA-planted"
SECRET = "pla/nted+SECRET"


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("/backup/topics", False),
        ("backup", False),
        ("./s3:/x", False),
        ("C:x", False),
        ("s3://bucket/topics", True),
        ("simplecache::s3://bucket/topics", True),
        ("memory://x", True),
    ],
)
def test_an_address_names_how_it_is_spoken_to(said: str, is_one: bool) -> None:
    assert is_address(said) is is_one


@pytest.mark.parametrize("said", ["/a/b", "file:///a/b", "local:///a/b"])
def test_a_folder_is_one_however_it_is_named(said: str) -> None:
    store = open_store(said)
    assert isinstance(store, DiskStore)
    assert store.path == Path("/a/b")


def test_a_folder_needs_no_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with open_archive(str(tmp_path / "new")).held():
        pass


def test_without_the_extra_an_address_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ArchiveError, match=r"pip install fsspec.*s3fs for s3://") as refused:
        open_archive(f"s3://{KEY}:{SECRET}@bucket/topics")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("nosuch://x", "Protocol not known"),
        ("s3://bucket/x?versionId=planted", "question mark"),
    ],
)
def test_what_is_no_address_is_refused_with_why(said: str, told: str) -> None:
    with pytest.raises(AddressError, match=told) as refused:
        open_store(said)
    assert "planted" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("s3://bucket/topics", "s3://bucket/topics"),
        (f"s3://{KEY}:{SECRET}@bucket/topics", "s3://***@bucket/topics"),
        (f"sftp://{KEY}@host/topics", "sftp://***@host/topics"),
        (f"ftp://ann:{KEY}@{SECRET}@host/a", "ftp://***@host/a"),
        (f"simplecache::sftp://ann:{KEY}@host/a", "simplecache::sftp://***@host/a"),
        (f"https://host/a?sig={SECRET}", "https://host/a?***"),
        ("s3://bucket/of@day", "s3://bucket/of@day"),
    ],
)
def test_an_address_is_shown_without_its_secrets(said: str, shown: str) -> None:
    assert hide_secrets(said) == shown


def test_a_secret_is_known_as_it_is_read_too() -> None:
    assert {"a%2Fb", "a/b", "ann"} <= find_secrets("sftp://ann:a%2Fb@host/x")


def test_a_store_of_a_test_is_one() -> None:
    assert isinstance(open_store("memory://x/y"), ObjectStore)
