"""Where the gateway listens, how long it waits, and where its tables are."""

import re
from enum import StrEnum
from ipaddress import ip_address

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.gateway.database.url import read_url

ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/?#@\s*]+", re.ASCII)


DAY_S = 24 * 3600


class Auth(StrEnum):
    """Who is asked for an API key."""

    LOOPBACK = "loopback"
    REQUIRED = "required"
    OFF = "off"


class GatewaySettings(BaseSettings):
    """Settings of the gateway, from GATEWAY_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    auth: Auth = Field(
        Auth.LOOPBACK,
        description="Who is asked for an API key. `loopback`: nobody while it listens on loopback"
        " only, and elsewhere everybody; `required`: everybody; `off`: nobody, wherever it listens,"
        " for a network that nobody else can reach.",
    )
    wrong_keys_per_minute: int = Field(
        60,
        ge=0,
        le=100_000,
        description="Wrong API keys that an address may send in a minute, at most, also in the"
        " form where one signs in; more get a 429, unless they have been good here. 0: no limit.",
    )
    hosts: str = Field(
        "",
        description="Names by which it may be asked, separated by commas. Without a key localhost"
        " and addresses go, too; with keys, all names go unless some are given.",
    )
    cors_origins: str = Field(
        "",
        description="Origins whose pages may call the gateway from a browser, separated by commas:"
        " `https://app.example`, or `*` for all. By default none but its own.",
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
    canary_s: float = Field(
        60.0,
        ge=0,
        le=3600,
        description="From one canary job to the next, in seconds; 0 for none. It goes through every"
        " stage, costs nothing, and is left out of lists and counts.",
    )
    probe_s: float = Field(
        15.0,
        ge=0.1,
        le=300,
        description="How often the gateway looks at what waits in Kafka, in seconds; at its own"
        " tables every second time, and at retention every fourth.",
    )
    key_ttl_s: int = Field(
        24 * 3600,
        ge=60,
        le=7 * 24 * 3600,
        description="For how long an idempotency key stands for its job, in seconds.",
    )
    keep_days: int = Field(
        90,
        ge=0,
        le=3650,
        description="For how long jobs are kept that have ended, in days; 0 keeps them for ever."
        " One with an open dead letter has not ended.",
    )
    redrive_rate: float = Field(
        20.0, gt=0, le=1000, description="Dead letters put back in a second, at most."
    )

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, text: str) -> str:
        wrong = next((o for o in _list_names(text) if not ORIGIN.fullmatch(o)), None)
        if wrong is not None:
            raise ValueError(f"{wrong!r} is no origin: write https://app.example, without a path")
        return text

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may call it, as browsers send them."""
        return _list_names(self.cors_origins)

    @field_validator("keep_days")
    @classmethod
    def _keeps_keys(cls, keep_days: int, info: ValidationInfo) -> int:
        ttl_s = info.data.get("key_ttl_s", 0)
        if 0 < keep_days * DAY_S < ttl_s:
            raise ValueError(f"a key stands for its job for {ttl_s} s, so keep jobs for as long")
        return keep_days

    @property
    def asks_for_keys(self) -> bool:
        """Whether every request needs a key."""
        if self.auth is Auth.LOOPBACK:
            return not self.is_loopback
        return self.auth is Auth.REQUIRED

    @property
    def who_is_asked(self) -> str:
        """Who is asked for a key and why, for a person."""
        if self.asks_for_keys:
            return "everybody"
        why = "GATEWAY_AUTH is off" if self.auth is Auth.OFF else "it listens on loopback only"
        return f"nobody: {why}"

    @property
    def host_names(self) -> frozenset[str]:
        """The names, in lower case."""
        return _list_names(self.hosts)

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
        description="Where the tables are: `sqlite:///` for one gateway, or `postgresql://`.",
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


def _list_names(text: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in text.split(",")) - {""}
