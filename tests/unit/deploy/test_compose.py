"""`docker compose up` runs what the code is, on one machine, and lets nobody else in."""

import importlib.util
import re
from pathlib import Path

import click
import pytest
import yaml

from schemas.stage import STAGE_ORDER
from services.cli.__main__ import main
from services.cli.broker.properties import server_properties
from services.cli.stack.service_list import AGENT_STOP_S
from services.gateway.server import CLOSE_S, GRACE_S
from tests.unit.deploy.compose import (
    ROOT,
    Service,
    image_environment,
    known_settings,
    read_services,
    settings_read_by,
)
from tests.unit.deploy.query import RECORDS

SERVICES = read_services()
OURS = [service for service in SERVICES.values() if service.is_ours]
STAYING = [service for service in OURS if service.told["restart"] != "no"]
AGENTS = [service for service in STAYING if service.runs.endswith("_agent")]
IN_THE_BROKER_OF_ANY_STACK = (
    "auto.create.topics.enable",
    "message.max.bytes",
    "replica.fetch.max.bytes",
    "num.partitions",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
    "min.insync.replicas",
    "group.initial.rebalance.delay.ms",
)
PUBLISHED_ELSEWHERE = "GATEWAY_PORT"
"""In .env it is the port of this machine; in the container the default holds."""


def by_name(service: Service) -> str:
    return service.name


def test_there_are_the_broker_its_topics_the_model_the_gateway_and_every_stage() -> None:
    started = {name for name, service in SERVICES.items() if not service.told.get("profiles")}
    agents = {f"{stage.value}-agent" for stage in STAGE_ORDER}
    assert started == {"kafka", "topics", "demo-llm", "gateway", *agents}


@pytest.mark.parametrize("service", OURS, ids=by_name)
def test_what_a_service_runs_is_there(service: Service) -> None:
    if service.runs != "brainshare":
        assert importlib.util.find_spec(f"{service.runs}.__main__") is not None
        return
    words = [*service.told["command"]] if "entrypoint" not in service.told else []
    command: click.Command | None = main
    while words[1:] and isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(1))
    assert command is not None
    # A command keeps the help option that it is first asked for by: that of `brainshare` has `-h`.
    whole = click.Context(main, **main.context_settings)
    assert command.make_context("it", words[1:], parent=whole, resilient_parsing=not words)


@pytest.mark.parametrize("service", OURS, ids=by_name)
def test_a_service_is_told_nothing_that_no_setting_is(service: Service) -> None:
    given = set(service.environment)
    assert given - known_settings() == set()
    assert given - settings_read_by(service.runs) == set()


@pytest.mark.parametrize("service", STAYING, ids=by_name)
def test_every_setting_of_a_service_can_be_set(service: Service) -> None:
    """In .env, or it is the image's or the file's own."""
    fixed = {*image_environment(), PUBLISHED_ELSEWHERE}
    assert settings_read_by(service.runs) - set(service.environment) - fixed == set()


