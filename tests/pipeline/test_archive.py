"""What the topics of a real broker hold goes into files, and comes back as it was."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from schemas.api.status import JobState
from schemas.kafka.retry_tier import read_tiers
from schemas.kafka.topics import BROKERS_TIME, TopicNames
from schemas.stage import StageName
from services.archive.filling import is_same
from services.archive.folder import open_archive
from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from services.gateway.database.database import open_database
from services.gateway.migration.upgrade import upgrade
from services.gateway.projection.projector import Projector
from services.gateway.stream.change_notifier import ChangeNotifier
from services.kafka import (
    ConsumedRecord,
    KafkaSettings,
    Position,
    open_admin,
    open_log_reader,
    open_publisher,
)
from services.kafka.placing.log_start import begin_at
from services.kafka.placing.placed_publisher import open_placed_publisher
from services.replay.manifest import Manifest
from tests.pipeline.command import run_brainshare
from tests.pipeline.demo_server import DemoServer
from tests.pipeline.test_main_job import PLANETS, run
from tests.stack import TIERS, RunningStack, wait_until

pytestmark = pytest.mark.timeout(180)

PREFIX = "restored."
NAMES = TopicNames("", read_tiers(TIERS))
COMMAND_S = 90.0
LARGE_BYTES = 3 * 1024 * 1024
ODD = (None, b"", b"\0\xff" * 40, b"x" * LARGE_BYTES)
"""Values that no job has: none, an empty one, no text, and a larger one than a batch."""


class Archive:
    """Runs the commands on a folder, against a stack."""

    def __init__(self, stack: RunningStack, path: Path) -> None:
        self.path, self.folder, self.servers = path, open_archive(str(path)), stack.brokers
        self.database = stack.data_dir / "gateway.db"
        self._env = {"BRAINSHARE_DATA_DIR": str(stack.data_dir), "RETRY_TIERS": TIERS}

    def settings(self, prefix: str = "") -> KafkaSettings:
        return KafkaSettings(bootstrap_servers=self.servers, retry_tiers=TIERS, topic_prefix=prefix)

    def run(
        self,
        command: str,
        *options: str,
        status: int = 0,
        prefix: str = "",
        place: str | None = None,
    ) -> Any:
        """What a command tells programs, or the line with which it refuses."""
        target = [place or str(self.path), *options]
        env = self._env | {"KAFKA_TOPIC_PREFIX": prefix}
        done = run_brainshare(command, *target, "--json", env=env, timeout_s=COMMAND_S)
        assert done.returncode == status, done.stderr.decode()
        return json.loads(done.stdout) if status == 0 else done.stderr.decode()

    def replay(self, *words: str, prefix: str = "") -> Any:
        """What `brainshare replay` tells programs; None where it was told to tell people."""
        env = self._env | {"KAFKA_TOPIC_PREFIX": prefix}
        done = run_brainshare("replay", *words, env=env, timeout_s=COMMAND_S)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout) if "--json" in words else None


@pytest.fixture(scope="module")
def archive(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the stack's topics, and a set of topics that were filled from it."""
    made = Archive(stack, tmp_path_factory.mktemp("archive") / "of a stack")
    asyncio.run(publish_odd_records(made.settings()))
    made.run("backup")
    return made


async def publish_odd_records(settings: KafkaSettings) -> None:
    """Records of no job, as another client may write them."""
    async with open_publisher(settings) as publisher:
        for value in ODD:
            headers = [("twice", b"1"), ("twice", b""), ("ü", b"\xff")]
            await publisher.publish(NAMES.events, b"", value, headers)


async def read_topics(settings: KafkaSettings) -> dict[Position, list[ConsumedRecord]]:
    """All that the topics hold, without their prefix."""
    found: dict[Position, list[ConsumedRecord]] = {}
    async with open_log_reader(settings, list(settings.topics.roles)) as reader:
        async for records in reader.read_to(await reader.end_offsets(), 2_000):
            for record in records:
                topic = record.topic.removeprefix(settings.topic_prefix)
                found.setdefault((topic, record.partition), []).append(record)
    return found


async def fill_tables(settings: KafkaSettings, path: Path) -> None:
    """Fill a gateway's tables from topics, as its start does."""
    async with (
        open_log_reader(settings, list(settings.topics.roles), is_placed=False) as reader,
        open_database(f"sqlite:///{path}", 4) as database,
        open_admin(settings) as admin,
    ):
        await database.write(upgrade)
        projector = Projector(reader, database, settings.topics.roles, ChangeNotifier())
        await projector.prepare(await admin.cluster_id())
        while not projector.is_caught_up:
            await projector.step()


def rows_of(path: Path, job_ids: list[str]) -> dict[str, list[Any]]:
    """What tables know of jobs; topics without their prefix."""
    queries = {
        "jobs": "SELECT job_id, status, accepted_us, fold, tenant FROM jobs",
        "results": "SELECT job_id, stage, value FROM results",
        "history": f"SELECT job_id, replace(topic, '{PREFIX}', ''), \"partition\", \"offset\","
        " kind, stage, attempt, redrive, at_ms, message, cause, code FROM history",
    }
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as tables:
        return {
            name: sorted(row for row in tables.execute(query) if row[0] in job_ids)
            for name, query in queries.items()
        }


def make_jobs(gateway: CommandClient, demo: DemoServer) -> list[str]:
    """A job that completes, one that is given up on, and one that is cancelled."""
    completed = run(gateway, PLANETS)
    demo.misbehave("refusal")
    failed = run(gateway, PLANETS)
    demo.misbehave("401")
    cancelled = gateway.jobs.post(PLANETS).job_id
    gateway.jobs.cancel(str(cancelled))
    *_, ended = follow(gateway, str(cancelled))
    demo.be_well()
    states = [completed.status, failed.status, ended.status]
    assert states == [JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED]
    return [str(completed.job_id), str(failed.job_id), str(cancelled)]


