"""Which services a stack has, and what each is told."""

from pathlib import Path
from typing import Any

import pytest

from services.cli.stack.service_list import AGENTS, StackPorts, service_specs
from services.cli.stack.settings import StackOptions
from services.cli.supervisor.readiness import HttpProbe
from services.cli.supervisor.spec import ServiceSpec
from services.stage_runtime.consumer.faust_app import FAUST_STOP_S
from services.stage_runtime.consumer.subscription import CANCELLED_TASKS_S
from services.stage_runtime.settings import StageSettings

PORTS = StackPorts(
    kafka=9092,
    controller=9093,
    gateway=8000,
    demo=8001,
    health={
        f"{agent}{suffix}": 20000 + n
        for n, (agent, suffix) in enumerate((a, s) for a in AGENTS for s in ("", "-2"))
    },
)
URL = "https://models.example/v1"


def make_specs(
    inherited_env: dict[str, str] | None = None, **options: Any
) -> dict[str, ServiceSpec]:
    specs = service_specs(
        StackOptions(data_dir=Path("/data"), **options), PORTS, inherited_env or {}
    )
    return {spec.name: spec for spec in specs}


def test_a_stack_is_the_demo_model_the_gateway_and_three_agents() -> None:
    assert ["demo-llm", "gateway", *AGENTS] == list(make_specs())


def test_an_agent_is_told_its_broker_model_name_and_ports() -> None:
    spec = make_specs()["table-agent"]
    assert spec.argv[1:] == ("-m", "services.table_agent")
    assert spec.env == {
        "BRAINSHARE_LOG_FORMAT": "json",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
        "OPENAI_BASE_URL": "http://127.0.0.1:8001/v1",
        "OPENAI_API_KEY": "demo",
        "STAGE_INSTANCE_ID": "table-agent-0",
        "STAGE_HEALTH_PORT": "20000",
        "STAGE_DATA_DIR": "/data/table-agent",
        "LLM_MEMORY_DIR": "/data/model",
        "STAGE_DRAIN_S": "20.0",
    }
    assert spec.probe == HttpProbe("http://127.0.0.1:20000/readyz")


def test_a_second_worker_has_a_name_port_and_folder_of_its_own() -> None:
    specs = make_specs(workers=2)
    assert len(specs) == 2 + 2 * len(AGENTS)
    env = specs["row-agent-2"].env
    assert env["BRAINSHARE_LOG_FORMAT"] == "json"
    assert env["STAGE_INSTANCE_ID"] == "row-agent-1"
    assert env["STAGE_HEALTH_PORT"] == "20005"
    assert env["STAGE_DATA_DIR"] == "/data/row-agent-2"


def test_the_gateway_keeps_its_database_in_the_data_folder() -> None:
    env = make_specs()["gateway"].env
    assert env["BRAINSHARE_LOG_FORMAT"] == "json"
    assert env["DATABASE_URL"] == "sqlite:////data/gateway.db"
    assert env["GATEWAY_PORT"] == "8000"


def test_a_database_that_is_named_is_left_as_it_is() -> None:
    env = make_specs({"DATABASE_URL": "postgresql://db/brainshare"})["gateway"].env
    assert "DATABASE_URL" not in env


def test_the_demo_model_gets_its_latency() -> None:
    argv = make_specs(demo_latency_ms=5)["demo-llm"].argv
    assert argv[1:] == ("-m", "services.demo_llm", "--port", "8001", "--latency-ms", "5")


@pytest.mark.parametrize(
    ("options", "has_demo", "uses_demo"),
    [
        ({}, True, True),
        ({"openai_base_url": URL}, False, False),
        ({"openai_api_key": "key"}, False, False),
        ({"openai_base_url": URL, "with_demo": True}, True, False),
        ({"with_demo": True}, True, True),
        ({"llm_profile": "ollama"}, False, False),
        ({"llm_profile": "demo", "openai_api_key": "key"}, True, True),
    ],
)
def test_a_server_that_is_named_takes_the_place_of_the_demo_model(
    options: dict[str, Any], has_demo: bool, uses_demo: bool
) -> None:
    specs = make_specs(**options)
    assert has_demo == ("demo-llm" in specs)
    assert uses_demo == ("OPENAI_BASE_URL" in specs["row-agent"].env)


def test_a_broker_that_is_named_is_used() -> None:
    specs = make_specs(bootstrap_servers="broker:9092")
    assert specs["gateway"].env["KAFKA_BOOTSTRAP_SERVERS"] == "broker:9092"
    assert specs["row-agent"].env["KAFKA_BOOTSTRAP_SERVERS"] == "broker:9092"


@pytest.mark.parametrize("drain_s", [None, 1.0, 300.0])
def test_an_agent_is_not_killed_before_its_own_stop_is_over(drain_s: float | None) -> None:
    """Or a clean stop would look like a crash, and two of them like a record's fault."""
    given: dict[str, Any] = {} if drain_s is None else {"drain_s": drain_s}
    told_s = StageSettings().drain_s if drain_s is None else drain_s
    spec = make_specs(**given)["table-agent"]
    assert float(spec.env["STAGE_DRAIN_S"]) == told_s
    assert spec.stop_grace_s > told_s + FAUST_STOP_S + CANCELLED_TASKS_S
