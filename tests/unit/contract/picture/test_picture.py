"""What every command shows, held against approved pictures: `make approve`, and look at them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from services.cli.__main__ import main
from tests.unit.contract.picture import history
from tests.unit.contract.picture.case import CASES, NO_JOB
from tests.unit.contract.picture.gateway import serving
from tests.unit.contract.picture.terminal import Shown, Terminal, picture, run

FOLDER = Path(__file__).parent / "approved"
NARROW = Terminal("a terminal of 60 columns", 60)
COLOURLESS = Terminal("without colour", 60, env=(("NO_COLOR", "1"),))
ASCII = Terminal("one that knows ASCII only", 60, encoding="ascii")
PIPE = Terminal("a pipe")
NO_GATEWAY = "http://127.0.0.1:9"
NOWHERE = {
    "BRAINSHARE_URL": NO_GATEWAY,
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    "BRAINSHARE_DATA_DIR": "/nowhere",
    "USER": "ann",
}
KNOWN = {str(job): str(job) for job in history.ALL} | {NO_JOB: NO_JOB}
VARYING = (
    (r"http://127\.0\.0\.1:\d{4,5}", "http://GATEWAY"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda found: KNOWN.get(found[0], "A-NEW-JOB")),
)


Named = tuple[str, click.Command]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[Named]:
    """Every command and group of commands, by what is typed for it; "" for `brainshare` alone."""
    yield " ".join(path), command
    if not isinstance(command, click.Group):
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from leaves(below, (*path, name))


COMMANDS = dict(leaves(main))


def test_every_command_has_its_pictures() -> None:
    assert set(CASES) == set(COMMANDS), "give it a row in case.py, then `make approve`"
    assert {path.stem for path in FOLDER.iterdir()} == {
        name.replace(" ", "-") or "brainshare" for name in CASES
    }


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, str]]:
    """Two gateways; one for commands that post, so that no job of theirs is in another's list."""
    with (
        serving(tmp_path_factory.mktemp("read")) as read,
        serving(tmp_path_factory.mktemp("posted")) as posted,
    ):
        yield {False: read, True: posted}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_command_shows_what_was_approved(
    name: str,
    urls: dict[bool, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    taken = "\n\n".join(_pictures(name, urls[name == "submit"])) + "\n"
    path = FOLDER / f"{name.replace(' ', '-') or 'brainshare'}.txt"
    if request.config.getoption("--approve"):
        path.write_text(taken, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == taken, "meant? `make approve`, and look at it"


def _pictures(name: str, url: str) -> Iterator[str]:
    case = CASES[name]
    for line in (f"{name} --help", f"{name} --no-such-option"):
        yield _take(line.strip(), case.stdin, NOWHERE, NARROW)
    for line in case.alone:
        yield _take(line, case.stdin, {**NOWHERE, **dict(case.env)}, NARROW)
    there = {**NOWHERE, "BRAINSHARE_URL": url}
    for line in case.looks:
        yield _take(line, case.stdin, there, NARROW, PIPE, ASCII)
    if _has_json(COMMANDS[name]) and case.looks:
        yield _take(f"{case.looks[0]} --json", case.stdin, there, PIPE)


def _has_json(command: click.Command) -> bool:
    return any("--json" in param.opts for param in command.params)


def _take(line: str, stdin: bytes, env: dict[str, str], *terminals: Terminal) -> str:
    """One command line on several terminals. Where two show the same, it stands once."""
    where = "no stack runs; " if env["BRAINSHARE_URL"] == NO_GATEWAY else ""
    taken: dict[str, list[str]] = {}
    for terminal in terminals:
        shown = run(tuple(shlex.split(line)), terminal, stdin, **env)
        told = f"{picture(shown, terminal)}\n[exit status {shown.status}]"
        taken.setdefault(_settle(told), []).append(terminal.name)
    heads = (f"$ brainshare {line}\n[{where}{' and '.join(names)}]" for names in taken.values())
    return "\n\n".join(f"{head}\n{told}" for head, told in zip(heads, taken, strict=True))


def _settle(pictures: str) -> str:
    for pattern, told in VARYING:
        pictures = re.sub(pattern, told, pictures)
    return pictures


@pytest.mark.parametrize("line", ["status", "result last", "watch last", "dead-letters list"])
def test_colour_is_left_out_where_it_is_not_wanted(line: str, urls: dict[bool, str]) -> None:
    def show(more: str, terminal: Terminal) -> Shown:
        arguments = (*line.split(), *more.split())
        return run(arguments, terminal, b"", BRAINSHARE_URL=urls[False])

    assert not show("", COLOURLESS).is_coloured
    assert not show("--no-color", NARROW).is_coloured
    assert "\x1b" not in show("", PIPE).output
