"""What can be asked of a group of errors, by a program or by a person at the console."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from schemas.api.error_group import ErrorGroup, ErrorGroupDetail, GroupState
from services.gateway.access.actor import Actor
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database
from services.gateway.database.sight import Sight
from services.gateway.error_group.decide import decide_group
from services.gateway.error_group.store import NoSuchErrorError, find_group, list_latest
from services.gateway.error_group.view import show_detail, show_group
from services.telemetry.log import get_log

log = get_log()


@dataclass(frozen=True)
class Verb:
    """What can be decided of a group.

    Attributes:
        state: What the group is called by it.
        text: What it means.
    """

    name: str
    state: GroupState
    operation: str
    text: str


VERBS = (
    Verb(
        "resolve",
        GroupState.RESOLVED,
        "resolveError",
        "Call it mended: seen again, it has regressed.",
    ),
    Verb("mute", GroupState.MUTED, "muteError", "Say no more of it, however often it is seen."),
    Verb("reopen", GroupState.OPEN, "reopenError", "Take back what was decided."),
)


async def read_group(database: Database, sight: Sight, fingerprint: str) -> ErrorGroupDetail:
    """A group with the latest of its errors.

    Raises:
        ProblemError: 404; there is none that is seen.
    """
    try:
        group = await database.read(find_group, sight, fingerprint)
    except NoSuchErrorError as error:
        raise refuse_error(fingerprint) from error
    return show_detail(group, await database.read(list_latest, sight, fingerprint))


async def decide_error(
    database: Database, fingerprint: str, verb: Verb, actor: Actor, now: datetime
) -> ErrorGroup:
    """Decide of a group.

    Raises:
        ProblemError: 404; there is none that is seen.
    """
    try:
        group = await database.write(decide_group, fingerprint, verb.state, actor, now)
    except NoSuchErrorError as error:
        raise refuse_error(fingerprint) from error
    log.info("error_decided", fingerprint=fingerprint, state=group.state.value)
    return show_group(group)


def refuse_error(fingerprint: str) -> ProblemError:
    """The problem of a group that does not exist."""
    detail = f"there is no error with the fingerprint {fingerprint!r}"
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-error", detail)
