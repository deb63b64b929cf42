"""CPU and memory of the processes of a stack."""

import time
from dataclasses import dataclass

import psutil

from services.cli.stack.stack_file import Stack

GROUPS = {
    "table-agent": "agents",
    "column-agent": "agents",
    "row-agent": "agents",
    "gateway": "gateway",
    "kafka": "broker",
    "demo-llm": "model",
}
MIB = 1024 * 1024


@dataclass(frozen=True)
class Usage:
    """CPU seconds used so far by group of processes, at a moment of the monotonic clock."""

    at: float
    cpu_s: dict[str, float]

    def since(self, earlier: "Usage") -> dict[str, float]:
        """CPU seconds used by each group since an earlier moment."""
        return {group: self.cpu_s[group] - earlier.cpu_s[group] for group in self.cpu_s}


def read_usage(stack: Stack) -> Usage:
    """Look at every process of the stack."""
    cpu_s = dict.fromkeys(GROUPS.values(), 0.0)
    for process in stack.processes:
        times = psutil.Process(process.pid).cpu_times()
        cpu_s[GROUPS[process.name]] += times.user + times.system
    return Usage(time.monotonic(), cpu_s)


def idle_percent(before: Usage, after: Usage) -> float:
    """CPU of the whole stack between two moments, in percent of one core."""
    return 100 * sum(after.since(before).values()) / (after.at - before.at)


def resident_mb(stack: Stack) -> dict[str, float]:
    """Resident memory by process, in MiB."""
    return {
        process.name: round(psutil.Process(process.pid).memory_info().rss / MIB, 1)
        for process in stack.processes
    }
