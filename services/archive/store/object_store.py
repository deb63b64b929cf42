"""The files of an archive behind an address: an object store, or whatever else fsspec speaks to.

There is no folder whose entries could be synced, no rename, and no lock: an object is there once
its upload was answered, as a whole or not at all, and a lease keeps writers apart. A new file is
written on this machine first, since a hundred uploads at a time would take gigabytes of memory.
"""

import errno
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from services.archive.store.lease import Lease, hold_lease
from services.archive.store.secret import find_in_options, hide_in
from services.archive.store.store import Readable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

READ_BYTES = 4 * 1024 * 1024
"""Fetched at a time, of each file that is read."""


class ObjectStore:
    """Files below an address.

    Args:
        files: What speaks to it; root: where the archive is there.
        shown: The address without what may be a secret.
        secrets: What nobody is shown, whatever a library says.
    """

    def __init__(
        self, files: "AbstractFileSystem", root: str, shown: str, secrets: frozenset[str]
    ) -> None:
        self._files = files
        self._root = root.rstrip("/")
        self._shown = shown.rstrip("/")
        self._secrets = secrets | set(find_in_options(files.storage_options))
        self._lease: Lease | None = None
        # The lease is renewed by a thread, and a transaction is the whole file system's.
        self._writing = threading.Lock()

    def show(self, name: str = "") -> str:
        """The address of a file, or of all of them."""
        return f"{self._shown}/{name}" if name else self._shown

    def make(self) -> None:
        """Nothing: an object makes its folder, and a bucket is not made by a mistyped name."""

    def list_top(self) -> set[str]:
        """The first parts of all names."""
        with self.telling():
            self._files.invalidate_cache()
            try:
                found = self._files.ls(self._root, detail=False)
            except FileNotFoundError:
                return set()
        return {name.partition("/")[0] for name in map(self._name_of, found)} - {""}

    def list_names(self) -> Iterator[str]:
        """All names."""
        with self.telling():
            self._files.invalidate_cache()
            found = self._files.find(self._root)
        return map(self._name_of, found)

    def read(self, name: str) -> bytes | None:
        """All of an object; None where there is none."""
        with self.telling():
            try:
                return bytes(self._files.cat_file(self._place(name)))
            except FileNotFoundError:
                return None

    @contextmanager
    def open(self, name: str) -> Iterator[Readable]:
        """An object, to be read piece by piece."""
        with self.telling():
            file = self._files.open(self._place(name), "rb", block_size=READ_BYTES)
        try:
            yield RemoteFile(self, file)
        finally:
            file.close()

    def create(self, name: str) -> "NewObject":
        """An object, to be written in place of what is there."""
        return NewObject(self, name)

    def replace(self, name: str, data: bytes, behind: Iterable[str]) -> None:
        """Replace a small object, at once or not at all: those before were answered for."""
        self._require_lease()
        # Where it is no object store, what is written in place would be half there for a moment.
        with self.telling(), self._writing, self._files.transaction:
            self._pipe(name, data)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Keep others from writing, for as long as this process renews its lease."""
        with hold_lease(LeaseObject(self, name)) as lease:
            self._lease = lease
            try:
                yield
            finally:
                self._lease = None

    def upload(self, name: str, path: str) -> None:
        """Have a file of this machine there."""
        self._require_lease()
        with self.telling():
            self._write_below(name, lambda place: self._files.put_file(path, place))

    def write_new(self, name: str, data: bytes) -> bool:
        """Write an object only where there is none; whether that was so."""
        with self.telling(), self._writing:
            try:
                self._pipe(name, data, mode="create")
            except FileExistsError:
                return False
        return True

    def write(self, name: str, data: bytes) -> None:
        """Write a small object, whatever is there."""
        with self.telling(), self._writing:
            self._pipe(name, data)

    def _pipe(self, name: str, data: bytes, **how: str) -> None:
        self._write_below(name, lambda place: self._files.pipe_file(place, data, **how))

    def _write_below(self, name: str, write: Callable[[str], object]) -> None:
        """Write, with the folder made first where there are real ones, and it is missing."""
        place = self._place(name)
        try:
            write(place)
        except FileNotFoundError:
            # What stands on top, such as a bucket, is made by nobody here.
            inner = self._root.lstrip("/")
            top = self._root[: len(self._root) - len(inner)] + inner.partition("/")[0]
            if not self._files.exists(top):
                raise
            self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            write(place)

    def _require_lease(self) -> None:
        if self._lease is not None:
            self._lease.require()

    def _place(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _name_of(self, path: str) -> str:
        return path.strip("/").removeprefix(self._root.strip("/")).lstrip("/")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell what a library has against it, whichever it is, without a secret.

        Raises:
            OSError: It cannot be done.
        """
        # Never `from` the library's own error: a request with its key may be in that one's text.
        try:
            yield
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
        except Exception as error:
            said = f"{type(error).__name__}: {hide_in(str(error), self._secrets)}"
            raise OSError(errno.EIO, said) from None


class RemoteFile:
    """An object that is read."""

    def __init__(self, store: ObjectStore, file: Any) -> None:
        self._store = store
        self._file = file

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        with self._store.telling():
            return bytes(self._file.read(size))


class NewObject:
    """A file of this machine that is to be an object. The kernel removes it whatever happens."""

    def __init__(self, store: ObjectStore, name: str) -> None:
        self._store = store
        self._name = name
        self._file = tempfile.NamedTemporaryFile(prefix="brainshare-archive-")  # noqa: SIM115

    def write(self, data: bytes, /) -> None:
        """Write behind what was written."""
        self._file.write(data)

    def keep(self) -> None:
        """Upload it."""
        self._file.flush()
        self._store.upload(self._name, self._file.name)
        self._file.close()

    def abandon(self) -> None:
        """Let go of it: nothing of it is there."""
        self._file.close()


class LeaseObject:
    """The object by which a lease is held."""

    def __init__(self, store: ObjectStore, name: str) -> None:
        self._store = store
        self._name = name

    def read(self) -> bytes | None:
        """What it says."""
        return self._store.read(self._name)

    def write(self, data: bytes) -> None:
        """Write it, whatever is there."""
        self._store.write(self._name, data)

    def begin(self, data: bytes) -> bool:
        """Write it only where none is."""
        return self._store.write_new(self._name, data)
