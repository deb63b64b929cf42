"""Structured logs: one JSON line per transition on stderr, `action` says which."""

import logging
import sys
from typing import Any

import structlog

from services.telemetry.exception import tell_exception

_TAPS: list[structlog.typing.Processor] = []


def get_log() -> Any:
    """A logger; its `info("something_happened", ...)` writes one line."""
    return structlog.get_logger()


def bind_to_log(**told: str) -> None:
    """Say so on every further line of this request."""
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


def configure_logging(service: str, level: int = logging.INFO) -> None:
    """Send structlog and the standard library's warnings to stderr as JSON.

    Args:
        service: The stable name of this process, on every line.
    """
    structlog.contextvars.bind_contextvars(service=service)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.EventRenamer("action"),
        _show_taps,
        tell_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=structlog.processors.JSONRenderer(), foreign_pre_chain=shared
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
