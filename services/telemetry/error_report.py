"""Errors to Sentry, where a DSN is set: what the log calls them, types and places, without values.

Sentry's own integrations would send local variables, request bodies and messages, which hold cells
of people's tables; so none is on, and an event is built from what our log tells of an error.
"""

from collections.abc import MutableMapping
from importlib.metadata import version
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.telemetry.exception import Raised, find_exception, list_raised
from services.telemetry.log import tap

LEVELS = {"error": "error", "critical": "fatal"}
TAGS = ("service", "stage", "job_id", "tenant", "request_id", "trace_id")
"""What a line may say of an error besides: ids and closed sets."""

OURS = ("services/", "schemas/")
LAST_WORDS_S = 2


class ReportSettings(BaseSettings):
    """Where errors are reported to, from SENTRY_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="SENTRY_", frozen=True, extra="ignore")

    dsn: SecretStr = Field(
        SecretStr(""),
        description="Sentry's address of a project. With it, error lines of the log are sent there,"
        " without values; needs `brainshare[sentry]`. Empty sends nothing.",
    )
    environment: str = Field("production", description="What Sentry files the errors under.")


class ReporterError(Exception):
    """Errors cannot be reported as the settings say."""


def report_errors(settings: ReportSettings, service: str) -> None:
    """Send this process' errors from now on, if there is an address.

    Raises:
        ReporterError: The library is missing, or the address is none.
    """
    dsn = settings.dsn.get_secret_value()
    if not dsn:
        return
    try:
        import sentry_sdk
    except ModuleNotFoundError as error:
        missing = (
            "SENTRY_DSN is set, and sentry-sdk is not installed: pip install brainshare[sentry]"
        )
        raise ReporterError(missing) from error
    try:
        sentry_sdk.init(
            dsn,
            environment=settings.environment,
            release=f"brainshare@{version('brainshare')}",
            server_name=service,
            default_integrations=False,
            auto_enabling_integrations=False,
            max_breadcrumbs=0,
            include_local_variables=False,
            include_source_context=False,
            shutdown_timeout=LAST_WORDS_S,
        )
    except sentry_sdk.utils.BadDsn as error:
        raise ReporterError(f"SENTRY_DSN is no address of a project: {error}") from error

    def look(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if line.get("level") in LEVELS:
            sentry_sdk.capture_event(make_event(line))
        return line

    tap(look)


def make_event(line: MutableMapping[str, Any]) -> Any:
    """An event of Sentry's protocol, of an error line of the log."""
    error = find_exception(line)
    raised = () if error is None else list_raised(error)
    event: dict[str, Any] = {
        "level": LEVELS[line["level"]],
        "logger": "brainshare",
        "message": str(line.get("action", "")),
        "tags": {name: str(line[name]) for name in TAGS if name in line},
    }
    if raised:
        event["exception"] = {"values": [_tell(one) for one in raised]}
    return event


def _tell(raised: Raised) -> dict[str, Any]:
    frames = [
        {
            "filename": at.file,
            "lineno": at.line,
            "function": at.function,
            "context_line": at.code,
            "in_app": at.file.startswith(OURS),
        }
        for at in raised.places
    ]
    return {"type": raised.type, "value": raised.message, "stacktrace": {"frames": frames}}
