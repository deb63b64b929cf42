"""Keeps two writers apart where no kernel does: a small file that says who writes, and until when.

It is written anew while its holder lives. One that has run out is anybody's, so a writer that was
killed is waited for a few minutes and not for ever. A store that cannot make a file only where
there is none leaves a moment in which two may take it: each looks again before it writes what
counts, and whoever has lost it by then writes nothing.
"""

import math
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Protocol
from uuid import uuid4

from pydantic import AwareDatetime, Field, ValidationError

from schemas.contract import Contract
from services.archive.store.store import StoreBusyError
from services.lifecycle.clock import utc_now

LEASE_S = 300.0
RENEW_S = 60.0


class LeaseFile(Protocol):
    """The file by which it is held; whatever is against it is an OSError."""

    def read(self) -> bytes | None:
        """What it says; None where it is not there."""
        ...

    def write(self, data: bytes) -> None:
        """Write it, whatever is there."""

    def begin(self, data: bytes) -> bool:
        """Write it only where none is; whether that was so."""
        ...


@dataclass
class Lease:
    """What one writer holds.

    Attributes:
        now: The wall clock, aware: of writers on several machines it has to be about the same.
    """

    file: LeaseFile
    now: Callable[[], datetime] = utc_now
    lease_s: float = LEASE_S
    token: str = field(default_factory=lambda: uuid4().hex)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> None:
        """Take it.

        Raises:
            StoreBusyError: Another writer holds it.
        """
        if not self.file.begin(self._written()):
            self._refuse_held()
            self.file.write(self._written())
        self.require()

    def require(self) -> None:
        """Require that it is still held.

        Raises:
            StoreBusyError: Another writer has taken it meanwhile.
        """
        held = read_holding(self.file.read())
        if held is None or held.token != self.token:
            holder = "somebody" if held is None else held.holder
            raise StoreBusyError(f"{holder} has begun to write there meanwhile")

    def renew(self) -> None:
        """Hold it for longer, if it is still held."""
        with self._turn:
            self.require()
            self.file.write(self._written())

    def let_go(self) -> None:
        """Let others take it. The file stays: it tells an archive that was begun from strangers."""
        with self._turn, suppress(StoreBusyError):
            self.require()
            self.file.write(self._written(self.now()))

    def _refuse_held(self) -> None:
        held = read_holding(self.file.read())
        if held is None or (left_s := (held.until - self.now()).total_seconds()) <= 0:
            return
        raise StoreBusyError(
            f"{held.holder} writes there, or was killed over it: then it is anybody's in"
            f" {math.ceil(left_s)} s"
        )

    def _written(self, until: datetime | None = None) -> bytes:
        until = until or self.now() + timedelta(seconds=self.lease_s)
        holder = f"process {os.getpid()} of {socket.gethostname()}"
        return Holding(token=self.token, holder=holder, until=until).to_json()


class Holding(Contract):
    """What the file says: who holds it, by a word that nobody else knows, and until when."""

    token: str
    holder: Annotated[str, Field(max_length=300)]
    until: AwareDatetime


def read_holding(data: bytes | None) -> Holding | None:
    """What a file says; None where it says nothing: a copied folder's names a process only."""
    try:
        return None if data is None else Holding.from_json(data)
    except ValidationError:
        return None


@contextmanager
def hold_lease(
    file: LeaseFile, now: Callable[[], datetime] = utc_now, renew_s: float = RENEW_S
) -> Iterator[Lease]:
    """Hold it until the context is left.

    Raises:
        StoreBusyError: Another writer holds it.
    """
    lease, is_over = Lease(file, now), threading.Event()
    lease.take()
    # A thread, since a file of an archive may be under way for longer than a lease.
    keeper = threading.Thread(target=_keep, args=(lease, is_over, renew_s), daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        is_over.set()
        keeper.join()
        # Who cannot let go of it waits until it has run out, and has its work done all the same.
        with suppress(OSError):
            lease.let_go()


def _keep(lease: Lease, is_over: threading.Event, renew_s: float) -> None:
    while not is_over.wait(renew_s):
        try:
            lease.renew()
        except StoreBusyError:
            return  # who writes what counts is told
        except OSError:
            continue
