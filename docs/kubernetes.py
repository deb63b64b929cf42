"""Strimzi's resources of our topics and users, from the topic module and the list of rights."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from schemas.kafka.right import Right, rights_of_gateway, rights_of_stage
from schemas.kafka.topics import TopicNames, TopicSpec
from schemas.stage import STAGE_ORDER

API = "kafka.strimzi.io/v1"
CLUSTER = {"strimzi.io/cluster": "brainshare"}
HEAD = "# Written by `make generate` from schemas/kafka: change it there.\n"
PARTITIONS = 12
"""More than on one machine: never changed afterwards, and the most workers of a stage."""
REPLICAS = 3


def topic_manifest() -> Iterator[str]:
    """A KafkaTopic for every topic."""
    yield HEAD + _dump(_topic(spec) for spec in TopicNames().all())


def user_manifest() -> Iterator[str]:
    """A KafkaUser for every service, with the least rights that work."""
    names = TopicNames()
    stages = {f"{s.value}-agent": rights_of_stage(names, s) for s in STAGE_ORDER}
    rights = {"gateway": rights_of_gateway(names), **stages}
    yield HEAD + _dump(_user(f"brainshare-{name}", given) for name, given in rights.items())


def _topic(spec: TopicSpec) -> Mapping[str, Any]:
    settings = {"min.insync.replicas": "2", **spec.config}
    config = {name: int(v) if v.isdecimal() else v for name, v in sorted(settings.items())}
    return {
        "apiVersion": API,
        "kind": "KafkaTopic",
        "metadata": {"name": spec.name, "labels": CLUSTER},
        "spec": {"partitions": PARTITIONS, "replicas": REPLICAS, "config": config},
    }


def _user(name: str, rights: tuple[Right, ...]) -> Mapping[str, Any]:
    acls = [
        {
            "resource": {"type": right.kind.value, "name": right.name, "patternType": "literal"},
            "operations": [operation.value for operation in right.operations],
        }
        for right in rights
    ]
    return {
        "apiVersion": API,
        "kind": "KafkaUser",
        "metadata": {"name": name, "labels": CLUSTER},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


class _Dumper(yaml.SafeDumper):
    """Writes what is repeated in full: anchors are hard to read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(resources: Iterator[Mapping[str, Any]]) -> str:
    return yaml.dump_all(resources, Dumper=_Dumper, sort_keys=False)
