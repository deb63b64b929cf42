"""The provider's key is nowhere but in the call: not in a log, record, answer, table or file."""

import asyncio
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import CommandClient, connect
from services.kafka import KafkaSettings, open_log_reader
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.pipeline.model_proxy import ModelProxy, Spoken, stack_behind_proxy
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import RETRIES, TIERS, RunningStack

pytestmark = pytest.mark.timeout(180)

SECRET = secrets.token_hex(16)
CANARY = f"sk-canary-{SECRET}"
PIECES = (SECRET[:12], SECRET[-12:])
"""A key that is cut or masked is still told in part."""

TITLE = "Planets and Moons"
PARKING = ("401", "html")
FAULTS = ("401", "500", "policy", "nonsense", "html")
PATHS = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/_demo/stats")
ANSWER_S = 10.0


@dataclass
class Whole:
    """A stack whose agents were given the key, and the jobs that it has run."""

    stack: RunningStack
    gateway: CommandClient
    jobs: list[str]

    @property
    def env(self) -> dict[str, str]:
        return {
            "BRAINSHARE_URL": self.stack.gateway_url,
            "BRAINSHARE_DATA_DIR": str(self.stack.data_dir),
            "OPENAI_API_KEY": CANARY,
            **RETRIES,
        }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("secret")
    with (
        stack_behind_proxy(folder, CANARY) as (stack, proxy, demo),
        connect(stack.gateway_url) as gateway,
    ):
        jobs = [run_one(gateway), *run_failing(gateway, demo, proxy)]
        assert proxy.keys == {CANARY}
        yield Whole(stack, gateway, jobs)


def run_one(gateway: CommandClient) -> str:
    return str(run(gateway, PLANETS).job_id)


def run_failing(gateway: CommandClient, demo: DemoServer, proxy: ModelProxy) -> list[str]:
    """Jobs that meet every kind of failure, and servers that tell the key in their error."""
    jobs = []
    for fault in FAULTS:
        demo.misbehave(fault, at_most=1 if fault in PARKING else None)
        jobs.append(run_one(gateway))
        demo.be_well()
    for status in (400, 401, 500):
        proxy.spoil = TellKey(proxy, status)
        jobs.append(run_one(gateway))
    proxy.spoil = tell_beside_answer
    jobs.append(run_one(gateway))
    proxy.spoil = None
    return jobs


def tell_beside_answer(spoken: Spoken, key: str) -> Spoken:
    """A good answer from a server, or something before it, that tells the key in what is kept."""
    document = json.loads(spoken.body) | {"model": key, "system_fingerprint": key}
    headers = {"x-request-id": key, "openai-organization": key}
    return Spoken(spoken.status, json.dumps(document).encode(), headers)


@dataclass
class TellKey:
    """Answers with an error that quotes the key wherever it can; a refused key once only."""

    proxy: ModelProxy
    status: int

    def __call__(self, spoken: Spoken, key: str) -> Spoken:
        if self.status == 401:
            self.proxy.spoil = None
        told = "Incorrect API key provided" if self.status == 401 else "It fails with"
        error = {"message": f"{told}: {key}", "type": key, "code": key}
        headers = {"x-request-id": key, "www-authenticate": f"Bearer {key}"}
        return Spoken(self.status, json.dumps({"error": error | {"param": key}}).encode(), headers)


def guilty(found: dict[str, bytes], pieces: tuple[str, ...] = PIECES) -> list[str]:
    return [name for name, text in found.items() if any(p.encode() in text for p in pieces)]


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def read_topics(stack: RunningStack) -> dict[str, bytes]:
    """Every record of every topic: key, value, headers."""
    settings = KafkaSettings(bootstrap_servers=stack.brokers, retry_tiers=TIERS)
    ends, found = await KafkaView(stack).end(), {}
    topics = [spec.name for spec in NAMES.all()]
    async with asyncio.timeout(ANSWER_S), open_log_reader(settings, topics) as reader:
        async for records in reader.read_to(ends, 1_000):
            for record in records:
                place = f"{record.topic}/{record.partition}/{record.offset}"
                parts = [record.key or b"", record.value or b"", repr(record.headers).encode()]
                found[place] = b"\n".join(parts)
    return found


def ask(url: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return bytes(str(answer.headers).encode() + answer.read())
    except urllib.error.HTTPError as error:
        return bytes(str(error.headers).encode() + error.read())


def read_answers(whole: Whole) -> dict[str, bytes]:
    """What every process says over HTTP, of itself and of each job."""
    stack, url = whole.stack, whole.stack.gateway_url
    hosts = [p.address for p in stack.file.processes if p.address and p.name != "kafka"]
    jobs = [f"{url}/v1/jobs/{job}{end}" for job in whole.jobs for end in ("", "/result.csv")]
    letters = whole.gateway.dead_letters.page(limit=200).dead_letters
    paths = [f"{url}/v1/jobs", f"{url}/v1/dead-letters", f"{url}/v1/dead-letters/groups", *jobs]
    paths += [f"{url}/v1/dead-letters/{letter.id}" for letter in letters]
    paths += [f"http://{host}{path}" for host in hosts for path in PATHS]
    events = [f"{url}/v1/jobs/{job}/events" for job in whole.jobs]
    streams = {f"{path} live": ask(path, "text/event-stream") for path in events}
    return {path: ask(path) for path in [*paths, *events]} | streams


def run_commands(whole: Whole) -> dict[str, bytes]:
    commands = [[name, job] for job in whole.jobs for name in ("status", "result")]
    commands += [["status", "--json"], ["dead-letters", "list"], ["dead-letters", "groups"]]
    commands += [["dead-letters", "list", "--json"], ["doctor"], ["audit"], ["topics", "apply"]]
    commands += [["watch", whole.jobs[0]], ["up", "--data-dir", str(whole.stack.data_dir)]]
    done = {" ".join(command): run_brainshare(*command, env=whole.env) for command in commands}
    return {name: result.stdout + result.stderr for name, result in done.items()}


def test_the_jobs_have_met_success_and_failure(whole: Whole) -> None:
    states = {whole.gateway.jobs.get(job).status for job in whole.jobs}
    assert states == {JobState.COMPLETED, JobState.FAILED}


def test_no_file_of_the_stack_holds_the_key(whole: Whole) -> None:
    files = read_files(whole.stack.data_dir)
    assert guilty(files) == []
    holders = " ".join(guilty(files, (TITLE,)))
    assert "gateway.db" in holders, "a search that finds nothing proves nothing"
    assert "suggestions-" in holders


async def test_no_record_of_any_topic_holds_the_key(whole: Whole) -> None:
    records = await read_topics(whole.stack)
    assert guilty(records) == []
    assert guilty(records, (TITLE,)), "a search that finds nothing proves nothing"


def test_no_answer_of_any_process_holds_the_key(whole: Whole) -> None:
    answers = read_answers(whole)
    assert guilty(answers) == []
    assert guilty(answers, (TITLE,)), "a search that finds nothing proves nothing"


def test_no_command_prints_the_key(whole: Whole) -> None:
    printed = run_commands(whole)
    assert guilty(printed) == []
    assert guilty(printed, (TITLE,)), "a search that finds nothing proves nothing"


def test_no_command_line_holds_the_key(whole: Whole) -> None:
    pids = [process.pid for process in whole.stack.file.processes]
    lines = {str(pid): " ".join(psutil.Process(pid).cmdline()).encode() for pid in pids}
    assert guilty(lines) == []
