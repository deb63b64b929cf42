"""The rules that every overlay keeps: each tells what breaks it."""

from collections.abc import Callable, Iterator

from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.cli.stack.service_list import AGENT_STOP_S
from services.gateway.server import CLOSE_S, GRACE_S
from services.llm.server.settings import LlmSettings
from services.stage_runtime.settings import StageSettings
from tests.unit.deploy.compose import ROOT, known_settings
from tests.unit.deploy.manifest import Manifests, container_of, name_of, pod_of, told
from tests.unit.deploy.query import name_rules, read_rules

PORT = 8000
JOBS = {"ServiceMonitor": "brainshare-gateway", "PodMonitor": "brainshare-agent"}
"""By what rules and dashboards know who is scraped."""

POD = "__meta_kubernetes_pod_name"

CALL_AND_MORE_S = 60
PROBES = {
    "startupProbe": ("/healthz",),
    "livenessProbe": ("/healthz",),
    "readinessProbe": ("/readyz", "/healthz"),
}
LEAST = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def pods_that_may_too_much(manifests: Manifests) -> Iterator[str]:
    for workload in manifests.workloads:
        pod, container = pod_of(workload), container_of(workload)
        security = pod["securityContext"]
        if not security["runAsNonRoot"] or not security["runAsUser"]:
            yield f"{name_of(workload)} may run as root"
        if security["seccompProfile"] != {"type": "RuntimeDefault"}:
            yield f"{name_of(workload)} has no seccomp profile"
        if pod["automountServiceAccountToken"] or container.get("securityContext") != LEAST:
            yield f"{name_of(workload)} may more than it must"


def pods_without_bounds(manifests: Manifests) -> Iterator[str]:
    for workload in manifests.workloads:
        resources = container_of(workload).get("resources", {})
        memory = resources.get("limits", {}).get("memory")
        if memory is None or memory != resources.get("requests", {}).get("memory"):
            yield f"{name_of(workload)} has no limit of memory that it asks for"


def probes_that_see_nothing(manifests: Manifests) -> Iterator[str]:
    for workload in manifests.workloads:
        container = container_of(workload)
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for name, paths in PROBES.items():
            asked = container.get(name, {}).get("httpGet", {})
            if asked.get("path") not in paths or ports.get(asked["port"]) != PORT:
                yield f"{name_of(workload)} has no {name} that asks {paths[0]} on port {PORT}"


def images_that_may_change(manifests: Manifests) -> Iterator[str]:
    for workload in manifests.workloads:
        tag = container_of(workload)["image"].partition(":")[2]
        if tag in ("", "latest"):
            yield f"{name_of(workload)} has an image without a version"


def commands_that_are_not_there(manifests: Manifests) -> Iterator[str]:
    for workload in manifests.workloads:
        module = container_of(workload)["command"][-1]
        if not (ROOT / module.replace(".", "/") / "__main__.py").exists():
            yield f"{name_of(workload)} runs {module}, which is not there"


def settings_that_nothing_reads(manifests: Manifests) -> Iterator[str]:
    given = dict.fromkeys(manifests.settings, "the settings")
    given |= {
        name: name_of(workload) for workload in manifests.workloads for name in told(workload)
    }
    yield from (
        f"{n} of {where} is no setting" for n, where in given.items() if n not in known_settings()
    )


def stops_that_are_cut_short(manifests: Manifests) -> Iterator[str]:
    settings = manifests.settings
    drain_s = float(settings.get("STAGE_DRAIN_S", StageSettings().drain_s))
    call_s = float(settings.get("LLM_TIMEOUT_S", LlmSettings().timeout_s))
    for agent in manifests.agents:
        grace_s = pod_of(agent)["terminationGracePeriodSeconds"]
        if grace_s < max(call_s + CALL_AND_MORE_S, drain_s + AGENT_STOP_S):
            yield f"{name_of(agent)} is killed after {grace_s} s, before it has stopped"
    gateway = manifests.one("Deployment", "gateway")
    sleep_s = container_of(gateway)["lifecycle"]["preStop"]["sleep"]["seconds"]
    grace_s = pod_of(gateway)["terminationGracePeriodSeconds"]
    if grace_s < sleep_s + GRACE_S + CLOSE_S:
        yield f"the gateway is killed after {grace_s} s, before it has stopped"


