"""/console/replays: what was planned is seen, started, paused and aborted, by operators."""

from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from schemas.api.key import Role
from schemas.stage import StageName
from services.gateway.access.permission import CONSOLE
from services.gateway.console.replay import replay_page
from services.gateway.console.shell.navigation import REPLAYS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.replay.drive import HOSTILE, SHOWN, list_acts, plan, read, send
from tests.unit.gateway.console.visitor import list_links, sign_in
from tests.unit.gateway.example import JOB_ID, dead_letter, job, job_id, request


async def test_before_there_is_any_it_says_how_one_is_planned(gateway: Gateway) -> None:
    page = await read(gateway, REPLAYS)
    assert "brainshare replay plan --stage column" in page
    assert f"{REPLAYS}/plan" in list_links(page)


async def test_the_list_says_of_each_its_state_its_counts_and_who_acted_last(
    gateway: Gateway,
) -> None:
    gateway.past.sources = (job_id(1), job_id(2))
    path = await plan(gateway, reason=HOSTILE)
    await send(gateway, f"{path}/control", sample="1")
    page = await read(gateway, REPLAYS)
    assert path in list_links(page)
    assert ("column replay" in page, "column control" in page) == (True, True)
    assert "2 waiting of 2" in page
    assert '<span class="state planned">planned</span>' in page
    assert SHOWN in page
    assert "<script>alert" not in page


async def test_the_list_is_read_page_by_page(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_page, "MOST_LISTED", 1)
    paths = {await plan(gateway), await plan(gateway)}
    first = list_links(await read(gateway, REPLAYS))
    (more,) = (link for link in first if "cursor=" in link)
    second = list_links(await read(gateway, more))
    assert (paths & first) | (paths & second) == paths
    assert not paths & first & second
    refused = await gateway.client.get(f"{REPLAYS}?cursor=x")
    assert refused.status_code == 422


async def test_a_plan_is_shown_and_nothing_runs(gateway: Gateway) -> None:
    path = await plan(gateway, promptVersion="column-10")
    page = await read(gateway, f"{path}?done=planned")
    assert "Nothing runs until you start it." in page
    assert "1 waiting of 1" in page
    assert "it has not ended yet" in page
    assert "a job took 4.5 s in the calls of these stages before" in page
    assert "column-10" in page
    assert "Another <bdi>prompt</bdi> in 1 job" in page
    assert 'id="confounded"' not in page
    assert f'action="{path}/start"' in page
    assert (gateway.publisher.published, gateway.runs.started) == ([], [])


async def test_where_prompt_and_model_both_differ_it_warns(gateway: Gateway) -> None:
    gateway.past.differs = "prompt and model"
    page = await read(gateway, await plan(gateway))
    assert "Prompt and model both differ in 1 job" in page


async def test_a_plan_of_no_job_says_why_and_has_no_start(gateway: Gateway) -> None:
    gateway.past.sources = ()
    path = await plan(gateway)
    page = await read(gateway, path)
    assert ("No job is left to run again" in page, f"{path}/start" in page) == (True, False)


async def test_it_is_started_paused_gone_on_with_and_aborted(gateway: Gateway) -> None:
    path = await plan(gateway)
    for verb, state, offers in (
        ("start", "running", {"pause", "abort"}),
        ("pause", "paused", {"start", "abort"}),
        ("start", "running", {"pause", "abort"}),
        ("abort", "aborting", set()),
    ):
        answer = await send(gateway, f"{path}/{verb}", rate="2", maxCostUsd="1.5", reason="a try")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?done={verb}")
        page = await read(gateway, answer.headers["location"])
        assert f'<span class="state {state}">' in page
        links = list_links(page)
        assert {one for one in ("start", "pause", "abort") if f"{path}/{one}" in links} == offers
    deeds = [act["deed"] for act in await list_acts(gateway)]
    assert sorted(deeds) == ["abort replay", "pause replay", "plan replay", *["start replay"] * 2]
    (aborted,) = (act for act in await list_acts(gateway) if act["deed"] == "abort replay")
    assert (aborted["reason"], aborted["before"]) == ("a try", {"state": "running"})


async def test_the_pace_and_its_ceilings_are_shown_and_kept_for_going_on(gateway: Gateway) -> None:
    path = await plan(gateway)
    fields = {"rate": "2.5", "maxCostUsd": "1.5", "maxFailedPercent": "20", "maxOpen": "32"}
    await send(gateway, f"{path}/start", **fields)
    page = await read(gateway, path)
    assert "2.5 jobs a second" in page
    assert "$1.50" in page
    assert "of more than 20 % of what has ended" in page
    await send(gateway, f"{path}/pause")
    page = await read(gateway, path)
    for name, text in fields.items():
        assert f'name="{name}"' in page
        assert f'value="{text}"' in page


async def test_what_has_failed_is_named_with_why(gateway: Gateway) -> None:
    gateway.past.sources = (JOB_ID, job_id(2))
    path = await plan(gateway)
    of = job(uuid5(UUID(path.rpartition("/")[2]), str(JOB_ID)), stages=(StageName.COLUMN,))
    letter = dead_letter(StageName.COLUMN, 1, error_message=HOSTILE)
    await gateway.project(request(0, of=of), replace(letter, key=of.key))
    page = await read(gateway, path)
    assert "1 failed, 1 waiting of 2" in page
    assert SHOWN in page
    assert "<script>alert" not in page
    assert {f"{CONSOLE}/jobs/{of.job_id}", f"{CONSOLE}/jobs/{JOB_ID}"} <= list_links(page)


