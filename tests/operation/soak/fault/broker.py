"""Nodes of the broker that are lost, restarted, or stand still."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.operation.cluster import Node
from tests.operation.soak.fault.process import suspended
from tests.operation.soak.plan import Kind, Lane
from tests.operation.soak.site import Site


def _end(site: Site, node: Node, how: signal.Signals) -> None:
    site.killed[node.name] += 1
    node.end(how)


@contextmanager
def _lost(site: Site, chance: random.Random) -> Iterator[str]:
    _end(site, site.cluster.second, signal.SIGKILL)
    try:
        yield site.cluster.second.name
    finally:
        site.cluster.second.start()


@contextmanager
def _restarted(site: Site, chance: random.Random) -> Iterator[str]:
    node = site.cluster.second
    node.tell(signal.SIGTERM)
    try:
        yield f"SIGTERM {node.name}"
    finally:
        _end(site, node, signal.SIGTERM)
        node.start()


@contextmanager
def _killed(site: Site, chance: random.Random) -> Iterator[str]:
    _end(site, site.cluster.first, signal.SIGKILL)
    site.cluster.first.start()
    yield f"kill -9 {site.cluster.first.name}, the controller"


@contextmanager
def _all_killed(site: Site, chance: random.Random) -> Iterator[str]:
    for node in site.cluster.nodes:
        _end(site, node, signal.SIGKILL)
    try:
        yield "kill -9 of both nodes"
    finally:
        for node in site.cluster.nodes:
            node.start()


@contextmanager
def _stands_still(site: Site, chance: random.Random) -> Iterator[str]:
    node = chance.choice(site.cluster.nodes)
    with suspended(node.pid):
        yield f"SIGSTOP {node.name}"


BROKER_LANE = Lane(
    "broker",
    (40.0, 70.0),
    (
        Kind("node lost", _lost, (20.0, 45.0)),
        Kind("node restarted", _restarted, (5.0, 12.0)),
        Kind("controller killed", _killed),
        Kind("broker away", _all_killed, (3.0, 12.0)),
        Kind("a node stands still", _stands_still, (5.0, 20.0)),
    ),
)
