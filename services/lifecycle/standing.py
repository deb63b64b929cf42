"""Says where an event loop stands, for the line with which a process that hangs is ended."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

MOST_TASKS = 40
MOST_FRAMES = 6


def describe_loop(loop: asyncio.AbstractEventLoop) -> list[str]:
    """What each task waits in, innermost place last, and where the main thread is.

    Any thread may ask; a loop that goes on meanwhile may be told of imprecisely. Places are file,
    line and function: no values.
    """
    tasks: list[asyncio.Task[Any]] = []
    with suppress(RuntimeError):  # the set of tasks changed while it was read
        tasks = sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name())
    told = [f"{task.get_name()}: {_join(_frames(task))}" for task in tasks[:MOST_TASKS]]
    main = sys._current_frames().get(threading.main_thread().ident or 0)
    return [f"main thread: {_join(_outwards(main))}", *told]


def _frames(task: asyncio.Task[Any]) -> Iterator[str]:
    """From the outermost coroutine to the innermost one."""
    waits: Any = task.get_coro()
    while waits is not None:
        frame = getattr(waits, "cr_frame", None) or getattr(waits, "gi_frame", None)
        if frame is not None:
            yield _place(frame)
        waits = getattr(waits, "cr_await", None) or getattr(waits, "gi_yieldfrom", None)


def _outwards(frame: FrameType | None) -> Iterator[str]:
    places = []
    while frame is not None:
        places.append(_place(frame))
        frame = frame.f_back
    yield from reversed(places)


def _place(frame: FrameType) -> str:
    code = frame.f_code
    file = "/".join(code.co_filename.split("/")[-3:])
    return f"{file}:{frame.f_lineno} {code.co_name}"


def _join(places: Iterator[str]) -> str:
    return " > ".join([*places][-MOST_FRAMES:])
