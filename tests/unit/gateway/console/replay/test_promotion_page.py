"""/console/replays/{id}/promotion: it is counted first, begun once, and says what was skipped."""

from uuid import UUID

import pytest

from services.gateway.console.replay import promotion_page
from services.replay.manifest import replay_of
from services.replay.question.promote import Promotable
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.replay.drive import HOSTILE, SHOWN, list_acts, plan, read, send
from tests.unit.gateway.console.visitor import list_links
from tests.unit.gateway.example import JOB_ID, job_id, whole_job
from tests.unit.gateway.promotion.past import Desk, replay

OTHER = job_id(2)


async def open_replay(gateway: Gateway) -> tuple[str, Desk]:
    """The path of a replay of two jobs, of which the tables know one, whose replay completed."""
    gateway.past.sources = (JOB_ID, OTHER)
    path = await plan(gateway)
    of = replay_of(UUID(path.rpartition("/")[2]), JOB_ID)
    await gateway.project(*whole_job(), *replay(1, as_id=of))
    gateway.past.promotable = Promotable((str(JOB_ID),), {str(OTHER): HOSTILE})
    return path, Desk(gateway)


async def change(gateway: Gateway, path: str, **fields: str) -> str:
    """Begin a change, go through it: the path of its page."""
    answer = await send(gateway, path, **fields)
    assert answer.status_code == 303, answer.text
    while await gateway.runner.step():
        pass
    return str(answer.headers["location"].partition("?")[0])


async def test_a_preview_counts_and_says_why_what_is_left_out_and_changes_nothing(
    gateway: Gateway,
) -> None:
    path, desk = await open_replay(gateway)
    page = await read(gateway, f"{path}/promotion?rule=better&jobIds=")
    assert "<strong>1</strong> of 2 jobs would be promoted" in page
    assert SHOWN in page
    assert "<script>alert" not in page
    assert '<input type="hidden" name="rule" value="better">' in page
    (asked,) = gateway.past.choosing
    assert (asked.rule, asked.wanted) == ("better", frozenset())
    assert (desk.control, (await gateway.client.get("/v1/bulk-actions")).json()["bulkActions"]) == (
        [],
        [],
    )


async def test_before_a_preview_there_is_nothing_to_promote_with(gateway: Gateway) -> None:
    path, _ = await open_replay(gateway)
    page = await read(gateway, f"{path}/promotion")
    assert f"{path}/promotion/promote" not in list_links(page)
    assert not gateway.past.choosing


async def test_what_passes_is_promoted_and_what_is_skipped_is_named(gateway: Gateway) -> None:
    path, desk = await open_replay(gateway)
    told = {"rule": "better", "jobIds": "", "reason": "column-10"}
    of_change = await change(gateway, f"{path}/promotion/promote", **told)
    page = await read(gateway, f"{of_change}?done=promote")
    assert "1 done, 1 skipped, 0 waiting of 2" in page
    assert '<span class="state completed">' in page
    assert (SHOWN in page, "<script>alert" in page) == (True, False)
    assert (await desk.read()).json()["rows"][0]["cells"] == {"s1": "1"}
    begun = next(act for act in await list_acts(gateway) if act["deed"] == "begin bulk action")
    assert (begun["reason"], begun["after"]["rule"]) == ("column-10", "better")
    page = await read(gateway, f"{path}/promotion")
    assert of_change in list_links(page)
    assert "version 2, current" in page


async def test_one_job_is_promoted_alone(gateway: Gateway) -> None:
    path, _ = await open_replay(gateway)
    page = await read(gateway, f"{path}/promotion")
    (link,) = (one for one in list_links(page) if f"jobIds={JOB_ID}" in one)
    page = await read(gateway, link.replace("&amp;", "&").partition("#")[0])
    assert f'<input type="hidden" name="jobIds" value="{JOB_ID}">' in page
    await change(gateway, f"{path}/promotion/promote", rule="any", jobIds=str(JOB_ID))
    assert [asked.wanted for asked in gateway.past.choosing] == [frozenset({JOB_ID})] * 2


async def test_rolled_back_a_job_has_its_own_result_to_the_byte(gateway: Gateway) -> None:
    path, desk = await open_replay(gateway)
    before = (await desk.read()).content
    await change(gateway, f"{path}/promotion/promote", rule="any")
    assert (await desk.read()).content != before
    page = await read(gateway, f"{path}/promotion")
    assert f"{path}/promotion/rollback" in list_links(page)
    of_change = await change(gateway, f"{path}/promotion/rollback", reason="wrong after all")
    page = await read(gateway, of_change)
    assert "Results rolled back" in page
    assert "there is no such job" in page
    assert (await desk.read()).content == before
    assert "version 2, of before" in await read(gateway, f"{path}/promotion")


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("promote", {"rule": "best"}),
        ("promote", {"jobIds": str(job_id(3))}),
        ("promote", {"jobIds": HOSTILE}),
        ("rollback", {"jobIds": str(job_id(3))}),
    ],
)
async def test_what_cannot_be_meant_is_told_on_a_page(
    gateway: Gateway, word: str, fields: dict[str, str]
) -> None:
    path, _ = await open_replay(gateway)
    answer = await send(gateway, f"{path}/promotion/{word}", **fields)
    assert (answer.status_code, f"{path}/promotion" in list_links(answer.text)) == (422, True)
    assert "<script>alert" not in answer.text
    assert not gateway.past.choosing


async def test_a_change_is_shown_below_its_own_replay_only(gateway: Gateway) -> None:
    path, _ = await open_replay(gateway)
    of_change = await change(gateway, f"{path}/promotion/promote", rule="any")
    other = await plan(gateway)
    for strange in (f"{other}/promotion/{of_change.rpartition('/')[2]}", f"{path}/promotion/x"):
        assert (await gateway.client.get(strange)).status_code == 404


async def test_its_jobs_and_what_was_skipped_are_read_page_by_page(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promotion_page, "MOST_JOBS", 1)
    path, _ = await open_replay(gateway)
    first, second = [await read(gateway, f"{path}/promotion{query}") for query in ("", "?after=1")]
    assert (str(JOB_ID) in first, str(OTHER) in first) == (True, False)
    assert (str(JOB_ID) in second, str(OTHER) in second) == (False, True)
    skipped = {str(JOB_ID): "a", str(OTHER): "b"}
    gateway.past.promotable = Promotable((), skipped)
    of_change = await change(gateway, f"{path}/promotion/promote", rule="better")
    page = await read(gateway, of_change)
    assert (f"{of_change}?after=1" in list_links(page), str(OTHER) in page) == (True, False)
    assert str(OTHER) in await read(gateway, f"{of_change}?after=1")
