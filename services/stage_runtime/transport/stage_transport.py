"""Faust's transport with a consumer of ours, which loses no record where a log has lost some."""

from collections.abc import Mapping
from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP

from services.kafka import (
    BrokerUnavailableError,
    Loss,
    OffsetOutOfRangeError,
    harden,
    place_unreadable,
    read_lost,
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

    def _new_consumer_thread(self) -> StageConsumerThread:
        return StageConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def _to_message(self, tp: TP, record: Any) -> Any:
        return super()._to_message(tp, place_unreadable(record))

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Go on from what the group has committed, or from the beginning where it has not."""
        committed = await super().seek_to_committed()
        if new := [tp for tp, offset in committed.items() if offset is None]:
            await self._thread.seek_to_beginning(*new)
        return committed

    async def _getmany(self, *args: Any, **options: Any) -> Any:
        try:
            return await super()._getmany(*args, **options)
        except OffsetOutOfRangeError as error:
            for position, offset in read_lost(error).items():
                if not await self._go_on(TP(*position), offset):
                    # The next fetch says it again.
                    await self.sleep(LOST_RETRY_S)
            return {}

    async def _go_on(self, tp: TP, offset: int) -> bool:
        if any(message.tp == tp and not message.acked for message in self.unacked):
            # What was read of the old log comes to its end first: its acks are of old offsets.
            return False
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
        for noted in (self._acked, self._acked_index, self._gap):
            noted.pop(tp, None)
        self._read_offset[tp] = self._committed_offset[tp] = offset or None
        # At once: a second search would take what is answered from now on for older.
        await self._commit({tp: offset})


class StageTransport(Transport):
    """Faust's transport, with our consumer."""

    Consumer = StageConsumer
