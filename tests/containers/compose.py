"""The compose file under a name and on ports of its own, beside whatever else runs here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from services.cli.supervisor.port import HOST, PortPicker
from tests.containers.engine import IMAGE, docker, inspect
from tests.unit.deploy.compose import read_services

PORTS = ("GATEWAY_PORT", "GATEWAY_2_PORT", "KAFKA_HOST_PORT", "PROMETHEUS_PORT")
UP_S = 300.0
DOWN_S = 600.0


@dataclass(frozen=True)
class Ended:
    """How a container has ended.

    Attributes:
        took_s: From when all were told to stop.
    """

    status: int
    took_s: float


@dataclass(frozen=True)
class Compose:
    """A project of its own.

    Attributes:
        env: What .env would hold.
        profiles: Started beside what always is.
    """

    env: Mapping[str, str]
    profiles: tuple[str, ...]

    @property
    def gateway_urls(self) -> list[str]:
        """Where the gateways are."""
        second = ("GATEWAY_2_PORT",) if "postgres" in self.profiles else ()
        return [f"http://{HOST}:{self.env[port]}" for port in ("GATEWAY_PORT", *second)]

    @property
    def prometheus_url(self) -> str:
        """Where Prometheus is, with its profile."""
        return f"http://{HOST}:{self.env['PROMETHEUS_PORT']}"

    def up(self) -> None:
        """Start it, and wait until every service is well."""
        self._ask("up", "--wait", "--no-build", timeout_s=UP_S)

    def stop(self) -> dict[str, Ended]:
        """Tell every container to stop, and say how each that ran has ended."""
        running = self._ask("ps", "--format", "{{.Service}} {{.Name}}").splitlines()
        begun_at = datetime.now(UTC)
        self._ask("stop", timeout_s=DOWN_S)
        return {
            service: _read_end(inspect(name)["State"], begun_at)
            for service, name in (line.split() for line in running)
        }

    def down(self, *options: str) -> None:
        """Remove its containers; its volumes stay, if `-v` is not among the options."""
        self._ask("down", *options, timeout_s=DOWN_S)

    def _ask(self, *arguments: str, timeout_s: float = 60.0) -> str:
        profiles = [word for profile in self.profiles for word in ("--profile", profile)]
        return docker("compose", *profiles, *arguments, env=self.env, timeout_s=timeout_s)


@contextmanager
def composed(*profiles: str, env: Mapping[str, str]) -> Iterator[Compose]:
    """A project that is not started yet, and of which nothing is left at the end."""
    ports = PortPicker()
    own = {name: str(ports.pick()) for name in PORTS}
    # A .env of this folder is somebody's, with a key that costs money perhaps.
    own |= {"COMPOSE_DISABLE_ENV_FILE": "1"}
    own |= {"COMPOSE_PROJECT_NAME": f"brainshare-{uuid4().hex[:8]}", "BRAINSHARE_IMAGE": IMAGE}
    compose = Compose(own | dict(env), profiles)
    try:
        yield compose
    finally:
        compose.down("-v")


def grace_s(service: str) -> int:
    """After how many seconds a service is killed."""
    return read_services()[service].stop_s


def _read_end(state: Mapping[str, object], begun_at: datetime) -> Ended:
    finished_at = datetime.fromisoformat(str(state["FinishedAt"]))
    return Ended(int(str(state["ExitCode"])), (finished_at - begun_at).total_seconds())
