"""What a replay has changed: as a value, and as files for people."""

from brainshare_client.exchange.answer import as_bytes, as_contract
from brainshare_client.exchange.call import Call, path_of, read_from
from brainshare_client.request.job import JobId
from schemas.api.replay.comparison import ReplayComparison


def compare(
    replay_id: JobId,
    *,
    show: int | None = None,
    control: JobId | None = None,
    fail_if: str | None = None,
) -> Call[ReplayComparison]:
    """What a replay has changed.

    Args:
        show: Of so many answers the cells that differ.
        control: A control of it: a difference is called outside of its noise only.
        fail_if: Limits, as `worse>2% or cost>+10%`: `failures` says which are passed.
    """
    path = path_of("replays", replay_id, "comparison")
    asked = {"show": show, "control": _name(control), "failIf": fail_if}
    return read_from(path, as_contract(ReplayComparison), **asked)


def write_csv(replay_id: JobId) -> Call[bytes]:
    """The same as CSV: every answer, with a line for each cell that differs."""
    return read_from(path_of("replays", replay_id, "comparison.csv"), as_bytes)


def write_page(
    replay_id: JobId, *, show: int | None = None, control: JobId | None = None
) -> Call[bytes]:
    """The same as a page that stands alone, in UTF-8.

    Args:
        show: Of so many answers both sides as tables.
        control: A control of it.
    """
    path = path_of("replays", replay_id, "comparison.html")
    return read_from(path, as_bytes, show=show, control=_name(control))


def _name(control: JobId | None) -> str | None:
    return None if control is None else str(control)
