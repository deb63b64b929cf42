"""The settings of this server."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DemoSettings(BaseSettings):
    """Read from DEMO_LLM_* and overridden by the command line."""

    model_config = SettingsConfigDict(env_prefix="DEMO_LLM_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(
        default=8001, ge=0, le=65535, description="The port to listen on; 0 takes a free one."
    )
    latency_ms: float = Field(
        default=400,
        ge=0,
        le=600_000,
        description="The median time to an answer in milliseconds; 0 answers at once.",
    )
    faults: str = Field(
        default="",
        description="Faults from the start, with their probabilities, such as 429:0.1,slips:0.02.",
    )
