"""A replay is planned, watched, compared and driven over HTTP, by operators."""

from typing import Any
from uuid import UUID, uuid5

import httpx2
import pytest

from schemas.api.key import Role
from schemas.api.replay.manifest import ReplayManifest
from schemas.job.prompt import carry_prompt
from schemas.kafka.control import PromotedResult, Promotion
from schemas.stage import StageName
from services.gateway.access.permission import NEEDED
from services.gateway.replay.past import PastIsBusyError
from services.replay.manifest import JobEnd, Manifest, Selection
from services.replay.question.plan import PastUnreadableError
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import (
    JOB_ID,
    NOW,
    TOPICS,
    consumed,
    job,
    job_id,
    request,
    success,
    whole_job,
)
from tests.unit.gateway.replaying import PROMPT

PATH = "/v1/replays"


async def plan(gateway: Gateway, **asked: Any) -> dict[str, Any]:
    answer = await gateway.client.post(PATH, json={"stage": "column"} | asked)
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == planned["links"]["status"]
    return planned


async def test_a_plan_is_kept_and_nothing_runs(gateway: Gateway) -> None:
    planned = await plan(gateway, reason="a try")
    assert (planned["state"], planned["total"], planned["pace"]) == ("planned", 1, None)
    assert planned["jobs"] == dict.fromkeys(planned["jobs"], 0) | {"waiting": 1}
    assert (planned["excluded"], planned["differs"]) == ({"it has not ended yet": 2}, {"prompt": 1})
    assert (planned["promptVersion"], planned["by"], planned["reason"]) == (
        PROMPT,
        "local",
        "a try",
    )
    assert (await gateway.client.get(planned["links"]["status"])).json() == planned
    assert (await gateway.client.get(PATH)).json() == {"replays": [planned], "next": None}
    assert not gateway.publisher.published
    assert not gateway.runs.started


async def test_it_is_planned_as_it_is_asked_for(gateway: Gateway) -> None:
    asked = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z", "limit": 7}
    asked |= {"statuses": ["failed"], "tags": ["a"], "tableId": "t", "jobIds": [str(JOB_ID)]}
    await plan(gateway, **asked, promptVersion="column-10", model="m-2", sample=5, tenant="acme")
    (found,) = gateway.past.asked
    assert (found.stage, found.prompt_version, found.model) == (
        StageName.COLUMN,
        "column-10",
        "m-2",
    )
    assert found.listed == frozenset({JOB_ID})
    assert found.selection == Selection(
        from_at="2026-01-01T00:00:00Z",
        to_at="2026-01-02T00:00:00Z",
        statuses=(JobEnd.FAILED,),
        tags=("a",),
        table_id="t",
        tenant="acme",
        sample=5,
        limit=7,
        is_listed=True,
    )


async def test_an_operator_plans_with_the_jobs_of_the_own_tenant_only(
    keyed_gateway: Gateway,
) -> None:
    caller = await make_caller(keyed_gateway.database, Role.OPERATE, "acme")
    await keyed_gateway.client.post(PATH, json={"stage": "row"}, headers=caller)
    assert [asked.selection.tenant for asked in keyed_gateway.past.asked] == ["acme"]
    other = {"stage": "row", "tenant": "rival"}
    refused = await keyed_gateway.client.post(PATH, json=other, headers=caller)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"stage": "cell"},
        {"stage": "row", "statuses": ["running"]},
        {"stage": "row", "sample": 0},
        {"stage": "row", "limit": 10_001},
        {"stage": "row", "jobIds": []},
        {"stage": "row", "from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"stage": "row", "unheardOf": 1},
    ],
)
async def test_what_is_no_plan_is_refused(gateway: Gateway, asked: dict[str, Any]) -> None:
    assert (await gateway.client.post(PATH, json=asked)).status_code == 422
    assert not gateway.past.asked


async def test_more_jobs_than_a_replay_holds_are_refused(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.replay.desk.MAX_REPLAY_JOBS", 1)
    gateway.past.sources = (job_id(1), job_id(2))
    refused = await gateway.client.post(PATH, json={"stage": "row"})
    assert (refused.status_code, slug(refused)) == (422, "too-many-jobs")
    assert (await gateway.client.get(PATH)).json()["replays"] == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [(PastIsBusyError(), "busy"), (PastUnreadableError("no broker"), "broker-unavailable")],
)
async def test_a_past_that_cannot_be_read_now_is_asked_again_later(
    gateway: Gateway, error: PastIsBusyError | PastUnreadableError, kind: str
) -> None:
    planned = await plan(gateway)
    gateway.past.fails = error
    answers = [
        await gateway.client.post(PATH, json={"stage": "row"}),
        await gateway.client.get(planned["links"]["comparison"]),
    ]
    assert [(a.status_code, slug(a), "Retry-After" in a.headers) for a in answers] == [
        (503, kind, True)
    ] * 2


