"""What the supervisor needs to know of a service."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.cli.supervisor.readiness import Probe
from services.cli.terminal.error import CliError, ServiceFailed


@dataclass(frozen=True)
class ServiceSpec:
    """One process to keep running.

    Attributes:
        env: Added to the environment that the supervisor itself was given.
        folder: Where it works; None for the supervisor's.
        probe: Asked until it is ready; None means ready once started.
        address: host:port where it listens, for people and the stack file.
        wave: Waves start one after the other; within one, all start at once.
        stop_grace_s: From SIGTERM to SIGKILL.
        ready_timeout_s: From the first start, or when it last got nearer to being ready, until it
            must be.
        start_limit: Deaths before it was ever ready after which the start is given up.
        failure: The error raised then.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    folder: Path | None = None
    probe: Probe | None = None
    address: str | None = None
    wave: int = 0
    stop_grace_s: float = 15.0
    ready_timeout_s: float = 60.0
    start_limit: int = 5
    failure: type[CliError] = ServiceFailed
