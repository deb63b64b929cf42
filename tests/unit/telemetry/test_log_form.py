"""How a line is written: for programs or for people, whatever the terminal."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from services.telemetry.log import AUTO, CONSOLE, JSON, configure_logging, get_log
from services.telemetry.release import find_release

ESCAPE = "\x1b[2J"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """What is configured here is so for the whole process."""
    kept, handlers = structlog.get_config(), [*logging.root.handlers]
    level = logging.root.level
    structlog.contextvars.clear_contextvars()
    yield
    structlog.configure(**kept)
    structlog.contextvars.clear_contextvars()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def write(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, form: str) -> list[str]:
    """A line of ours, one of a library."""
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("row-agent-1", form=form)
    get_log().info("answer_published", job_id="j-1", told=ESCAPE)
    logging.getLogger("aiokafka").warning("no %s broker", ESCAPE)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(
    ("stream", "form"), [(io.StringIO, AUTO), (io.StringIO, JSON), (Terminal, JSON)]
)
def test_programs_get_json(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], form: str
) -> None:
    ours, other = map(json.loads, write(monkeypatch, stream(), form))
    assert ours.pop("at").endswith("Z")
    assert ours == {
        "action": "answer_published",
        "job_id": "j-1",
        "level": "info",
        "release": find_release(),
        "service": "row-agent-1",
        "told": ESCAPE,
    }
    assert (other["level"], other["service"]) == ("warning", "row-agent-1")


@pytest.mark.parametrize(
    ("stream", "form", "is_coloured"),
    [(io.StringIO, CONSOLE, False), (Terminal, CONSOLE, True), (Terminal, AUTO, True)],
)
def test_people_get_words_that_cannot_steer_their_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], form: str, is_coloured: bool
) -> None:
    ours, other = write(monkeypatch, stream(), form)
    assert "answer_published" in ours
    assert "row-agent-1" in ours
    assert "broker" in other
    for line in (ours, other):
        assert ESCAPE not in line
        assert line.startswith("\x1b[") == is_coloured
