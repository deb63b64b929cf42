"""GET of a replay's comparison: what it has changed, as JSON, as CSV, and as one page."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from schemas.api.replay.comparison import ReplayComparison
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.openapi import describe_file, problems
from services.gateway.comparison.report_file import CSV_TYPE, HTML_TYPE, hand_out, name_report
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.past import asking_the_past
from services.gateway.replay.view import REPLAY_PATH
from services.replay.question.report import ReportForm

PATH = f"{REPLAY_PATH}/{{replay_id}}/comparison"
REFUSED = problems(
    HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
)
DEFAULT_SHOWN = 3
MAX_SHOWN = 100
MAX_LIMITS = 500

CSV_EXAMPLE = (
    '"job","replay","stage","verdict","cost before","cost now","tokens before","tokens now",'
    '"seconds before","seconds now","path","before","now"\r\n'
    '"5f0c0f8e-5a0b-4f62-9d5f-0d6a7f4f1c11","0b6a8f14-7e0f-5c39-9d0e-3f2a1b4c5d6e","column",'
    '"changed","0.0012","0.0011","411","398","1.2","1.1","/columns/0/name","Weight","Mass"\r\n'
)
HTML_EXAMPLE = '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
CSV_FILE = describe_file(
    CSV_TYPE, "Every answer, with a line for each cell that differs.", CSV_EXAMPLE
)
HTML_FILE = describe_file(
    HTML_TYPE, "One page that loads nothing: the counts, and the worst cases.", HTML_EXAMPLE
)

Show = Annotated[
    int, Query(ge=0, le=MAX_SHOWN, description="Of so many answers the cells that differ.")
]
OfControl = Annotated[
    UUID | None,
    Query(description="A control of it: a difference is called outside of its noise only."),
]
FailIf = Annotated[
    str | None,
    Query(
        alias="failIf",
        max_length=MAX_LIMITS,
        description="Limits that are not to be passed: `worse>2% or cost>+10%`.",
    ),
]
Write = Callable[[Request, str, ReportForm, int, UUID | None], Awaitable[Response]]


def make_comparison_router(desk: ReplayDesk) -> APIRouter:
    """The routes by which a replay is compared with the past. The topics are read each time."""
    router = APIRouter(tags=["replays"])

    async def write_file(
        request: Request, replay_id: str, form: ReportForm, show: int, control: UUID | None
    ) -> Response:
        sight = principal_of(request.scope).sight
        question = await desk.ask_to_compare(replay_id, sight, show, control, None)
        with asking_the_past():
            body = await desk.past.write_report(question, form)
        return hand_out(body, name_report(replay_id, form.value))

    _add_comparison(router, desk)
    _add_files(router, write_file)
    return router


def _add_comparison(router: APIRouter, desk: ReplayDesk) -> None:
    @router.get(
        PATH,
        operation_id="compareReplay",
        response_class=Response,
        responses={200: {"model": ReplayComparison}, **REFUSED},
    )
    async def compare_replay(
        request: Request,
        replay_id: str,
        show: Show = DEFAULT_SHOWN,
        control: OfControl = None,
        fail_if: FailIf = None,
    ) -> Response:
        """Compare the answers of a replay with those before. What is not there yet is missing.

        `failures` says why it does not pass the limits of `failIf`: none where it does.
        """
        sight = principal_of(request.scope).sight
        question = await desk.ask_to_compare(replay_id, sight, show, control, fail_if)
        with asking_the_past():
            found = await desk.past.compare(question)
        return answer_json(ReplayComparison.model_validate(found))


def _add_files(router: APIRouter, write_file: Write) -> None:
    @router.get(
        f"{PATH}.csv",
        operation_id="exportReplayComparison",
        response_class=Response,
        responses={200: CSV_FILE, **REFUSED},
    )
    async def export_comparison(request: Request, replay_id: str) -> Response:
        """Download a comparison, all answers of it, safe to open in a spreadsheet."""
        return await write_file(request, replay_id, ReportForm.CSV, 0, None)

    @router.get(
        f"{PATH}.html",
        operation_id="printReplayComparison",
        response_class=Response,
        responses={200: HTML_FILE, **REFUSED},
    )
    async def print_comparison(
        request: Request, replay_id: str, show: Show = DEFAULT_SHOWN, control: OfControl = None
    ) -> Response:
        """Download a comparison as a page to send or keep, the worst cases side by side.

        It loads nothing and runs nothing, and no text of anybody is markup in it.
        """
        return await write_file(request, replay_id, ReportForm.HTML, show, control)
