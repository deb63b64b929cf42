"""What a command has sent so far: told when it is cut short by Ctrl-C."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from services.cli.terminal.error import Interrupted

NAMED = 5


class Sent:
    """The jobs that the gateway has taken, and the one whose answer is still due."""

    def __init__(self) -> None:
        self._jobs: list[str] = []
        self._open: tuple[str, str] | None = None

    @property
    def job_ids(self) -> list[str]:
        """Of the jobs that were taken."""
        return self._jobs

    @contextmanager
    def sending(self, name: str, key: str | None) -> Iterator[str]:
        """Send one source meanwhile; gives its idempotency key."""
        own_key = key or str(uuid4())
        self._open = (name, own_key)
        is_open = False
        try:
            yield own_key
        except (KeyboardInterrupt, Interrupted):
            is_open = True
            raise
        finally:
            self._open = self._open if is_open else None

    def note(self, job_id: str) -> None:
        """Keep the id of a job that was taken."""
        self._jobs.append(job_id)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn Ctrl-C into what had been sent by then.

        Raises:
            Interrupted: Ctrl-C.
        """
        try:
            yield
        except (KeyboardInterrupt, Interrupted) as error:
            raise Interrupted("interrupted: " + "; ".join(self._tell())) from error

    def _tell(self) -> Iterator[str]:
        if self._open is not None:
            name, key = self._open
            yield (
                f"it is not known whether {name} was taken: `brainshare status` lists the jobs, and"
                f" sent again with --key {key} it is the same job"
            )
        if not self._jobs:
            yield "nothing was sent" if self._open is None else "nothing else was sent"
            return
        more = f" and {len(self._jobs) - NAMED} more" if len(self._jobs) > NAMED else ""
        goes, watch = ("it goes on", "") if len(self._jobs) == 1 else ("they go on", " of each")
        yield (
            f"sent were {', '.join(self._jobs[:NAMED])}{more}, and {goes}: `brainshare watch ID`"
            f" shows how{watch}, `brainshare cancel ID` stops"
        )
