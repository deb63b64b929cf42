"""With which key the commands ask a gateway."""

from brainshare_client.transport.settings import ClientSettings
from services.cli.terminal.error import SettingsWrong
from services.cli.terminal.text import is_sendable
from services.lifecycle.settings import read_settings


def read_api_key() -> str:
    """The key that every request sends; "" for none.

    Raises:
        SettingsWrong: It cannot be sent. It is not shown.
    """
    key = read_settings(ClientSettings).api_key
    text = key.get_secret_value().strip() if key else ""
    if text and not is_sendable(text):
        raise SettingsWrong("BRAINSHARE_API_KEY is no key: it has characters that no key has")
    return text
