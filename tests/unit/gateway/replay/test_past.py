"""A process is asked about the past, one question at a time, and ended when nobody asks."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from schemas.stage import StageName
from services.gateway.compute.frame import LENGTH_BYTES
from services.gateway.replay.past import PastIsBusyError, PastProcess
from services.kafka import KafkaSettings
from services.replay.question.compare import CompareQuestion, compare
from services.replay.question.plan import PastUnreadableError, find_prompt

KAFKA = KafkaSettings()


@dataclass
class Process:
    """Answers when it is let, and keeps what it was asked."""

    answer: tuple[bool, Any] = (True, "column-9")
    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Any] = field(default_factory=list)
    is_ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, question: bytes) -> tuple[bool, Any]:
        self.asked.append(pickle.loads(question[LENGTH_BYTES:]))
        await self.let.wait()
        return self.answer

    async def close(self) -> None:
        self.is_ended.set()


@pytest.fixture
def process() -> Process:
    made = Process()
    made.let.set()
    return made


@pytest.fixture
async def past(process: Process) -> AsyncIterator[PastProcess]:
    made = PastProcess(KAFKA, process, idle_s=0.0)
    yield made
    await made.close()


async def test_it_is_asked_by_the_name_of_a_function(past: PastProcess, process: Process) -> None:
    assert await past.find_prompt(StageName.COLUMN) == "column-9"
    await past.compare(CompareQuestion(b"{}", 3))
    assert process.asked == [
        (find_prompt, (StageName.COLUMN,)),
        (compare, (KAFKA, CompareQuestion(b"{}", 3))),
    ]


async def test_what_it_raises_is_raised_here(past: PastProcess, process: Process) -> None:
    process.answer = (False, PastUnreadableError("no broker answers"))
    with pytest.raises(PastUnreadableError, match="no broker answers"):
        await past.compare(CompareQuestion(b"{}", 3))


async def test_a_second_question_is_refused_while_the_first_is_answered(
    past: PastProcess, process: Process
) -> None:
    process.let.clear()
    first = asyncio.ensure_future(past.find_prompt(StageName.ROW))
    await asyncio.sleep(0)  # noqa: TID251 - lets it be asked
    with pytest.raises(PastIsBusyError):
        await past.find_prompt(StageName.ROW)
    process.let.set()
    assert await first == "column-9"
    assert await past.find_prompt(StageName.ROW) == "column-9"


async def test_it_is_ended_when_nobody_asks_any_more(past: PastProcess, process: Process) -> None:
    await past.find_prompt(StageName.ROW)
    async with asyncio.timeout(10):
        await process.is_ended.wait()
