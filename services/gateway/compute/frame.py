"""What the gateway and its computing process say to each other: pickled values with their length.

The two are one program, and nobody else can write to their pipes.
"""

import asyncio
import pickle
from typing import Any, BinaryIO

LENGTH_BYTES = 8


def write_frame(value: object) -> bytes:
    """Write a value."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH_BYTES) + body


async def read_frame(stream: asyncio.StreamReader) -> Any:
    """Read a value.

    Raises:
        asyncio.IncompleteReadError: The other side has ended.
    """
    length = int.from_bytes(await stream.readexactly(LENGTH_BYTES))
    return pickle.loads(await stream.readexactly(length))


def wait_for_frame(stream: BinaryIO) -> Any:
    """Read a value, blocking.

    Raises:
        EOFError: The other side has ended.
    """
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        raise EOFError
    return pickle.loads(stream.read(int.from_bytes(head)))
