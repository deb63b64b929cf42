"""Brings the pinned jars into the user's Maven cache, checked and in parallel."""

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.maven import MavenContext, PythonResolver
from requests import RequestException

from services.cli.broker.jar import Jar
from services.cli.broker.progress import FetchProgress
from services.cli.terminal.error import JarUnavailable
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import say

FETCH_THREADS = 8
FETCH_ATTEMPTS = 3
FETCH_TIMEOUT_S = 30


def ensure_jars(jars: Sequence[Jar], spare: Path) -> list[Path]:
    """Return the paths of all jars, after fetching those that the Maven cache lacks.

    The cache is shared by all data folders. Every jar is hashed on every call, which takes a
    tenth of a second.

    Args:
        spare: Where they go instead when the cache cannot be written, as in a read-only home.

    Raises:
        JarUnavailable: A jar cannot be fetched or kept, or what came has another sum.
    """
    repository = choose_repository(jars, MavenContext().repo_cache, spare)
    if missing := _find_missing(jars, repository):
        try:
            _fetch_all(missing, repository)
        except OSError as error:
            raise JarUnavailable(
                f"the jars of Kafka (44 MB) cannot be kept in {repository}: {tell_os_error(error)}"
            ) from error
    return [jar.path_in(repository) for jar in jars]


def choose_repository(jars: Sequence[Jar], cache: Path, spare: Path) -> Path:
    """The cache, if all is in it or may be put there; else the spare place."""
    if not _find_missing(jars, cache) or _is_writable(cache):
        return cache
    say(f"{cache} cannot be written: the jars of Kafka (44 MB) are kept in {spare}")
    return spare


def _find_missing(jars: Sequence[Jar], repository: Path) -> list[Jar]:
    paths = [jar.path_in(repository) for jar in jars]
    with ThreadPoolExecutor(FETCH_THREADS) as pool:
        found = pool.map(Jar.is_at, jars, paths)
        return [jar for jar, is_found in zip(jars, found, strict=True) if not is_found]


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _fetch_all(jars: Sequence[Jar], repository: Path) -> None:
    repository.mkdir(parents=True, exist_ok=True)
    # jgo writes to the final name as bytes arrive. So it gets a folder of its own inside the
    # cache, and only whole, checked files move to where others look.
    with (
        tempfile.TemporaryDirectory(prefix="brainshare-", dir=repository) as staging,
        FetchProgress(len(jars)) as progress,
        ThreadPoolExecutor(FETCH_THREADS) as pool,
    ):
        fetches = [pool.submit(_fetch, jar, Path(staging), repository, progress) for jar in jars]
        try:
            for fetch in fetches:
                fetch.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _fetch(jar: Jar, staging: Path, repository: Path, progress: FetchProgress) -> None:
    fetched = _download(jar, staging, progress)
    if not jar.is_at(fetched):
        raise JarUnavailable(
            f"the jar {jar} that was fetched has another sum than jars.lock says:"
            " try again, and if it stays so, do not trust the mirror it comes from"
        )
    target = jar.path_in(repository)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(fetched, target)
    progress.finish_jar()


def _download(jar: Jar, staging: Path, progress: FetchProgress) -> Path:
    context = MavenContext(
        resolver=PythonResolver(progress_callback=progress.count_bytes),
        repo_cache=staging,
        timeout=FETCH_TIMEOUT_S,
    )
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    cause: Exception | None = None
    for _ in range(FETCH_ATTEMPTS):
        jar.path_in(staging).unlink(missing_ok=True)
        try:
            return Path(artifact.resolve())
        except (RequestException, RuntimeError, OSError) as error:
            cause = error
    raise JarUnavailable(
        f"cannot fetch {jar} ({type(cause).__name__}): check the network and start again;"
        " what is already fetched is kept"
    ) from cause
