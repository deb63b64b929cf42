"""Where Kafka is and how its clients behave."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.kafka.retry_tier import DEFAULT_TIER_NAMES, read_tiers
from schemas.kafka.topics import DEFAULT_PARTITIONS, TopicNames


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

    @field_validator("retry_tiers")
    @classmethod
    def _check_tiers(cls, names: str) -> str:
        read_tiers(names)
        return names

    @property
    def topics(self) -> TopicNames:
        """The names of the topics under this prefix."""
        return TopicNames(self.topic_prefix, read_tiers(self.retry_tiers))
