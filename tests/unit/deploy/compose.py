"""The compose file as it is read: its services with what they run, are told and may do."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

from services.cli.client.settings import CommandSettings
from services.cli.settings.catalogue import FRAGMENTS
from services.demo_llm.settings import DemoSettings
from services.failure.settings import RetrySettings
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.settings import DatabaseSettings, GatewaySettings
from services.gateway.tenant.settings import TenantSettings
from services.kafka.settings import KafkaSettings
from services.lifecycle.settings import fields_of
from services.llm.server.settings import LlmSettings
from services.stage_runtime.settings import StageSettings
from services.telemetry.error_report import ReportSettings
from services.telemetry.log_settings import LogSettings
from services.telemetry.trace.settings import TraceSettings

ROOT = Path(__file__).parents[3]
SECONDS = {"s": 1, "m": 60}

TELLING = (LogSettings, ReportSettings, TraceSettings)
AGENT = (KafkaSettings, StageSettings, RetrySettings, LlmSettings, *TELLING)
GATEWAY = (
    KafkaSettings,
    GatewaySettings,
    TenantSettings,
    DatabaseSettings,
    WebhookSettings,
    *TELLING,
)
READ_BY: dict[str, tuple[type[BaseSettings], ...]] = {
    "brainshare": (KafkaSettings, CommandSettings),
    "services.demo_llm": (DemoSettings,),
    "services.gateway": GATEWAY,
    **{f"services.{stage}_agent": AGENT for stage in ("table", "column", "row")},
}
"""The fragments of settings that a process reads, by what it runs."""


@dataclass(frozen=True)
class Service:
    """A service of the file."""

    name: str
    told: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        """Whether it runs from our image."""
        return "BRAINSHARE_IMAGE" in self.told["image"]

    @property
    def runs(self) -> str:
        """The module or the command that it runs."""
        words = [*self.told.get("entrypoint", ()), *self.told["command"]]
        return str(words[2] if words[:2] == ["python", "-m"] else words[0])

    @property
    def environment(self) -> dict[str, Any]:
        """The variables that it is given; None where they come from .env."""
        return dict(self.told.get("environment", {}))

    @property
    def stop_s(self) -> int:
        """After how many seconds it is killed."""
        given = re.fullmatch(r"(\d+)([sm])", self.told["stop_grace_period"])
        assert given is not None, self.told["stop_grace_period"]
        return int(given[1]) * SECONDS[given[2]]


def read_services(text: str | None = None) -> dict[str, Service]:
    """The services of the compose file, or of a text like it."""
    text = text or (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return {name: Service(name, told) for name, told in yaml.safe_load(text)["services"].items()}


def settings_read_by(module: str) -> set[str]:
    """The variables that a process reads."""
    return {variable for part in READ_BY[module] for variable, _ in fields_of(part)}


def known_settings() -> set[str]:
    """Every setting there is."""
    return {variable for part in FRAGMENTS.values() for variable, _ in fields_of(part)}


def image_environment() -> dict[str, str]:
    """The variables that the image gives to every process."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    (block,) = re.findall(r"^ENV ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())
