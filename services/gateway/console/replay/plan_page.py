"""/console/replays/plan: a form by which a replay is planned. Nothing runs by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from schemas.api.key import Role
from schemas.api.replay.request import MAX_REPLAY_JOBS
from schemas.stage import STAGE_ORDER
from services.gateway.access.principal import principal_of
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.problem import ProblemError
from services.gateway.console.replay.replay_page import replay_page
from services.gateway.console.replay.request_form import STATUSES, Form, read_plan, tell_by_field
from services.gateway.console.shell.form import read_act
from services.gateway.console.shell.navigation import REPLAYS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.shell import Shell
from services.gateway.replay.desk import ReplayDesk

PLAN = f"{REPLAYS}/plan"
FIRST: Form = {"stage": "column", "sample": "200", "completed": "1", "failed": "1"}
"""What the form asks for at first: a sample, for who replays everything pays for everything."""

TOLD_IN_FORM = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
"""What can be mended in the form, or by sending it once more."""


@dataclass(frozen=True)
class PlanPage:
    """Where a replay is planned."""

    shell: Shell
    bodies: BodyReader
    desk: ReplayDesk

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {PLAN: self.show}

    def list_acts(self) -> Paths:
        """What is done."""
        return {PLAN: self.plan}

    async def show(self, request: Request) -> Response:
        """The form, as it is at first."""
        self.shell.admit(request, "planReplay")
        return self._render(request, FIRST, None)

    async def plan(self, request: Request) -> Response:
        """Plan, and show the plan; or the form again, with what is wrong."""
        self.shell.admit(request, "planReplay")
        form, actor = await read_act(request, self.bodies)
        try:
            replay = await self.desk.plan(read_plan(form), actor)
        except ProblemError as error:
            if error.status not in TOLD_IN_FORM:
                raise
            return self._render(request, form, error)
        return self.shell.see(replay_page(replay.replay_id), "planned")

    def _render(
        self, request: Request, form: Mapping[str, str], error: ProblemError | None
    ) -> Response:
        principal = principal_of(request.scope)
        page = self.shell.render(
            request,
            "replay/plan.html",
            {
                "form": form,
                "told": None if error is None else error.detail,
                "wrong": {} if error is None else tell_by_field(error),
                "stages": STAGE_ORDER,
                "statuses": STATUSES,
                "most": MAX_REPLAY_JOBS,
                "is_of_all": principal.role is Role.ADMIN,
            },
            status=HTTPStatus.OK if error is None else error.status,
        )
        page.headers.update(error.headers if error is not None else {})
        return page
