"""How often a failed record is tried."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RetrySettings(BaseSettings):
    """Settings of retries, from RETRY_* in the environment; the tiers are a setting of Kafka."""

    model_config = SettingsConfigDict(env_prefix="RETRY_", frozen=True, extra="ignore")

    max_attempts: int = Field(6, ge=1, le=100, description="Charged attempts before giving up.")
