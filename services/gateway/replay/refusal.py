"""Why a replay is not planned, not shown, or not started."""

from http import HTTPStatus

from schemas.api.replay.request import MAX_REPLAY_JOBS
from schemas.kafka.headers import cut
from schemas.stage import StageName
from services.gateway.api.problem import ProblemError
from services.gateway.replay.past import Past, asking_the_past
from services.gateway.replay.stored_replay import StoredReplay


def refuse_replay(replay_id: str) -> ProblemError:
    """The problem of a replay that does not exist."""
    detail = f"there is no replay with the id {cut(replay_id, 64)!r}"
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-replay", detail)


def refuse_many(count: int) -> ProblemError:
    """The problem of a plan of more jobs than a replay has."""
    detail = (
        f"{count} jobs are so, and a replay is of {MAX_REPLAY_JOBS} at most: narrow it, or say"
        " `sample` or `limit`"
    )
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "too-many-jobs", detail)


async def refuse_start(replay: StoredReplay, past: Past, *, is_said_live: bool) -> None:
    """Refuse to start what people would see unasked, or what another prompt would answer.

    Args:
        is_said_live: Whether who starts it says that it may be live.

    Raises:
        ProblemError: It is not started.
    """
    if replay.summary.get("isLive") and not is_said_live:
        detail = (
            f"{replay.total} new jobs would be started that people see: in lists, streams and"
            " webhooks, in their tenants' limits and costs. The jobs of which they are replays"
            " stay as they are. Say `live` in the start, too, if that is meant"
        )
        raise ProblemError(HTTPStatus.CONFLICT, "live-not-said", detail)
    if not replay.summary.get("bringsPrompt"):
        await _refuse_other_prompt(replay, past)


async def _refuse_other_prompt(replay: StoredReplay, past: Past) -> None:
    """What answers is the release that runs, and a plan is for one prompt."""
    with asking_the_past():
        ours = await past.find_prompt(StageName(replay.summary["stage"]))
    if replay.summary["promptVersion"] != ours:
        detail = (
            f"the replay is planned for the prompt {replay.summary['promptVersion']!r}, and this"
            f" release has {ours!r}: deploy the other one first, or plan again"
        )
        raise ProblemError(HTTPStatus.CONFLICT, "prompt-not-here", detail)
