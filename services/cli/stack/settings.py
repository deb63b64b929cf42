"""The settings of `brainshare up`."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DATA_DIR_NAME = ".brainshare"


class StackOptions(BaseSettings):
    """Read once when a command starts. The command line passes by keyword, and so it wins."""

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, extra="ignore", validate_by_name=True
    )

    data_dir: Path = Field(
        Path(DATA_DIR_NAME),
        validation_alias="BRAINSHARE_DATA_DIR",
        description="Folder that holds the broker's data, the database, logs and stack.json.",
    )
    kafka_port: int = Field(
        9092,
        ge=0,
        le=65535,
        validation_alias="BRAINSHARE_KAFKA_PORT",
        description="Port of the embedded Kafka. 0 takes a free one.",
    )
    gateway_port: int = Field(
        8000,
        ge=0,
        le=65535,
        validation_alias="GATEWAY_PORT",
        description="Port of the gateway's REST API. 0 takes a free one.",
    )
    demo_port: int = Field(
        8001,
        ge=0,
        le=65535,
        validation_alias="BRAINSHARE_DEMO_PORT",
        description="Port of the demo model. 0 takes a free one.",
    )
    demo_latency_ms: int = Field(
        200,
        ge=0,
        validation_alias="BRAINSHARE_DEMO_LATENCY_MS",
        description="Time the demo model takes for an answer, in milliseconds.",
    )
    drain_s: float = Field(
        20.0,
        gt=0,
        validation_alias="STAGE_DRAIN_S",
        description="On a stop, how long a stage's calls under way may go on, in seconds; what it"
        " is killed after is derived from it.",
    )
    workers: int = Field(
        1,
        ge=1,
        le=16,
        validation_alias="BRAINSHARE_WORKERS",
        description="Processes per stage.",
    )
    bootstrap_servers: str | None = Field(
        None,
        validation_alias="KAFKA_BOOTSTRAP_SERVERS",
        description="Broker to use, host:port. None starts the embedded one.",
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="OpenAI-compatible server to use. None and no key: the demo model.",
    )
    openai_api_key: str | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        repr=False,
        description="Key of the model's provider. None and no server named: the demo model.",
    )
    llm_profile: str | None = Field(
        None,
        validation_alias="LLM_PROFILE",
        description="The model server by name, as the agents read it; demo: the demo model.",
    )
    with_demo: bool = Field(
        False,
        validation_alias="BRAINSHARE_WITH_DEMO",
        description="Start the demo model although another server is named; it is then not used.",
    )

    @field_validator("data_dir")
    @classmethod
    def _make_absolute(cls, data_dir: Path) -> Path:
        return data_dir.absolute()

    @property
    def uses_demo(self) -> bool:
        """Whether the agents call the demo model: it was named, or nothing else was."""
        if self.openai_base_url is not None:
            return False
        if self.llm_profile is not None:
            return self.llm_profile == "demo"
        return self.openai_api_key is None

    @property
    def starts_demo(self) -> bool:
        return self.uses_demo or self.with_demo
