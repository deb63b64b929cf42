"""/console/replays/{id}/comparison: what a replay has changed, also as files."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from schemas.api.replay.comparison import ReplayComparison
from services.gateway.access.principal import Principal
from services.gateway.api.problem import refuse_parameter
from services.gateway.comparison.report_file import MEDIA_TYPES, hand_out, name_report
from services.gateway.console.replay.comparison_view import (
    lay_bar,
    list_counts,
    list_fields,
    list_judgements,
    list_took,
)
from services.gateway.console.replay.replay_page import OF_ONE
from services.gateway.console.shell.navigation import JOBS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.query import read_count, read_id, read_text
from services.gateway.console.shell.shell import Shell
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.past import asking_the_past
from services.gateway.replay.store import list_controls
from services.gateway.replay.view import show_replay
from services.replay.comparison.pair import Verdict
from services.replay.question.compare import CompareQuestion
from services.replay.question.report import ReportForm

SHOWN = 3
MOST_SHOWN = 100
KEPT = ("control", "failIf", "show")
"""Parameters of the page that its files have as well."""


@dataclass(frozen=True)
class ComparisonPage:
    """Where a replay is compared with the past. The topics are read each time, in seconds."""

    shell: Shell
    desk: ReplayDesk

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {
            f"{OF_ONE}/comparison": self.show,
            f"{OF_ONE}/comparison.{{form}}": self.download,
            f"{OF_ONE}/manifest.json": self.download_manifest,
        }

    def list_acts(self) -> Paths:
        """What is done: nothing."""
        return {}

    async def show(self, request: Request) -> Response:
        """The counts, what it took, and the worst cases side by side."""
        principal = self.shell.admit(request, "compareReplay")
        replay_id: str = request.path_params["replay_id"]
        database, sight = self.desk.writer.database, principal.sight
        replay, _ = await self.desk.require(replay_id, sight)
        controls = await database.read(list_controls, replay_id, sight)
        question = await self._ask(request, principal)
        kept = {name: request.query_params.get(name, "") for name in KEPT}
        with asking_the_past():
            shown = await self.desk.past.show_comparison(question, JOBS)
        found = ReplayComparison.model_validate(shown.told)
        values = {
            "run": show_replay(replay),
            "found": found,
            "counts": list_counts(found),
            "bar": lay_bar(found.all),
            "fields": list_fields(found),
            "took": list_took(found.all),
            "noise": list_judgements(found),
            "verdicts": tuple(verdict.value for verdict in Verdict),
            "shown": shown,
            "cases": Markup(shown.cases),  # written by a template of ours, with every cell escaped
            "asked": kept | {"show": str(question.shown)},
            "query": urlencode({name: text for name, text in kept.items() if text}),
            "controls": [show_replay(one) for one in controls],
        }
        return self.shell.render(request, "replay/comparison.html", values)

    async def download(self, request: Request) -> Response:
        """The same as a file: JSON as the API answers it, CSV, or a page that stands alone."""
        principal = self.shell.admit(request, "compareReplay")
        form: str = request.path_params["form"]
        write = self._forms().get(form)
        if write is None:
            raise refuse_parameter("form", f"a comparison is {', '.join(MEDIA_TYPES)}")
        question = await self._ask(request, principal)
        with asking_the_past():
            body = await write(question)
        return hand_out(body, name_report(request.path_params["replay_id"], form))

    async def download_manifest(self, request: Request) -> Response:
        """The manifest, as the commands take it."""
        principal = self.shell.admit(request, "readReplayManifest")
        replay, manifest = await self.desk.require(
            request.path_params["replay_id"], principal.sight
        )
        return hand_out(manifest, f"replay-{replay.replay_id}.json")

    def _forms(self) -> dict[str, Callable[[CompareQuestion], Awaitable[bytes]]]:
        past = self.desk.past

        async def write_json(asked: CompareQuestion) -> bytes:
            return ReplayComparison.model_validate(await past.compare(asked)).to_json()

        return {
            "json": write_json,
            "csv": lambda asked: past.write_report(asked, ReportForm.CSV),
            "html": lambda asked: past.write_report(asked, ReportForm.HTML),
        }

    async def _ask(self, request: Request, principal: Principal) -> CompareQuestion:
        return await self.desk.ask_to_compare(
            request.path_params["replay_id"],
            principal.sight,
            read_count(request, "show", SHOWN, MOST_SHOWN),
            read_id(request, "control"),
            read_text(request, "failIf"),
        )