def workers_without_a_lasting_name(manifests: Manifests) -> Iterator[str]:
    wanted = {
        "name": "STAGE_INSTANCE_ID",
        "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}},
    }
    for agent in manifests.agents:
        if wanted not in container_of(agent)["env"]:
            yield f"{name_of(agent)} has no name that outlives its pod"


def workloads_that_a_drain_empties(manifests: Manifests) -> Iterator[str]:
    budgets = manifests.of("PodDisruptionBudget")
    for workload in manifests.workloads:
        selector = workload["spec"]["selector"]
        found = [b["spec"] for b in budgets if b["spec"]["selector"] == selector]
        wanted = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
        if found != [{**wanted, "selector": selector}]:
            yield f"{name_of(workload)} has no disruption budget that lets a drain end"


def workloads_that_anybody_reaches(manifests: Manifests) -> Iterator[str]:
    selected = [p["spec"]["podSelector"]["matchLabels"] for p in manifests.of("NetworkPolicy")]
    for workload in [*manifests.agents, manifests.one("Deployment", "gateway")]:
        labels = workload["spec"]["template"]["metadata"]["labels"].items()
        if not any(labels >= wanted.items() for wanted in selected):
            yield f"{name_of(workload)} has no network policy"


def topics_that_are_not_the_code_s(manifests: Manifests) -> Iterator[str]:
    settings, found = (
        manifests.settings,
        {t["metadata"]["name"]: t["spec"] for t in manifests.of("KafkaTopic")},
    )
    specs = {spec.name: spec for spec in TopicNames().all()}
    yield from (f"topic {name} is missing or too many" for name in specs.keys() ^ found.keys())
    for name, spec in found.items():
        config = {n: str(v) for n, v in spec["config"].items() if n != "min.insync.replicas"}
        if name in specs and config != specs[name].config:
            yield f"topic {name} has other settings than the code's"
        if str(spec["partitions"]) != settings["KAFKA_PARTITIONS"]:
            yield f"topic {name} has {spec['partitions']} partitions, not KAFKA_PARTITIONS"
        if str(spec["replicas"]) != settings["KAFKA_REPLICATION_FACTOR"]:
            yield f"topic {name} has {spec['replicas']} copies"
        if 1 < spec["replicas"] <= spec["config"]["min.insync.replicas"]:
            yield f"topic {name} takes nothing while one node is away"


def workers_that_would_idle(manifests: Manifests) -> Iterator[str]:
    partitions = {
        t["metadata"]["name"]: t["spec"]["partitions"] for t in manifests.of("KafkaTopic")
    }
    names = TopicNames()
    for scaled in manifests.of("ScaledObject"):
        stage = StageName(scaled["metadata"]["name"].removesuffix("-agent"))
        asked = [trigger["metadata"] for trigger in scaled["spec"]["triggers"]]
        if {a["topic"] for a in asked} != set(names.inputs(stage)):
            yield f"{name_of(scaled)} does not look at what the stage reads"
        most = min(partitions.get(a["topic"], 0) for a in asked)
        if not 1 <= scaled["spec"]["minReplicaCount"] <= scaled["spec"]["maxReplicaCount"] <= most:
            yield f"{name_of(scaled)} may have more workers than partitions, or none"
        for told_it in asked:
            if told_it["consumerGroup"] != names.group(stage):
                yield f"{name_of(scaled)} looks at another group"
            if int(told_it["lagThreshold"]) <= StageSettings().concurrency:
                yield f"{name_of(scaled)} takes what a worker has in flight for a backlog"
            if told_it["offsetResetPolicy"] != "earliest":
                yield f"{name_of(scaled)} begins elsewhere than we do"
            if told_it["bootstrapServers"] != manifests.settings["KAFKA_BOOTSTRAP_SERVERS"]:
                yield f"{name_of(scaled)} asks another cluster"