async def test_a_page_that_is_the_same_is_not_sent_again(gateway: Gateway) -> None:
    path = await plan(gateway)
    first = await gateway.client.get(path)
    seen = {"If-None-Match": first.headers["etag"]}
    assert (await gateway.client.get(path, headers=seen)).status_code == 304
    await send(gateway, f"{path}/start")
    assert (await gateway.client.get(path, headers=seen)).status_code == 200


async def test_a_control_is_planned_and_each_leads_to_the_other(gateway: Gateway) -> None:
    path = await plan(gateway)
    answer = await send(gateway, f"{path}/control", sample="1", model="m-2", reason="noise")
    control = answer.headers["location"].partition("?")[0]
    assert (answer.status_code, control != path) == (303, True)
    assert control in list_links(await read(gateway, path))
    page = await read(gateway, control)
    assert path in list_links(page)
    assert f"{control}/promotion" not in list_links(page)
    (asked,) = gateway.past.controls
    assert (asked.sample, asked.model) == (1, "m-2")


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"{REPLAYS}/{job_id(9)}", 404), (f"{REPLAYS}/x", 404), (f"{REPLAYS}/x/comparison", 404)],
)
async def test_what_there_is_not_has_a_page_that_says_so(
    gateway: Gateway, path: str, status: int
) -> None:
    answer = await gateway.client.get(path)
    assert (answer.status_code, "There is no such thing here" in answer.text) == (status, True)


async def test_an_act_that_there_is_not_is_refused(gateway: Gateway) -> None:
    path = await plan(gateway)
    assert (await send(gateway, f"{path}/delete")).status_code == 404


@pytest.mark.parametrize(
    ("verb", "fields", "status", "told"),
    [
        ("pause", {}, 409, "the replay is planned"),
        ("start", {"rate": "fast"}, 422, "rate"),
        ("start", {"reason": "x" * 501}, 422, "reason"),
        ("control", {"sample": "0"}, 422, "sample"),
    ],
)
async def test_what_does_not_go_is_told_on_a_page(
    gateway: Gateway, verb: str, fields: dict[str, str], status: int, told: str
) -> None:
    path = await plan(gateway)
    answer = await send(gateway, f"{path}/{verb}", **fields)
    assert (answer.status_code, told in answer.text) == (status, True)
    assert path in list_links(answer.text)
    assert not gateway.runs.started


async def test_one_for_another_prompt_than_the_release_s_is_not_started(gateway: Gateway) -> None:
    path = await plan(gateway, promptVersion="column-10")
    answer = await send(gateway, f"{path}/start")
    assert (answer.status_code, "deploy the other one first" in answer.text) == (409, True)


async def test_a_live_one_is_started_where_the_form_says_that_people_may_see_it(
    gateway: Gateway,
) -> None:
    planned = await gateway.client.post("/v1/replays", json={"stage": "column", "live": True})
    path = f"{REPLAYS}/{planned.json()['id']}"
    assert 'name="live"' in await read(gateway, path)
    assert (await send(gateway, f"{path}/start")).status_code == 409
    assert (await send(gateway, f"{path}/start", live="yes")).status_code == 303


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
async def test_a_form_of_another_origin_does_nothing(gateway: Gateway, origin: str | None) -> None:
    path = await plan(gateway)
    headers = {} if origin is None else {"Origin": origin}
    for verb in ("start", "abort", "control", "promotion/promote", "promotion/rollback"):
        answer = await gateway.client.post(f"{path}/{verb}", data={}, headers=headers)
        assert answer.status_code == 403
    assert '<span class="state planned">' in await read(gateway, path)
    assert [act["deed"] for act in await list_acts(gateway)] == ["plan replay"]


async def test_another_tenant_s_replay_does_not_exist(keyed_gateway: Gateway) -> None:
    mine = await sign_in(keyed_gateway, Role.OPERATE, "acme")
    other = await sign_in(keyed_gateway, Role.OPERATE, "rival")
    path = await plan(keyed_gateway, mine)
    assert path in list_links(await read(keyed_gateway, REPLAYS, mine))
    assert path not in list_links(await read(keyed_gateway, REPLAYS, other))
    pages = ("", "/comparison", "/comparison.csv", "/manifest.json", "/promotion")
    answers = [await keyed_gateway.client.get(f"{path}{one}", headers=other) for one in pages]
    acts = ("start", "pause", "abort", "control", "promotion/promote", "promotion/rollback")
    answers += [await send(keyed_gateway, f"{path}/{one}", other) for one in acts]
    assert {answer.status_code for answer in answers} == {404}
    assert not keyed_gateway.past.compared


@pytest.mark.parametrize("role", [Role.READ, Role.SUBMIT])
async def test_who_is_no_operator_sees_no_replay(keyed_gateway: Gateway, role: Role) -> None:
    path = await plan(keyed_gateway, await sign_in(keyed_gateway, Role.OPERATE))
    visitor = await sign_in(keyed_gateway, role)
    pages = (REPLAYS, f"{REPLAYS}/plan", path, f"{path}/comparison", f"{path}/promotion")
    answers = [await keyed_gateway.client.get(one, headers=visitor) for one in pages]
    answers.append(await send(keyed_gateway, f"{path}/start", visitor))
    for answer in answers:
        assert (answer.status_code, REPLAYS in list_links(answer.text)) == (403, False)
        assert "this needs a key with the role operate" in answer.text
