"""Writes down what others rely on: the API, the commands, the tables, and what records come to.

python -m tests.unit.contract.recording    write the snapshots, to be looked at before a commit
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import httpx2
from click.testing import CliRunner
from fastapi.routing import iter_route_contexts
from sqlalchemy import Table, select
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from starlette.types import ASGIApp, Receive, Scope, Send

from schemas.kafka.headers import ErrorKind, Headers
from schemas.kafka.retry_tier import DEFAULT_TIERS
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.cli.__main__ import main
from services.failure.error import ProviderError, RefusedError
from services.failure.retry import RetryPolicy
from services.failure.verdict import Failure
from services.gateway.app import make_app
from services.gateway.database.database import make_engine
from services.gateway.database.sight import ALL_TENANTS
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.job.store import find_job, find_value, list_history
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.job.view import show_status
from services.gateway.migration.tables import METADATA
from services.gateway.parts import Parts
from services.gateway.projection.projector import Projector
from services.gateway.projection.store import apply_facts, begin_projection
from services.gateway.settings import GatewaySettings
from services.gateway.status.fact import Fact
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.tenant.settings import TenantSettings
from services.kafka import ConsumedRecord
from services.stage_runtime.processing.cancellation import Cancellations
from services.stage_runtime.processing.crash_suspect import Suspects
from services.stage_runtime.processing.kept_answers import KeptAnswers
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome import Outcome, Publication
from services.stage_runtime.processing.outcome_record import OutcomeWriter
from services.stage_runtime.processing.processor import Processor
from services.stage_runtime.suggestion.suggester import Suggester
from services.table_agent.stage import STAGE
from tests.factory import JOB_ID, NOW, make_record, make_table_suggestion
from tests.factory import consumed as consumed_by_stage
from tests.unit.agents.scripted_model import Says, ScriptedModel, no_pause
from tests.unit.gateway import example
from tests.unit.gateway.history import POOL

FOLDER = Path(__file__).parent / "snapshot"
TABLES = (JOBS, RESULTS, HISTORY, DEAD_LETTERS)
KEY = str(JOB_ID).encode()
WRITER = OutcomeWriter(StageName.TABLE, TopicNames(), "worker-0", lambda: NOW, "1.2.3")


def openapi() -> str:
    """The OpenAPI document, as it is served. Its routes stand on parts that nothing asks."""
    return json.dumps(asyncio.run(_read_openapi()), indent=1, ensure_ascii=False)


class NoTables:
    """Tables that say of every tenant that it has the limits of the settings."""

    async def read(self, *_asked: object) -> TenantSettings:
        return TenantSettings()


async def _read_openapi() -> Any:
    transport = httpx2.ASGITransport(app=_make_gateway())
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return (await client.get("/openapi.json")).json()


def list_routes() -> list[tuple[str, str]]:
    """Every method and template of a path that the gateway has, its pages among them."""
    return asyncio.run(_read_routes())


async def _read_routes() -> list[tuple[str, str]]:
    gateway, scopes = _make_gateway(), list[Scope]()

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)
        await gateway(scope, receive, send)

    transport = httpx2.ASGITransport(app=note)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        await client.get("/openapi.json")
    routes = iter_route_contexts(scopes[0]["app"].router.routes)
    return [(method, str(route.path)) for route in routes for method in sorted(route.methods or ())]


def _make_gateway() -> ASGIApp:
    unused: Any = object()
    projector = Projector(unused, unused, {}, ChangeNotifier())
    told = (projector, ChangeNotifier(), unused, GatewaySettings(), TenantSettings(), unused)
    tables: Any = NoTables()
    intake: Any = SimpleNamespace(now=lambda: NOW)
    parts = (tables, intake, unused, unused, unused, unused, unused)
    return make_app(Parts(*parts, *told, WebhookSettings(), unused, unused))


def commands() -> str:
    """The help of every command."""
    return "\n".join(_help_of(main, ()))


def _help_of(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    asked = CliRunner().invoke(main, [*path, "--help"], prog_name="brainshare", terminal_width=100)
    yield asked.output
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _help_of(found, (*path, name))


def tables() -> str:
    """The statements that make the tables and their indexes."""
    engine = make_engine("sqlite://")
    statements = [
        str(statement.compile(engine)).strip()
        for table in METADATA.sorted_tables
        for statement in _statements(table)
    ]
    return "\n".join(statements)


def _statements(table: Table) -> list[ExecutableDDLElement]:
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    return [CreateTable(table), *map(CreateIndex, indexes)]


class _Stage:
    """The table stage with a model that answers by a script."""

    def __init__(self, *says: Says) -> None:
        self.ledger, self.cancellations = Ledger(), Cancellations()
        self.published: list[Publication] = []
        self._processor = Processor(
            STAGE,
            WRITER,
            self.ledger,
            Suggester(STAGE, ScriptedModel(*says).ask, no_pause).suggest,
            RetryPolicy(DEFAULT_TIERS, max_attempts=3),
            self.cancellations,
            Suspects(StageName.TABLE, self.ledger),
            KeptAnswers(StageName.TABLE),
        )

    async def _announce(self, fact: Publication) -> None:
        self.published.append(fact)

    async def process(self, record: ConsumedRecord) -> Outcome:
        outcome = await self._processor.process(record, self._announce)
        self.published += [p for p in [getattr(outcome, "publication", None)] if p is not None]
        return outcome


GOOD: Says = json.loads(make_table_suggestion().to_json())
REQUEST = make_record().to_json()
TRACED = Headers(schema="stage-record/1", traceparent=f"00-{'1' * 32}-{'2' * 16}-01")


def _answered() -> ConsumedRecord:
    return consumed_by_stage(REQUEST, headers=TRACED)


PROCESSED: dict[str, tuple[Callable[[], ConsumedRecord], Says]] = {
    "an answer": (_answered, GOOD),
    "a redriven attempt": (
        lambda: consumed_by_stage(REQUEST, headers=Headers(attempt=2, redrive=1, spent_usd=0.5)),
        GOOD,
    ),
    "a provider's failure": (
        _answered,
        ProviderError("too many requests", failure=Failure.RATE_LIMITED, code="429"),
    ),
    "the last attempt": (
        lambda: consumed_by_stage(REQUEST, headers=Headers(attempt=3)),
        ProviderError("the server failed", code="500"),
    ),
    "a refusal": (_answered, RefusedError("the model will not")),
    "no JSON": (lambda: consumed_by_stage(b"\xff"), GOOD),
    "another key": (lambda: consumed_by_stage(REQUEST, key=b"another"), GOOD),
    "stages that do not ask": (
        lambda: consumed_by_stage(
            make_record(stages=["column"], context=example_table()).to_json()
        ),
        GOOD,
    ),
    "a failure that came with all headers": (
        lambda: consumed_by_stage(
            REQUEST,
            headers=replace(
                TRACED,
                attempt=2,
                not_before_ms=5,
                first_failed_ms=4,
                error_kind=ErrorKind.PROVIDER,
                error_code="500",
                error_message="before",
                parked=2,
                spent_usd=0.25,
            ),
        ),
        RefusedError("the model will not"),
    ),
}


def example_table() -> dict[str, Any]:
    """A table that has columns already."""
    return {"title": "Planets", "columns": [{"name": "Name"}], "rows": [{"cells": ["Mars"]}]}


def records() -> str:
    """What the table stage publishes for each of the records in `PROCESSED`."""
    return asyncio.run(_records())


async def _records() -> str:
    said = []
    for name, (make, says) in PROCESSED.items():
        stage = _Stage(says)
        outcome = await stage.process(make())
        said += [f"# {name}: {outcome.name}", *map(_line, stage.published)]
    cancelled = _Stage(GOOD)
    cancelled.cancellations.note(KEY)
    outcome = await cancelled.process(_answered())
    said += [f"# cancelled before: {outcome.name}", *map(_line, cancelled.published)]
    heard = WRITER.write_cancel_heard(KEY)
    assert heard is not None
    return "\n".join([*said, "# a cancel is heard", _line(heard)])


def _line(publication: Publication) -> str:
    headers = {name: value.decode() for name, value in publication.headers}
    value = None if publication.value is None else publication.value.decode(errors="replace")
    shown = [publication.topic, publication.key.decode(), headers, value]
    return json.dumps(shown, ensure_ascii=False)


def rows() -> str:
    """The rows that the projector writes for a few histories, and the job as the API shows it."""
    histories: dict[str, list[Fact]] = {
        "a whole job": [example.fact(record) for record in example.whole_job()],
        "everything at once": list(POOL),
        "a job that waits": [
            example.fact(example.request()),
            example.fact(example.started(StageName.TABLE)),
            example.fact(example.retry(StageName.TABLE)),
        ],
        "a job that failed": [
            example.fact(example.request()),
            example.fact(example.dead_letter(StageName.TABLE)),
        ],
        "one stage only": [
            example.fact(example.request(of=example.job(stages=(StageName.TABLE,)))),
            example.fact(
                example.success(StageName.TABLE, of=example.job(stages=(StageName.TABLE,)))
            ),
        ],
    }
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    said: list[str] = []
    for name, facts in histories.items():
        with engine.begin() as connection:
            begin_projection(connection, "cluster")
            apply_facts(connection, facts, {})
            said.append(f"# {name}")
            for table in TABLES:
                found = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                said += [f"{table.name} {row}" for row in found]
            job = find_job(connection, str(example.JOB_ID), ALL_TENANTS)
            assert job is not None
            said.append(show_status(job, find_value(connection, job)).to_json().decode())
            said.append(repr(len(list_history(connection, job.job_id, 0, 200))))
    engine.dispose()
    return "\n".join(said)


SNAPSHOTS: dict[str, Callable[[], str]] = {
    "openapi.json": openapi,
    "commands.txt": commands,
    "tables.sql": tables,
    "records.txt": records,
    "rows.txt": rows,
}


def write() -> None:
    """Write every snapshot."""
    for name, make in SNAPSHOTS.items():
        (FOLDER / name).write_text(make() + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