def clients_that_the_cluster_refuses(manifests: Manifests) -> Iterator[str]:
    settings, users = manifests.settings, {u["metadata"]["name"] for u in manifests.of("KafkaUser")}
    port = int(settings["KAFKA_BOOTSTRAP_SERVERS"].rpartition(":")[2])
    listeners = {
        listener["port"]: listener
        for listener in manifests.one("Kafka")["spec"]["kafka"]["listeners"]
    }
    protocol = "SASL_SSL" if listeners.get(port, {}).get("tls") else "SASL_PLAINTEXT"
    if settings["KAFKA_SECURITY_PROTOCOL"] != protocol:
        yield f"the listener at port {port} speaks {protocol}, or is not there"
    for workload in [*manifests.agents, manifests.one("Deployment", "gateway")]:
        env = {
            variable["name"]: variable.get("value") for variable in container_of(workload)["env"]
        }
        if env.get("KAFKA_SASL_USERNAME") not in users:
            yield f"{name_of(workload)} is no user of the cluster"


def scrapes_that_find_nothing(manifests: Manifests) -> Iterator[str]:
    names = {port["name"] for w in manifests.workloads for port in container_of(w)["ports"]}
    for monitor in manifests.of("ServiceMonitor", "PodMonitor"):
        spec = monitor["spec"]
        for endpoint in spec.get("endpoints", spec.get("podMetricsEndpoints", ())):
            if endpoint["port"] not in names or endpoint["path"] != "/metrics":
                yield f"{name_of(monitor)} asks where nothing answers"


def scrapes_that_no_rule_knows(manifests: Manifests) -> Iterator[str]:
    for monitor in manifests.of("ServiceMonitor", "PodMonitor"):
        spec = monitor["spec"]
        for endpoint in spec.get("endpoints", spec.get("podMetricsEndpoints", ())):
            told = {r["targetLabel"]: r for r in endpoint.get("relabelings", ())}
            if told.get("job", {}).get("replacement") != JOBS[monitor["kind"]]:
                yield f"{name_of(monitor)} gives its job a name that no rule knows"
            if told.get("instance", {}).get("sourceLabels") != [POD]:
                yield f"{name_of(monitor)} names a process by an address of the day"
    for of_cluster in manifests.of("PrometheusRule"):
        rules = [rule for group in of_cluster["spec"]["groups"] for rule in group["rules"]]
        if name_rules(rules) != name_rules(read_rules()):
            yield f"{name_of(of_cluster)} holds other rules than Prometheus elsewhere"


def secrets_in_the_open(manifests: Manifests) -> Iterator[str]:
    for secret in manifests.of("Secret"):
        if {*secret.get("stringData", ()), *secret.get("data", ())} & {
            "password",
            "url",
            "api-key",
        }:
            yield f"{name_of(secret)} holds a secret"


POLICIES: tuple[Callable[[Manifests], Iterator[str]], ...] = (
    pods_that_may_too_much,
    pods_without_bounds,
    probes_that_see_nothing,
    images_that_may_change,
    commands_that_are_not_there,
    settings_that_nothing_reads,
    stops_that_are_cut_short,
    workers_without_a_lasting_name,
    workloads_that_a_drain_empties,
    workloads_that_anybody_reaches,
    topics_that_are_not_the_code_s,
    workers_that_would_idle,
    clients_that_the_cluster_refuses,
    scrapes_that_find_nothing,
    scrapes_that_no_rule_knows,
    secrets_in_the_open,
)
