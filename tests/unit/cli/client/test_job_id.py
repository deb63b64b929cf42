"""The job that a person means."""

from types import SimpleNamespace
from typing import Any, Self, cast

import pytest

from services.cli.client import job_id
from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.terminal.error import RequestRefused

IDS = [
    "f0003ec7-0000-4000-8000-000000000001",
    "f0003ec8-0000-4000-8000-000000000002",
    "abcd0000-0000-4000-8000-000000000003",
]


class Jobs:
    """A gateway that has these jobs, the newest first, on pages of one."""

    def __init__(self, ids: list[str]) -> None:
        self._ids = ids

    @property
    def jobs(self) -> Self:
        return self

    def page(self, limit: int, cursor: str | None = None) -> Any:
        place = int(cursor or 0)
        following = str(place + 1) if place + 1 < len(self._ids) else None
        here = [SimpleNamespace(job_id=i) for i in self._ids[place : place + 1]]
        return SimpleNamespace(jobs=here, next=following)


def find(given: str, ids: list[str] = IDS) -> str:
    return find_job(cast(CommandClient, Jobs(ids)), given)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("last", IDS[0]),
        ("f0003ec8", IDS[1]),
        ("ABCD", IDS[2]),
        (IDS[2], IDS[2]),
        ("no such thing", "no such thing"),
    ],
)
def test_it_is_meant_by_its_id_its_beginning_or_as_the_last(given: str, found: str) -> None:
    assert find(given) == found


def test_of_more_jobs_than_are_looked_at_it_says_how_many_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job_id, "PAGE", 1)
    monkeypatch.setattr(job_id, "PAGES", 2)
    told = "begins with '9999' among the newest 2: older ones by the whole id$"
    with pytest.raises(RequestRefused, match=told):
        find("9999")


@pytest.mark.parametrize(
    ("given", "ids", "why"),
    [
        ("f0003", IDS, "2 jobs begin with f0003"),
        ("9999", IDS, "there is no job with an id that begins with '9999'$"),
        ("last", [], "there is no job yet"),
        ("f95", IDS, "f95 is too short .* 4 letters of it or more"),
        ("A", IDS, "A is too short"),
    ],
)
def test_none_is_guessed(given: str, ids: list[str], why: str) -> None:
    with pytest.raises(RequestRefused, match=why):
        find(given, ids)
