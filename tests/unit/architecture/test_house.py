"""The house keeps its rules, and each rule finds what breaks it."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.unit.architecture import rule
from tests.unit.architecture.file_encoding import unnamed_encodings
from tests.unit.architecture.house import House

ROOT = Path(__file__).parents[3]
HOUSE = House(ROOT)
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

Rule = Callable[[House], Iterable[str]]
RULES: tuple[Rule, ...] = (
    rule.wrong_imports,
    rule.rooms_without_a_floor,
    rule.rooms_without_a_sentence,
    rule.full_rooms,
    rule.long_files,
    rule.stray_importers,
    rule.unused_importers,
    rule.spelt_stages,
    rule.agents_that_are_more_than_a_declaration,
    unnamed_encodings,
)

BREACHES: dict[str, tuple[Rule, str, str]] = {
    "a room imports upwards": (
        rule.wrong_imports,
        "services/gateway/database/planted.py",
        "from services.gateway.job.store import find_job\n",
    ),
    "a room imports upwards inside a function": (
        rule.wrong_imports,
        "services/gateway/database/planted.py",
        "def find() -> None:\n    from services.gateway import job\n",
    ),
    "a room imports its package's roof": (
        rule.wrong_imports,
        "services/stage_runtime/suggestion/planted.py",
        "from services.stage_runtime.run import run\n",
    ),
    "a room imports a sibling": (
        rule.wrong_imports,
        "services/gateway/submission/planted.py",
        "from services.gateway.dead_letter.desk import Desk\n",
    ),
    "a package imports one that it may not": (
        rule.wrong_imports,
        "services/gateway/operation/planted.py",
        "import services.llm.model\n",
    ),
    "the ground imports the roof": (
        rule.wrong_imports,
        "schemas/job/planted.py",
        "from services.kafka import Publisher\n",
    ),
    "an agent imports another": (
        rule.wrong_imports,
        "services/row_agent/planted.py",
        "from services.table_agent import prompt\n",
    ),
    "an import hides where it leads": (
        rule.wrong_imports,
        "services/gateway/database/planted.py",
        "from ..job import store\n",
    ),
    "a room has no floor": (rule.rooms_without_a_floor, "services/gateway/planted/thing.py", ""),
    "a package has no floor": (rule.rooms_without_a_floor, "services/planted/thing.py", ""),
    "a room has no sentence": (rule.rooms_without_a_sentence, "services/planted/thing.py", ""),
    "a room's sentence is none": (
        rule.rooms_without_a_sentence,
        "services/planted/__init__.py",
        '"""Things"""\n',
    ),
    "a file is too long": (rule.long_files, "services/cli/view/planted.py", "\n" * 251),
    "a view imports sqlalchemy": (
        rule.stray_importers,
        "services/gateway/job/view.py",
        "from sqlalchemy import select\n",
    ),
    "a command imports aiokafka": (
        rule.stray_importers,
        "services/cli/command/planted.py",
        "import aiokafka.errors\n",
    ),
    "the runtime spells a stage": (
        rule.spelt_stages,
        "services/stage_runtime/processing/planted.py",
        'FIRST = "table"\n',
    ),
    "the model calls know a stage": (
        rule.spelt_stages,
        "services/llm/planted.py",
        "from schemas.stage import StageName\n\nLAST = StageName.ROW\n",
    ),
    "an agent catches": (
        rule.agents_that_are_more_than_a_declaration,
        "services/table_agent/planted.py",
        "try:\n    pass\nfinally:\n    pass\n",
    ),
    "an agent speaks of Kafka": (
        rule.agents_that_are_more_than_a_declaration,
        "services/table_agent/planted.py",
        "offset = 0\n",
    ),
    "an agent is long": (
        rule.agents_that_are_more_than_a_declaration,
        "services/table_agent/planted.py",
        "\n" * 201,
    ),
    **{
        f"the locale says how a text is kept: {code}": (
            unnamed_encodings,
            "services/cli/planted.py",
            f"{code}\n",
        )
        for code in ("path.read_text()", "path.write_text(x)", "path.open('a+')", "open(name)")
    },
}


def plant(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The house without what its files hold: folders, names and sentences."""
    for file in HOUSE.files:
        plant(tmp_path, file.name, file.text if file.name.endswith("__init__.py") else "")
    return tmp_path


@pytest.mark.parametrize("check", RULES, ids=lambda check: str(check.__name__))
def test_the_house_keeps_the_rule(check: Rule) -> None:
    assert list(check(HOUSE)) == []


def test_each_package_stands_above_those_that_it_imports() -> None:
    assert list(rule.packages_out_of_order()) == []


def test_every_floor_of_the_list_has_its_rooms() -> None:
    listed = {
        f"{package}/{room}".removesuffix("/")
        for package, floors in rule.FLOORS.items()
        for floor in floors
        for room in floor
    }
    assert listed - set(HOUSE.rooms) == set()


def test_the_page_shows_the_floors_as_they_are_held() -> None:
    for package, floors in rule.FLOORS.items():
        named = (" ".join(f"`{room}`" if room else "itself" for room in rooms) for rooms in floors)
        assert f"| `{package}` | {' / '.join(named)} |" in PAGE


def test_the_page_shows_what_each_package_stands_on() -> None:
    for package, below in rule.PACKAGES.items():
        (row,) = [
            line
            for line in PAGE.splitlines()
            if line.startswith("| `")
            and f"`{package}`" in line.split("|")[1]
            and line.count("|") == 4
        ]
        said = set(re.findall(r"`(\w+)`", row.split("|")[3]))
        assert said == {name.removeprefix("services/") for name in below}


def test_the_page_names_files_that_are_there() -> None:
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)+(?:\.py|/?))`", PAGE))
    assert len(named) > 30
    tops = (ROOT, ROOT / "services", *(ROOT / package for package in rule.FLOORS))
    assert [name for name in named if not any((top / name).exists() for top in tops)] == []


def test_the_unit_tests_mirror_the_rooms() -> None:
    unit = ROOT / "tests" / "unit"
    folders = {path.parent.relative_to(unit).as_posix() for path in unit.rglob("test_*.py")}
    mirrored = {room.removeprefix("services/") for room in HOUSE.rooms}
    others = {".", "agents", "architecture", "contract", "contract/picture", "eval", "fidelity"}
    others |= {"real_model", "bench", "soak", "drill", "observe", "scale"}
    others |= {"deploy", "deploy/grafana", "deploy/prometheus"}
    assert folders - mirrored == others


@pytest.mark.parametrize(("check", "name", "text"), BREACHES.values(), ids=BREACHES)
def test_a_planted_breach_is_found(copy: Path, check: Rule, name: str, text: str) -> None:
    before = set(check(House(copy)))
    plant(copy, name, text)
    (found,) = set(check(House(copy))) - before
    assert found.split()[0] in name


def test_a_thirteenth_file_is_found(copy: Path) -> None:
    room = "services/telemetry"
    for number in range(len(HOUSE.of(room)), 13):
        assert list(rule.full_rooms(House(copy))) == []
        plant(copy, f"{room}/planted_{number}.py", "")
    assert list(rule.full_rooms(House(copy))) == [f"{room} has 13 files"]


def test_a_circle_of_packages_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rule.PACKAGES, "schemas", ("services/cli",))
    assert list(rule.packages_out_of_order()) == ["schemas names services/cli before it"]
