"""A projection waits for the leaders of its partitions."""

import pytest

from services.gateway.projection import log
from services.gateway.projection.log import wait_for_leaders
from services.kafka import BrokerUnavailableError


async def test_it_is_prepared_as_soon_as_there_is_a_leader_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log, "RETRY_S", 0)
    asked: list[int] = []

    async def prepare() -> None:
        asked.append(len(asked))
        if len(asked) < 3:
            raise BrokerUnavailableError("where the logs begin: LeaderNotAvailableError()")

    await wait_for_leaders(prepare)
    assert asked == [0, 1, 2]
