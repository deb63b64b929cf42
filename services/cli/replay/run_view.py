"""How far a replay has come, in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.replay.run import RunProgress


def tell_progress(progress: "RunProgress") -> str:
    """What was started, now and before, and what was not."""
    parts = (
        (progress.before, "were started before"),
        (len(progress.gone), "cannot be started"),
        (progress.left, "are left"),
    )
    rest = "".join(f", {count} {what}" for count, what in parts if count)
    held = (
        f"; live work went first for {progress.held_back_s:.0f} s" if progress.held_back_s else ""
    )
    return f"started {progress.started} of {progress.planned} jobs{rest}{held}"
