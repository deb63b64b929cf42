"""Which model server a stage calls, and how long it waits."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_BASE_URL = "http://127.0.0.1:8001/v1"
DEMO_MODEL = "demo-table-1"
# The demo server asks for no key, but the client will not start without one.
DEMO_KEY = SecretStr("demo")


class LlmSettings(BaseSettings):
    """Settings of the model client, from OPENAI_* and LLM_* in the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    api_key: SecretStr | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        description="The provider's key. With none at start the demo server is called.",
    )
    base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="An OpenAI-compatible server; absent: OpenAI's own, or the demo without a key.",
    )
    model: str | None = Field(
        None,
        validation_alias="LLM_MODEL",
        description="The model's name; absent: gpt-4.1, or demo-table-1 without a key.",
    )
    timeout_s: float = Field(
        60.0,
        gt=0,
        validation_alias="LLM_TIMEOUT_S",
        description="Total time of one call, in seconds.",
    )
    max_completion_tokens: int = Field(
        8192,
        ge=1,
        validation_alias="LLM_MAX_COMPLETION_TOKENS",
        description="Most tokens of one answer.",
    )

    @property
    def is_demo(self) -> bool:
        """Whether the demo model is what is meant: no key was given at start."""
        return self.api_key is None or self.api_key == DEMO_KEY

    @property
    def effective_key(self) -> str:
        """The key to send."""
        return (self.api_key or DEMO_KEY).get_secret_value()

    @property
    def effective_base_url(self) -> str | None:
        """The server to call; None for the client's own default."""
        return self.base_url or (DEMO_BASE_URL if self.is_demo else None)

    @property
    def effective_model(self) -> str:
        """The model to ask for."""
        return self.model or (DEMO_MODEL if self.is_demo else "gpt-4.1")
