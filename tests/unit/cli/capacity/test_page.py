"""The worked example of docs/capacity.md is what the command prints."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.__main__ import main

PAGE = (Path(__file__).parents[4] / "docs" / "capacity.md").read_text(encoding="utf-8")
SHOWN = re.compile(r"```\n\$ (?P<line>.*?brainshare .*?)\n(?P<output>.*?)```", re.DOTALL)
NOWHERE = {"BRAINSHARE_DATA_DIR": "/nowhere"}


def run(line: str) -> str:
    """What a command line prints: settings, then `brainshare` with its arguments."""
    words = shlex.split(line)
    at = words.index("brainshare")
    env = dict(word.split("=", 1) for word in words[:at])
    done = CliRunner().invoke(main, words[at + 1 :], env=NOWHERE | env)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("example", [*SHOWN.finditer(PAGE)], ids=lambda found: found["line"])
def test_an_example_is_what_the_command_prints(example: re.Match[str]) -> None:
    assert example["output"] == run(example["line"]), "copy it from here into the page"


def test_every_figure_that_is_told_of_the_example_is_in_its_output() -> None:
    """So that a page whose example was renewed does not speak of the old one."""
    (first, *_) = SHOWN.finditer(PAGE)
    told = re.findall(r"\*\*([\d,.$]+(?: TB)?)\*\*", PAGE)
    assert len(told) > 8
    assert [figure for figure in told if figure not in first["output"]] == []
