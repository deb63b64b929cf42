"""The rules of the house, and what breaks each. docs/architecture.md tells why."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch

from tests.unit.architecture.house import House, SourceFile

AGENTS = ("services/table_agent", "services/column_agent", "services/row_agent")
GROUND = ("schemas", "services/telemetry")
RUNTIME_STANDS_ON = (
    "services/llm",
    "services/check",
    "services/failure",
    "services/kafka",
    "services/lifecycle",
    *GROUND,
)

PACKAGES: dict[str, tuple[str, ...]] = {
    "schemas": (),
    "services/telemetry": (),
    "brainshare_client": ("schemas",),
    "services/lifecycle": ("services/telemetry",),
    "services/kafka": GROUND,
    "services/failure": ("schemas",),
    "services/check": ("schemas",),
    "services/llm": (*GROUND, "services/lifecycle", "services/failure"),
    "services/stage_runtime": RUNTIME_STANDS_ON,
    **dict.fromkeys(AGENTS, ("schemas", "services/check", "services/stage_runtime")),
    "services/demo_llm": (),
    "services/estimate": (
        "schemas",
        "services/lifecycle",
        "services/llm",
        "services/stage_runtime",
        *AGENTS,
    ),
    "services/replay": (
        "schemas",
        "services/lifecycle",
        "services/kafka",
        "services/llm",
        "services/estimate",
    ),
    "services/gateway": (*GROUND, "services/lifecycle", "services/kafka", "services/replay"),
    "services/archive": ("schemas", "services/lifecycle", "services/kafka"),
    "services/cli": (
        *GROUND,
        "brainshare_client",
        "services/lifecycle",
        "services/kafka",
        "services/llm",
        "services/estimate",
        "services/replay",
        "services/archive",
        "services/gateway",
    ),
}
"""Who may import whom, from the ground up: each stands above all that it names."""

ITSELF = ""
FLOORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "schemas": (
        ("json",),
        ("api/replay", "api/job"),
        ("api",),
        ("job",),
        ("table", "kafka"),
        (ITSELF,),
    ),
    "brainshare_client": ((ITSELF,), ("transport", "request/many"), ("request",), ("exchange",)),
    "services/llm": (
        (ITSELF,),
        ("server",),
        ("refusal",),
        ("limit", "arrival"),
        ("exchange",),
        ("json",),
    ),
    "services/check": (("proposal",), ("table",), ("measure", "calendar"), ("text", ITSELF)),
    "services/telemetry": (("trace",), (ITSELF,), ("metric",), ("convention",)),
    "services/stage_runtime": (
        (ITSELF,),
        ("consumer",),
        ("processing", "transport"),
        ("suggestion",),
    ),
    "services/gateway": (
        (ITSELF,),
        ("console",),
        ("console/job", "console/error_group", "console/replay"),
        ("console/shell",),
        ("operation", "migration", "probe", "rebuild", "rehydrate"),
        ("aside",),
        ("projection",),
        ("comparison",),
        ("replay",),
        ("bulk", "job_file"),
        ("removal", "family", "rerun", "retry", "error_group"),
        (
            "submission",
            "cancel",
            "dead_letter",
            "deadline",
            "embed",
            "key",
            "listing",
            "promotion",
            "reference",
            "result",
            "retention",
            "stream",
            "webhook",
        ),
        ("callback", "dispatch"),
        ("tenant", "feed", "delivery", "usage"),
        ("job",),
        ("act", "tombstone"),
        ("access", "edge", "document"),
        ("outbox", "api", "record"),
        ("lease", "signing"),
        ("status", "database", "compute"),
    ),
    "services/kafka": (("placing",), (ITSELF,)),
    "services/archive": ((ITSELF,), ("store",)),
    "services/replay": (("question",), ("report",), ("comparison",), (ITSELF,)),
    "services/demo_llm": ((ITSELF,), ("answer", "reply"), ("knowledge", "fault"), ("request",)),
    "services/cli": (
        (ITSELF,),
        ("command",),
        ("command/stack",),
        ("command/job", "command/data", "command/archive", "command/job_file"),
        ("replay/gateway",),
        ("replay", "capacity", "job_file"),
        ("report",),
        ("target", "settings", "webhook"),
        (
            "stack",
            "audit",
            "explanation",
            "client",
            "view",
            "request",
            "export",
            "rebuild",
            "archive",
        ),
        ("broker",),
        ("supervisor", "workbook", "csv_file"),
        ("log", "terminal"),
    ),
}
"""The floors of a package, top first. A room imports from lower floors only."""

SETTINGS_ROOM = "services/cli/settings"
OF_SETTINGS = re.compile(r"\.settings\.")
"""It lists and reads every fragment, so it may import any package's `settings`."""

IMPORTERS: dict[str, tuple[str, ...]] = {
    "faust": (
        "services/stage_runtime/consumer/faust_app.py",
        "services/stage_runtime/worker.py",
        "services/stage_runtime/transport/*",
    ),
    "mode": ("services/stage_runtime/consumer/stream_buffer.py",),
    "aiokafka": ("services/kafka/*",),
    "openai": (
        "services/llm/server/transport.py",
        "services/llm/server/client_error.py",
        "services/llm/server/http_client.py",
    ),
    "prometheus_client": ("services/telemetry/metric/*",),
    "opentelemetry": ("services/telemetry/trace/sdk.py", "services/telemetry/trace/spans_sent.py"),
    "sentry_sdk": ("services/telemetry/error_report.py",),
    "structlog": ("services/telemetry/log.py",),
    "alembic": ("services/gateway/migration/*",),
    "httpcore2": ("services/gateway/dispatch/post.py",),
    "standardwebhooks": ("services/gateway/delivery/endpoint.py",),
    "openpyxl": ("services/cli/workbook/*",),
    "fsspec": ("services/archive/store/*",),
    "click": ("services/cli/*", "services/demo_llm/__main__.py"),
    "psycopg": ("services/gateway/database/*", "services/gateway/lease/listener.py"),
    "sqlalchemy": (
        "services/gateway/database/*",
        "services/gateway/migration/*",
        "services/gateway/*/table.py",
        "services/gateway/*/store.py",
        "services/gateway/*_store.py",
        "services/gateway/*/projection.py",
    ),
    "fastapi": (
        "services/gateway/app.py",
        "services/gateway/api/*",
        "services/gateway/document/completion.py",
        "services/gateway/*_route.py",
    ),
}
"""Where each client library may be imported."""

