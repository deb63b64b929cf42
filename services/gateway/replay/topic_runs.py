"""Runs replays on the topics: each opens connections of its own, and closes them at its end."""

from dataclasses import dataclass
from uuid import UUID

from services.kafka import KafkaSettings
from services.lifecycle.clock import utc_now
from services.replay.manifest import Manifest
from services.replay.run import Pacing, RunProgress, find_started, run_manifest


@dataclass(frozen=True)
class TopicRuns:
    """Starts jobs on the topics."""

    settings: KafkaSettings

    async def run(self, manifest: Manifest, progress: RunProgress, pacing: Pacing) -> None:
        """Start the jobs of a manifest that were not started."""
        await run_manifest(self.settings, manifest, progress, pacing, utc_now)

    async def find_started(self, manifest: Manifest) -> set[UUID]:
        """The replays of a manifest of which the topics know."""
        return await find_started(self.settings, manifest)
