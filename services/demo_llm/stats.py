"""Counts of calls, for tests and benchmarks; begun = finished + aborted + in flight, always."""

import time
from collections import Counter
from typing import Any


class Stats:
    """The counts since the start or the last reset, by schema name."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()
        self._finished: Counter[str] = Counter()
        self._aborted: Counter[str] = Counter()
        self._in_flight: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._most_in_flight = 0

    def begin(self, schema_name: str) -> None:
        """Count a call whose request has been read."""
        self._begun[schema_name] += 1
        self._in_flight[schema_name] += 1
        self._most_in_flight = max(self._most_in_flight, self._in_flight.total())

    def end(self, schema_name: str, is_whole: bool) -> None:
        """Count the end of a call: answered (errors too), or given up because the client left."""
        self._in_flight[schema_name] -= 1
        (self._finished if is_whole else self._aborted)[schema_name] += 1

    def add_fault(self, name: str) -> None:
        """Count a fault that was acted out."""
        self._faults[name] += 1

    def reset(self) -> None:
        """Forget all calls but those in flight, which count as begun."""
        self._begun = +self._in_flight
        self._finished, self._aborted, self._faults = Counter(), Counter(), Counter()
        self._most_in_flight = self._in_flight.total()

    def describe(self) -> dict[str, Any]:
        """Return all counts as JSON has them; `cpuS` is the process's CPU time since its start."""
        return {
            "total": self._count(None),
            "bySchema": {name: self._count(name) for name in sorted(self._begun)},
            "mostInFlight": self._most_in_flight,
            "faults": dict(sorted(self._faults.items())),
            "cpuS": round(time.process_time(), 4),
        }

    def _count(self, name: str | None) -> dict[str, int]:
        counters = {
            "begun": self._begun,
            "finished": self._finished,
            "aborted": self._aborted,
            "inFlight": self._in_flight,
        }
        return {
            key: counter.total() if name is None else counter[name]
            for key, counter in counters.items()
        }
