"""`make bench-compare`: how long a comparison takes, and how much memory, over a broker of its own.

So many jobs are written into the topics as their stages would have: with their answers of before,
those of a replay of which every tenth is another one, and those of a control.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import click

from schemas.job.record import RECORD_SCHEMA, StageRecord, Usage
from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from services.cli.supervisor.environment import inherited_env
from services.kafka import KafkaSettings, open_publisher
from services.replay.manifest import Manifest
from services.replay.plan import prompt_of
from tests.bench.command import Figures, end_on_sigterm, own_broker, run_measured
from tests.factory import NOW, make_job, make_provenance, make_table_suggestion, with_columns

ROWS, COLUMNS, AT_A_TIME, CHANGED = 10, 5, 500, 10
NAMES = tuple(f"column {number}" for number in range(COLUMNS))


ASKED = {"plan": "< 10 s", "compare": "< 10 s, < 300 MB"}


@click.command()
@click.option("--jobs", default=10_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(jobs: int, as_json: bool) -> None:
    """Plan and compare so many jobs on a broker that is thrown away."""
    end_on_sigterm()
    figures = dict[str, Figures]()
    with tempfile.TemporaryDirectory() as folder, own_broker(Path(folder) / "broker") as address:
        for name, of in measure(Path(folder), address, jobs):
            figures[name] = of
            click.echo(
                f"{name} of {jobs:,} jobs: {of.seconds} s, {of.cpu_s} s of CPU, {of.most_mb} MB"
                f" (to reach: {ASKED.get(name, 'nothing was asked')})"
            )
    if as_json:
        click.echo(json.dumps({name: asdict(of) for name, of in figures.items()}))


def measure(folder: Path, address: str, jobs: int) -> Iterator[tuple[str, Figures]]:
    """Fill the topics of a broker, run the commands, and tell of each what it took."""
    env = inherited_env() | {"KAFKA_BOOTSTRAP_SERVERS": address}
    settings = KafkaSettings(bootstrap_servers=address)
    planned, control = folder / "planned.json", folder / "control.json"
    run_measured(env, "topics", "apply")
    ids = [uuid4() for _ in range(jobs)]
    _publish(settings, ((job_id, 0) for job_id in ids))
    yield "plan", run_measured(env, "replay", "plan", "--stage", "row", "-o", str(planned))
    run_measured(env, "replay", "control", str(planned), "-o", str(control))
    for path, changed in ((planned, CHANGED), (control, jobs + 1)):
        _publish(settings, _replays(Manifest.read(path), changed))
    words = ("replay", "compare", str(planned), "--show", "1")
    yield "compare", run_measured(env, *words)
    yield "compare with a control", run_measured(env, *words, "--control", str(control))


def _replays(manifest: Manifest, changed: int) -> Iterator[tuple[UUID, int]]:
    for number, job_id in enumerate(manifest.by_replay, 1):
        yield job_id, int(number % changed == 0)


def _make_record(job_id: UUID, other: int) -> StageRecord:
    job = make_job(job_id).model_copy(update={"accepted_at": NOW})
    usage = Usage(input_tokens=400, output_tokens=200)
    made = make_provenance(
        model="m-1", calls=1, usage=usage, prompt_version=prompt_of(StageName.ROW)
    )
    record = StageRecord(job=job)
    record = record.with_result(StageName.TABLE, make_table_suggestion(), made)
    rows = [[f"value {row} of {name}, {other}" for name in NAMES] for row in range(ROWS)]
    said = RowSuggestions(rows=tuple(RowSuggestion(cells=tuple(cells)) for cells in rows))
    return with_columns(record, *NAMES).with_result(StageName.ROW, said, made)


def _publish(settings: KafkaSettings, answers: Iterator[tuple[UUID, int]]) -> None:
    begun = time.perf_counter()
    count = asyncio.run(_publish_all(settings, answers))
    click.echo(f"{count:,} answers are there after {time.perf_counter() - begun:.0f} s")


async def _publish_all(settings: KafkaSettings, answers: Iterator[tuple[UUID, int]]) -> int:
    count, headers = 0, encode_headers(Headers(schema=RECORD_SCHEMA))
    topic = settings.topics.suggestions(StageName.ROW)
    async with open_publisher(settings) as publisher:
        while some := list(islice(answers, AT_A_TIME)):
            records = [_make_record(job_id, other) for job_id, other in some]
            await asyncio.gather(
                *(publisher.publish(topic, r.job.key, r.to_json(), headers) for r in records)
            )
            count += len(records)
    return count


if __name__ == "__main__":
    main()
