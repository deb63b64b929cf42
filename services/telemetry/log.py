"""Structured logs: a line per transition on stderr, as JSON or for people; `action` says which."""

import logging
import sys
from typing import Any

import structlog

from services.telemetry.exception import tell_exception
from services.telemetry.release import find_release

AUTO, JSON, CONSOLE = "auto", "json", "console"

_TAPS: list[structlog.typing.Processor] = []


def get_log() -> Any:
    """A logger; its `info("something_happened", ...)` writes one line."""
    return structlog.get_logger()


def bind_to_log(**told: str | int) -> None:
    """Say so on every further line of this request, or of this record: of this asyncio task."""
    structlog.contextvars.bind_contextvars(**told)


def tap(look: structlog.typing.Processor) -> None:
    """Let something look at every further line of this process, its `exc_info` included."""
    _TAPS.append(look)


def _show_taps(logger: Any, name: str, line: Any) -> Any:
    for look in _TAPS:
        line = look(logger, name, line)
    return line


def silence_logging() -> None:
    """Write no line, of ours or of a library: what a person reads are the words of a command."""
    structlog.configure(processors=[_drop])
    logging.captureWarnings(capture=True)
    if not logging.root.handlers:
        # Without any handler the standard library prints warnings by itself.
        logging.root.addHandler(logging.NullHandler())


def _drop(_logger: Any, _name: str, _line: Any) -> Any:
    raise structlog.DropEvent


def configure_logging(service: str, level: int = logging.INFO, form: str = AUTO) -> None:
    """Send structlog and the standard library's warnings to stderr.

    Args:
        service: The stable name of this process, on every line beside its release.
        form: How lines are written: see LogSettings.
    """
    structlog.contextvars.bind_contextvars(service=service, release=find_release())
    is_terminal = sys.stderr.isatty()
    render: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if form == CONSOLE or (form == AUTO and is_terminal):
        render = _make_console(is_terminal)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.EventRenamer("action"),
        _show_taps,
        tell_exception,
    ]
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _make_console(is_terminal: bool) -> structlog.typing.Processor:
    """Lines for a person. A value cannot steer the terminal: it is written as Python's repr."""
    console = structlog.dev.ConsoleRenderer(
        colors=is_terminal,
        repr_native_str=True,
        sort_keys=False,
        exception_formatter=structlog.dev.plain_traceback,
        event_key="action",
        timestamp_key="at",
    )

    def render(logger: Any, name: str, line: Any) -> Any:
        said = (letter if letter.isprintable() else " " for letter in str(line.get("action", "")))
        return console(logger, name, {**line, "action": "".join(said)})

    return render
