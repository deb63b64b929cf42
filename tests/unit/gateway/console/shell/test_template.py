"""What stands in the templates: nothing that a policy would refuse, no command that is none."""

import re

import pytest

from services.gateway.console.shell.shell import FOLDER
from tests.unit.command_line import find_fault

TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
INLINE = re.compile(r"<style|\bstyle=|\son\w+=|<script(?![^>]*\bsrc=)|javascript:|\|\s*safe\b")
COMMAND = re.compile(r"<code>(brainshare [^<]*)</code>", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}|\"[^\"]*\"")


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_runs_or_is_styled_within_a_page(name: str) -> None:
    assert INLINE.findall(read(name)) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_command_that_a_page_names_could_be_typed(name: str) -> None:
    lines = [line for told in COMMAND.findall(read(name)) for line in told.splitlines()]
    faults = {line: find_fault(VALUE.sub("ID", line).split()[1:]) for line in lines}
    assert {line: fault for line, fault in faults.items() if fault} == {}


def test_pages_name_commands() -> None:
    assert sum(len(COMMAND.findall(read(name))) for name in TEMPLATES) > 5
