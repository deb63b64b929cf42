"""Whether a server was lately seen to work."""

import os
from pathlib import Path

from services.llm.arrival.pulse import MAX_OVERTAKEN, Pulse


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_server_that_answered_nobody_yet_is_not_known_to_live() -> None:
    assert not Pulse().is_alive(1e9)


def test_a_server_lives_for_as_long_as_it_was_last_seen() -> None:
    clock = Clock()
    pulse = Pulse(clock=clock)
    pulse.beat()
    clock.now += 59
    assert pulse.is_alive(60)
    clock.now += 2
    assert not pulse.is_alive(60)


def test_the_workers_of_a_host_see_what_one_of_them_sees(tmp_path: Path) -> None:
    path = tmp_path / "new" / "server.alive"
    own, other = Pulse(path), Pulse(path)
    own.beat()
    assert other.is_alive(60)
    os.utime(path, (1, 1))
    assert not other.is_alive(60)


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_others_news(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    pulse = Pulse(tmp_path / "file" / "server.alive")
    pulse.beat()
    assert pulse.is_alive(60)


def test_a_call_that_many_later_ones_have_passed_is_not_in_a_queue() -> None:
    pulse = Pulse()
    for begun_at in range(10, 10 + MAX_OVERTAKEN):
        pulse.serve(begun_at)
    assert pulse.is_overtaken(9)
    assert not pulse.is_overtaken(10)
