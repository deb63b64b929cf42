"""How much of the log is written, and how."""

import logging
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LogSettings(BaseSettings):
    """Settings of the log, from BRAINSHARE_LOG_* in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="BRAINSHARE_LOG_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    level: Literal["debug", "info", "warning", "error", "critical"] = Field(
        "info",
        description="The least grave lines that are written. `info` has a line for each change of a"
        " job's state, by which `brainshare logs JOB` tells its story; `warning` costs less.",
    )

    format: Literal["auto", "json", "console"] = Field(
        "auto",
        description="How a line is written: `json` for programs, `console` for people; `auto` is"
        " `console` on a terminal and `json` elsewhere. `up` keeps `json`, which `brainshare logs`"
        " reads.",
    )

    @property
    def number(self) -> int:
        """The level as `logging` counts it."""
        return logging.getLevelNamesMapping()[self.level.upper()]
