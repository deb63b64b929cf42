"""A stream token shows what it was made for, for some minutes, and is good for nothing else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from schemas.api.key import Role
from services.gateway.access.principal import LOCAL, SCOPE_KEY, Grant, Principal
from services.gateway.access.stream_token import KEY_LASTS_S, StreamTokens
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database
from services.gateway.signing.signer import Signer
from services.gateway.signing.store import load_signer
from services.gateway.stream.change_notifier import ChangeNotifier
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, NOW, job, job_id, whole_job

TOKENS = "/v1/stream-tokens"
JOB = f"/v1/jobs/{JOB_ID}"
EVENTS = f"{JOB}/events"
OTHER = f"/v1/jobs/{job_id(1)}"


def slug(answer: httpx2.Response) -> str:
    return str(answer.json()["type"].rsplit(":")[-1])


async def get_token(gateway: Gateway, body: dict[str, Any], role: Role = Role.READ) -> str:
    caller = await make_caller(gateway.database, role)
    answer = await gateway.client.post(TOKENS, json=body, headers=caller)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["token"])


async def hold_jobs(gateway: Gateway) -> None:
    jobs = [job(tenant="acme"), job(job_id(1), tenant="acme"), job(job_id(2), tenant="rival")]
    for number, of in enumerate(jobs):
        records = [replace(r, offset=r.offset + 10 * number) for r in whole_job(of)]
        await gateway.project(*records)


@pytest.mark.parametrize(
    ("path", "by_query", "by_header"),
    [
        (EVENTS, 200, 200),
        (JOB, 401, 200),
        (f"{JOB}/result", 401, 200),
        (f"{JOB}/result.csv", 401, 403),
        (f"{OTHER}/events", 403, 403),
        (OTHER, 401, 403),
        ("/v1/jobs", 401, 403),
        ("/v1/dead-letters", 401, 403),
        ("/metrics", 401, 403),
        ("/v1/keys", 401, 403),
    ],
)
async def test_a_job_s_token_shows_that_job_and_in_the_address_its_stream_only(
    keyed_gateway: Gateway, path: str, by_query: int, by_header: int
) -> None:
    await hold_jobs(keyed_gateway)
    token = await get_token(keyed_gateway, {"jobId": str(JOB_ID)})
    client = keyed_gateway.client
    in_address = await client.get(path, params={"token": token})
    in_header = await client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert (in_address.status_code, in_header.status_code) == (by_query, by_header)


@pytest.mark.parametrize(("number", "status"), [(1, 200), (2, 404), (3, 404)])
async def test_a_tenant_s_token_shows_every_job_of_the_tenant_and_no_other_s(
    keyed_gateway: Gateway, number: int, status: int
) -> None:
    await hold_jobs(keyed_gateway)
    token = await get_token(keyed_gateway, {})
    answer = await keyed_gateway.client.get(
        f"/v1/jobs/{job_id(number)}/events", params={"token": token}
    )
    assert answer.status_code == status


async def test_a_token_makes_no_token_and_no_job(keyed_gateway: Gateway) -> None:
    caller = {"Authorization": f"Bearer {await get_token(keyed_gateway, {})}"}
    for path, body in ((TOKENS, {}), ("/v1/jobs", BODY)):
        answer = await keyed_gateway.client.post(path, json=body, headers=caller)
        assert answer.status_code == 403


async def test_another_tenant_s_job_gets_none_as_one_that_does_not_exist(
    keyed_gateway: Gateway,
) -> None:
    await hold_jobs(keyed_gateway)
    caller = await make_caller(keyed_gateway.database, Role.READ)
    for number in (2, 3):
        body = {"jobId": str(job_id(number))}
        answer = await keyed_gateway.client.post(TOKENS, json=body, headers=caller)
        assert (answer.status_code, slug(answer)) == (404, "no-such-job")


async def test_a_202_brings_the_token_of_its_job(keyed_gateway: Gateway) -> None:
    caller = await make_caller(keyed_gateway.database)
    accepted = await keyed_gateway.client.post("/v1/jobs", json=BODY, headers=caller)
    token, path = accepted.json()["streamToken"], accepted.headers["location"]
    answer = await keyed_gateway.client.get(f"{path}/events", params={"token": token["token"]})
    assert accepted.headers["cache-control"] == "no-store"
    assert (token["jobId"], token["tenant"]) == (accepted.json()["jobId"], "acme")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"jobId": "x"}, "/jobId"),
        ({"expiresInS": 9}, "/expiresInS"),
        ({"expiresInS": 3601}, "/expiresInS"),
        ({"expiresInS": "60 s"}, "/expiresInS"),
        ({"tenant": "A B"}, "/tenant"),
        ({"job": 1}, "/job"),
    ],
)
async def test_what_is_wrong_with_a_request_is_named(
    gateway: Gateway, body: dict[str, Any], pointer: str
) -> None:
    answer = await gateway.client.post(TOKENS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_only_an_admin_makes_one_for_another_tenant(keyed_gateway: Gateway) -> None:
    await hold_jobs(keyed_gateway)
    rival = {"tenant": "rival"}
    caller = await make_caller(keyed_gateway.database)
    refused = await keyed_gateway.client.post(TOKENS, json=rival, headers=caller)
    token = await get_token(keyed_gateway, rival, Role.ADMIN)
    answer = await keyed_gateway.client.get(f"/v1/jobs/{job_id(2)}/events", params={"token": token})
    assert (refused.status_code, answer.status_code) == (403, 200)


@pytest.mark.parametrize("wrong", ["", "bst_", "bst_AAAA.AAAA", "x" * 3_000, "ü"])
async def test_what_is_no_token_is_refused_also_where_none_is_needed(
    gateway: Gateway, wrong: str
) -> None:
    answer = await gateway.client.get(EVENTS, params={"token": wrong or "%00"})
    assert (answer.status_code, slug(answer)) == (401, "stream-token-refused")


async def test_an_ended_token_says_so(database: Database) -> None:
    now = [NOW]
    tokens = StreamTokens(await database.write(load_signer), lambda: now[0])
    token = tokens.issue("acme", None, 60).token
    assert tokens.identify(token).tenant == "acme"
    now[0] = NOW + timedelta(seconds=60)
    with pytest.raises(ProblemError, match="ended at") as refused:
        tokens.identify(token)
    assert refused.value.slug == "stream-token-expired"


async def test_a_stream_ends_with_the_token_that_opened_it() -> None:
    with ChangeNotifier().watch("a", lasts_s=0.01) as waiter:
        assert not await waiter.wait()


async def test_a_token_is_in_no_line_of_the_log_and_no_answer(keyed_gateway: Gateway) -> None:
    await hold_jobs(keyed_gateway)
    with capture_logs() as lines:
        token = await get_token(keyed_gateway, {"jobId": str(JOB_ID)})
        told = [
            await keyed_gateway.client.get(path, params={"token": token})
            for path in (EVENTS, JOB, f"{OTHER}/events", "/nothing")
        ]
    assert [line["event"] for line in lines] == ["stream_token_issued"]
    for text in (repr(lines), *(answer.text for answer in told)):
        assert token.removeprefix("bst_").partition(".")[0] not in text


async def test_each_job_of_a_batch_brings_its_token(keyed_gateway: Gateway) -> None:
    caller = await make_caller(keyed_gateway.database)
    body = {"jobs": [BODY, {"tableId": ""}, BODY]}
    answer = await keyed_gateway.client.post("/v1/jobs/batch", json=body, headers=caller)
    items = answer.json()["items"]
    told = [item["streamToken"] and item["streamToken"]["jobId"] for item in items]
    assert told == [item["job"] and item["job"]["jobId"] for item in items]
    assert told[1] is None
    assert answer.headers["cache-control"] == "no-store"


def test_a_stream_of_a_key_is_to_say_again_who_it_is() -> None:
    tokens = StreamTokens(Signer(b"k"), lambda: NOW)
    keyed = Principal("acme", Role.READ, "0123456789ab", "a")
    granted = replace(keyed, grant=Grant(None, NOW + timedelta(seconds=60)))
    rests = [tokens.find_rest_s({SCOPE_KEY: who}) for who in (LOCAL, keyed, granted)]
    assert rests == [None, KEY_LASTS_S, 60]