@pytest.mark.parametrize("service", OURS, ids=by_name)
def test_a_service_of_ours_may_do_nothing_that_it_need_not(service: Service) -> None:
    told = service.told
    user, _, group = told["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert told["read_only"] is True
    assert told["tmpfs"] == ["/tmp"]
    assert told["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("service", SERVICES.values(), ids=by_name)
def test_every_service_is_bounded_and_no_more_than_it_was(service: Service) -> None:
    told = service.told
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"\d+[mg]", told["mem_limit"])
    assert told["init"] is True
    assert set(told["logging"]["options"]) == {"max-size", "max-file"}
    assert told["restart"] == ("no" if service.name in ("topics", "cli") else "unless-stopped")
    assert "privileged" not in told


@pytest.mark.parametrize("service", SERVICES.values(), ids=by_name)
def test_an_image_of_others_is_pinned_and_names_no_host(service: Service) -> None:
    if not service.is_ours:
        image = re.sub(r"\$\{\w+:-(.*)\}", r"\1", service.told["image"])
        name, _, tag = image.partition(":")
        assert tag not in ("", "latest", "main")
        assert "." not in name.partition("/")[0]


@pytest.mark.parametrize("service", SERVICES.values(), ids=by_name)
def test_a_port_is_published_on_this_machine_only(service: Service) -> None:
    """Nobody is asked for a key, so nobody else may come."""
    assert [port for port in service.told.get("ports", ()) if port[:10] != "127.0.0.1:"] == []


def test_an_agent_is_killed_later_than_it_has_stopped() -> None:
    for agent in AGENTS:
        drain = re.fullmatch(r"\$\{STAGE_DRAIN_S:-(\d+)\}", agent.environment["STAGE_DRAIN_S"])
        assert drain is not None
        assert agent.stop_s >= int(drain[1]) + AGENT_STOP_S


def test_a_gateway_is_killed_later_than_its_requests_end() -> None:
    gateways = [service for service in STAYING if service.runs == "services.gateway"]
    assert len(gateways) == 2
    assert all(service.stop_s >= GRACE_S + CLOSE_S for service in gateways)


def test_each_worker_has_a_name_and_a_folder_of_its_own() -> None:
    names = [agent.environment["STAGE_INSTANCE_ID"] for agent in AGENTS]
    folders = [agent.environment["STAGE_DATA_DIR"] for agent in AGENTS]
    assert len(set(names)) == len(set(folders)) == len(AGENTS) == 2 * len(STAGE_ORDER)


def test_nothing_of_ours_starts_before_the_topics_are_there() -> None:
    for service in [*AGENTS, SERVICES["gateway"], SERVICES["gateway-2"]]:
        needs = service.told["depends_on"]
        assert needs["topics"]["condition"] == "service_completed_successfully"
        assert needs["kafka"]["condition"] == "service_healthy"


def test_the_broker_is_set_as_the_embedded_one_is() -> None:
    embedded = dict(
        line.split("=", 1) for line in server_properties(Path("logs"), 9092, 9093).splitlines()
    )
    given = SERVICES["kafka"].environment
    compared = {
        name: str(given[f"KAFKA_{name.upper().replace('.', '_')}"])
        for name in IN_THE_BROKER_OF_ANY_STACK
    }
    assert compared == {name: embedded[name] for name in IN_THE_BROKER_OF_ANY_STACK}


def test_the_broker_s_records_are_in_a_named_volume() -> None:
    place = SERVICES["kafka"].environment["KAFKA_LOG_DIRS"]
    assert SERVICES["kafka"].told["volumes"] == [f"kafka:{place}"]


def test_a_person_s_key_never_reaches_the_demo_model_and_is_never_its_own() -> None:
    for agent in AGENTS:
        assert agent.environment["OPENAI_API_KEY"] is None
        assert agent.environment["OPENAI_BASE_URL"] is None
        assert agent.environment["LLM_DEMO_URL"] == "http://demo-llm:8000/v1"


def test_the_copied_example_changes_nothing() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("service", OURS, ids=by_name)
def test_no_registry_is_asked_for_what_is_built_here(service: Service) -> None:
    """`up` would first try to pull it, once for each service that only names it."""
    assert service.told["pull_policy"] == "${BRAINSHARE_PULL:-never}"


def test_whatever_profile_is_started_stays_started() -> None:
    """`up --wait` fails where a container ends that no other has waited for."""
    waited_for = {
        name for service in SERVICES.values() for name in service.told.get("depends_on", ())
    }
    ending = {name for name, service in SERVICES.items() if service.told.get("restart") == "no"}
    assert ending - waited_for == {"cli"}
    assert SERVICES["cli"].told["profiles"] == ["cli"]
    assert "cli" not in re.findall(r"\w+", profiles_told())


def profiles_told() -> str:
    """The profiles that the example says can be started, in its words."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return text.partition("# Parts that are started")[2].partition("#COMPOSE_PROFILES")[0]


def test_the_rules_can_be_had_without_grafana() -> None:
    alone = [name for name, s in SERVICES.items() if "prometheus" in s.told.get("profiles", ())]
    assert alone == ["prometheus"]


def test_prometheus_looks_at_every_process_that_there_may_be() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    asked = {
        name
        for job in config["scrape_configs"]
        for found in job["dns_sd_configs"]
        for name in found["names"]
    }
    assert asked == {s.name for s in STAYING if s.runs != "services.demo_llm"}


def test_prometheus_keeps_what_the_longest_window_needs_and_the_dots_of_panels() -> None:
    flags = dict(flag.split("=", 1) for flag in SERVICES["prometheus"].told["command"])
    windows = [int(days) for days in re.findall(r"\[(\d+)d\]", " ".join(RECORDS.values()))]
    assert int(flags["--storage.tsdb.retention.time"].removesuffix("d")) > max(windows)
    assert flags["--enable-feature"] == "exemplar-storage"
