"""What is in force: every setting with its value, and where that comes from."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from services.cli.settings.catalogue import FRAGMENTS
from services.lifecycle.settings import fields_of, is_secret, read_settings

FINGERPRINT_CHARS = 8


@dataclass(frozen=True)
class SettingInForce:
    """One setting.

    Attributes:
        value: As text, a secret as its fingerprint; None where it is absent.
        source: environment or default.
    """

    group: str
    variable: str
    value: str | None
    source: str


def list_in_force(environment: Mapping[str, str]) -> Iterator[SettingInForce]:
    """Every setting of this environment, in the order of the page of settings.

    Raises:
        SettingsError: A value may not be.
    """
    for group, fragment in FRAGMENTS.items():
        read = read_settings(fragment)
        names = {id(field): name for name, field in fragment.model_fields.items()}
        for variable, field in fields_of(fragment):
            value = getattr(read, names[id(field)])
            source = "environment" if environment.get(variable) else "default"
            yield SettingInForce(group, variable, _show(value, is_secret(field)), source)


def _show(value: object, is_hidden: bool) -> str | None:
    if value is None:
        return None
    if not is_hidden:
        return str(value)
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_CHARS]}"
