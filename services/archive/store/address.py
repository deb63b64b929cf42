"""Where an archive is said to be: a folder, or an address that fsspec knows."""

import re
import shlex
import sys
from pathlib import Path
from urllib.parse import unquote

from services.archive.store.disk import DiskStore
from services.archive.store.object_store import ObjectStore
from services.archive.store.secret import hide_in
from services.archive.store.store import Store

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*(://|::)", re.IGNORECASE)
FOLDER = re.compile(r"(file|local)://", re.IGNORECASE)
HIDDEN = "***"


class AddressError(OSError):
    """Nothing can be written to an address, or read from it. Says why, and what to do."""


def is_address(said: str) -> bool:
    """Whether it names something else than a folder by its path."""
    return ADDRESS.match(said) is not None


def open_store(said: str) -> Store:
    """The place that a path or an address names. Nothing is asked of it yet.

    Raises:
        AddressError: fsspec, or what it needs for that kind of address, is not installed; or there
            is no such kind.
    """
    if not is_address(said):
        return DiskStore(Path(said))
    if folder := FOLDER.match(said):
        return DiskStore(Path(said[folder.end() :]))
    shown = hide_secrets(said)
    if "?" in said:
        raise AddressError(
            f"{shown} has a question mark: what a store is to be told is no part of its address,"
            " but of the variables and files that fsspec and the store's own library read"
        )
    try:
        import fsspec
    except ImportError as error:
        pip = f"`{shlex.quote(sys.executable)} -m pip install fsspec`"
        raise AddressError(
            f"{shown} is an address, which needs fsspec, and {error.name} is not installed: {pip}"
            " (and s3fs for s3://, gcsfs for gs://, adlfs for abfs://), or name a folder"
        ) from error
    secrets = find_secrets(said)
    try:
        files, root = fsspec.url_to_fs(said)
    except Exception as error:
        # Not `from error`: what a library says of an address may have the password in it.
        raise AddressError(f"{shown} cannot be used: {hide_in(str(error), secrets)}") from None
    return ObjectStore(files, root, shown, secrets)


def hide_secrets(address: str) -> str:
    """An address without what may be a secret: who asks, with which password, and a query."""
    kind, mark, rest = address.partition("://")
    who = _find_who(rest)
    rest = rest if who is None else f"{HIDDEN}@{rest[len(who) + 1 :]}"
    path, question, _ = rest.partition("?")
    return f"{kind}{mark}{path}{question}{HIDDEN if question else ''}"


def find_secrets(address: str) -> frozenset[str]:
    """The parts of an address that nobody is shown, as they stand and as they are read."""
    who = _find_who(address.partition("://")[2]) or ""
    parts = {who, *who.split(":")}
    return frozenset(filter(None, parts | {unquote(part) for part in parts}))


def _find_who(rest: str) -> str | None:
    """What stands before the last @, if it says who asks.

    A key may have a slash in it, so not only the first part is looked at: rather a path too much
    is hidden than a key too little.
    """
    who, at, _ = rest.rpartition("@")
    return who if at and (":" in who or "@" in rest.partition("/")[0]) else None
