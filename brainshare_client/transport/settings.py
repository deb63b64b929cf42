"""Where a gateway is, and with which key it is asked, where nobody says it in code."""

import os

from pydantic import BaseModel, ConfigDict, Field, SecretStr

PREFIX = "BRAINSHARE_"


class ClientSettings(BaseModel):
    """Settings of every command, and of the Python client."""

    model_config = ConfigDict(frozen=True)

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


def read_environment() -> ClientSettings:
    """What the environment says; what is empty there is not said.

    It is read by hand, so that an app that has the client needs pydantic and not its settings too.
    """
    told = os.environ  # noqa: TID251 - the one place of this package that reads it
    given = {name: told.get(f"{PREFIX}{name.upper()}") for name in ClientSettings.model_fields}
    return ClientSettings.model_validate({name: text for name, text in given.items() if text})
