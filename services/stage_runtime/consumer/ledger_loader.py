"""Reads back what a stage has answered or begun, before a partition's first record is handled."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence

from schemas.stage import StageName
from services.kafka import (
    ConsumedRecord,
    KafkaSettings,
    LogReader,
    Loss,
    Place,
    Position,
    find_place,
    open_admin,
    open_log_reader,
)
from services.stage_runtime.processing.ledger import Ledger, oldest_times
from services.telemetry import metric
from services.telemetry.log import get_log

LOAD_RETRY_S = 1.0
BATCH_RECORDS = 2_000

log = get_log()

NoteEvent = Callable[[ConsumedRecord], None]


class LedgerLoader:
    """Loads the ledger for the partitions of an assignment, once each.

    Args:
        note_event: Takes in a record of job.events.
        group: The consumer group whose committed offsets say which records are open.
        margin_s: How far before the oldest open record to begin, in seconds.
    """

    def __init__(
        self,
        stage: StageName,
        settings: KafkaSettings,
        group: str,
        ledger: Ledger,
        note_event: NoteEvent,
        margin_s: float,
    ) -> None:
        self._stage = stage
        self._settings = settings
        self._group = group
        self._ledger = ledger
        self._note_event = note_event
        self._margin_s = margin_s
        self._generation = -1
        self._loads: dict[int, asyncio.Task[None]] = {}

    def assign(self, generation: int, partitions: Collection[int]) -> None:
        """Begin to load for a new assignment. Answers already known stay known."""
        if partitions and generation > self._generation:
            self._generation = generation
            known = [number for number in sorted(partitions) if self._is_set(number)]
            load = asyncio.create_task(self._load_until_done(known))
            self._loads = dict.fromkeys(known, load)

    async def ready(self, generation: int, partition: int) -> None:
        """Wait until the answers of a partition, as of a generation of the group, are known."""
        self.assign(generation, [partition])
        if not self._is_set(partition):
            return
        if partition not in self._loads:
            self._loads[partition] = asyncio.create_task(self._load_until_done([partition]))
        await asyncio.shield(self._loads[partition])

    def _is_set(self, partition: int) -> bool:
        """Whether the other topics have it: somebody may have given one more than are set."""
        return partition < self._settings.partitions

    async def find_place(self, position: Position, offset: int) -> Place:
        """Find where to go on in an input that has lost the record that was to be read next.

        Where reading goes back, answers are read back anew before the next record.

        Raises:
            BrokerUnavailableError: The brokers of the logs do not answer.
        """
        suggestions = self._settings.topics.suggestions(self._stage)
        place = await find_place(self._settings, suggestions, position, offset)
        if place.loss is Loss.END:
            self._loads.pop(position[1], None)
        return place

    async def _load_until_done(self, partitions: Sequence[int]) -> None:
        while True:
            try:
                return await self._load(partitions)
            except Exception as error:
                # Whatever it is, no record may be handled without its ledger.
                log.warning("ledger_load_failed", stage=self._stage, error=repr(error))
                await asyncio.sleep(LOAD_RETRY_S)  # noqa: TID251 - the broker's time to recover

    async def _load(self, partitions: Sequence[int]) -> None:
        starts = oldest_times(await self._open_heads(partitions), self._margin_s)
        names = self._settings.topics
        topics = (*names.outputs(self._stage), names.events)
        async with open_log_reader(self._settings, topics, partitions) as reader:
            count = await self._read(reader, await self._start_at(reader, starts))
        log.info("ledger_loaded", stage=self._stage, partitions=list(starts), records=count)

    async def _open_heads(self, partitions: Sequence[int]) -> list[ConsumedRecord]:
        """The first uncommitted record of each input partition that has one."""
        async with open_admin(self._settings) as admin:
            committed = await admin.committed(self._group)
        topics = self._settings.topics.inputs(self._stage)
        async with open_log_reader(self._settings, topics, partitions) as reader:
            begin, ends = await reader.begin_offsets(), await reader.end_offsets()
            first = {at: min(max(committed.get(at, 0), begin[at]), end) for at, end in ends.items()}
            await reader.seek(first)
            waiting = {at: end for at, end in ends.items() if first[at] < end}
            heads: dict[Position, ConsumedRecord] = {}
            async for records in reader.read_to(waiting, BATCH_RECORDS):
                for record in records:
                    heads.setdefault((record.topic, record.partition), record)
                if waiting.keys() <= heads.keys():
                    break
        return list(heads.values())

    async def _start_at(self, reader: LogReader, starts: dict[int, int]) -> dict[Position, int]:
        """Go to where answers must be read from; the ends, up to which they are."""
        times = {at: starts[at[1]] for at in reader.partitions if at[1] in starts}
        # What was handed over waits in a tier, where it is not open: its answers are recent.
        recent_ms = int((time.time() - self._margin_s) * 1000)
        for at in reader.partitions:
            if at[0] == self._settings.topics.events:
                times.setdefault(at, recent_ms)
        ends, found = await reader.end_offsets(), await reader.offsets_at(times)
        await reader.seek(ends | found)
        return ends

    async def _read(self, reader: LogReader, ends: dict[Position, int]) -> int:
        topics, count = self._settings.topics, 0
        async for outputs in reader.read_to(ends, BATCH_RECORDS):
            count += len(outputs)
            for output in outputs:
                if output.topic == topics.events:
                    self._note_event(output)
                else:
                    self._ledger.note_output(output, topics.describe(output.topic).kind)
        metric.LEDGER_LOADED.labels(self._stage).inc(count)
        return count
