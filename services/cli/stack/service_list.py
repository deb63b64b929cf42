"""The services of a stack, besides the broker: which processes there are and what each is told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.cli.stack.settings import StackOptions
from services.cli.supervisor.port import HOST, PortPicker
from services.cli.supervisor.readiness import HttpProbe
from services.cli.supervisor.spec import ServiceSpec

AGENTS = ("table-agent", "column-agent", "row-agent")
# The demo model needs no broker, so it starts beside it; the others need the topics.
BROKER_WAVE = 0
TOPICS_WAVE = 1
KEPT_LOG = {"BRAINSHARE_LOG_FORMAT": "json"}
"""`brainshare logs` tells lines again that are such, however a person would have them written."""

AGENT_STOP_S = 25.0
"""What an agent's stop may take beyond its drain: Faust's own, and closing what is open."""


@dataclass(frozen=True)
class StackPorts:
    """A port for each listener of a stack.

    Attributes:
        health: By the agent process's name.
    """

    kafka: int
    controller: int
    gateway: int
    demo: int
    health: Mapping[str, int]


def claim_ports(options: StackOptions) -> StackPorts:
    """Choose the ports.

    Raises:
        PortTaken: Some that were asked for are not free.
    """
    picker = PortPicker()
    is_embedded = options.bootstrap_servers is None
    given = picker.claim(
        {
            **({"--kafka-port": options.kafka_port} if is_embedded else {}),
            "--gateway-port": options.gateway_port,
            **({"--demo-port": options.demo_port} if options.starts_demo else {}),
        }
    )
    return StackPorts(
        kafka=given.get("--kafka-port", 0),
        controller=picker.pick() if is_embedded else 0,
        gateway=given["--gateway-port"],
        demo=given.get("--demo-port", 0),
        health={
            name_worker(agent, index): picker.pick()
            for agent in AGENTS
            for index in range(options.workers)
        },
    )


def name_worker(agent: str, index: int) -> str:
    """The first process has the agent's own name, the others a number from 2."""
    return agent if index == 0 else f"{agent}-{index + 1}"


def service_specs(
    options: StackOptions, ports: StackPorts, inherited_env: Mapping[str, str]
) -> list[ServiceSpec]:
    """All services but the broker, in the order in which they are listed and started."""
    demo = [_demo_spec(options, ports)] if options.starts_demo else []
    agents = [
        _agent_spec(agent, index, options, ports)
        for agent in AGENTS
        for index in range(options.workers)
    ]
    return [*demo, _gateway_spec(options, ports, inherited_env), *agents]


def broker_env(options: StackOptions, ports: StackPorts) -> dict[str, str]:
    servers = options.bootstrap_servers or f"{HOST}:{ports.kafka}"
    return {"KAFKA_BOOTSTRAP_SERVERS": servers}


def _demo_spec(options: StackOptions, ports: StackPorts) -> ServiceSpec:
    address = f"{HOST}:{ports.demo}"
    latency = str(options.demo_latency_ms)
    return ServiceSpec(
        name="demo-llm",
        argv=_module("services.demo_llm", "--port", str(ports.demo), "--latency-ms", latency),
        env={},
        probe=HttpProbe(f"http://{address}/healthz"),
        address=address,
        wave=BROKER_WAVE,
    )


def _gateway_spec(
    options: StackOptions, ports: StackPorts, inherited_env: Mapping[str, str]
) -> ServiceSpec:
    address = f"{HOST}:{ports.gateway}"
    env = {**broker_env(options, ports), **KEPT_LOG, "GATEWAY_PORT": str(ports.gateway)}
    if not inherited_env.get("DATABASE_URL"):
        env["DATABASE_URL"] = f"sqlite:///{options.data_dir / 'gateway.db'}"
    return ServiceSpec(
        name="gateway",
        argv=_module("services.gateway"),
        env=env,
        # After an upgrade it may fold all topics anew, which takes as long as they are.
        probe=HttpProbe(f"http://{address}/readyz", left="projectorLag"),
        address=address,
        wave=TOPICS_WAVE,
    )


def _agent_spec(agent: str, index: int, options: StackOptions, ports: StackPorts) -> ServiceSpec:
    name = name_worker(agent, index)
    address = f"{HOST}:{ports.health[name]}"
    return ServiceSpec(
        name=name,
        argv=_module(f"services.{agent.replace('-', '_')}"),
        env={
            **broker_env(options, ports),
            **KEPT_LOG,
            **(_demo_env(ports) if options.uses_demo else {}),
            # Its own, stable name in the group: a restarted process is back at once.
            "STAGE_INSTANCE_ID": f"{agent}-{index}",
            "STAGE_HEALTH_PORT": str(ports.health[name]),
            "STAGE_DATA_DIR": str(_worker_dir(options, name)),
            "LLM_MEMORY_DIR": str(options.data_dir / "model"),
            "STAGE_DRAIN_S": str(options.drain_s),
        },
        stop_grace_s=options.drain_s + AGENT_STOP_S,
        probe=HttpProbe(f"http://{address}/readyz"),
        address=address,
        wave=TOPICS_WAVE,
    )


def _demo_env(ports: StackPorts) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"http://{HOST}:{ports.demo}/v1", "OPENAI_API_KEY": "demo"}


def _worker_dir(options: StackOptions, name: str) -> Path:
    return options.data_dir / name


def _module(name: str, *args: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *args)
