"""Where the gateway listens, how long it waits, and where its tables are."""

from ipaddress import ip_address

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.gateway.database.url import read_url


class UnsafeHostError(Exception):
    """The gateway would be open to the network without anybody having asked for that."""


class GatewaySettings(BaseSettings):
    """Settings of the gateway, from GATEWAY_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    allow_unauthenticated: bool = Field(
        False, description="Whether to listen on an address that other machines can reach."
    )
    publish_timeout_s: float = Field(
        10.0, gt=0, le=300, description="How long a POST waits for the broker's ack, in seconds."
    )
    body_timeout_s: float = Field(
        30.0, gt=0, le=600, description="How long a client may take to send a body, in seconds."
    )
    large_bodies: int = Field(
        16,
        ge=1,
        le=1000,
        description="Bodies above 32 KiB in hand at a time, at most; more are answered with 503.",
    )
    streams: int = Field(
        1000, ge=1, le=100_000, description="Live streams at a time, at most; more get a 503."
    )
    still_s: float = Field(
        120.0,
        ge=10,
        le=3600,
        description="When records wait to be projected, broker and database answer, and nothing was"
        " folded for so many seconds, the process ends.",
    )
    redrive_rate: float = Field(
        20.0, gt=0, le=1000, description="Dead letters put back in a second, at most."
    )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class DatabaseSettings(BaseSettings):
    """Settings of the database, from DATABASE_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="DATABASE_", frozen=True, extra="ignore")

    url: str = Field(
        "sqlite:///.brainshare/gateway.db",
        repr=False,  # it may hold a password
        description="Where the tables are: `sqlite:///`, or `postgresql://`.",
    )
    pool_size: int = Field(
        8,
        ge=2,
        le=200,
        description="Connections to a PostgreSQL server, at most; half of them write.",
    )

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: str) -> str:
        read_url(url)
        return url


def refuse_open_host(settings: GatewaySettings) -> None:
    """Refuse to serve other machines without authentication.

    Raises:
        UnsafeHostError: One line that says what to do.
    """
    if not settings.is_loopback and not settings.allow_unauthenticated:
        raise UnsafeHostError(
            f"GATEWAY_HOST={settings.host} can be reached by other machines and nobody is asked"
            " for a key: use 127.0.0.1, or set GATEWAY_ALLOW_UNAUTHENTICATED=true"
        )
