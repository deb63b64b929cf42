"""A cluster takes every resource of every overlay, and each kind of slip is found."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.unit.deploy.manifest import OVERLAYS, Manifests, pod_of
from tests.unit.deploy.overlay import render_or_skip
from tests.unit.deploy.schema import resources_that_are_refused


@pytest.fixture(scope="module")
def prod() -> Manifests:
    return render_or_skip("prod")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_cluster_takes_every_resource(overlay: str) -> None:
    assert list(resources_that_are_refused(render_or_skip(overlay))) == []


def spec(manifests: Manifests, kind: str, name: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = manifests.one(kind, name)["spec"]
    return found


def container(manifests: Manifests) -> dict[str, Any]:
    found: dict[str, Any] = pod_of(manifests.one("Deployment", "gateway"))["containers"][0]
    return found


def trigger(manifests: Manifests) -> dict[str, Any]:
    found: dict[str, Any] = spec(manifests, "ScaledObject", "row-agent")["triggers"][0]
    return found


SLIPS: dict[str, tuple[Callable[[Manifests], object], str]] = {
    "a number as a text": (
        lambda m: spec(m, "Deployment", "gateway").update(replicas="2"),
        "Deployment/gateway: spec/replicas",
    ),
    "a kind that does not exist": (
        lambda m: m.one("ServiceAccount").update(kind="ServiceAcount"),
        "Couldn't find schema for kind ServiceAcount",
    ),
    "a version that does not exist": (
        lambda m: m.one("HorizontalPodAutoscaler").update(apiVersion="autoscaling/v3"),
        "Couldn't find schema for kind HorizontalPodAutoscaler",
    ),
    "a probe with a misspelt field": (
        lambda m: container(m)["readinessProbe"].update(periodSecond=5),
        "'periodSecond' was unexpected",
    ),
    "a field in the wrong place": (
        lambda m: container(m).update(terminationGracePeriodSeconds=60),
        "'terminationGracePeriodSeconds' was unexpected",
    ),
    "a container without a name": (
        lambda m: container(m).pop("name"),
        "'name' is a required property",
    ),
    "a budget with a word that is none": (
        lambda m: spec(m, "PodDisruptionBudget", "gateway").update(maxUnavailables=1),
        "'maxUnavailables' was unexpected",
    ),
    "a topic's partitions as a text": (
        lambda m: spec(m, "KafkaTopic", "job.events").update(partitions="12"),
        "KafkaTopic/job.events: partitions",
    ),
    "a topic's misspelt field": (
        lambda m: spec(m, "KafkaTopic", "job.events").update(partition=12),
        "'partition' was unexpected",
    ),
    "a right that Kafka does not know": (
        lambda m: spec(m, "KafkaUser", "brainshare-lag")["authorization"]["acls"][0].update(
            operations=["Reads"]
        ),
        "KafkaUser/brainshare-lag: authorization/acls/0/operations/0",
    ),
    "Strimzi's version of before": (
        lambda m: m.one("Kafka").update(apiVersion="kafka.strimzi.io/v1beta2"),
        "Couldn't find schema for kind Kafka",
    ),
    "a listener below the ports that Strimzi leaves free": (
        lambda m: spec(m, "Kafka")["kafka"]["listeners"][0].update(port=9091),
        "Kafka/brainshare: kafka/listeners/0/port",
    ),
    "a pool with a role that is none": (
        lambda m: spec(m, "KafkaNodePool", "broker").update(roles=["brokers"]),
        "KafkaNodePool/broker: roles/0",
    ),
    "a volume without a unit": (
        lambda m: spec(m, "KafkaNodePool", "broker")["storage"]["volumes"][0].update(size="100"),
        "KafkaNodePool/broker: storage/volumes/0/size",
    ),
    "a claim without a size": (
        lambda m: spec(m, "KafkaNodePool", "broker")["storage"]["volumes"][0].pop("size"),
        'KafkaNodePool/broker: storage/volumes/0: "size" is a required property',
    ),
    "two volumes for what the controllers know": (
        lambda m: spec(m, "KafkaNodePool", "broker")["storage"]["volumes"].append(
            {"id": 1, "type": "ephemeral", "kraftMetadata": "shared"}
        ),
        "KafkaNodePool/broker: storage/volumes",
    ),
    "memory in a unit that Kubernetes does not know": (
        lambda m: spec(m, "KafkaNodePool", "broker")["resources"]["limits"].update(memory="4K"),
        "KafkaNodePool/broker: resources/limits/memory",
    ),
    "a threshold that is no text": (
        lambda m: trigger(m)["metadata"].update(lagThreshold=128),
        "ScaledObject/row-agent: triggers/0/metadata/lagThreshold",
    ),
    "a threshold of nothing": (
        lambda m: trigger(m)["metadata"].update(lagThreshold="0"),
        "ScaledObject/row-agent: triggers/0/metadata/lagThreshold",
    ),
    "even shares of no topic": (
        lambda m: trigger(m)["metadata"].pop("topic"),
        'ScaledObject/row-agent: triggers/0/metadata: "topic" is a required property',
    ),
    "even shares, and of some partitions only": (
        lambda m: trigger(m)["metadata"].update(limitToPartitionsWithLag="true"),
        "ScaledObject/row-agent: triggers/0/metadata/limitToPartitionsWithLag",
    ),
    "a trigger's misspelt setting": (
        lambda m: trigger(m)["metadata"].update(lagTreshold="128"),
        "'lagTreshold' was unexpected",
    ),
    "a fallback that KEDA does not know": (
        lambda m: spec(m, "ScaledObject", "row-agent")["fallback"].update(behavior="keep"),
        "ScaledObject/row-agent: fallback/behavior",
    ),
    "a secret's key that nobody names": (
        lambda m: spec(m, "TriggerAuthentication")["secretTargetRef"][0].pop("key"),
        'TriggerAuthentication/brainshare-lag: secretTargetRef/0: "key" is a required property',
    ),
    "a monitor of pods that asks as one of services": (
        lambda m: spec(m, "PodMonitor").update(
            endpoints=spec(m, "PodMonitor").pop("podMetricsEndpoints")
        ),
        "'endpoints' was unexpected",
    ),
    "a monitor without a selector": (
        lambda m: spec(m, "ServiceMonitor").pop("selector"),
        '"selector" is a required property',
    ),
    "a rule that is of neither kind": (
        lambda m: spec(m, "PrometheusRule")["groups"][0]["rules"][0].pop("record"),
        "PrometheusRule/brainshare: groups/0/rules/0",
    ),
    "an alert's misspelt field": (
        lambda m: spec(m, "PrometheusRule")["groups"][-1]["rules"][0].update(fo="2m"),
        "'fo' was unexpected",
    ),
    "a label that Prometheus does not take": (
        lambda m: spec(m, "PodMonitor")["podMetricsEndpoints"][0]["relabelings"][0].update(
            targetLabel="a-job"
        ),
        "PodMonitor/agents: podMetricsEndpoints/0/relabelings/0/targetLabel",
    ),
    "a resource without a spec": (
        lambda m: m.one("PodMonitor").pop("spec"),
        "PodMonitor/agents: spec: missing",
    ),
}


@pytest.mark.parametrize(("slip", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_found(prod: Manifests, slip: Callable[[Manifests], object], told: str) -> None:
    broken = Manifests(deepcopy(prod.resources))
    slip(broken)
    changed = [resource for resource in broken.resources if resource not in prod.resources]
    (fault,) = resources_that_are_refused(Manifests(changed))
    assert told in fault
