"""The broker's settings: one node that is broker and controller, small, and quiet while idle."""

from pathlib import Path

HOST = "127.0.0.1"
NODE_ID = 1
MIB = 1024 * 1024
MAX_RECORD_BYTES = 4 * MIB
# A batch is larger than the record in it: its header, the record's headers and key.
MAX_BATCH_BYTES = MAX_RECORD_BYTES + MIB // 4
DEFAULT_PARTITIONS = 6
INTERNAL_PARTITIONS = 6

_FIXED = {
    "process.roles": "broker,controller",
    "node.id": NODE_ID,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    # One node: nothing is replicated.
    "default.replication.factor": 1,
    "min.insync.replicas": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "unclean.leader.election.enable": "false",
    # Topics are made by `brainshare topics`, never by a mistyped name.
    "auto.create.topics.enable": "false",
    "num.partitions": DEFAULT_PARTITIONS,
    "offsets.topic.num.partitions": INTERNAL_PARTITIONS,
    "transaction.state.log.num.partitions": INTERNAL_PARTITIONS,
    "share.coordinator.state.topic.num.partitions": 1,
    "message.max.bytes": MAX_BATCH_BYTES,
    "replica.fetch.max.bytes": MAX_BATCH_BYTES,
    "log.segment.bytes": 64 * MIB,
    "log.index.size.max.bytes": MIB,
    "log.retention.check.interval.ms": 300_000,
    # Groups: nobody waits for members that are still to come; tests may use short sessions.
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    # A broker that was killed may register again only when its old session is over, and tries at
    # 0.1, 0.3, 0.7, 1.5 and 3.1 s. The defaults (2 s and 9 s) make that 10 s.
    "broker.heartbeat.interval.ms": 800,
    "broker.session.timeout.ms": 2500,
    # Few threads, and rare rounds of what only a cluster needs.
    "num.network.threads": 2,
    "num.io.threads": 3,
    "background.threads": 2,
    "num.replica.fetchers": 1,
    "num.recovery.threads.per.data.dir": 2,
    "log.cleaner.threads": 1,
    "log.cleaner.backoff.ms": 60_000,
    "log.cleaner.dedupe.buffer.size": 16 * MIB,
    "queued.max.requests": 100,
    "group.coordinator.threads": 1,
    "group.coordinator.background.threads": 1,
    # By default the controller writes a record every half second to show that it is there.
    "metadata.max.idle.interval.ms": 0,
    "metric.reporters": "",
}


def server_properties(data_dir: Path, port: int, controller_port: int) -> str:
    """The text of server.properties.

    Args:
        data_dir: Where Kafka keeps its logs, read as it stands from the folder that it works in.
    """
    controller = f"{HOST}:{controller_port}"
    settings: dict[str, object] = {
        **_FIXED,
        "controller.quorum.voters": f"{NODE_ID}@{controller}",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "log.dirs": data_dir,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
