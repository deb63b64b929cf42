"""What answers at a model server's address byte by byte: HTTP, odd HTTP, or none; never our bug."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from services.failure.verdict import Act, Failure
from tests.unit.llm import fake_provider
from tests.unit.llm.fake_provider import KEY, READ, FakeProvider, Said, completes, provide

WHOLE = Said(completes()).to_bytes()
HEAD, _, BODY = WHOLE.partition(b"\r\n")


class Foreign(FakeProvider):
    """Answers any POST with bytes."""

    answer = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].split("\r\n")[0]
            await reader.readexactly(int(length or 0))
            is_get = head.startswith("get")
            writer.write(Said({"detail": "Not Found"}, 404).to_bytes() if is_get else self.answer)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def answering(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeProvider]:
    monkeypatch.setattr(Foreign, "answer", answer)
    monkeypatch.setattr(fake_provider, "FakeProvider", Foreign)
    async with provide(Said()) as provider:
        yield provider


NO_HTTP = {
    "a TLS alert": b"\x15\x03\x01\x00\x02\x02\x46",
    "SSH": b"SSH-2.0-OpenSSH_9\r\n",
    "HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "words": b"hello\r\n\r\n",
    "Redis": b"-ERR unknown command 'POST'\r\n",
    "a mail server": b"220 mail.test ESMTP\r\n",
    "PostgreSQL": b"E\x00\x00\x00\x10SFATAL\x00",
    "zeros": b"\x00" * 100,
    "a frame of a web socket": b"\x88\x02\x03\xe8",
    "JSON alone": BODY.partition(b"\r\n\r\n")[2],
    "a status of two digits": b"HTTP/1.1 20 X\r\n\r\n",
    "a status of letters": b"HTTP/1.1 2x0 X\r\n\r\n",
}


@pytest.mark.parametrize("answer", NO_HTTP.values(), ids=NO_HTTP)
async def test_what_is_no_http_parks_as_a_wrong_address_without_the_key(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(answer, monkeypatch) as provider:
        error = await provider.fail()
    assert (error.failure, error.verdict.act) == (Failure.WRONG_ADDRESS, Act.PARK)
    assert KEY not in error.message


JSON = BODY.partition(b"\r\n\r\n")[2]
ZIPPED = gzip.compress(JSON)


def write(*headers: bytes, first: bytes = b"HTTP/1.1 200 OK", body: bytes = JSON) -> bytes:
    return b"\r\n".join([first, b"content-type: application/json", *headers, b"", body])


def say_length(length: object) -> bytes:
    return f"content-length: {length}".encode()


def cut(body: bytes, size: int = 50, end: bytes = b"\r\n") -> bytes:
    chunks = [body[place : place + size] for place in range(0, len(body), size)]
    return b"".join(b"%x%s%s%s" % (len(one), end, one, end) for one in [*chunks, b""])


GZIP, CHUNKED = b"content-encoding: gzip", b"transfer-encoding: chunked"
RIGHT = say_length(len(JSON))
ANSWERS = {
    "a header of 70 kB": write(RIGHT, b"set-cookie: " + b"a" * 70_000),
    "300 headers": write(RIGHT, *(b"x-%d: 1" % number for number in range(300))),
    "a reason of 9 kB": write(RIGHT, first=b"HTTP/1.1 200 " + b"O" * 9000),
    "a header with a space": write(RIGHT, b"x bad: 1"),
    "a header without a colon": write(RIGHT, b"hello"),
    "a header without a name": write(RIGHT, b": x"),
    "a header in UTF-8": write(RIGHT, "x-ä: ö".encode()),
    "a header with a zero": write(RIGHT, b"x-a: a\x00b"),
    "another version": write(RIGHT, first=b"HTTP/1.2 200 OK"),
    "small letters": write(RIGHT, first=b"http/1.1 200 OK"),
    "a length that is too long": write(say_length(len(JSON) + 50)),
    "a length that is too short": write(say_length(len(JSON) - 5)),
    "no length": write(say_length(0)),
    "a negative length": write(say_length(-1)),
    "words for a length": write(say_length("many")),
    "a length twice": write(RIGHT, RIGHT),
    "two lengths": write(RIGHT, say_length(5)),
    "chunks and a length": write(say_length(5), CHUNKED, body=cut(JSON)),
    "chunks without an end": write(CHUNKED, body=cut(JSON)[:-5]),
    "chunks of other ends of lines": write(CHUNKED, body=cut(JSON, end=b"\n")),
    "chunks that are none": write(CHUNKED),
    "a chunk that is longer than it says": write(
        CHUNKED, body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(JSON) - 5, JSON)
    ),
    "an answer without content": write(first=b"HTTP/1.1 204 No Content"),
    "compressed without a word": write(say_length(len(ZIPPED)), body=ZIPPED),
    "not compressed as it says": write(RIGHT, GZIP),
    "compressed otherwise": write(
        say_length(len(ZIPPED)), b"content-encoding: deflate", body=ZIPPED
    ),
    "called br": write(RIGHT, b"content-encoding: br"),
    "compressed twice": write(
        b"content-encoding: gzip, gzip",
        say_length(len(gzip.compress(ZIPPED))),
        body=gzip.compress(ZIPPED),
    ),
    "compressed on its way": write(b"transfer-encoding: gzip, chunked", body=cut(ZIPPED)),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_that_holds_what_was_asked_is_used_however_it_is_sent(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(answer, monkeypatch) as provider:
        assert (await provider.ask()).content == READ


STRANGE = {
    "nothing": (b"", Failure.DROPPED),
    "half a head": (b"HTTP/1.1 200 OK\r\ncontent-ty", Failure.DROPPED),
    "a header of 300 kB": (write(RIGHT, b"x: " + b"a" * 300_000), Failure.SERVER_ERROR),
    "3,000 headers": (write(RIGHT, *[b"x: 1"] * 3000), Failure.SERVER_ERROR),
    "half of what was compressed": (
        write(GZIP, say_length(40), body=ZIPPED[:40]),
        Failure.NOT_A_COMPLETION,
    ),
    "no content": (b"HTTP/1.1 204 X\r\n\r\n", Failure.NOT_A_COMPLETION),
    "another protocol from here on": (
        b"HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        Failure.WRONG_ADDRESS,
    ),
    "an upgrade that is asked for": (b"HTTP/1.1 426 X\r\n\r\n", Failure.WRONG_ADDRESS),
    "a redirect to no address": (
        b"HTTP/1.1 307 X\r\nlocation: http://[::\r\n\r\n",
        Failure.WRONG_ADDRESS,
    ),
    "a redirect to a mail": (
        b"HTTP/1.1 307 X\r\nlocation: mailto:a@b\r\n\r\n",
        Failure.WRONG_ADDRESS,
    ),
    "a redirect to FTP": (
        b"HTTP/1.1 307 X\r\nlocation: ftp://x/\r\n\r\n",
        Failure.WRONG_ADDRESS,
    ),
    "a status beyond all": (b"HTTP/1.1 999 X\r\n\r\n", Failure.SERVER_ERROR),
    "an error that is cut off": (
        b'HTTP/1.1 400 X\r\ncontent-length: 900\r\n\r\n{"message": "insufficient balance"}',
        Failure.NO_MONEY,
    ),
    "an error that is compressed without a word": (
        b"HTTP/1.1 429 X\r\n\r\n" + gzip.compress(b'{"error": {"code": "insufficient_quota"}}'),
        Failure.NO_MONEY,
    ),
    "an error that is not compressed as it says": (
        b"HTTP/1.1 429 X\r\ncontent-encoding: gzip\r\n\r\n"
        b'{"error": {"code": "insufficient_quota"}}',
        Failure.NO_MONEY,
    ),
    "a key that is refused in half a chunk": (
        b"HTTP/1.1 401 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        Failure.KEY_REFUSED,
    ),
}


@pytest.mark.parametrize(("answer", "failure"), STRANGE.values(), ids=STRANGE)
async def test_what_is_strange_is_named_and_no_bug(
    answer: bytes, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(answer, monkeypatch) as provider:
        assert (await provider.fail()).failure is failure
