"""Failpoints: places at which a test ends a process as kill -9 does. Without its setting, none."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

UNDER_WAY_S = 0.03


class Point(StrEnum):
    """Where a process can be made to end, in the order in which a record passes them."""

    RESERVED = "reserved"
    POSTED = "posted"
    PULLED = "pulled"
    CALLED = "called"
    ANSWERED = "answered"
    PUBLISHED = "published"
    ACKED = "acked"
    COMMITTED = "committed"
    FORWARDED = "forwarded"
    FORWARD_COMMITTED = "forward-committed"
    FOLDED = "folded"
    PROJECTED = "projected"


class FailpointSettings(BaseSettings):
    """The setting of failpoints, from TEST_FAILPOINT_DIR in the environment."""

    model_config = SettingsConfigDict(env_prefix="TEST_FAILPOINT_", frozen=True, extra="ignore")

    dir: Path | None = Field(
        None,
        description="For crash tests only: a process that reaches a point of which a file"
        " <stage>.<point> is here takes the file away and kills itself. None: no failpoints.",
    )


class Failpoints:
    """The failpoints of one process.

    Args:
        folder: Holds a file for each armed point; None for no failpoints.
        owner: The stage, or the service.
    """

    def __init__(self, folder: Path | None = None, owner: str = "") -> None:
        self._folder = folder
        self._owner = owner

    def reach(self, point: Point) -> None:
        """End the process here, once, where the point is armed."""
        if self._folder is None:
            return
        try:
            # Taking the file away arms nobody else: it fires once.
            (self._folder / f"{self._owner}.{point}").unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def during(self, point: Point) -> Iterator[None]:
        """Reach a point once what is inside has been under way for a moment."""
        if self._folder is None:
            yield
            return
        timer = asyncio.get_running_loop().call_later(UNDER_WAY_S, self.reach, point)
        try:
            yield
        finally:
            timer.cancel()


NO_FAILPOINTS = Failpoints()
