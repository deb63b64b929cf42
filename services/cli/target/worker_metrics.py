"""What the workers of a running stack export."""

from services.cli.explanation.metrics import Metrics, read_metrics
from services.cli.target.target import Target


def read_workers(target: Target) -> dict[str, Metrics | None]:
    """By name; None for one that does not answer. Empty where no stack of this machine runs."""
    processes = target.stack.processes if target.stack else ()
    return {
        process.name: read_metrics(f"http://{process.address}")
        for process in processes
        if "-agent" in process.name and process.address
    }
