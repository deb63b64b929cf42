"""The documentation is true."""

import ast
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from schemas.job.request import MAX_REQUEST_BYTES
from schemas.kafka.topics import DAY_MS, TopicNames
from schemas.table.context import MAX_COLUMNS, MAX_ROWS
from services.cli.command.data.replay import command as replay
from services.cli.settings.catalogue import FRAGMENTS
from tests.unit.command_line import find_fault, list_options

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "services/stage_runtime/README.md",
    *(ROOT / "docs").glob("*.md"),
]

TYPED = re.compile(
    r"(?:^ {4,}|^\$ |^```\n|`)(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(brainshare(?: [^`\n]*)?)",
    re.MULTILINE,
)
"""A command line: inline, in an indented block, or behind a prompt; settings may go before it."""

NOT_TYPED = re.compile(r"\s{2,}|\s+#|\s+\|| \(|, |;|…|\.\.\.|&&|>|\\")
"""What comes behind one on its line: a remark, another program, the rest of a sentence."""


def test_the_generated_pages_are_current() -> None:
    script = ROOT / "docs" / "generate.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_fragment_of_settings_is_on_the_page() -> None:
    """A setting that the page does not know is a setting that nobody can find."""
    listed = {fragment.__name__ for fragment in FRAGMENTS.values()}
    fragments = {
        node.name
        for package in ("brainshare_client", "services")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "BaseSettings" for base in node.bases)
    }
    assert len(fragments) >= 10
    assert fragments - listed == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_could_be_typed(page: Path) -> None:
    lines = [NOT_TYPED.split(line)[0] for line in TYPED.findall(page.read_text(encoding="utf-8"))]
    faults = {line: find_fault(line.split()[1:]) for line in lines}
    assert {line: fault for line, fault in faults.items() if fault} == {}


def test_the_page_of_replay_names_every_command_of_it_and_every_option() -> None:
    page = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8")
    named = {*re.findall(r"--?[a-z][a-z-]*", page)}
    missing = {
        name: [o for o in list_options(below) if not named & {*o}]
        for name, below in replay.commands.items()
    }
    assert {name: options for name, options in missing.items() if options} == {}
    assert [name for name in replay.commands if f"replay {name}" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_place_on_its_page(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8"))
    heads = {name: _anchors((page.parent / name) if name else page) for name, _ in links}
    assert [f"{name}#{place}" for name, place in links if place not in heads[name]] == []


def _anchors(page: Path) -> set[str]:
    """The places that a page has: its headings, as they are linked to."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_lists_every_folder() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = [
        path.name
        for top in (ROOT, ROOT / "services")
        for path in top.iterdir()
        if (path / "__init__.py").exists()
    ]
    assert [name for name in folders if f"{name}/" not in readme] == []


def test_no_file_names_a_registry_or_this_machine() -> None:
    hosts = re.compile(r"repo1?\.maven|pypi\.org|files\.pythonhosted|registry\.npmjs|/root/|/work/")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    texts = [
        path for path in map(ROOT.joinpath, listed) if path.is_file() and path != Path(__file__)
    ]
    guilty = [path for path in texts if hosts.search(path.read_text("utf-8", errors="replace"))]
    assert guilty == []


def test_make_lists_its_targets_in_a_hundred_columns() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line for line in listed.stdout.splitlines() if len(line) > 100] == []


def test_the_page_says_how_long_each_topic_keeps_its_records() -> None:
    page = (ROOT / "docs/operation.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z.*-]+)` \| (\d+) days", page, re.MULTILINE))
    for spec in TopicNames().all():
        [days] = [days for form, days in told.items() if fnmatch(spec.name, form)]
        assert (spec.name, int(days) * DAY_MS) == (spec.name, spec.retention_ms)


def test_the_page_says_which_bound_of_a_request_comes_first() -> None:
    page = " ".join((ROOT / "docs/api.md").read_text(encoding="utf-8").split())
    assert f"{MAX_ROWS:,} rows" in page
    assert f"{MAX_COLUMNS} columns" in page
    assert re.search(r"1 MiB[^.]*(first|before)", page)
    assert MAX_REQUEST_BYTES == 2**20
