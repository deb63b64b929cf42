"""Reads every few seconds what has become of a run's jobs, where there is a ceiling."""

import asyncio
import math
import time

from services.kafka import KafkaSettings
from services.replay.ceiling import Ceiling, Outcomes
from services.replay.manifest import Manifest
from services.replay.topic_reading import read_past

LOOK_S = 2.0
"""How often is read at most."""


class OutcomeWatch:
    """Holds a run below its ceiling."""

    def __init__(self, settings: KafkaSettings, manifest: Manifest, ceiling: Ceiling) -> None:
        self._settings = settings
        self._ceiling = ceiling
        self._outcomes = Outcomes(manifest)
        self._places = manifest.end_offsets
        self._looked_at = -math.inf

    async def let_pass(self, started: int) -> None:
        """Return once one more may be started.

        Raises:
            ReplayStoppedError: No more are started at all.
        """
        if not self._ceiling.is_any:
            return
        while True:
            if time.monotonic() - self._looked_at >= LOOK_S:
                await self._look()
            if self._outcomes.check(self._ceiling, started):
                return
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace

    async def _look(self) -> None:
        self._places = await read_past(self._settings, self._places, self._outcomes.take)
        self._looked_at = time.monotonic()
