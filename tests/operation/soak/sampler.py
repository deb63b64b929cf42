"""Looks once a second at the memory of every process, and at the model's counts."""

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Event, Thread

import psutil

from tests.operation.soak.site import Site

INTERVAL_S = 1.0
MIB = 1024 * 1024
SUPERVISOR = "supervisor"


@dataclass
class Life:
    """A process from its start to its end: resident memory in MiB, by the monotonic clock."""

    name: str
    samples: list[tuple[float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it was looked at."""
        return self.samples[-1][0] - self.samples[0][0]

    def resident_at(self, age_s: float) -> float:
        """What it held at an age, or at its end if that was earlier."""
        begun_at = self.samples[0][0]
        return next((mb for at, mb in self.samples if at - begun_at >= age_s), self.samples[-1][1])


class Sampler:
    """A thread that looks, until it is stopped.

    Attributes:
        lives: By name and process, in the order in which they began.
        calls: Model calls, also those of a model server that was killed since.
        spoiled: Those that were answered with a fault.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stopped = Event()
        self._thread = Thread(target=self._run)
        self._last: Counter[str] = Counter()
        self.lives: dict[tuple[str, int], Life] = {}
        self.calls = 0
        self.spoiled: Counter[str] = Counter()

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL_S):
            self._look_at_memory()
            self._look_at_calls()

    def _look_at_memory(self) -> None:
        now = time.monotonic()
        running = [(p.name, p.pid) for p in self._site.stack.file.processes]
        running += [(node.name, node.pid) for node in self._site.cluster.nodes]
        for name, pid in [*running, (SUPERVISOR, self._site.stack.process.pid)]:
            try:
                resident = psutil.Process(pid).memory_info().rss / MIB
            except psutil.Error:
                continue
            if resident:  # a process that has ended and is still listed holds nothing
                self.lives.setdefault((name, pid), Life(name)).samples.append((now, resident))

    def _look_at_calls(self) -> None:
        try:
            stats = self._site.demo.stats
        except OSError:
            return
        counts = Counter({"": stats["total"]["begun"], **stats["faults"]})
        if counts[""] < self._last[""]:
            self._last = Counter()  # another process, which counts from zero
        new = counts - self._last
        self._last = counts
        self.calls += new.pop("", 0)
        self.spoiled += new
