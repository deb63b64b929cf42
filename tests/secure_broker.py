"""Runs a broker that asks who one is: by password or certificate, over TLS, with rights."""

import asyncio
import signal
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from schemas.kafka.right import Operation, ResourceKind, Right
from services.cli.broker.fetch import ensure_jars
from services.cli.broker.jar import load_lock
from services.cli.broker.java import UTF8, java_argv
from services.cli.broker.probe import KafkaProbe
from services.cli.broker.properties import server_properties
from services.cli.broker.storage import format_storage, new_cluster_id
from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import HOST, PortPicker
from tests.certificate import certify, make_authority
from tests.stack import wait_until

PASSWORD = "right-horse"
START_S = 120.0
STOP_S = 60.0
ANY_HOST, LITERAL, ALLOW = "*", 3, 3
KINDS = {ResourceKind.TOPIC: 2, ResourceKind.GROUP: 3}
OPERATIONS = {
    Operation.READ: 3,
    Operation.WRITE: 4,
    Operation.DESCRIBE: 8,
    Operation.DESCRIBE_CONFIGS: 10,
}

LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule"
SECURED = """
listeners=PLAINTEXT://{host}:{plain},SASL://{host}:{password},MTLS://{host}:{certificate},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{plain},SASL://{host}:{password},MTLS://{host}:{certificate}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_SSL,MTLS:SSL
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl.scram-sha-512.sasl.jaas.config={login} required;
ssl.keystore.type=PEM
ssl.keystore.location=broker.pem
ssl.truststore.type=PEM
ssl.truststore.location=ca.pem
listener.name.mtls.ssl.client.auth=required
"""
"""Who speaks in the clear is the broker itself, and the test that makes topics and rights."""


@dataclass(frozen=True)
class SecureBroker:
    """A broker with a listener for each way to say who one is.

    Attributes:
        folder: It holds ca.pem, and NAME.pem and NAME.key of each user.
    """

    folder: Path
    plain: int
    password: int
    certificate: int

    def env(self, user: str) -> dict[str, str]:
        """The settings of a process that comes as this user, with its password."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": f"{HOST}:{self.password}",
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": user,
            "KAFKA_SASL_PASSWORD": PASSWORD,
            "KAFKA_SSL_CA_FILE": str(self.folder / "ca.pem"),
        }

    def allow(self, user: str, rights: Iterable[Right]) -> None:
        """Give rights to a user, however it says who it is."""
        asyncio.run(self._allow((f"User:{user}", f"User:CN={user}"), tuple(rights)))

    async def _allow(self, principals: Sequence[str], rights: Sequence[Right]) -> None:
        client = AIOKafkaAdminClient(bootstrap_servers=f"{HOST}:{self.plain}")
        await client.start()
        try:
            for principal in principals:
                for right in rights:
                    for operation in right.operations:
                        named = (KINDS[right.kind], right.name, LITERAL)
                        who = (principal, ANY_HOST, OPERATIONS[operation], ALLOW)
                        request = CreateAclsRequest(*named, *who)
                        answer = await client._send_request(request)
                        assert [code for code, _ in answer.creation_responses] == [0]
        finally:
            await client.close()


@contextmanager
def running_secure_broker(folder: Path, users: Sequence[str]) -> Iterator[SecureBroker]:
    """Start one with these users, and stop it at the end."""
    picker = PortPicker()
    broker = SecureBroker(folder, picker.pick(), picker.pick(), picker.pick())
    _make_certificates(folder, users)
    controller = picker.pick()
    told = SECURED.format(
        host=HOST,
        login=LOGIN,
        plain=broker.plain,
        password=broker.password,
        certificate=broker.certificate,
        controller=controller,
    )
    text = server_properties(Path("kafka"), broker.plain, controller) + told
    (folder / "server.properties").write_text(text, encoding="utf-8")
    jars = tuple(ensure_jars(load_lock(), folder / "jars"))
    known = [
        word
        for user in users
        for word in ("--add-scram", f"SCRAM-SHA-512=[name={user},password={PASSWORD}]")
    ]
    form = ("format", "--cluster-id", new_cluster_id(), "--config", "server.properties")
    format_storage(
        java_argv(jars, "kafka.tools.StorageTool", *form, *known), folder, inherited_env() | UTF8
    )
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen(
            java_argv(jars, "kafka.Kafka", "server.properties"),
            cwd=folder,
            env=inherited_env() | UTF8,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(),
        )
    probe = KafkaProbe(HOST, broker.plain)
    try:
        wait_until(lambda: asyncio.run(probe.ask()).is_ready, START_S, f"broker up; see {log.name}")
        yield broker
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_S)


def _make_certificates(folder: Path, users: Iterable[str]) -> None:
    make_authority(folder)
    certify(folder, "broker", address=HOST)
    for user in users:
        certify(folder, user)
    both = (folder / "broker.key").read_text() + (folder / "broker.pem").read_text()
    (folder / "broker.pem").write_text(both)
