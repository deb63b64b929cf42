"""A section for each alert, with three commands that exist; no section without an alert."""

import re
import shlex
from pathlib import Path

import pytest

from deploy.grafana.generate import BOARDS
from tests.unit.command_line import find_fault
from tests.unit.deploy.query import ALERTS

RUNBOOK = Path(__file__).parents[4] / "docs" / "runbook.md"
TEXT = RUNBOOK.read_text(encoding="utf-8")


def read_sections(text: str) -> dict[str, str]:
    """What the page says, by what it stands under."""
    sections = text.split("\n## ")[1:]
    return {section.partition("\n")[0]: section.partition("\n")[2] for section in sections}


SECTIONS = read_sections(TEXT)
NAMES = [rule["alert"] for rule in ALERTS]
ANCHORS = {name.lower() for name in NAMES}
FOREIGN = {"promtool", "df", "date"}


def commands(section: str) -> list[str]:
    """What is to be typed."""
    return section.split("```\n")[1].strip().splitlines()


def find_odd(sections: dict[str, str]) -> set[str]:
    """Alerts without a section, and sections without an alert."""
    return set(sections) ^ set(NAMES)


def test_every_alert_has_its_section_and_every_section_its_alert() -> None:
    assert find_odd(SECTIONS) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_section_that_is_dropped_or_renamed_is_found(name: str) -> None:
    heading = f"\n## {name}\n"
    assert find_odd(read_sections(TEXT.replace(heading, "\n"))) == {name}
    renamed = TEXT.replace(heading, f"\n## {name}s\n")
    assert find_odd(read_sections(renamed)) == {name, f"{name}s"}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_says_what_it_means_what_to_type_what_to_do_and_how_to_see_it(name: str) -> None:
    section = SECTIONS[name]
    meaning = section.split("```")[0].strip()
    assert len(meaning) > 20
    assert len(commands(section)) == 3
    assert "**Do:** " in section
    assert "**It worked when:** " in section


@pytest.mark.parametrize("name", SECTIONS)
def test_what_is_to_be_typed_exists(name: str) -> None:
    for line in commands(SECTIONS[name]):
        program, *words = shlex.split(line)
        if program not in FOREIGN:
            assert program == "brainshare"
            assert find_fault(words) is None


def test_links_within_the_page_lead_somewhere() -> None:
    assert set(re.findall(r"\(#([a-z]+)\)", TEXT)) <= ANCHORS


def test_a_panel_leads_to_a_section_and_each_alert_has_a_panel() -> None:
    told = {alert for board in BOARDS for panel in board.panels for alert in panel.alerts}
    assert told == {*NAMES} - {"Watchdog"}


def test_a_panel_that_a_section_names_exists() -> None:
    titles = {panel.title for board in BOARDS for panel in board.panels}
    named = set(re.findall(r"panels? \*([^*]+)\*", TEXT))
    assert {name for name in named if not any(t.startswith(name) for t in titles)} == set()
