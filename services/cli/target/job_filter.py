"""The options that say which jobs are meant."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from schemas.api.status import JobState, StageState
from schemas.job.record import Engine
from schemas.stage import StageName
from services.cli.terminal.moment import Moment
from services.cli.terminal.number import OneOf, listed

STATES = tuple(state.value for state in JobState)
STAGES = tuple(stage.value for stage in StageName)
STAGE_STATES = tuple(state.value for state in StageState)
ENGINES = tuple(engine.value for engine in Engine)
YES_OR_NO = {"yes": "true", "no": "false"}

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option("--status", type=OneOf(STATES), help=f"Only jobs that are {listed(STATES)}."),
    click.option("--stage", type=OneOf(STAGES), help="With --stage-state: the stage."),
    click.option(
        "--stage-state",
        type=OneOf(STAGE_STATES),
        metavar="STATE",
        help=f"Its state: {listed(STAGE_STATES)}.",
    ),
    click.option("--table", "table_id", metavar="ID", help="Only of this table of the app's."),
    click.option("--title", metavar="WORDS", help="Only with these words in the title."),
    click.option("--tag", multiple=True, help="Only with this tag; again for more."),
    click.option("--from", "since", type=Moment(), help="Accepted then or later: 2h, a date."),
    click.option("--to", "until", type=Moment(), help="Accepted before."),
    click.option(
        "--dead-letters",
        "has_dead_letters",
        type=OneOf(tuple(YES_OR_NO)),
        metavar="YES",
        help="Only those that a stage has given up on: yes or no.",
    ),
    click.option(
        "--engine", type=OneOf(ENGINES), help=f"Only what {listed(ENGINES)} has answered."
    ),
    click.option("--tenant", help="Only this tenant's; for admins."),
)


def by_job(command: F) -> F:
    """Add the options. `to_query` makes a query of what they say."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def to_query(said: dict[str, Any]) -> dict[str, Any]:
    """What a request to the gateway says, from what the options say."""
    said = {"tag": ",".join(said.pop("tag", ())) or None, **said}
    named = {
        "stageState": said.pop("stage_state", None),
        "tableId": said.pop("table_id", None),
        "hasDeadLetters": YES_OR_NO.get(said.pop("has_dead_letters", None)),
        "from": said.pop("since", None),
        "to": said.pop("until", None),
    }
    return {name: _write(v) for name, v in (said | named).items() if v is not None}


def _write(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
