"""What jobs leave behind on disk, and how many connections the processes of a stack hold."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil

from schemas.kafka.topics import TopicKind, TopicNames
from services.cli.stack.stack_file import Stack
from tests.bench.usage import GROUPS


@dataclass(frozen=True)
class Footprint:
    """Bytes on disk at a moment: of the topics, by what they hold, and of the gateway's tables."""

    topics: dict[str, int]
    tables: int

    def per_job(self, earlier: "Footprint", jobs: int) -> dict[str, int]:
        """What a job has added since."""
        grown = {name: size - earlier.topics[name] for name, size in self.topics.items()}
        found = grown | {"tables": self.tables - earlier.tables}
        return {name: round(size / jobs) for name, size in found.items() if size}


def read_footprint(data_dir: Path) -> Footprint:
    """Look at the files. Indexes of the topics are left out: they are made before they are used."""
    roles, sizes = TopicNames().roles, Counter[str]()
    for log in data_dir.rglob("*.log"):
        role = roles.get(log.parent.name.rpartition("-")[0])
        if role is not None:
            sizes[role.kind.label] += log.stat().st_size
    tables = sum(path.stat().st_size for path in data_dir.glob("gateway.db*"))
    return Footprint({kind.label: sizes[kind.label] for kind in TopicKind}, tables)


def count_connections(stack: Stack) -> dict[str, int]:
    """To the broker, by process."""
    port = int(stack.broker.bootstrap_servers.rpartition(":")[2])
    return {
        process.name: sum(
            c.raddr.port == port for c in psutil.Process(process.pid).net_connections() if c.raddr
        )
        for process in stack.processes
        if GROUPS[process.name] in ("agents", "gateway")
    }
