"""A server that is full of work takes no connection, and is not down."""

from collections.abc import Callable

import httpx2
import pytest
from openai import AsyncOpenAI

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.arrival.patience import Patience
from services.llm.arrival.pulse import Pulse
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import Transport

FULL = "Connection timeout to host http://model.test/v1/chat/completions"
REFUSED = "Cannot connect to host model.test:80 ssl:default [Connect call failed]"
PATIENCE = Patience.stream(first_s=5.0, idle_s=5.0, most_tokens=10)


def answers(*failures: str) -> Callable[[httpx2.Request], httpx2.Response]:
    """Takes no connection so often, then answers."""
    left = list(reversed(failures))

    def answer(request: httpx2.Request) -> httpx2.Response:
        if left:
            raise httpx2.ConnectTimeout(left.pop())
        return httpx2.Response(200, json={"choices": []})

    return answer


def connect(*failures: str, pulse: Pulse) -> tuple[Transport, list[float]]:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answers(*failures)))
    openai = AsyncOpenAI(
        api_key="k", base_url="http://model.test/v1", max_retries=0, http_client=http
    )
    transport, pauses = Transport(openai, LlmSettings(), pulse), list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    transport.pause = pause
    return transport, pauses


async def test_a_server_that_was_just_seen_to_work_is_called_again_until_it_takes_the_call() -> (
    None
):
    pulse = Pulse()
    pulse.beat()
    transport, pauses = connect(FULL, FULL, FULL, pulse=pulse)
    await transport.send({"model": "m"}, PATIENCE)
    assert len(pauses) == 3


@pytest.mark.parametrize(
    ("failure", "is_alive"), [(FULL, False), (REFUSED, True)], ids=["never seen", "refused"]
)
async def test_a_server_that_nobody_saw_or_that_refuses_is_not_there(
    failure: str, is_alive: bool
) -> None:
    pulse = Pulse()
    if is_alive:
        pulse.beat()
    transport, pauses = connect(failure, pulse=pulse)
    with pytest.raises(StageError) as raised:
        await transport.send({"model": "m"}, PATIENCE)
    assert (raised.value.failure, pauses) == (Failure.UNREACHABLE, [])


async def test_a_server_that_stays_full_parks_the_stage_and_charges_no_attempt() -> None:
    pulse = Pulse()
    pulse.beat()
    transport, _ = connect(*[FULL] * 100_000, pulse=pulse)
    with pytest.raises(StageError) as raised:
        await transport.send({"model": "m"}, Patience.stream(0.05, 1.0, 1))
    assert (raised.value.failure, raised.value.code) == (Failure.OVERLOADED, "busy")
    assert not raised.value.verdict.is_charged