async def test_its_manifest_is_one_that_the_command_takes(gateway: Gateway, tmp_path: Any) -> None:
    planned = await plan(gateway)
    file = tmp_path / "manifest.json"
    file.write_bytes((await gateway.client.get(planned["links"]["manifest"])).content)
    manifest = Manifest.read(file)
    assert (str(manifest.replay_id), len(manifest.jobs)) == (planned["id"], 1)
    of_client = ReplayManifest.from_json(file.read_bytes())
    file.write_bytes(of_client.to_json())
    assert Manifest.read(file) == manifest


async def test_it_is_compared_by_its_manifest(gateway: Gateway) -> None:
    planned = await plan(gateway)
    found = (await gateway.client.get(planned["links"]["comparison"])).json()
    assert (found["replayId"], found["all"]["missing"]) == (planned["id"], 1)
    (compared,) = gateway.past.compared
    assert str(Manifest.from_json(compared.manifest).replay_id) == planned["id"]
    assert (compared.control, compared.limits, found["control"]) == (None, None, None)


async def test_pages_go_from_the_newest_to_the_oldest(gateway: Gateway) -> None:
    ids = {(await plan(gateway))["id"] for _ in range(3)}
    first = (await gateway.client.get(f"{PATH}?limit=2")).json()
    second = (await gateway.client.get(f"{PATH}?limit=2&cursor={first['next']}")).json()
    found = [replay["id"] for replay in (*first["replays"], *second["replays"])]
    assert (set(found), len(found), second["next"]) == (ids, 3, None)


async def test_its_jobs_are_told_with_what_they_came_to_and_whether_it_was_promoted(
    gateway: Gateway,
) -> None:
    gateway.past.sources = (JOB_ID, job_id(2))
    planned = await plan(gateway)
    replay = uuid5(UUID(planned["id"]), str(JOB_ID))
    await gateway.project(*whole_job(), request(5, of=job().model_copy(update={"job_id": replay})))
    path = planned["links"]["jobs"]
    first = (await gateway.client.get(f"{path}?limit=1")).json()
    of_first = {"sourceJobId": str(JOB_ID), "replayJobId": str(replay), "status": "pending"}
    assert first["jobs"] == [of_first | {"version": None, "isCurrent": False}]
    rest = (await gateway.client.get(f"{path}?after={first['next']}")).json()
    assert [(one["sourceJobId"], one["status"]) for one in rest["jobs"]] == [(str(job_id(2)), None)]
    assert (await gateway.client.get(f"{path}?promoted=true")).json()["jobs"] == []

    result = PromotedResult(job_id=replay, stage=StageName.ROW, promoted_at=NOW)
    told = {"job_id": JOB_ID, "sequence": 1, "results": (result,), "current": 2, "asked_at": NOW}
    key = f"promote:{JOB_ID}".encode()
    await gateway.project(consumed(TOPICS.control, Promotion(**told).to_json(), key=key))
    promoted = (await gateway.client.get(f"{path}?promoted=true")).json()["jobs"]
    assert promoted == [of_first | {"version": 2, "isCurrent": True}]


async def test_its_counts_add_up_to_all(gateway: Gateway) -> None:
    gateway.past.sources = tuple(map(job_id, range(1, 5)))
    planned = await plan(gateway)
    of = [uuid5(UUID(planned["id"]), str(one)) for one in gateway.past.sources]
    jobs = [job().model_copy(update={"job_id": one}) for one in of]
    done = [request(1, of=jobs[1]), success(StageName.TABLE, of=jobs[1])]
    await gateway.project(request(of=jobs[0]), *done)
    counts = (await gateway.client.get(planned["links"]["status"])).json()["jobs"]
    assert sum(counts.values()) == planned["total"] == 4
    assert (counts["waiting"], counts["pending"], counts["running"]) == (2, 1, 1)


async def test_it_is_started_paused_started_again_and_aborted(gateway: Gateway) -> None:
    links = (await plan(gateway))["links"]
    first = await act(gateway, links["start"], rate=2, maxCostUsd=1, reason="a try")
    assert (first["state"], first["reason"]) == ("running", "a try")
    limits = {"rate": 2.0, "liveWaitS": 10.0, "maxCostUsd": 1.0, "maxFailedPercent": None}
    limits |= {"maxOpen": None}
    assert first["pace"] == limits
    assert (await act(gateway, links["start"], rate=3))["pace"] == limits
    assert (await act(gateway, links["pause"]))["state"] == "paused"
    assert (await act(gateway, links["pause"]))["state"] == "paused"
    assert (await act(gateway, links["start"], rate=3))["pace"]["rate"] == 3.0
    assert (await act(gateway, links["abort"], reason="wrong"))["state"] == "aborting"
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    deeds = ("abort", "pause", "plan", "start", "start")
    assert sorted(one["deed"] for one in acts) == [f"{word} replay" for word in deeds]
    (aborted,) = (one for one in acts if one["deed"] == "abort replay")
    assert (aborted["reason"], aborted["before"]) == ("wrong", {"state": "running"})


