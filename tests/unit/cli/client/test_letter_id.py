"""The dead letter that a person means."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.cli.client.command_client import CommandClient
from services.cli.client.letter_id import find_letter_id
from services.cli.terminal.error import RequestRefused
from tests.unit.cli.client.test_job_id import IDS, Jobs

FAILED_TWICE, COMPLETED = IDS[0], IDS[1]


class Letters(Jobs):
    """The newest of its jobs was put back once, and failed again."""

    def history(self, job_id: str) -> Iterator[Any]:
        places = [("started", 1), ("failed", 7), ("redriven", 8), ("failed", 9)]
        for kind, at in places if job_id == FAILED_TWICE else places[:1]:
            row = SimpleNamespace(value="row")
            yield SimpleNamespace(kind=kind, stage=row, partition=3, offset=at)

    def get(self, job_id: str) -> Any:
        return SimpleNamespace(status=SimpleNamespace(value="completed"))


def find(given: str) -> str:
    return find_letter_id(cast(CommandClient, Letters(IDS)), given)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("column-0-7", "column-0-7"),
        ("nonsense", "nonsense"),
        ("last", "row-3-9"),
        (FAILED_TWICE, "row-3-9"),
        ("F0003EC7", "row-3-9"),
    ],
)
def test_it_is_meant_by_its_id_or_as_the_newest_of_a_job(given: str, found: str) -> None:
    assert find(given) == found


def test_of_a_job_without_one_it_is_said_how_that_stands() -> None:
    with pytest.raises(RequestRefused, match=f"job {COMPLETED} is completed, and has no dead"):
        find(COMPLETED)
