"""One request to a stranger: where it may go, what of its answer is kept; nothing raises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from services.gateway.delivery.address import AddressGuard
from services.gateway.delivery.delivery import Attempt, Claim, DeliveryState, StoredDelivery
from services.gateway.delivery.endpoint import make_endpoint
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.dispatch.post import hide_secrets, open_poster
from tests.unit.gateway.example import NOW
from tests.unit.gateway.receiver import Answer, Receiver, listening, receiving

OPEN = WebhookSettings(networks="127.0.0.0/8, ::1/128")
CLOSED = WebhookSettings()


def claim_of(url: str) -> Claim:
    endpoint = make_endpoint("default", url, (), "", "test", NOW)
    told = ("d", endpoint.endpoint_id, "default", 1, "webhook.test", None, "{}", NOW, NOW)
    delivery = StoredDelivery(*told, DeliveryState.PENDING, NOW, 0, 0, None, None)
    return Claim(endpoint, delivery, NOW, NOW + timedelta(seconds=30))


async def post(url: str, settings: WebhookSettings = OPEN, timeout_s: float = 10.0) -> Attempt:
    async with open_poster(AddressGuard.of(settings), timeout_s) as poster:
        return await poster.post(claim_of(url), NOW)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_name_that_leads_to_this_machine_is_not_connected_to(
    receiver: Receiver, scheme: str, host: str
) -> None:
    """However it is written: what counts is the address that would be connected to."""
    attempt = await post(f"{scheme}://{host}:{receiver.port}/", CLOSED)
    assert attempt.status is None
    assert attempt.error is not None
    assert "is not public" in attempt.error
    assert not receiver.received


async def test_a_redirect_is_not_followed_wherever_it_leads(receiver: Receiver) -> None:
    async with receiving() as inside:
        for status in (301, 302, 303, 307, 308):
            receiver.script = [Answer(status, (("Location", inside.url),))]
            attempt = await post(receiver.url)
            told = f"answered {status}: redirects are not followed"
            assert (attempt.status, attempt.error) == (status, told)
            assert attempt.answer_headers["location"] == inside.url
        assert not inside.received


async def test_all_of_the_address_is_asked_for(receiver: Receiver) -> None:
    attempt = await post(f"{receiver.url};kind=a?x=1&y=%20")
    [request] = receiver.received
    assert attempt.status == 204
    assert request.path == "/hook;kind=a?x=1&y=%20"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_nobody_is_there(receiver: Receiver) -> None:
    attempt = await post("http://127.0.0.1:1/")
    assert attempt.status is None
    assert attempt.error
    assert "\n" not in attempt.error


async def test_a_name_that_nobody_has_is_said_to_be_unknown() -> None:
    attempt = await post("https://nobody.invalid/")
    assert attempt.error == "the name nobody.invalid is not known"


async def test_who_speaks_no_tls_is_told_of_in_a_line(receiver: Receiver) -> None:
    attempt = await post(receiver.url.replace("http:", "https:"))
    assert attempt.status is None
    assert attempt.error
    assert not receiver.received


@asynccontextmanager
async def speaking(said: bytes, *, closes: bool = True) -> AsyncIterator[str]:
    """A server that says something, whatever it is asked."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")  # a request that is not read to its end is reset
        with suppress(ConnectionError):
            writer.write(said)
            await writer.drain()
            if not closes:
                await reader.read()

    async with listening(serve) as port:
        yield f"http://127.0.0.1:{port}/"


ODD: list[tuple[bytes, int | None]] = [
    (b"", None),
    (b"SSH-2.0-OpenSSH_9.2\r\n", None),
    (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, None),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut off", 200),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 200),
    (b"HTTP/1.1 500 \xff\r\nServer: \xff\r\nContent-Length: 1\r\n\r\n\xff", 500),
    (b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1_000_000, 200),
]


@pytest.mark.parametrize(("said", "status"), ODD)
async def test_whatever_comes_back_is_an_attempt_and_raises_nothing(
    said: bytes, status: int | None
) -> None:
    async with speaking(said) as url:
        attempt = await post(url)
    assert attempt.status == status
    assert (attempt.error is None) is (status == 200)
    assert len(attempt.answer_body or "") <= 1024


async def test_a_body_that_does_not_come_is_not_waited_for_since_the_status_is_there() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"
    async with speaking(said, closes=False) as url:
        attempt = await post(url, timeout_s=20)
    assert (attempt.status, attempt.error) == (200, None)


async def test_an_answer_that_drips_is_given_up_in_time() -> None:
    async with speaking(b"HTTP/1.1 200", closes=False) as url:
        attempt = await post(url, timeout_s=0.3)
    assert (attempt.status, attempt.error) == (None, "no answer within 0.3 s")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= is wrong", "[hidden] is wrong"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw!", "[hidden]!"),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer [hidden]"),
        ("bsk_0123456789ab_secret", "[hidden]"),
        ("fine", "fine"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown
