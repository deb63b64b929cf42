"""Asks a server of one's own what it tells of itself: calls at a time, and tokens of its context.

Only what its documentation names. A server that does not tell is learned from its answers alone.

| profile | where | calls at a time | context |
|---|---|---|---|
| llamacpp | /props (ggml-org/llama.cpp: tools/server/README.md) | total_slots | n_ctx of a slot |
| vllm | /v1/models (vllm-project/vllm: ModelCard) | | max_model_len |
| ollama | /api/ps (docs.ollama.com/api/ps), once the model is loaded | | context_length |
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.failure.error import StageError
from services.llm.exchange.body import read_body
from services.llm.server.profile import ProfileName
from services.llm.server.transport import Transport
from services.telemetry.log import get_log

log = get_log()

LOOK_S = 900.0
"""How long what was told counts."""
LOOK_AGAIN_S = 60.0
"""After which a server that told nothing is asked once more: it may load its model first."""
MOST_WAIT_S = 5.0
MAX_SLOTS, MAX_WINDOW = 4096, 50_000_000


@dataclass(frozen=True)
class Told:
    """What a server tells of itself.

    Attributes:
        calls: How many calls at a time it works on, None where it does not say.
        window: The most tokens of prompt and answer together, None where it does not say.
    """

    calls: int | None = None
    window: int | None = None


NOTHING = Told()


class Introspection:
    """What the server of one process tells.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        transport: Transport,
        profile: ProfileName,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._place = PLACES.get(profile)
        self._clock = clock
        self._looking = asyncio.Lock()
        self._due_at = -LOOK_S
        self._may_load = self._was_answered = False

    async def look(self, model: str) -> Told:
        """What it tells, if it is time to ask; nothing otherwise, or where it does not tell."""
        if self._place is None or self._clock() < self._due_at or self._looking.locked():
            return NOTHING
        path, read = self._place
        async with self._looking:
            try:
                body = read_body(await self._transport.get(path, MOST_WAIT_S, of_root=True))
            except StageError:
                body = None
            told = read(body, model)
        self._due_at = self._clock() + (LOOK_AGAIN_S if told == NOTHING else LOOK_S)
        self._may_load = told == NOTHING and not self._was_answered
        if told != NOTHING:
            log.info("server_told", model=model, calls=told.calls, window=told.window)
        return told

    def note_answer(self) -> None:
        """Take in that a call was answered: what was only then loaded can tell of itself now."""
        self._was_answered = True
        if self._may_load:
            self._may_load, self._due_at = False, self._clock()


def _read_props(body: Any, model: str) -> Told:
    settings = _get(body, "default_generation_settings")
    window = _count(_get(settings, "n_ctx"), MAX_WINDOW)
    return Told(_count(_get(body, "total_slots"), MAX_SLOTS), window)


def _read_models(body: Any, model: str) -> Told:
    return Told(window=_find(_get(body, "data"), "id", model, "max_model_len"))


def _read_running(body: Any, model: str) -> Told:
    running = _get(body, "models")
    names = (model, f"{model}:latest")
    found = (_find(running, "name", name, "context_length") for name in names)
    return Told(window=next(filter(None, found), None))


def _find(entries: Any, key: str, name: str, wanted: str) -> int | None:
    listed = entries if isinstance(entries, list) else []
    entry = next((item for item in listed if _get(item, key) == name), None)
    return _count(_get(entry, wanted), MAX_WINDOW)


def _get(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else None


def _count(value: Any, most: int) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 12 and 0 < int(text) <= most else None


Read = Callable[[Any, str], Told]
PLACES: dict[ProfileName, tuple[str, Read]] = {
    ProfileName.LLAMACPP: ("/props", _read_props),
    ProfileName.VLLM: ("/v1/models", _read_models),
    ProfileName.OLLAMA: ("/api/ps", _read_running),
}
"""By profile, below the address without its /v1."""