def test_topics_come_back_as_they_were_and_tables_from_them(
    archive: Archive, gateway: CommandClient, demo: DemoServer, tmp_path: Path
) -> None:
    """Backups one after the other, checked, restored beside: records and tables are equal."""
    before = archive.folder.read().records
    job_ids = make_jobs(gateway, demo)
    live = asyncio.run(read_topics(archive.settings()))
    added = archive.run("backup")
    assert added["added"] > 0
    assert added["records"] == before + added["added"]
    assert archive.run("verify")["isWhole"]

    assert archive.run("restore", "--dry-run", prefix=PREFIX)["isDryRun"]
    done = archive.run("restore", prefix=PREFIX)
    assert sum(done["written"].values()) == added["records"]
    assert (done["expired"], done["moved"]) == (0, [])
    restored = asyncio.run(read_topics(archive.settings(PREFIX)))
    for at, records in live.items():
        came = restored[at][: len(records)]
        assert [r.offset for r in came] == [r.offset for r in records]
        assert all(map(is_same, came, records)), f"{at} is not as it was"
    assert asyncio.run(time_types(archive.settings(PREFIX))) == {BROKERS_TIME}

    tables = tmp_path / "anew.db"
    asyncio.run(fill_tables(archive.settings(PREFIX), tables))
    anew = rows_of(tables, job_ids)
    assert len(anew["jobs"]) == len(job_ids)
    assert anew == rows_of(archive.database, job_ids)

    refused = archive.run("restore", status=1, prefix=PREFIX)
    assert "topics hold records already" in refused
    again = archive.run("restore", "--go-on", prefix=PREFIX)
    assert (sum(again["written"].values()), again["skipped"]) == (0, added["records"])


async def time_types(settings: KafkaSettings) -> set[str]:
    """Whose time the records of topics have from now on."""
    async with open_admin(settings) as admin:
        found = await admin.describe(settings.topics.roles)
    return {state.config["message.timestamp.type"] for state in found.values()}


def test_topics_that_agents_read_are_not_filled(archive: Archive) -> None:
    refused = archive.run("restore", "--append", status=1)
    assert "stop the agents" in refused


def test_a_broken_archive_is_named_and_not_restored(archive: Archive) -> None:
    catalogue = archive.folder.read()
    wanted = NAMES.suggestions(StageName.TABLE)
    harmed = next(one for one in catalogue.files() if one[0].topic == wanted)
    place = Path(archive.folder.place_of(*harmed))
    whole = place.read_bytes()
    place.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        assert "1 files" in archive.run("verify", status=1)
        assert str(place) in archive.run("restore", status=1, prefix="broken.")
    finally:
        place.write_bytes(whole)


def test_an_address_is_written_and_read_as_a_folder_is(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    place = f"dir://bucket/topics::file://{tmp_path}"
    added = archive.run("backup", place=place)
    assert added["records"] == added["added"] >= archive.folder.read().records
    assert archive.run("verify", place=place)["isWhole"]
    foreseen = archive.run("restore", "--dry-run", prefix="addressed.", place=place)
    assert sum(foreseen["written"].values()) == added["records"]
    again = archive.run("backup", place=place)
    assert again["records"] == added["records"] + again["added"]


def test_what_was_restored_beside_is_replayed_by_the_agents_that_run(
    archive: Archive, gateway: CommandClient, tmp_path: Path
) -> None:
    """Planned from the restored topics, run and compared with the live ones."""
    job = run(gateway, PLANETS)
    archive.run("backup")
    archive.run("restore", "--go-on", prefix=PREFIX)
    (tmp_path / "jobs.txt").write_text(str(job.job_id), encoding="utf-8")
    manifest, only = str(tmp_path / "old.json"), str(tmp_path / "jobs.txt")
    words = ("--stage", "row", "--jobs-file", only, "-o", manifest)
    assert archive.replay("plan", *words, "--json", prefix=PREFIX)["jobs"] == 1
    assert Manifest.read(Path(manifest)).prefixes == {PREFIX}
    archive.replay("run", manifest)

    def compare() -> Any:
        return archive.replay("compare", manifest, "--json")

    wait_until(lambda: compare()["all"]["missing"] == 0, COMMAND_S, "its replay has answered")
    found = compare()
    assert (found["all"]["same"], found["lost"]) == (1, [])


def test_new_logs_begin_where_they_are_told_to(archive: Archive) -> None:
    """So what tables say by offsets of lost logs stays true; it may be repeated."""
    asyncio.run(begin_logs(archive.settings("begun.")))


async def begin_logs(settings: KafkaSettings) -> None:
    names = settings.topics
    wanted: dict[Position, int] = {(names.events, 0): 5_000, (names.control, 1): 3}
    specs = [spec for spec in names.all() if spec.name in (names.events, names.control)]
    async with (
        open_admin(settings) as admin,
        open_placed_publisher(settings, keeps_times=False) as publisher,
    ):
        await admin.create(specs, settings.partitions)
        async with open_log_reader(settings, [spec.name for spec in specs]) as reader:
            for _ in range(2):
                ends = await reader.end_offsets()
                await begin_at(publisher, admin, ends, dict.fromkeys(ends, 0) | wanted)
            bounds = await reader.begin_offsets(), await reader.end_offsets()
    assert all({at: n for at, n in offsets.items() if n} == wanted for offsets in bounds)
