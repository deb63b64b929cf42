"""Listens to job.control: the whole of it, without a group, before the first record is handled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.kafka import (
    BrokerUnavailableError,
    KafkaSettings,
    Landmarks,
    LogReader,
    open_log_reader,
)
from services.stage_runtime.processing.cancellation import Cancellations
from services.telemetry.log import get_log

LISTEN_S = 10.0
MAX_RECORDS = 1_000

log = get_log()


Tell = Callable[[int, bytes], None]
Listening = tuple[Cancellations, asyncio.Task[None]]


@asynccontextmanager
async def listen(
    settings: KafkaSettings, tell: Tell, landmarks: Landmarks
) -> AsyncIterator[Listening]:
    """Read job.control to its end, then go on listening.

    Args:
        tell: Called with partition and key of each cancel that is heard live. A job has one
            partition, here as everywhere, so who has it can say that it has heard.
        landmarks: Tell when job.control was made again.

    Yields:
        The cancelled jobs, and the task that listens, which must never end.
    """
    cancellations = Cancellations()
    async with open_log_reader(settings, [settings.topics.control], landmarks=landmarks) as reader:
        await _read_to_end(reader, cancellations)
        listening = asyncio.create_task(_listen(reader, cancellations, tell))
        try:
            yield cancellations, listening
        finally:
            listening.cancel()


async def _read_to_end(reader: LogReader, cancellations: Cancellations) -> None:
    async for records in reader.read_to(await reader.end_offsets(), MAX_RECORDS):
        for record in records:
            cancellations.read(record)
    log.info("cancels_read", cancelled=len(cancellations))


async def _listen(reader: LogReader, cancellations: Cancellations, tell: Tell) -> None:
    while True:
        await _follow(reader)
        for record in await reader.read(LISTEN_S, MAX_RECORDS):
            if cancellations.read(record) and record.key is not None:
                log.info("cancel_heard", job_id=record.shown_key)
                tell(record.partition, record.key)


async def _follow(reader: LogReader) -> None:
    """Begin again in a topic that was made again: cancels stand before what was to be read next."""
    try:
        if other := await reader.find_other():
            await reader.begin_again(other)
    except BrokerUnavailableError as error:
        log.warning("place_not_found", topic=reader.partitions[0][0], error=str(error))
