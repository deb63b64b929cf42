"""Where Kafka is and how its clients behave."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.kafka.retry_tier import DEFAULT_TIER_NAMES, read_tiers
from schemas.kafka.topics import DEFAULT_PARTITIONS, TopicNames

HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.-]+)(:[0-9]{1,5})?")
MAX_PORT = 65535


class SecurityProtocol(StrEnum):
    """How a broker is spoken to, in Kafka's words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return self in (SecurityProtocol.SSL, SecurityProtocol.SASL_SSL)

    @property
    def asks_for_a_password(self) -> bool:
        """Whether a user says who it is by a name and a password."""
        return self in (SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL)


class SaslMechanism(StrEnum):
    """How a password is proved, in Kafka's words."""

    SCRAM_SHA_512 = "SCRAM-SHA-512"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"


class KafkaSettings(BaseSettings):
    """Settings of every Kafka client, from KAFKA_* in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="KAFKA_", frozen=True, extra="ignore", validate_by_name=True
    )

    bootstrap_servers: str = Field(
        "127.0.0.1:9092", description="Brokers to start from, as host:port, separated by commas."
    )
    topic_prefix: str = Field(
        "", pattern=r"^[a-z0-9.-]*$", description='Put before every topic\'s name; "" for none.'
    )
    partitions: int = Field(
        DEFAULT_PARTITIONS,
        ge=1,
        le=1000,
        description="Partitions of every topic. Never change it for topics that hold records.",
    )
    replication_factor: int = Field(
        1, ge=1, le=9, description="Copies of every topic: 1 on one broker, 3 on a cluster."
    )
    retry_tiers: str = Field(
        DEFAULT_TIER_NAMES,
        validation_alias="RETRY_TIERS",
        description="Delays in which a failed record waits, growing, separated by commas.",
    )
    linger_ms: int = Field(
        5, ge=0, le=1000, description="How long a producer waits to fill a batch, in milliseconds."
    )

    security_protocol: SecurityProtocol = Field(
        SecurityProtocol.PLAINTEXT,
        description="How the brokers are spoken to: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.",
    )
    sasl_mechanism: SaslMechanism = Field(
        SaslMechanism.SCRAM_SHA_512,
        description="How the password is proved: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN.",
    )
    sasl_username: str | None = Field(None, description="The user of this process on the brokers.")
    sasl_password: SecretStr | None = Field(None, description="That user's password.")
    ssl_ca_file: Path | None = Field(
        None,
        description="Certificates that the brokers' are signed by (PEM). None: the system's.",
    )
    ssl_cert_file: Path | None = Field(
        None, description="Certificate of this process (PEM), where brokers ask for one."
    )
    ssl_key_file: Path | None = Field(None, description="That certificate's key (PEM).")

    @model_validator(mode="after")
    def _check_security(self) -> Self:
        named = (self.sasl_username, self.sasl_password)
        if self.security_protocol.asks_for_a_password and None in named:
            raise ValueError(
                f"KAFKA_SECURITY_PROTOCOL is {self.security_protocol}: set KAFKA_SASL_USERNAME and"
                " KAFKA_SASL_PASSWORD"
            )
        if (self.ssl_cert_file is None) != (self.ssl_key_file is None):
            raise ValueError("KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE go together: set both")
        files = (self.ssl_ca_file, self.ssl_cert_file)
        if any(files) and not self.security_protocol.is_encrypted:
            raise ValueError(
                f"certificates are set but KAFKA_SECURITY_PROTOCOL is {self.security_protocol},"
                " which sends everything in the clear: set SSL or SASL_SSL"
            )
        return self

    @field_validator("bootstrap_servers")
    @classmethod
    def _check_servers(cls, servers: str) -> str:
        for server in [s.strip() for s in servers.split(",") if s.strip()] or [servers]:
            _require_address(server)
        return servers

    @field_validator("retry_tiers")
    @classmethod
    def _check_tiers(cls, names: str) -> str:
        read_tiers(names)
        return names

    @property
    def topics(self) -> TopicNames:
        """The names of the topics under this prefix."""
        return TopicNames(self.topic_prefix, read_tiers(self.retry_tiers))


def _require_address(server: str) -> None:
    found = HOST_AND_PORT.fullmatch(server)
    if found is None or not 0 < int((found[2] or ":9092")[1:]) <= MAX_PORT:
        raise ValueError(
            f"{server!r} is no address of a broker: write host:port, without a scheme, a port from"
            f" 1 to {MAX_PORT}, and commas between several"
        )
