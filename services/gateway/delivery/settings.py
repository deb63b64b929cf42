"""How webhooks are sent."""

from ipaddress import ip_network

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.kafka.retry_tier import read_tiers
from services.gateway.delivery.schedule import Schedule

MAX_DELAYS = 20
MAX_DELAY_S = 7 * 86_400


class WebhookSettings(BaseSettings):
    """Settings of webhooks, from GATEWAY_WEBHOOK_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_WEBHOOK_", frozen=True, extra="ignore")

    networks: str = Field(
        "",
        description="Networks that are not public and may be sent to, separated by commas: for"
        " instance 127.0.0.0/8. Only there http:// goes, too.",
    )
    timeout_s: float = Field(
        15.0, gt=0, le=30, description="How long an endpoint may take to answer, in seconds."
    )
    delays: str = Field(
        "5s,5m,30m,2h,5h,10h,14h,20h,24h",
        description="After which times a delivery is tried again that was not taken, growing;"
        " after the last of them it is given up on.",
    )
    at_a_time: int = Field(
        1,
        ge=1,
        le=50,
        description="Requests to one endpoint at a time, at most. With 1 it gets them in order.",
    )
    waiting_s: int = Field(
        300,
        ge=1,
        le=86_400,
        description="A job whose stage has been parked for so many seconds is told as job.waiting.",
    )
    disable_after_days: float = Field(
        5.0,
        gt=0,
        le=365,
        description="An endpoint that has taken nothing for so many days is disabled.",
    )
    keep_days: int = Field(
        30, ge=1, le=3650, description="How long deliveries that are over are kept, in days."
    )

    @field_validator("networks")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        for name in split(text):
            _require_network(name)
        return text

    @field_validator("delays")
    @classmethod
    def _are_delays(cls, text: str) -> str:
        delays = read_tiers(text)
        if len(delays) > MAX_DELAYS or delays[-1].delay_s > MAX_DELAY_S:
            raise ValueError(f"at most {MAX_DELAYS} delays, of 168h at most")
        return text

    @property
    def schedule(self) -> Schedule:
        """When is tried again what was not taken."""
        return Schedule(tuple(tier.delay_s for tier in read_tiers(self.delays)))


def _require_network(name: str) -> None:
    try:
        ip_network(name)
    except ValueError as error:
        raise ValueError(f"{name!r} is no network: write one like 10.1.0.0/16") from error


def split(text: str) -> list[str]:
    """The parts between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
