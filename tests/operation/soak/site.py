"""What a soak acts upon."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError

from tests.operation.cluster import Cluster
from tests.operation.load import Clients
from tests.pipeline.demo_server import DemoServer
from tests.stack import RunningStack


@dataclass
class Site:
    """A stack with its clients, its broker and its model.

    Attributes:
        clocks: Holds a file for each module with what its clock is off; None where clocks cannot
            be set.
        complaints: What an answer should not have been.
        killed: How often each service was ended on purpose.
    """

    stack: RunningStack
    cluster: Cluster
    demo: DemoServer
    clients: Clients
    clocks: Path | None
    complaints: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    odd_records: Counter[str] = field(default_factory=Counter)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))

    def publish_later(self, records: Coroutine[Any, Any, None], name: str) -> None:
        """Publish something beside all else; a broker that is away just then gets nothing."""

        def publish() -> None:
            try:
                asyncio.run(records)
            except (KafkaError, TimeoutError):
                return
            self.odd_records[name] += 1

        self.pool.submit(publish)
