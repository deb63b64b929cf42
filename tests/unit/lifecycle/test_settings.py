"""What is said of a setting that may not be: its name, the value seen, and all that is allowed."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.lifecycle.settings import SettingsError, read_settings


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Example(BaseSettings):
    """One of each kind."""

    model_config = SettingsConfigDict(env_prefix="TRY_", frozen=True, extra="ignore")

    copies: int = Field(1, ge=1, le=9)
    wait_s: float = Field(1.0, gt=0)
    pause_ms: int | None = Field(None, ge=0)
    share: float = Field(0.5, gt=0, le=1)
    per_minute: float | None = Field(None, gt=0)
    usd_per_day: float | None = Field(None, gt=0, allow_inf_nan=False)
    is_on: bool | None = None
    colour: Colour | None = None
    tier: Literal["auto", "flex"] | None = None
    name: str = Field("", pattern=r"^[a-z0-9.-]*$")
    key: SecretStr | None = Field(None, min_length=8)
    folder: Path = Path()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("COPIES", "10", "'10': it must be a whole number from 1 to 9"),
        ("COPIES", "many", "'many': it must be a whole number from 1 to 9"),
        ("COPIES", "1.5", "'1.5': it must be a whole number from 1 to 9"),
        ("WAIT_S", "0", "'0': it must be a number of seconds, above 0"),
        ("WAIT_S", "1s", "'1s': it must be a number of seconds, above 0"),
        ("WAIT_S", "nan", "'nan': it must be a number of seconds, above 0"),
        ("PAUSE_MS", "-1", "'-1': it must be a whole number of milliseconds, 0 or more"),
        ("SHARE", "2", "'2': it must be a number, above 0 and at most 1"),
        ("PER_MINUTE", "0", "'0': it must be a number a minute, above 0"),
        ("USD_PER_DAY", "inf", "'inf': it must be a number of US dollars a day, above 0"),
        ("IS_ON", "maybe", "'maybe': it must be true or false"),
        ("COLOUR", "green", "'green': it must be red or blue"),
        ("TIER", "fast", "'fast': it must be auto or flex"),
        ("NAME", "A b", "'A b': it must be only of the characters a-z, 0-9, . and -"),
    ],
)
def test_a_wrong_setting_is_told_with_its_value_and_all_that_is_allowed(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TRY_{name}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings(Example)
    assert str(refused.value) == f"TRY_{name} is {told}"


def test_a_secret_that_may_not_be_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRY_KEY", "hunter2")
    with pytest.raises(SettingsError, match=r"^TRY_KEY: ") as refused:
        read_settings(Example)
    assert "hunter2" not in str(refused.value)
