"""Structured logs: one JSON line per transition on stderr, `action` says which."""

import logging
import sys
from typing import Any

import structlog

from services.telemetry.exception import tell_exception


def get_log() -> Any:
    """A logger; its `info("something_happened", ...)` writes one line."""
    return structlog.get_logger()


def bind_to_log(**told: str) -> None:
    """Say so on every further line of this request."""
    structlog.contextvars.bind_contextvars(**told)


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
