"""Kafka, PostgreSQL and every process of the image, each in a container within its bounds."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from schemas.stage import STAGE_ORDER
from services.cli.supervisor.readiness import HttpProbe
from tests.stack import wait_until
from tests.unit.deploy.compose import Service, read_services

SERVICES = read_services()
PORT = 8000
READY_S = 120.0
BOUNDS = ("read_only", "cap_drop", "security_opt", "init", "mem_limit")
"""What the compose file allows a container, by the words that the engine's client has, too."""

WRITABLE = {"/tmp": "", "/data": "uid=10001,gid=10001,mode=0750"}
KAFKA = {"KAFKA_BOOTSTRAP_SERVERS": "kafka:19092"}
HOST_LISTENER = {"KAFKA_ADVERTISED_LISTENERS": "INTERNAL://kafka:19092,HOST://localhost:9092"}


@dataclass(frozen=True)
class House:
    """What runs.

    Attributes:
        gateway_url: Where the REST API is, on this host.
    """

    gateway_url: str


@contextmanager
def running_house(image: str) -> Iterator[House]:
    """Start all of it, and remove it at the end."""
    with ExitStack() as opened:
        network = opened.enter_context(Network())
        opened.enter_context(_kafka(network))
        opened.enter_context(_postgres(network))
        with _ours(image, "topics", network, KAFKA) as topics:
            assert topics.wait() == 0, topics.get_logs()
        opened.enter_context(_ours(image, "demo-llm", network, {"DEMO_LLM_LATENCY_MS": "0"}))
        model = KAFKA | {"LLM_DEMO_URL": f"http://demo-llm:{PORT}/v1"}
        agents = [f"{stage.value}-agent" for stage in STAGE_ORDER]
        ours = [_ours(image, name, network, model) for name in agents]
        ours.append(_ours(image, "gateway", network, KAFKA | _tables()))
        running = [opened.enter_context(container) for container in ours]
        for container in running:
            _until_ready(container)
        yield House(_url(running[-1]))


def _kafka(network: Network) -> DockerContainer:
    """The broker as the compose file has it; nobody asks it from outside."""
    told = SERVICES["kafka"]
    env = {name: str(value) for name, value in told.environment.items()} | HOST_LISTENER
    return (
        _within_bounds(DockerContainer(told.told["image"]), told)
        .with_envs(**env)
        .with_network(network)
        .with_network_aliases("kafka")
        .waiting_for(LogMessageWaitStrategy("Kafka Server started"))
    )


def _postgres(network: Network) -> DockerContainer:
    container = PostgresContainer(
        SERVICES["postgres"].told["image"], username="u", password="p", dbname="d", driver=None
    )
    return container.with_network(network).with_network_aliases("postgres")


def _tables() -> dict[str, str]:
    return {"DATABASE_URL": "postgresql://u:p@postgres:5432/d", "GATEWAY_AUTH": "off"}


def _ours(image: str, name: str, network: Network, env: Mapping[str, str]) -> DockerContainer:
    """A process of the image, as the user that the image names."""
    told = SERVICES[name]
    container = _within_bounds(DockerContainer(image), told)
    container.tmpfs.update(WRITABLE)
    return (
        container.with_envs(**env)
        .with_command(list(told.told["command"]))
        .with_network(network)
        .with_network_aliases(name)
        .with_exposed_ports(PORT)
    )


def _within_bounds(container: DockerContainer, service: Service) -> DockerContainer:
    return container.with_kwargs(
        **{word: service.told[word] for word in BOUNDS if word in service.told}
    )


def _url(container: DockerContainer) -> str:
    host = container.get_container_host_ip()
    return f"http://{host}:{container.get_exposed_port(PORT)}"


def _until_ready(container: DockerContainer) -> None:
    probe = HttpProbe(f"{_url(container)}/readyz")

    def is_ready() -> bool:
        return asyncio.run(probe.ask()).is_ready

    try:
        wait_until(is_ready, READY_S, "it is ready")
    except AssertionError as error:
        error.add_note(str(container.get_logs()))
        raise
