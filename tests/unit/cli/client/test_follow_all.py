"""Several jobs are followed at once, and one that cannot be stops no other."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

from services.cli.client.follow_all import AT_ONCE, follow_all
from services.cli.client.gateway import GatewayClient
from services.cli.terminal.error import RequestRefused

WAIT_S = 10.0


class Streams:
    """A gateway whose jobs have two changes each; one of them is gone."""

    def __init__(self, together: int = 1) -> None:
        self._together = threading.Barrier(together, timeout=WAIT_S)

    def follow(self, job_id: str) -> Iterator[Any]:
        self._together.wait()
        if job_id == "gone":
            raise RequestRefused("404: there is no such job")
        yield SimpleNamespace(id=job_id, state="running")
        yield SimpleNamespace(id=job_id, state="completed")


def follow(streams: Streams, *job_ids: str) -> list[tuple[str, str]]:
    changes = follow_all(cast(GatewayClient, streams), job_ids)
    return [
        (change.job_id, cast(Any, change.job).state if change.job else str(change.error))
        for change in changes
    ]


def test_each_job_s_changes_come_in_their_order() -> None:
    followed = follow(Streams(), *(str(number) for number in range(3 * AT_ONCE)))
    for number in range(3 * AT_ONCE):
        states = [state for job_id, state in followed if job_id == str(number)]
        assert states == ["running", "completed"]


def test_as_many_are_followed_at_the_same_time_as_a_gateway_bears() -> None:
    assert len(follow(Streams(together=AT_ONCE), *map(str, range(AT_ONCE)))) == 2 * AT_ONCE


def test_one_that_cannot_be_followed_is_told_and_stops_no_other() -> None:
    followed = follow(Streams(), "gone", "here")
    assert ("gone", "404: there is no such job") in followed
    assert ("here", "completed") in followed


def test_nothing_to_follow_is_the_end() -> None:
    assert follow(Streams()) == []
