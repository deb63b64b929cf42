"""Every overlay keeps every policy, and each policy finds what breaks it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from services.lifecycle.settings import fields_of
from services.stage_runtime.settings import StageSettings
from services.table_agent.app import app
from tests.unit.deploy.compose import ROOT
from tests.unit.deploy.manifest import OVERLAYS, Manifests, container_of, pod_of
from tests.unit.deploy.overlay import render_or_skip
from tests.unit.deploy.policy import POLICIES

HANDED_OVER_S = 60


@pytest.fixture(scope="module", params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> Manifests:
    return render_or_skip(request.param)


@pytest.fixture(scope="module")
def prod() -> Manifests:
    return render_or_skip("prod")


def find_faults(manifests: Manifests) -> list[str]:
    return [fault for policy in POLICIES for fault in policy(manifests)]


def test_an_overlay_keeps_every_policy(manifests: Manifests) -> None:
    assert find_faults(manifests) == []


def test_every_stage_has_a_workload_of_its_own(manifests: Manifests) -> None:
    names = {agent["metadata"]["name"] for agent in manifests.agents}
    assert names == {"table-agent", "column-agent", "row-agent"}


def test_a_cluster_gets_every_dashboard(prod: Manifests) -> None:
    folder = ROOT / "deploy" / "grafana" / "dashboard"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    shown = {name: text for one in prod.dashboards for name, text in one["data"].items()}
    assert shown == written


def test_a_rebalance_waits_longer_than_a_call_and_a_join_longer_than_that() -> None:
    """Otherwise a slow call stalls its group, or its worker is fenced and the work done again."""
    assert app.conf.broker_rebalance_timeout >= HANDED_OVER_S + 30
    assert app.conf.broker_request_timeout > app.conf.broker_rebalance_timeout
    assert "STAGE_INSTANCE_ID" in dict(fields_of(StageSettings))


def agent(manifests: Manifests) -> dict[str, Any]:
    return manifests.agents[0]


def break_limit(m: Manifests) -> None:
    del agent(m)["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]


def break_port(m: Manifests) -> None:
    agent(m)["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = 8001


def break_probe(m: Manifests) -> None:
    del agent(m)["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]


def break_setting(m: Manifests) -> None:
    m.settings["KAFKA_PARTITION"] = "12"


def break_user(m: Manifests) -> None:
    pod_of(agent(m))["securityContext"]["runAsUser"] = 0


def break_root(m: Manifests) -> None:
    pod_of(agent(m))["containers"][0]["securityContext"]["readOnlyRootFilesystem"] = False


def break_image(m: Manifests) -> None:
    pod_of(agent(m))["containers"][0]["image"] = "brainshare"


def break_command(m: Manifests) -> None:
    pod_of(agent(m))["containers"][0]["command"][-1] = "services.tabel_agent"


def break_grace(m: Manifests) -> None:
    pod_of(agent(m))["terminationGracePeriodSeconds"] = 100


def break_drain(m: Manifests) -> None:
    m.settings["STAGE_DRAIN_S"] = "220"


def break_gateway_s_grace(m: Manifests) -> None:
    pod_of(m.one("Deployment", "gateway"))["terminationGracePeriodSeconds"] = 30


def break_name(m: Manifests) -> None:
    container_of(agent(m))["env"][0]["valueFrom"]["fieldRef"]["fieldPath"] = "metadata.uid"


def break_budget(m: Manifests) -> None:
    m.one("PodDisruptionBudget", "gateway")["spec"]["maxUnavailable"] = 0


def break_network(m: Manifests) -> None:
    m.resources.remove(m.one("NetworkPolicy", "agent"))


def break_topic(m: Manifests) -> None:
    m.one("KafkaTopic", "job.control")["spec"]["config"]["cleanup.policy"] = "delete"


def break_topics(m: Manifests) -> None:
    m.resources.remove(m.one("KafkaTopic", "job.events"))


def break_partitions(m: Manifests) -> None:
    m.one("KafkaTopic", "job.events")["spec"]["partitions"] = 6


def break_copies(m: Manifests) -> None:
    m.one("KafkaTopic", "job.events")["spec"]["config"]["min.insync.replicas"] = 3


def break_scale(m: Manifests) -> None:
    m.one("ScaledObject", "row-agent")["spec"]["maxReplicaCount"] = 13


def break_trigger(m: Manifests) -> None:
    m.one("ScaledObject", "row-agent")["spec"]["triggers"].pop()


def break_threshold(m: Manifests) -> None:
    metadata = m.one("ScaledObject", "row-agent")["spec"]["triggers"][0]["metadata"]
    metadata["lagThreshold"] = "10"


def break_protocol(m: Manifests) -> None:
    m.settings["KAFKA_SECURITY_PROTOCOL"] = "SASL_PLAINTEXT"


def break_rights(m: Manifests) -> None:
    m.resources.remove(m.one("KafkaUser", "brainshare-gateway"))


def break_scrape(m: Manifests) -> None:
    m.one("PodMonitor", "agents")["spec"]["podMetricsEndpoints"][0]["port"] = "metrics"


def break_job(m: Manifests) -> None:
    del m.one("PodMonitor", "agents")["spec"]["podMetricsEndpoints"][0]["relabelings"]


def break_instance(m: Manifests) -> None:
    del m.one("ServiceMonitor", "gateway")["spec"]["endpoints"][0]["relabelings"][1]


def break_rule(m: Manifests) -> None:
    m.one("PrometheusRule")["spec"]["groups"][-1]["rules"].pop()


def break_secret(m: Manifests) -> None:
    m.one("Secret")["stringData"]["password"] = "hunter2"


BROKEN: list[tuple[Callable[[Manifests], None], str]] = [
    (break_limit, "has no limit of memory"),
    (break_port, "has no readinessProbe that asks"),
    (break_probe, "has no livenessProbe that asks"),
    (break_setting, "KAFKA_PARTITION of the settings is no setting"),
    (break_user, "may run as root"),
    (break_root, "may more than it must"),
    (break_image, "has an image without a version"),
    (break_command, "runs services.tabel_agent, which is not there"),
    (break_grace, "is killed after 100 s"),
    (break_drain, "is killed after 240 s"),
    (break_gateway_s_grace, "the gateway is killed after 30 s"),
    (break_name, "has no name that outlives its pod"),
    (break_budget, "Deployment/gateway has no disruption budget"),
    (break_network, "has no network policy"),
    (break_topic, "topic job.control has other settings"),
    (break_topics, "topic job.events is missing"),
    (break_partitions, "topic job.events has 6 partitions"),
    (break_copies, "topic job.events takes nothing while one node is away"),
    (break_scale, "ScaledObject/row-agent may have more workers than partitions"),
    (break_trigger, "does not look at what the stage reads"),
    (break_threshold, "takes what a worker has in flight for a backlog"),
    (break_protocol, "the listener at port 9093 speaks SASL_SSL"),
    (break_rights, "Deployment/gateway is no user of the cluster"),
    (break_scrape, "asks where nothing answers"),
    (break_job, "PodMonitor/agents gives its job a name that no rule knows"),
    (break_instance, "ServiceMonitor/gateway names a process by an address of the day"),
    (break_rule, "PrometheusRule/brainshare holds other rules"),
    (break_secret, "holds a secret"),
]


@pytest.mark.parametrize(
    ("break_it", "told"), BROKEN, ids=lambda value: getattr(value, "__name__", None)
)
def test_what_breaks_a_policy_is_found(
    prod: Manifests, break_it: Callable[[Manifests], None], told: str
) -> None:
    broken = Manifests(deepcopy(prod.resources))
    break_it(broken)
    assert [fault for fault in find_faults(broken) if told in fault] != []


def test_every_policy_has_something_that_breaks_it(prod: Manifests) -> None:
    unbroken = set(POLICIES)
    for break_it, _ in BROKEN:
        broken = Manifests(deepcopy(prod.resources))
        break_it(broken)
        unbroken -= {policy for policy in POLICIES if [*policy(broken)]}
    assert unbroken == set()
