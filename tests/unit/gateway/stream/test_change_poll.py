"""A change that nobody has told is seen all the same."""

import asyncio

from schemas.stage import StageName
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.change_poll import ChangePoll
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, request, started


async def test_a_stream_is_woken_for_what_it_has_not_heard(gateway: Gateway) -> None:
    deaf = ChangeNotifier()
    poll = ChangePoll(gateway.database, deaf)
    await poll.look()
    await gateway.project(request())
    with deaf.watch(str(JOB_ID)) as waiter:
        await poll.look()
        assert await waiter.wait()
        await poll.look()
        assert not waiter._changed.is_set()
        await gateway.project(started(StageName.TABLE))
        await poll.look()
        assert await asyncio.wait_for(waiter.wait(), 1)
