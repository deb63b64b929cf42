"""Over TLS, each service does what it must as a user of its own, and is refused the rest."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from pydantic import SecretStr

from schemas.kafka.right import Right, rights_of_gateway, rights_of_stage
from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName
from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import HOST, PortPicker
from services.kafka import BrokerUnavailableError, KafkaSettings, open_admin
from services.kafka.connection import address
from services.kafka.settings import SecurityProtocol
from tests.secure_broker import PASSWORD, SecureBroker, running_secure_broker
from tests.stack import PROGRAM, ROOT, wait_until

NAMES = TopicNames()
RIGHTS: dict[str, tuple[Right, ...]] = {
    "brainshare-gateway": rights_of_gateway(NAMES),
    **{f"brainshare-{s.value}-agent": rights_of_stage(NAMES, s) for s in STAGE_ORDER},
}
STRANGER = "stranger"
START_S = 180.0
STOP_S = 90.0
JOB_S = 120.0
REQUEST = {"tableId": "tbl_1", "context": {"title": "Planets", "description": "Of the Sun."}}
LONG = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureBroker]:
    if shutil.which("openssl") is None:
        reason = "openssl is not installed here: it makes the certificates"
        assert not os.environ.get("CI"), reason  # noqa: TID251 - not a setting
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("secure")
    with running_secure_broker(folder, (*RIGHTS, STRANGER)) as running:
        env = inherited_env() | {"KAFKA_BOOTSTRAP_SERVERS": f"{HOST}:{running.plain}"}
        apply = (*PROGRAM, "topics", "apply")
        subprocess.run(apply, cwd=ROOT, env=env, check=True, capture_output=True, timeout=START_S)
        for user, rights in RIGHTS.items():
            running.allow(user, rights)
        yield running


@contextmanager
def running(module: str, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=inherited_env() | dict(env),
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent(),
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_S) == 0, log.read_text(errors="replace")[-2000:]


def ask(url: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        told: dict[str, object] = json.load(answer)
        return told


def is_ready(url: str) -> bool:
    try:
        ask(f"{url}/readyz")
    except OSError:
        return False
    return True


@LONG
def test_a_job_completes_with_every_service_as_a_user_of_its_own(
    broker: SecureBroker, tmp_path: Path
) -> None:
    picker = PortPicker()
    demo, gateway = picker.pick(), picker.pick()
    with ExitStack() as stack:
        start = stack.enter_context
        env = {"DEMO_LLM_PORT": str(demo), "DEMO_LLM_LATENCY_MS": "0"}
        start(running("services.demo_llm", env, tmp_path / "demo.log"))
        for stage in STAGE_ORDER:
            env = broker.env(f"brainshare-{stage.value}-agent")
            env["LLM_DEMO_URL"] = f"http://{HOST}:{demo}/v1"
            env["STAGE_DATA_DIR"] = str(tmp_path / stage.value)
            start(running(f"services.{stage.value}_agent", env, tmp_path / f"{stage.value}.log"))
        env = broker.env("brainshare-gateway")
        env |= {"GATEWAY_PORT": str(gateway), "DATABASE_URL": f"sqlite:///{tmp_path}/gateway.db"}
        start(running("services.gateway", env, tmp_path / "gateway.log"))
        url = f"http://{HOST}:{gateway}"
        wait_until(lambda: is_ready(url), START_S, f"the gateway is ready; see {tmp_path}")
        job = f"{url}/v1/jobs/{ask(f'{url}/v1/jobs', REQUEST)['jobId']}"
        wait_until(lambda: ask(job)["status"] == "completed", JOB_S, f"it is done; see {tmp_path}")
    said = "".join(log.read_text(errors="replace") for log in tmp_path.glob("*.log"))
    assert PASSWORD not in said


def settings_of(broker: SecureBroker, user: str, password: str = PASSWORD) -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=f"{HOST}:{broker.password}",
        security_protocol=SecurityProtocol.SASL_SSL,
        sasl_username=user,
        sasl_password=SecretStr(password),
        ssl_ca_file=broker.folder / "ca.pem",
    )


def with_certificate(broker: SecureBroker, user: str | None) -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=f"{HOST}:{broker.certificate}",
        security_protocol=SecurityProtocol.SSL,
        ssl_ca_file=broker.folder / "ca.pem",
        ssl_cert_file=broker.folder / f"{user}.pem" if user else None,
        ssl_key_file=broker.folder / f"{user}.key" if user else None,
    )


async def write(settings: KafkaSettings, topic: str) -> None:
    producer = AIOKafkaProducer(**address(settings))
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"{}", key=b"00000000-0000-4000-8000-000000000001")
    finally:
        await producer.stop()


async def read(settings: KafkaSettings, topic: str) -> None:
    consumer = AIOKafkaConsumer(**address(settings), group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.beginning_offsets([TopicPartition(topic, 0)])
    finally:
        await consumer.stop()


REFUSED = [
    ("brainshare-table-agent", NAMES.suggestions(StageName.ROW)),
    ("brainshare-column-agent", NAMES.requests(StageName.TABLE)),
    ("brainshare-row-agent", NAMES.dead_letters(StageName.COLUMN)),
    ("brainshare-gateway", NAMES.suggestions(StageName.TABLE)),
    (STRANGER, NAMES.events),
]


@LONG
@pytest.mark.parametrize(("user", "topic"), REFUSED)
async def test_nobody_writes_what_is_another_s(broker: SecureBroker, user: str, topic: str) -> None:
    for settings in (settings_of(broker, user), with_certificate(broker, user)):
        with pytest.raises(TopicAuthorizationFailedError):
            await write(settings, topic)


@LONG
async def test_whoever_has_a_certificate_may_the_same_as_by_its_password(
    broker: SecureBroker,
) -> None:
    for settings in (
        settings_of(broker, "brainshare-gateway"),
        with_certificate(broker, "brainshare-gateway"),
    ):
        await write(settings, NAMES.control)
        await read(settings, NAMES.suggestions(StageName.ROW))


@LONG
async def test_a_stranger_learns_of_no_topic_and_joins_no_group(broker: SecureBroker) -> None:
    settings = settings_of(broker, STRANGER)
    async with open_admin(settings) as admin:
        assert await admin.list_topics() == []
        with pytest.raises((BrokerUnavailableError, GroupAuthorizationFailedError)):
            await admin.committed(NAMES.group(StageName.ROW))


@LONG
async def test_who_shows_nothing_or_something_wrong_is_not_let_in(broker: SecureBroker) -> None:
    wrong = [
        settings_of(broker, "brainshare-gateway", "battery-staple"),
        settings_of(broker, "nobody-we-know"),
        with_certificate(broker, None),
        settings_of(broker, "brainshare-gateway").model_copy(update={"ssl_ca_file": None}),
    ]
    for settings in wrong:
        with pytest.raises(BrokerUnavailableError) as refused:
            async with open_admin(settings) as admin:
                await admin.list_topics()
        assert PASSWORD not in str(refused.value)
        assert "battery-staple" not in str(refused.value)
