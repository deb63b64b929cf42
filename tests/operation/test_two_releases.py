"""A rolling deploy: two releases beside each other on one broker, there and back."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic_core import from_json, to_json

from schemas.job.job import accept
from schemas.job.prompt import carry_prompt
from schemas.job.record import PROMPT_RECORD_SCHEMA, StageRecord
from schemas.kafka.headers import Headers, KafkaHeaders, encode_headers
from schemas.kafka.topics import TopicKind, TopicRole
from schemas.stage import StageName
from services.cli.client.command_client import connect
from services.cli.terminal.error import RequestRefused
from services.kafka import ConsumedRecord, KafkaSettings
from services.replay.topic_reading import read_job_id, read_past
from tests.crash.drill import submit
from tests.factory import OLD_TABLE, make_request
from tests.operation.measure import Measure
from tests.operation.release import joined, unpack_earlier
from tests.pipeline.kafka_view import NAMES, KafkaView
from tests.stack import ROOT, RunningStack, running_stack, wait_until

JOBS = 12
FINAL_S = 120.0
WAITS = timedelta(seconds=45)
"""Longer than the first wait for an upgrade, shorter than the second."""

PROMPT = carry_prompt(StageName.TABLE, "Say what the table is about, and nothing else.")
"""That jobs bring along: a release that would pass over it may not answer by its own."""

Planted = tuple[UUID, dict[str, Any], KafkaHeaders]


def plant() -> list[Planted]:
    """Requests as a later release might write them: more fields, a new word, a new version.

    The last one brings a prompt along, as this release writes it.
    """
    fields, word, version, prompt = (_write_job() for _ in range(4))
    prompt[1]["job"]["prompt"] = from_json(PROMPT.to_json())
    fields[1]["job"] |= {"priority": "high", "unit": {"of": ["a", "later", "release"]}}
    word[1]["job"]["context"]["columns"][1]["dataType"] = "money"
    ours, later = (encode_headers(Headers(schema=f"stage-record/{n}")) for n in (1, 3))
    brought = encode_headers(Headers(schema=PROMPT_RECORD_SCHEMA))
    planted = [(*fields, [*ours, ("priority", b"high")]), (*word, ours), (*version, later)]
    return [*planted, (*prompt, brought)]


def _write_job() -> tuple[UUID, dict[str, Any]]:
    job_id, now = uuid4(), datetime.now(UTC)
    job = accept(make_request(context=OLD_TABLE), job_id, now)
    job = job.model_copy(update={"deadline_at": now + WAITS})
    return job_id, from_json(StageRecord(job=job).to_json())


async def publish(stack: RunningStack, planted: list[Planted]) -> None:
    view = KafkaView(stack)
    for job_id, document, headers in planted:
        key = str(job_id).encode()
        await view.publish(NAMES.requests(StageName.TABLE), key, to_json(document), headers)
        later = {"kind": "suspended", "jobId": str(job_id), "stage": "table", "worker": "w"}
        later |= {"at": datetime.now(UTC).isoformat()}
        await view.publish(NAMES.events, key, to_json(later))


def read_states(url: str, jobs: list[str]) -> list[str]:
    """What a gateway says of jobs; "" of one that it does not know."""

    def read(job: str) -> str:
        with suppress(RequestRefused):
            return gateway.jobs.get(job).status.value
        return ""

    with connect(url) as gateway:
        return [read(job) for job in jobs]


def until_states(url: str, jobs: list[str], wanted: set[str]) -> None:
    what = f"{len(jobs)} jobs are {wanted}, as {url} has them"
    wait_until(lambda: set(read_states(url, jobs)) <= wanted, FINAL_S, what)


def read_versions(stack: RunningStack, job_id: UUID) -> set[str]:
    """By which prompts the table stage has answered a job."""
    found = set[str]()

    def take(record: ConsumedRecord, role: TopicRole) -> None:
        is_answer = role.kind is TopicKind.SUGGESTIONS and role.stage is StageName.TABLE
        if is_answer and read_job_id(record) == job_id:
            body = StageRecord.from_json(record.value or b"")
            found.add(body.provenance[StageName.TABLE].prompt_version)

    asyncio.run(read_past(KafkaSettings(bootstrap_servers=stack.brokers), None, take))
    return found


FINAL = {"completed", "failed", "cancelled"}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", ["there", "back"])
def test_two_releases_on_one_broker_bring_every_job_to_its_end(
    tmp_path: Path, way: str, measures: list[Measure]
) -> None:
    """There: agents and a gateway of this code join those of an earlier one. Back: the reverse."""
    earlier = unpack_earlier(tmp_path / "earlier")
    before, after = (earlier, ROOT) if way == "there" else (ROOT, earlier)
    with (
        running_stack(tmp_path / "stack", "--with-demo", root=before) as stack,
        joined(stack, after, tmp_path / "joined") as other,
    ):
        urls = (stack.gateway_url, other.gateway_url)
        with ThreadPoolExecutor(4) as clients:
            jobs = [*clients.map(submit, [urls[n % 2] for n in range(JOBS)])]
        for url in urls:
            until_states(url, jobs, {"completed"})
        planted = plant()
        asyncio.run(publish(stack, planted))
        # What is planted is known to this code; the earlier one may take it for junk.
        ours = urls[way == "there"]
        every = [*jobs, *(str(job_id) for job_id, _, _ in planted)]
        until_states(ours, every, FINAL)
        states = read_states(ours, every)
        assert read_versions(stack, planted[-1][0]) <= {PROMPT.version}
    assert states[JOBS] == "completed"
    told = ", ".join(f"{count} {state}" for state, count in Counter(states).items())
    measures.append(Measure(f"two releases, {way}", "every job ends", told))