ANY_STAGE = ("services/stage_runtime", "services/llm", "services/failure")
"""They run any stage, so they may not know one."""

A_SENTENCE = re.compile(r"\S+( \S+){3,}\.$", re.MULTILINE)
MAX_FILES = 12
MAX_LINES = 250
MAX_AGENT_LINES = 200
STRANGE_TO_AN_AGENT = ("asyncio", "kafka", "offset", "partition")


def is_within(room: str, package: str) -> bool:
    """Whether a room is a package, or in it."""
    return room == package or room.startswith(f"{package}/")


def package_of(room: str) -> str | None:
    """The package that a room belongs to."""
    return next((package for package in PACKAGES if is_within(room, package)), None)


def floor_of(room: str) -> int | None:
    """Which floor of its package a room is on, 0 for the top one; None where it has none."""
    package = package_of(room)
    if package is None:
        return None
    name = room.removeprefix(package).removeprefix("/")
    floors = FLOORS.get(package, ((ITSELF,),))
    return next((number for number, rooms in enumerate(floors) if name in rooms), None)


def packages_out_of_order() -> Iterator[str]:
    """Packages that name one which does not stand above them in the list."""
    known: set[str] = set()
    for package, allowed in PACKAGES.items():
        yield from (f"{package} names {name} before it" for name in allowed if name not in known)
        known.add(package)


def wrong_imports(house: House) -> Iterator[str]:
    """Imports of a package that may not be imported, of a higher floor, of a sibling."""
    for file in house.files:
        if any(name.startswith(".") for name in file.imported()):
            yield f"{file.name} imports relatively"
        passed = OF_SETTINGS if file.room == SETTINGS_ROOM else None
        for room in sorted(house.rooms_imported(file, passed)):
            if reason := _refusal(file.room, room):
                yield f"{file.name} imports {room}: {reason}"


def _refusal(importer: str, imported: str) -> str | None:
    package = package_of(importer)
    if package is None:
        return None  # rooms_without_a_floor tells of it
    if (other := package_of(imported)) != package:
        return None if other is None or other in PACKAGES[package] else "not below its package"
    here, there = floor_of(importer), floor_of(imported)
    if here is None or there is None:
        return None
    if here == there:
        return "a sibling on its floor"
    return "a higher floor" if there < here else None


def rooms_without_a_floor(house: House) -> Iterator[str]:
    """Folders that no list knows."""
    return (room for room in house.rooms if room != "services" and floor_of(room) is None)


def rooms_without_a_sentence(house: House) -> Iterator[str]:
    """Folders whose `__init__` does not say, in a sentence, what goes in and what comes out."""
    return (room for room in house.rooms if not A_SENTENCE.match(house.sentence(room)))


def full_rooms(house: House) -> Iterator[str]:
    """Folders with more files than a person takes in at a glance."""
    for room in house.rooms:
        files = [file for file in house.of(room) if "/versions/" not in file.name]
        if len(files) > MAX_FILES:
            yield f"{room} has {len(files)} files"


def long_files(house: House) -> Iterator[str]:
    """Files that are to be parted by noun."""
    for file in house.files:
        lines = len(file.text.splitlines())
        if lines > MAX_LINES:
            yield f"{file.name} has {lines} lines"


def stray_importers(house: House) -> Iterator[str]:
    """Files that import a client library which others import for them."""
    for file in house.files:
        roots = {name.partition(".")[0] for name in file.imported()}
        for library in sorted(roots & IMPORTERS.keys()):
            if not any(fnmatch(file.name, where) for where in IMPORTERS[library]):
                yield f"{file.name} imports {library}"


def unused_importers(house: House) -> Iterator[str]:
    """Libraries of the list that nobody imports: then the list guards nothing."""
    roots = {name.partition(".")[0] for file in house.files for name in file.imported()}
    return (library for library in IMPORTERS if library not in roots)


def spelt_stages(house: House) -> Iterator[str]:
    """Files that run any stage, and name one."""
    for file in house.files:
        if any(is_within(file.room, package) for package in ANY_STAGE) and _spells_stage(file):
            yield file.name


def _spells_stage(file: SourceFile) -> bool:
    texts = {node.value for node in ast.walk(file.tree) if isinstance(node, ast.Constant)}
    names = (f"StageName.{stage}" in file.text for stage in ("TABLE", "COLUMN", "ROW"))
    return bool(texts & {"table", "column", "row"}) or any(names)


def agents_that_are_more_than_a_declaration(house: House) -> Iterator[str]:
    """Agents that catch something, speak of Kafka, or are long."""
    for agent in AGENTS:
        files = [file for file in house.files if file.room == agent]
        if sum(len(file.text.splitlines()) for file in files) > MAX_AGENT_LINES:
            yield f"{agent} has more than {MAX_AGENT_LINES} lines"
        for file in files:
            if any(isinstance(node, ast.Try) for node in ast.walk(file.tree)):
                yield f"{file.name} catches something"
            yield from (f"{file.name} says {w}" for w in STRANGE_TO_AN_AGENT if w in file.text)
