"""What a server takes, as the workers of one data folder have learned it, for a while.

A refusal is met once, not by each stage and after each start: it costs a call. Without the file, or
with one that cannot be read, everything is asked for anew.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from services.lifecycle.clock import utc_now
from services.llm.exchange.output_mode import OutputMode
from services.llm.limit.learned_limit import FORGET_S
from services.telemetry.log import get_log

log = get_log()

MAX_FIELDS = 16


@dataclass(frozen=True)
class Taken:
    """What a server takes.

    Attributes:
        mode: The best step by which it can be asked for JSON.
        refused: Fields that it does not know.
        calls: How many calls at a time are of use, None where that is not known.
    """

    mode: OutputMode
    refused: tuple[str, ...] = ()
    calls: int | None = None

    def merge(self, other: "Taken") -> "Taken":
        """What is left where both are right: what is refused once is refused."""
        steps = list(OutputMode)
        lower = max(self.mode, other.mode, key=steps.index)
        refused = tuple(sorted({*self.refused, *other.refused}))[:MAX_FIELDS]
        return Taken(lower, refused, self.calls or other.calls)


class ServerMemory:
    """The file of one server and model.

    Args:
        folder: Where the workers of a host keep what they know; None for nowhere.
        server: Address and model; only a digest of them is in the file's name.
    """

    def __init__(
        self, folder: Path | None, server: str, now: Callable[[], datetime] = utc_now
    ) -> None:
        digest = hashlib.sha256(server.encode()).hexdigest()[:12]
        self._path = None if folder is None else folder / f"server-{digest}.json"
        self._now = now
        self._seen_ns = 0

    @classmethod
    def nowhere(cls) -> Self:
        """A memory of nothing."""
        return cls(None, "")

    @property
    def pulse_path(self) -> Path | None:
        """Whose time tells the workers when the server was last seen to work."""
        return None if self._path is None else self._path.with_suffix(".alive")

    def recall(self) -> Taken | None:
        """What others have learned since it was asked last; None where that is nothing."""
        if self._path is None:
            return None
        try:
            changed_ns = self._path.stat().st_mtime_ns
            if changed_ns == self._seen_ns:
                return None
            self._seen_ns = changed_ns
            return self._read(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, taken: Taken) -> None:
        """Tell the others, and those who start later."""
        if self._path is None:
            return
        draft = self._path.with_suffix(f".{os.getpid()}.draft")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            known = json.dumps(asdict(taken) | {"at": self._now().timestamp()})
            draft.write_text(known, encoding="utf-8")
            os.replace(draft, self._path)
        except OSError as error:
            log.warning("server_memory_not_written", path=str(self._path), error=str(error))

    def _read(self, text: str) -> Taken | None:
        kept = json.loads(text)
        if not 0 <= self._now().timestamp() - float(kept["at"]) < FORGET_S:
            return None
        calls = kept.get("calls")
        return Taken(
            OutputMode(kept["mode"]),
            tuple(map(str, kept["refused"]))[:MAX_FIELDS],
            calls if isinstance(calls, int) and calls > 0 else None,
        )
