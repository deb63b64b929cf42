"""Reads a fragment of settings, and says in a line each what is wrong with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.lifecycle.allowed import tell_allowed
from services.lifecycle.shutdown import refuse

SHOWN_CHARS = 60

Fragment = TypeVar("Fragment", bound=BaseSettings)


class SecretSettings(BaseSettings):
    """Where settings may stand in files, from BRAINSHARE_SECRETS_DIR in the environment."""

    model_config = SettingsConfigDict(env_prefix="BRAINSHARE_", frozen=True, extra="ignore")

    secrets_dir: Path = Field(
        Path("/run/secrets"),
        description="Folder in which a file named like a setting holds its value, for secrets. What"
        " the environment says goes before.",
    )


class SettingsError(Exception):
    """Settings that may not be. The message has a line for each: name, value, what is allowed."""


def read_settings(fragment: type[Fragment], **given: object) -> Fragment:
    """Read a fragment from the environment, and what is not there from the folder of secrets.

    Args:
        given: Fields that are known already, and go before both.

    Raises:
        SettingsError: A value may not be.
    """
    try:
        folder = SecretSettings().secrets_dir
        files = {"_secrets_dir": folder} if folder.is_dir() else {}
        return fragment(**files, **given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = "\n".join(_describe(fragment, detail) for detail in error.errors())
        raise SettingsError(lines) from error


def require_settings(fragment: type[Fragment]) -> Fragment:
    """Read a fragment, or end the process with what is wrong with it."""
    try:
        return read_settings(fragment)
    except SettingsError as error:
        refuse(str(error))


def variable_of(fragment: type[BaseSettings], name: str) -> str:
    """The environment variable of a field, or of its alias."""
    field = fragment.model_fields.get(name)
    if field is None:
        return name  # an alias, which is the variable
    alias = field.validation_alias
    prefix = str(fragment.model_config.get("env_prefix", ""))
    return alias if isinstance(alias, str) else f"{prefix}{name}".upper()


def is_secret(field: FieldInfo) -> bool:
    """Whether a value may not be shown."""
    return not field.repr or "SecretStr" in str(field.annotation)


def _describe(fragment: type[BaseSettings], detail: ErrorDetails) -> str:
    if not detail["loc"]:
        return _reason(detail)  # of several settings, which it names
    variable = variable_of(fragment, str(detail["loc"][0]))
    field = next((f for v, f in fields_of(fragment) if v == variable), None)
    is_own = detail["type"] == "value_error"  # our validators say what is allowed
    allowed = None if field is None or is_own else tell_allowed(variable, field)
    reason = f"it must be {allowed}" if allowed else _reason(detail)
    return f"{variable}{_shown(field, detail['input'])}: {reason}"


def _reason(detail: ErrorDetails) -> str:
    reason = detail["msg"].removeprefix("Value error, ").partition(", unable to")[0]
    return reason.replace("Input should be", "it must be")


def _shown(field: FieldInfo | None, value: object) -> str:
    if field is None or is_secret(field) or isinstance(value, SecretStr | dict):
        return ""
    return f" is {str(value)[:SHOWN_CHARS]!r}"


def fields_of(fragment: type[BaseSettings]) -> Iterator[tuple[str, FieldInfo]]:
    """Every field with the variable that sets it."""
    for name, field in fragment.model_fields.items():
        yield variable_of(fragment, name), field
