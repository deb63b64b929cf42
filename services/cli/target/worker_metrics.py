"""What the workers of a running stack export, and why they are parked."""

from services.cli.explanation.metrics import Metrics, read_metrics
from services.cli.target.next_try import ask_agent
from services.cli.target.target import Target


def read_workers(target: Target) -> dict[str, Metrics | None]:
    """By name; None for one that does not answer. Empty where no stack of this machine runs."""
    processes = target.stack.processes if target.stack else ()
    return {
        process.name: read_metrics(f"http://{process.address}")
        for process in processes
        if "-agent" in process.name and process.address
    }


def read_reasons(target: Target) -> dict[str, str]:
    """By name, the workers of a stack of this machine that are parked, and why, as they say."""
    processes = target.stack.processes if target.stack else ()
    asked = {
        process.name: ask_agent(process.address)
        for process in processes
        if "-agent" in process.name and process.address
    }
    return {name: parked.why for name, parked in asked.items() if parked is not None}
