"""Where a gateway is, and with which key it is asked, where nobody says it in code."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ClientSettings(BaseSettings):
    """Settings of every command, and of the Python client."""

    model_config = SettingsConfigDict(
        env_prefix="BRAINSHARE_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    url: str | None = Field(
        None,
        description="Address of the gateway. None: that of the running stack, or else"
        " http://127.0.0.1:8000; the Python client takes the latter.",
    )
    api_key: SecretStr | None = Field(
        None,
        description="API key that every command and the Python client sends to the gateway. None"
        " sends none.",
    )
