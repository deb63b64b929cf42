"""The API keys that a command means: those of the gateway that is named, or of the database."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Union
from urllib.parse import urlsplit

from services.cli.client.command_client import connect
from services.cli.client.keys import RemoteKeys
from services.cli.client.patience import FIRST_ANSWER_S, Patience
from services.cli.target.target import Target
from services.cli.terminal.error import CliError, RequestRefused
from services.cli.terminal.output import say
from services.cli.terminal.waiting import say_waiting
from services.lifecycle.settings import read_settings

if TYPE_CHECKING:
    from services.gateway.local_keys import LocalKeys

Keys = Union[RemoteKeys, "LocalKeys"]


@contextmanager
def open_keys(target: Target, is_made: bool = False) -> Iterator[Keys]:
    """The keys of a gateway that is named, asked with the key of the settings, or else those of the
    database: that needs no key, and so it makes the first one.

    Args:
        is_made: Whether a database that is not there is made.

    Raises:
        RequestRefused: What is asked is refused.
        CliError: The database cannot be used.
    """
    if target.named_url is not None:
        with connect(target.url, patience=Patience(FIRST_ANSWER_S, say=say)) as gateway:
            yield RemoteKeys(gateway)
        return
    # Slow to import, and no other command needs it.
    from services.gateway.access.api_key_store import KeyEndedError, NoSuchKeyError
    from services.gateway.api.problem import ProblemError
    from services.gateway.database.database import DatabaseUnavailableError
    from services.gateway.local_keys import LocalKeys
    from services.gateway.migration.upgrade import EarlierDatabaseError, LaterDatabaseError

    url = find_database(target)
    place = _find_place(url, is_made)
    say(f"the keys of {place}")
    try:
        with say_waiting(f"the database {place}"):
            yield LocalKeys(url, find_user())
    except (NoSuchKeyError, KeyEndedError, ProblemError) as error:
        raise RequestRefused(str(error)) from error
    except DatabaseUnavailableError as error:
        raise CliError(f"the database {place} cannot be used: {error}") from error
    except (EarlierDatabaseError, LaterDatabaseError) as error:
        raise CliError(str(error)) from error


def find_database(target: Target) -> str:
    """The database of the gateway: as a setting names it, or the one in the data folder.

    Raises:
        CliError: It is meant to be that of a gateway of which nobody here knows it.
    """
    from services.gateway.settings import DatabaseSettings

    settings = read_settings(DatabaseSettings)
    is_named = "url" in settings.model_fields_set
    if target.is_other and not is_named:
        raise CliError(
            f"no stack that runs here has the gateway {target.named_url} ({target.why}), so its"
            " database is not known: name it with DATABASE_URL, or the stack with --data-dir"
        )
    return settings.url if is_named else f"sqlite:///{target.data_dir / 'gateway.db'}"


def _find_place(url: str, is_made: bool) -> str:
    """Where a database is, for people, without a password.

    Raises:
        CliError: It is a file that is not there, and is not to be made.
    """
    from services.gateway.database.engine import find_file

    file = find_file(url)
    if file is None:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    if not is_made and not file.exists():
        raise CliError(
            f"there is no {file}: no stack has run there; name its folder with --data-dir, or its"
            " gateway with --url"
        )
    return str(file)


def find_user() -> str:
    """Who types, for people."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