@pytest.mark.parametrize(
    ("before", "word", "told"),
    [
        ("", "pause", "the replay is planned, and only one that is running can be paused"),
        ("abort", "start", "only one that is planned, paused or stopped can be started"),
        ("abort", "pause", "the replay is aborting, and only one that is running can be paused"),
    ],
)
async def test_what_it_is_not_far_enough_for_is_refused(
    gateway: Gateway, before: str, word: str, told: str
) -> None:
    links = (await plan(gateway))["links"]
    if before:
        await act(gateway, links[before])
    refused = await gateway.client.post(links[word], json={})
    assert (refused.status_code, slug(refused)) == (409, "replay-not-so-far")
    assert told in refused.json()["detail"]


async def test_a_replay_for_another_prompt_than_the_release_s_is_not_started(
    gateway: Gateway,
) -> None:
    links = (await plan(gateway, promptVersion="column-10"))["links"]
    refused = await gateway.client.post(links["start"], json={})
    assert (refused.status_code, slug(refused)) == (409, "prompt-not-here")
    gateway.past.prompt = "column-10"
    assert (await act(gateway, links["start"]))["state"] == "running"


async def test_a_live_one_is_started_only_by_who_says_so(gateway: Gateway) -> None:
    planned = await plan(gateway, live=True)
    (asked,) = gateway.past.asked
    assert (asked.is_live, planned["isLive"]) == (True, True)
    refused = await gateway.client.post(planned["links"]["start"], json={})
    assert (refused.status_code, slug(refused)) == (409, "live-not-said")
    assert "1 new jobs would be started that people see" in refused.json()["detail"]
    assert (await act(gateway, planned["links"]["start"], live=True))["state"] == "running"
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    (told,) = (one["after"] for one in acts if one["deed"] == "plan replay")
    assert told["isLive"] is True


async def test_a_shadow_needs_no_such_word_and_takes_none_from_it(gateway: Gateway) -> None:
    planned = await plan(gateway)
    assert planned["isLive"] is False
    started = await act(gateway, planned["links"]["start"], live=True)
    assert (started["state"], started["isLive"]) == ("running", False)


async def test_one_whose_jobs_bring_their_prompt_along_is_started_by_any_release(
    gateway: Gateway,
) -> None:
    planned = await plan(gateway, prompt="Say it otherwise.\r\n")
    (asked,) = gateway.past.asked
    prompt = carry_prompt(StageName.COLUMN, "Say it otherwise.")
    assert (asked.prompt, asked.prompt_version) == (prompt.text, None)
    assert (planned["promptVersion"], planned["bringsPrompt"]) == (prompt.version, True)
    manifest = (await gateway.client.get(planned["links"]["manifest"])).content
    assert Manifest.from_json(manifest).prompt == prompt
    gateway.past.prompt = "of another release"
    assert (await act(gateway, planned["links"]["start"]))["state"] == "running"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"prompt": ""}, "must have 1 or more characters"),
        ({"prompt": " "}, "line 1: there is no text"),
        ({"prompt": "a\nb\u202ec"}, "line 2: it has a character that is not seen, U+202E"),
        ({"prompt": "Say it.", "promptVersion": "column-4"}, "say one of them"),
        ({"prompt": 7}, "must be a text"),
    ],
)
async def test_what_is_no_prompt_is_refused_with_line_and_reason(
    gateway: Gateway, asked: dict[str, Any], why: str
) -> None:
    refused = await gateway.client.post(PATH, json={"stage": "column"} | asked)
    assert refused.status_code == 422
    assert why in refused.text
    assert not gateway.past.asked


@pytest.mark.parametrize("rate", [0, -1, 1001, "5"])
async def test_what_is_no_pace_is_refused(gateway: Gateway, rate: object) -> None:
    links = (await plan(gateway))["links"]
    assert (await gateway.client.post(links["start"], json={"rate": rate})).status_code == 422


def test_replays_are_for_operators() -> None:
    of_replays = {name: role for name, role in NEEDED.items() if "Replay" in name}
    assert of_replays == dict.fromkeys(of_replays, Role.OPERATE)
    assert len(of_replays) == 14


async def act(gateway: Gateway, path: str, **said: Any) -> dict[str, Any]:
    answer = await gateway.client.post(path, json=said)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


def slug(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]
