"""Who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AGENTS = ("table_agent", "column_agent", "row_agent")
SOURCES = sorted([*(ROOT / "schemas").rglob("*.py"), *(ROOT / "services").rglob("*.py")])

MAY_IMPORT = {
    "schemas": ("schemas",),
    "services.telemetry": ("services.telemetry",),
    "services.lifecycle": ("services.telemetry", "services.lifecycle"),
    "services.kafka": ("schemas", "services.telemetry", "services.kafka"),
    "services.failure": ("schemas", "services.failure"),
    "services.check": ("schemas", "services.check"),
    "services.llm": ("schemas", "services.telemetry", "services.failure", "services.llm"),
    "services.stage_runtime": (
        "schemas",
        "services.check",
        "services.llm",
        "services.failure",
        "services.kafka",
        "services.lifecycle",
        "services.telemetry",
        "services.stage_runtime",
    ),
    **{
        f"services.{a}": ("schemas", "services.check", "services.stage_runtime", f"services.{a}")
        for a in AGENTS
    },
    "services.demo_llm": ("services.demo_llm",),
    "services.cli": (
        "schemas",
        "services.kafka",
        "services.llm",
        "services.cli",
    ),
    "services.gateway": (
        "schemas",
        "services.kafka",
        "services.lifecycle",
        "services.telemetry",
        "services.gateway",
    ),
}

ONE_IMPORTER = {
    "faust": ("services/stage_runtime/consumer/faust_app.py",),
    "aiokafka": ("services/kafka/",),
    "openai": ("services/llm/server/transport.py",),
    "prometheus_client": ("services/telemetry/metric.py",),
    "sqlalchemy": ("services/gateway/",),
    "alembic": ("services/gateway/migration/",),
}

# The runtime runs any stage, so neither it nor what it stands on may know one.
RUNTIME = sorted(
    path
    for package in ("stage_runtime", "llm", "failure")
    for path in (ROOT / "services" / package).rglob("*.py")
)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def owner(path: Path) -> str:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return next((package for package in MAY_IMPORT if is_within(module, package)), "services")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_point_the_right_way(path: Path) -> None:
    allowed = MAY_IMPORT.get(owner(path), ())
    ours = {m for m in imported(path) if is_within(m, "schemas") or is_within(m, "services")}
    packages = {"schemas", "services", *MAY_IMPORT}
    strays = {
        module
        for module in ours - packages
        if not any(is_within(module, package) for package in allowed)
    }
    assert strays == set()


@pytest.mark.parametrize("library", ONE_IMPORTER)
def test_a_client_library_has_one_importer(library: str) -> None:
    importers = [
        name_of(path) for path in SOURCES if any(is_within(m, library) for m in imported(path))
    ]
    assert importers
    assert [i for i in importers if not i.startswith(ONE_IMPORTER[library])] == []


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_the_runtime_spells_no_stage(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    strings = [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [s for s in strings if s in ("table", "column", "row")] == []
    assert not any(f"StageName.{stage}" in text for stage in ("TABLE", "COLUMN", "ROW"))


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_folder_has_at_most_200_lines(agent: str) -> None:
    files = (ROOT / "services" / agent).glob("*.py")
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= 200


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_is_a_declaration(agent: str) -> None:
    for path in (ROOT / "services" / agent).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(isinstance(node, ast.Try) for node in ast.walk(ast.parse(text))), path
        assert not any(word in text for word in ("asyncio", "kafka", "offset", "partition")), path
