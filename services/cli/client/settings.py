"""With which key the commands ask a gateway."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from brainshare_client.transport.settings import PREFIX, ClientSettings
from services.cli.terminal.error import SettingsWrong
from services.cli.terminal.text import is_sendable
from services.lifecycle.settings import read_settings


class CommandSettings(BaseSettings, ClientSettings):
    """The same as of the Python client; for commands a secret may stand in a file, too."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )


def read_api_key() -> str:
    """The key that every request sends; "" for none.

    Raises:
        SettingsWrong: It cannot be sent. It is not shown.
    """
    key = read_settings(CommandSettings).api_key
    text = key.get_secret_value().strip() if key else ""
    if text and not is_sendable(text):
        raise SettingsWrong("BRAINSHARE_API_KEY is no key: it has characters that no key has")
    return text
