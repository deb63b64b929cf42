"""Tells whoever started a stack when a stage of it parks, why, and when it goes on."""

import asyncio
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.cli.stack.stack_file import Stack
from services.cli.supervisor.readiness import fetch
from services.cli.supervisor.wait import Say
from services.cli.terminal.text import plain

LOOK_S = 2.0
LOOKS = 2
"""So many in a row: a rate limit parks a stage for a moment, and that is its daily life."""
SETTING = re.compile(r"\b(?:HTTPS?|LLM|OPENAI|STAGE)_[A-Z_]*[A-Z]\b")
"""What a reason may tell people to look at."""


@dataclass(frozen=True)
class Parked:
    """What an agent says of a stage that makes no call.

    Attributes:
        probe_in_s: For how long it tries nothing; 0 where it tries with the next job that comes.
            None in the answer of an earlier release.
    """

    why: str
    probe_in_s: float | None

    @property
    def is_for_model(self) -> bool:
        """Whether the model server is why, and not, say, the budget of the day."""
        return "model server" in self.why


class ParkWatch:
    """What is told of the agents of a stack.

    Args:
        find_stack: The stack as it is now: an agent that was started again answers as before.
        tell: Takes the same for programs: `service`, `parked` (why; None once jobs go on),
            `probeInS`.
    """

    def __init__(
        self,
        find_stack: Callable[[], Stack],
        say: Say,
        tell: Callable[[dict[str, Any]], None] = lambda told: None,
    ) -> None:
        self._find_stack = find_stack
        self._say = say
        self._tell = tell
        self._seen: dict[str, int] = {}

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)  # noqa: TID251 - its pace

    async def look(self) -> None:
        """Ask every agent once, and tell what has changed."""
        for process in self._find_stack().processes:
            if "-agent" in process.name and process.address:
                answer = await fetch(f"http://{process.address}/readyz")
                if answer is not None:
                    self._take_in(process.name, read_parked(answer[1]))

    def _take_in(self, name: str, parked: Parked | None) -> None:
        looks = self._seen.get(name, 0)
        self._seen[name] = 0 if parked is None else looks + 1
        if parked is None and looks >= LOOKS:
            self._say(f"{name}: jobs go on")
            self._tell({"service": name, "parked": None, "probeInS": None})
        elif parked is not None and looks + 1 == LOOKS:
            self._say(f"{name}: no job goes on: {parked.why}; {tell_probe(parked)}")
            told = {"service": name, "parked": parked.why, "probeInS": parked.probe_in_s}
            self._tell(told)


def read_parked(answer: str | bytes) -> Parked | None:
    """What an agent's readiness says of a stage that is parked; None where it is not."""
    try:
        told = json.loads(answer)
        why, probe_in_s = told.get("parked"), told.get("probeInS")
    except (ValueError, AttributeError):
        return None
    if not why:
        return None
    return Parked(plain(str(why)), probe_in_s if isinstance(probe_in_s, int | float) else None)


def tell_probe(parked: Parked) -> str:
    """When it tries again, and what to do. Without a job it tries nothing."""
    wait_s = parked.probe_in_s
    if wait_s is None:
        told = "it tries again by itself, so mend the cause"
    elif wait_s > 0:
        told = (
            f"it tries again in {math.ceil(wait_s)} s if a job waits then, and goes on trying, so"
            " mend the cause"
        )
    else:
        told = "it tries again with the next job, and goes on trying, so mend the cause"
    return f"{told}{_tell_setting(parked.why)}"


def _tell_setting(why: str) -> str:
    """That a setting which is mended counts from the next start on; "" where none is named."""
    setting = SETTING.search(why)
    if setting is None:
        return ""
    return (
        f" ({setting[0]} is read when the stack starts: after a change stop it, and `brainshare up`"
        " again)"
    )
