"""/console/replays/{id}/promotion: results of a replay become those of their jobs, or go back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from schemas.api.batch import MAX_BULK_JOBS, BulkOutcome
from schemas.api.replay.request import MAX_REPLAY_JOBS
from services.gateway.access.actor import actor_of
from services.gateway.access.principal import Principal
from services.gateway.api.body_reader import BodyReader
from services.gateway.bulk.action import BulkItem, StoredBulk
from services.gateway.bulk.begin_route import refuse_bulk
from services.gateway.bulk.store import find_bulk, list_changes
from services.gateway.bulk.store import list_items as list_bulk_items
from services.gateway.bulk.view import show_bulk, show_item
from services.gateway.console.replay.replay_page import LIVE_S, OF_ONE, digest, replay_page
from services.gateway.console.replay.request_form import read_promotion, read_rollback
from services.gateway.console.shell.form import read_act
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.query import read_count
from services.gateway.console.shell.shell import Shell
from services.gateway.database.database import Connection
from services.gateway.database.sight import Sight
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.refusal import refuse_replay
from services.gateway.replay.store import find_replay, list_items
from services.gateway.replay.stored_replay import ReplayItem, StoredReplay
from services.gateway.replay.view import show_job, show_replay
from services.replay.comparison.promotion import DEFAULT_RULE
from services.replay.question.promote import Promotable

PROMOTION = f"{OF_ONE}/promotion"
MOST_JOBS = 50
MOST_CHANGES = 10
MOST_NAMED = 20
RULES = (DEFAULT_RULE, "better", "better or changed", "any")
NOTICES = {
    "promote": "Begun: the jobs are gone through one by one.",
    "rollback": "Begun: the jobs get their own results again, one by one.",
}


@dataclass(frozen=True)
class Preview:
    """What a promotion would do, as the topics are now.

    Attributes:
        why: Why how many are not promoted, the most first.
        named: Some of those, each with why.
    """

    chosen: Sequence[str]
    skipped: int
    why: Sequence[tuple[str, int]]
    named: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PromotionPages:
    """Where results are promoted and rolled back, and what came of that."""

    shell: Shell
    bodies: BodyReader
    desk: ReplayDesk

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {PROMOTION: self.show, f"{PROMOTION}/{{bulk_id}}": self.show_change}

    def list_acts(self) -> Paths:
        """What is done."""
        return {f"{PROMOTION}/promote": self.promote, f"{PROMOTION}/rollback": self.roll_back}

    async def show(self, request: Request) -> Response:
        """What can be promoted; with a rule in the address, what would be."""
        principal = self.shell.admit(request, "promoteReplay")
        given, replay_id = request.query_params, request.path_params["replay_id"]
        after = read_count(request, "after", 0, MAX_REPLAY_JOBS)
        database = self.desk.writer.database
        told = (replay_id, principal.sight, after)
        replay, items, changes = await database.read(_find, *told)
        if replay is None:
            raise refuse_replay(replay_id)
        preview = await self._look_ahead(request, replay_id) if "rule" in given else None
        shown = items[:MOST_JOBS]
        values = {
            "run": show_replay(replay),
            "rule": given.get("rule") or DEFAULT_RULE,
            "rules": RULES,
            "job_ids": given.get("jobIds", ""),
            "preview": preview,
            "jobs": [show_job(item) for item in shown],
            "after": after,
            "next": shown[-1].number if len(items) > MOST_JOBS else None,
            "changes": [show_bulk(change) for change in changes],
        }
        return self.shell.render(request, "replay/promotion.html", values)

    async def promote(self, request: Request) -> Response:
        """Promote what passes a rule: what is chosen is chosen anew."""
        self.shell.admit(request, "promoteReplay")
        form, actor = await read_act(request, self.bodies)
        replay_id: str = request.path_params["replay_id"]
        asked = read_promotion(form)
        replay, found = await self.desk.find_promotable(replay_id, asked, actor)
        bulk = await self.desk.promote(replay, asked.rule, found, actor)
        return self.shell.see(change_page(replay_id, bulk.bulk_id), "promote")

    async def roll_back(self, request: Request) -> Response:
        """Give jobs their own results again."""
        self.shell.admit(request, "rollBackReplay")
        form, actor = await read_act(request, self.bodies)
        replay_id: str = request.path_params["replay_id"]
        bulk = await self.desk.roll_back(replay_id, read_rollback(form), actor)
        return self.shell.see(change_page(replay_id, bulk.bulk_id), "rollback")

    async def show_change(self, request: Request) -> Response:
        """A promotion or a rollback: how far it is, and what was skipped, with why."""
        principal = self.shell.admit(request, "readBulkAction")
        replay_id, bulk_id = request.path_params["replay_id"], request.path_params["bulk_id"]
        after = read_count(request, "after", 0, MAX_BULK_JOBS)
        bulk, skipped = await self._find_change(principal, bulk_id, after)
        if bulk is None or bulk.replay_id != replay_id:
            raise refuse_bulk(bulk_id)
        shown, action = skipped[:MOST_JOBS], show_bulk(bulk)
        version = digest(action.to_json())
        if unchanged := self.shell.find_unchanged(request, version):
            return unchanged
        values = {
            "replay_id": replay_id,
            "change": action,
            "skipped": [show_item(item) for item in shown],
            "next": shown[-1].number if len(skipped) > MOST_JOBS else None,
            "after": after,
        }
        return self.shell.render(
            request,
            "replay/change.html",
            values,
            notices=NOTICES,
            live_s=LIVE_S if action.ended_at is None else None,
            version=version,
        )

    async def _look_ahead(self, request: Request, replay_id: str) -> Preview:
        asked = read_promotion(request.query_params)
        _, found = await self.desk.find_promotable(replay_id, asked, actor_of(request.scope))
        return preview_of(found)

    async def _find_change(
        self, principal: Principal, bulk_id: str, after: int
    ) -> tuple[StoredBulk | None, list[BulkItem]]:
        database = self.desk.writer.database
        return await database.read(_find_change, bulk_id, principal.sight, after)


def change_page(replay_id: str, bulk_id: str) -> str:
    """Where the page of a promotion or rollback is."""
    return f"{replay_page(replay_id)}/promotion/{bulk_id}"


def preview_of(found: Promotable) -> Preview:
    """What is shown of what would be promoted."""
    reasons = Counter(found.skipped.values())
    named = list(found.skipped.items())[:MOST_NAMED]
    return Preview(found.chosen, len(found.skipped), reasons.most_common(), named)


def _find(
    connection: Connection, replay_id: str, sight: Sight, after: int
) -> tuple[StoredReplay | None, list[ReplayItem], list[StoredBulk]]:
    replay = find_replay(connection, replay_id, sight)
    if replay is None:
        return None, [], []
    items = list_items(connection, replay_id, after, MOST_JOBS + 1)
    return replay, items, list_changes(connection, replay_id, sight, MOST_CHANGES)


def _find_change(
    connection: Connection, bulk_id: str, sight: Sight, after: int
) -> tuple[StoredBulk | None, list[BulkItem]]:
    bulk = find_bulk(connection, bulk_id, sight)
    if bulk is None:
        return None, []
    told = (BulkOutcome.SKIPPED, after, MOST_JOBS + 1)
    return bulk, list_bulk_items(connection, bulk_id, *told)
