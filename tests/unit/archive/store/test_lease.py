"""One writer at a time holds a lease, a dead one's runs out, and who has lost it writes nothing."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from services.archive.store.lease import LEASE_S, Lease, hold_lease, read_holding
from services.archive.store.store import StoreBusyError
from tests.factory import NOW


@dataclass
class File:
    """The file of a lease, and a clock."""

    data: bytes | None = None
    now: datetime = NOW

    def read(self) -> bytes | None:
        return self.data

    def write(self, data: bytes) -> None:
        self.data = data

    def begin(self, data: bytes) -> bool:
        is_new = self.data is None
        self.data = data if is_new else self.data
        return is_new

    def lease(self) -> Lease:
        return Lease(self, lambda: self.now)

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.mark.parametrize("data", [None, b"", b"4711", b'{"token": "x"}'])
def test_what_nobody_holds_is_taken(data: bytes | None) -> None:
    file = File(data)
    file.lease().take()
    assert read_holding(file.data) is not None


def test_who_comes_second_is_told_who_writes() -> None:
    file = File()
    file.lease().take()
    with pytest.raises(StoreBusyError, match=r"process \d+ of .* in 300 s"):
        file.lease().take()


def test_one_that_has_run_out_is_anybody_s_and_its_holder_writes_no_more() -> None:
    file = File()
    killed, next_one = file.lease(), file.lease()
    killed.take()
    file.pass_s(LEASE_S)
    next_one.take()
    next_one.require()
    for act in (killed.require, killed.renew):
        with pytest.raises(StoreBusyError, match="meanwhile"):
            act()
    killed.let_go()
    next_one.require()


def test_one_that_is_renewed_does_not_run_out() -> None:
    file = File()
    lease = file.lease()
    lease.take()
    file.pass_s(LEASE_S - 1)
    lease.renew()
    file.pass_s(LEASE_S - 1)
    with pytest.raises(StoreBusyError):
        file.lease().take()


def test_two_that_take_one_that_has_run_out_do_not_both_have_it() -> None:
    file = File()
    file.lease().take()
    file.pass_s(LEASE_S)
    slow, fast = file.lease(), file.lease()
    slow._refuse_held()  # both have looked before either writes
    fast.take()
    slow.file.write(slow._written())
    slow.require()
    with pytest.raises(StoreBusyError):
        fast.require()


def test_it_is_let_go_of_at_the_end_and_the_file_stays() -> None:
    file = File()
    with hold_lease(file), pytest.raises(StoreBusyError), hold_lease(file):
        pass
    assert file.data is not None
    with hold_lease(file):
        pass


def test_it_is_renewed_while_it_is_held() -> None:
    renewed = threading.Event()

    class Watched(File):
        def write(self, data: bytes) -> None:
            super().write(data)
            renewed.set()

    with hold_lease(Watched(), renew_s=0.001):
        assert renewed.wait(10)
