"""What carries a load: how many workers, partitions and gateways, and under which limit. Pure."""

from dataclasses import dataclass

CALL_MS = 500
"""The median: the demo model's times are lognormal."""

CONCURRENCY = 2
"""Records that a worker handles at a time: so few that two cores carry four workers a stage."""


@dataclass(frozen=True)
class Setup:
    """One stack that is measured.

    Attributes:
        workers: Processes of each stage.
        partitions: Of every topic.
        gateways: On one PostgreSQL; 0 is the one of the stack, with its SQLite.
        calls_per_min: That each worker may make, LLM_REQUESTS_PER_MINUTE; None for no limit.
    """

    workers: int
    partitions: int = 12
    gateways: int = 0
    calls_per_min: int | None = None

    def __str__(self) -> str:
        workers = f"{self.workers} worker{'s' if self.workers > 1 else ''} a stage"
        through = f", {self.gateways} gateways" if self.gateways else ""
        limit = f", {self.calls_per_min} calls a minute each" if self.calls_per_min else ""
        return f"{workers}, {self.partitions} partitions{through}{limit}"

    @property
    def settings(self) -> dict[str, str]:
        """What its processes are told."""
        told = {
            "BRAINSHARE_WORKERS": str(self.workers),
            "KAFKA_PARTITIONS": str(self.partitions),
            "STAGE_CONCURRENCY": str(CONCURRENCY),
        }
        limit = self.calls_per_min
        return told if limit is None else told | {"LLM_REQUESTS_PER_MINUTE": str(limit)}

    @property
    def slots(self) -> int:
        """Records that all workers of a stage handle at a time."""
        return self.workers * CONCURRENCY


WORKERS = (Setup(1), Setup(2), Setup(4))

PARTS: dict[str, tuple[Setup, ...]] = {
    "workers": WORKERS,
    "limit": (Setup(4), Setup(4, calls_per_min=60)),
    "partitions": (Setup(4), Setup(4, partitions=24)),
    "gateways": (Setup(2, gateways=1), Setup(2, gateways=2), Setup(2, gateways=3)),
}
"""What is measured for each part of the proof; what several parts want is measured once."""


def choose_setups(parts: tuple[str, ...]) -> list[Setup]:
    """Those of some parts, each once, in their order."""
    return list(dict.fromkeys(setup for part in parts for setup in PARTS.get(part, ())))
