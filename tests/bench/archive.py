"""`make bench-archive`: how fast topics go into files and back, over a broker of its own.

The records are answers of the row stage, spread over the partitions; every one is another.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from uuid import UUID

import click

from schemas.job.record import RECORD_SCHEMA, StageRecord, Usage
from schemas.kafka.headers import Headers, encode_headers
from schemas.kafka.topics import WRITERS_TIME
from schemas.stage import StageName
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from services.cli.supervisor.environment import inherited_env
from services.kafka import ConsumedRecord, KafkaSettings, open_admin
from services.kafka.placing.placed_publisher import open_placed_publisher
from tests.bench.command import Figures, end_on_sigterm, own_broker, run_measured
from tests.factory import NOW, make_job, make_provenance, make_table_suggestion, with_columns

ROWS, NAMES = 10, tuple(f"column {number}" for number in range(5))
ASKED = 20_000
"""Records a second, for a backup and a restore."""
MARK = b"place of the number"


@click.command()
@click.option("--records", default=300_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(records: int, as_json: bool) -> None:
    """Back up so many records, check them, and restore them beside."""
    end_on_sigterm()
    figures = dict[str, Figures]()
    with tempfile.TemporaryDirectory() as folder, own_broker(Path(folder) / "broker") as address:
        archive = Path(folder) / "archive"
        for name, of in measure(archive, address, records):
            figures[name] = of
            _tell(name, of, records)
        size = sum(path.stat().st_size for path in archive.rglob("*") if path.is_file())
    click.echo(f"{records * len(make_value()) / 1e6:,.0f} MB of values are {size / 1e6:,.0f} MB")
    if as_json:
        told = {name: asdict(of) | {"perS": records / of.seconds} for name, of in figures.items()}
        click.echo(json.dumps(told | {"archiveBytes": size}))


def measure(archive: Path, address: str, records: int) -> Iterator[tuple[str, Figures]]:
    """Fill a topic of a broker, run the commands, and tell of each what it took."""
    env = inherited_env() | {"KAFKA_BOOTSTRAP_SERVERS": address}
    begun = time.perf_counter()
    asyncio.run(_fill(KafkaSettings(bootstrap_servers=address), records))
    click.echo(f"{records:,} records are there after {time.perf_counter() - begun:.0f} s")
    yield "backup", run_measured(env, "backup", str(archive))
    yield "verify", run_measured(env, "verify", str(archive))
    aside = env | {"KAFKA_TOPIC_PREFIX": "new."}
    yield "restore", run_measured(aside, "restore", str(archive))


def _tell(name: str, of: Figures, records: int) -> None:
    asked = f" (to reach: {ASKED:,})" if name != "verify" else ""
    click.echo(
        f"{name} of {records:,} records: {of.seconds} s, {records / of.seconds:,.0f} a second"
        f"{asked}, {of.cpu_s} s of CPU, {of.most_mb} MB"
    )


async def _fill(settings: KafkaSettings, records: int) -> None:
    specs = [replace(spec, timestamp_type=WRITERS_TIME) for spec in settings.topics.all()]
    async with open_admin(settings) as admin:
        await admin.create(specs, settings.partitions)
    topic = settings.topics.suggestions(StageName.ROW)
    async with open_placed_publisher(settings) as publisher:
        for partition in range(settings.partitions):
            numbers = range(partition, records, settings.partitions)
            await publisher.publish((topic, partition), make_records(numbers))


def make_value() -> bytes:
    """An answer of the row stage, as it is written."""
    usage = Usage(input_tokens=400, output_tokens=200)
    made = make_provenance(model="m-1", calls=1, usage=usage)
    record = StageRecord(job=make_job().model_copy(update={"accepted_at": NOW}))
    record = record.with_result(StageName.TABLE, make_table_suggestion(), made)
    rows = [[f"value {row} of {name}, {MARK.decode()}" for name in NAMES] for row in range(ROWS)]
    said = RowSuggestions(rows=tuple(RowSuggestion(cells=tuple(cells)) for cells in rows))
    return with_columns(record, *NAMES).with_result(StageName.ROW, said, made).to_json()


def make_records(numbers: Iterable[int]) -> Iterator[ConsumedRecord]:
    """An answer for each number, no two the same."""
    value, headers = make_value(), encode_headers(Headers(schema=RECORD_SCHEMA))
    now_ms = int(time.time() * 1000)
    for number in numbers:
        told = value.replace(MARK, str(number * 7919).encode())
        key = str(UUID(int=number, version=4)).encode()
        yield ConsumedRecord("", 0, 0, now_ms, key, told, headers)


if __name__ == "__main__":
    main()
