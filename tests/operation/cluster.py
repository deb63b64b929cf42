"""Two nodes of the embedded Kafka, of which any may be taken away and given back."""

import signal
import socket
import struct
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.broker.fetch import ensure_jars
from services.cli.broker.jar import load_lock
from services.cli.broker.java import java_argv
from services.cli.broker.probe import count_brokers, metadata_request
from services.cli.broker.properties import server_properties
from services.cli.broker.storage import format_storage, new_cluster_id
from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.port import HOST, PortPicker
from tests.stack import wait_until

START_S = 60.0
STOP_S = 20.0
ANSWER_S = 2.0

BROKER_ONLY = {"process.roles": "broker", "node.id": "2"}
"""What the second node is told otherwise: the first one alone is the controller."""


@dataclass
class Node:
    """One broker of a cluster, in a folder of its own.

    Attributes:
        settings: What it is told otherwise than a single node.
    """

    name: str
    folder: Path
    port: int
    controller_port: int
    classpath: list[Path]
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """host:port of it."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Its process, as of now."""
        assert self.process is not None, f"{self.name} was not started"
        return self.process.pid

    def format(self, cluster_id: str) -> None:
        """Make its storage."""
        self.folder.mkdir(parents=True)
        text = server_properties(self.folder / "data", self.port, self.controller_port)
        own = "".join(f"{name}={value}\n" for name, value in self.settings.items())
        self._config.write_text(text + own, encoding="utf-8")
        args = ("format", "--cluster-id", cluster_id, "--config", str(self._config))
        format_storage(java_argv(self.classpath, "kafka.tools.StorageTool", *args))

    def start(self) -> None:
        """Start it; it is there once the cluster counts it in."""
        argv = java_argv(self.classpath, "kafka.Kafka", str(self._config))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                argv, stdout=log, stderr=log, preexec_fn=die_with_parent(), process_group=0
            )

    def tell(self, how: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process is not None, f"{self.name} was not started"
        self.process.send_signal(how)

    def end(self, how: signal.Signals) -> None:
        """Send it a signal that ends it, and wait for that."""
        self.tell(how)
        assert self.process is not None
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def brokers_known(self) -> int:
        """How many brokers it knows to be there; 0 where it does not answer."""
        try:
            with socket.create_connection((HOST, self.port), ANSWER_S) as connection:
                connection.sendall(metadata_request())
                reply = connection.makefile("rb")
                (size,) = struct.unpack(">i", reply.read(4))
                return count_brokers(reply.read(size))
        except (OSError, struct.error):
            return 0

    @property
    def _config(self) -> Path:
        return self.folder / "server.properties"


@dataclass(frozen=True)
class Cluster:
    """Two brokers. The first is also the controller, so it is the second that may be lost."""

    first: Node
    second: Node

    @property
    def nodes(self) -> tuple[Node, Node]:
        """Both."""
        return self.first, self.second

    @property
    def servers(self) -> str:
        """What KAFKA_BOOTSTRAP_SERVERS has to say."""
        return ",".join(node.address for node in self.nodes)

    def is_whole(self) -> bool:
        """Whether each node knows that both are there."""
        return all(self.is_known_to(node) for node in self.nodes)

    def is_known_to(self, node: Node) -> bool:
        """Whether this node is there, and knows that both are."""
        return node.brokers_known() == len(self.nodes)

    def until_whole(self) -> None:
        """Wait until both nodes are there."""
        wait_until(self.is_whole, START_S, f"both nodes are there; see {self.first.folder.parent}")


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Start two new nodes on free ports, and end them at the end."""
    cluster = make_cluster(folder)
    try:
        for node in cluster.nodes:
            node.start()
        cluster.until_whole()
        yield cluster
    finally:
        for node in reversed(cluster.nodes):
            if node.process is not None:
                node.end(signal.SIGKILL)


def make_cluster(folder: Path) -> Cluster:
    """The nodes with their storage, which are not yet started."""
    picker, classpath = PortPicker(), ensure_jars(load_lock(), folder / "jars")
    controller, port = picker.pick(), picker.pick()
    listener = f"PLAINTEXT://{HOST}:{port}"
    settings = {**BROKER_ONLY, "listeners": listener, "advertised.listeners": listener}
    first = Node("kafka-1", folder / "kafka-1", picker.pick(), controller, classpath, {})
    second = Node("kafka-2", folder / "kafka-2", port, controller, classpath, settings)
    cluster_id = new_cluster_id()
    for node in (first, second):
        node.format(cluster_id)
    return Cluster(first, second)
