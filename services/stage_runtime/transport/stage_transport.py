"""Faust's transport with a consumer of ours, which loses no record where a log has lost some."""

from collections.abc import Mapping
from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP

from services.kafka import (
    BrokerUnavailableError,
    Loss,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    Position,
    harden,
    read_lost,
    settle,
)
from services.telemetry.log import get_log

LOST_RETRY_S = 1.0

log = get_log()


class StageConsumerThread(AIOKafkaConsumerThread):
    """Reads only what was committed, and survives what cannot be read."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        return harden(super()._create_worker_consumer(transport))


class StageConsumer(Consumer):
    """Faust's consumer; but where a log has lost what was to be read next, it says so and goes on.

    Faust itself drops, in silence, every record below the position that was lost.
    """

    app: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._lost: dict[Position, int] = {}

    def _new_consumer_thread(self) -> StageConsumerThread:
        return StageConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def _to_message(self, tp: TP, record: Any) -> Any:
        self.app.landmarks.note((tp.topic, tp.partition), record.offset, record.timestamp)
        return super()._to_message(tp, settle(record))

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Go on from what the group has committed, or from the beginning where it has not."""
        self._lost.clear()
        committed = await super().seek_to_committed()
        if new := [tp for tp, offset in committed.items() if offset is None]:
            await self._thread.seek_to_beginning(*new)
        return committed

    async def _getmany(self, *args: Any, **options: Any) -> Any:
        self._lost |= await self.app.landmarks.find_other(self._find_next)
        if not self._lost:
            try:
                return await super()._getmany(*args, **options)
            except OffsetOutOfRangeError as error:
                self._lost |= read_lost(error)
            except NoOffsetForPartitionError:
                # Its topic was not there when it was assigned.
                await self.seek_to_committed()
                return {}
        # Nothing is fetched until it is known where to go on.
        for position, offset in list(self._lost.items()):
            if await self._go_on(TP(*position), offset):
                del self._lost[position]
            else:
                await self.sleep(LOST_RETRY_S)
        return {}

    async def _find_next(self) -> Mapping[Position, int]:
        committed = self._committed_offset.items()
        return {(tp.topic, tp.partition): offset for tp, offset in committed if offset}

    async def _go_on(self, tp: TP, offset: int) -> bool:
        if opened := sum(message.tp == tp and not message.acked for message in self.unacked):
            # What was read of the old log comes to its end first: its acks are of old offsets.
            log.info("place_waits", topic=tp.topic, partition=tp.partition, open_records=opened)
            return False
        if tp not in self.assignment():
            return True  # it is another worker's now
        try:
            place = await self.app.find_place((tp.topic, tp.partition), offset)
        except BrokerUnavailableError as error:
            log.warning("place_not_found", topic=tp.topic, error=str(error))
            return False
        if place.loss is Loss.END:
            await self._go_back(tp, place.offset)
        await self._thread.call_thread(self._thread._ensure_consumer().seek, tp, place.offset)
        return True

    async def _go_back(self, tp: TP, offset: int) -> None:
        await self.maybe_wait_for_commit_to_finish()
        self.app.landmarks.forget([(tp.topic, tp.partition)])
        for noted in (self._acked, self._acked_index, self._gap):
            noted.pop(tp, None)
        self._read_offset[tp] = self._committed_offset[tp] = offset or None
        # At once: a second search would take what is answered from now on for older.
        await self._commit({tp: offset})


class StageTransport(Transport):
    """Faust's transport, with our consumer."""

    Consumer = StageConsumer
