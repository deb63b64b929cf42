"""What is another tenant's does not exist: every route of the document is tried with its ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid5

import httpx2
import pytest
from sqlalchemy import Engine, event

from schemas.api.key import Role
from schemas.job.record import StageRecord
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.access.permission import NEEDED, PUBLIC
from services.gateway.bulk.beginning import NAMESPACE
from services.gateway.dead_letter.state import fingerprint_error
from services.gateway.delivery.delivery import Draft
from services.gateway.delivery.endpoint import make_endpoint
from services.gateway.delivery.endpoint_store import insert_endpoint
from services.gateway.delivery.queue_store import note_drafts
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, NOW, dead_letter, job, request, success
from tests.unit.gateway.replaying import replay_id

BULK_ID = str(uuid5(uuid5(NAMESPACE, "acme"), "theirs"))
ERROR = fingerprint_error(StageName.COLUMN, ErrorKind.REFUSED, None, "no")
THEIRS = {
    "job_id": str(JOB_ID),
    "letter_id": "column-0-0",
    "bulk_id": BULK_ID,
    "replay_id": str(replay_id("acme")),
    "webhook_id": "a" * 12,
    "delivery_id": "theirs",
    "fingerprint": ERROR,
}
NOBODY_S = {
    "job_id": str(JOB_ID)[:-1] + "0",
    "letter_id": "column-0-9",
    "webhook_id": "b" * 12,
    "delivery_id": "nobody",
    "bulk_id": str(uuid5(NAMESPACE, "nobody")),
    "replay_id": str(replay_id("nobody")),
    "fingerprint": "0" * 12,
}
IDS = (THEIRS, NOBODY_S)
OF_ONE = {
    "readJob",
    "readResult",
    "exportResult",
    "readEvents",
    "cancelJob",
    "retryJob",
    "readFamily",
    "readJobFile",
    "rerunJob",
    "promoteResult",
    "deleteJob",
    "readDeadLetter",
    "readError",
    "redriveDeadLetter",
    "discardDeadLetter",
    "readBulkAction",
    "listBulkActionJobs",
    "stopBulkAction",
    "readReplay",
    "listReplayJobs",
    "readReplayManifest",
    "compareReplay",
    "exportReplayComparison",
    "printReplayComparison",
    "startReplay",
    "pauseReplay",
    "abortReplay",
    "planReplayControl",
    "promoteReplay",
    "rollBackReplay",
    "readWebhook",
    "changeWebhook",
    "deleteWebhook",
    "rotateWebhookSecret",
    "testWebhook",
    "recoverWebhook",
    "listDeliveries",
    "readDelivery",
    "resendDelivery",
}
OF_MANY = {
    "listJobs",
    "readAllEvents",
    "listDeadLetters",
    "listErrors",
    "groupDeadLetters",
    "redriveDeadLetters",
    "listBulkActions",
    "beginBulkAction",
    "listReplays",
    "planReplay",
    "listWebhooks",
}
OF_NONE = {
    "readHealth",
    "readReadiness",
    "readMetrics",
    "acceptJob",
    "acceptJobs",
    "createStreamToken",
    "createWebhook",
}
OF_ADMINS = {operation for operation, role in NEEDED.items() if role is Role.ADMIN}
SENT = {
    "discardDeadLetter": {"reason": "not mine"},
    "acceptJob": BODY,
    "acceptJobs": {"jobs": [BODY]},
    "createKey": {"name": "x"},
    "setTenantLimit": {"openJobs": 1_000},
    "beginBulkAction": {"action": "retry", "filter": {}},
    "planReplay": {"stage": "column"},
    "createStreamToken": {},
    "createWebhook": {"url": "https://app.example/"},
    "rerunJob": {"fromStage": "table"},
    "promoteResult": {"replayJobId": None},
    "recoverWebhook": {"since": "2026-01-01T00:00:00Z"},
}


async def test_every_route_of_the_document_is_known_here_and_has_a_role(
    keyed_gateway: Gateway,
) -> None:
    known = OF_ONE | OF_MANY | OF_NONE | OF_ADMINS
    assert {operation for operation, _, _ in await list_routes(keyed_gateway)} == known
    assert known == set(NEEDED) | PUBLIC


async def test_another_tenant_s_job_and_letter_are_404_as_what_does_not_exist(
    keyed_gateway: Gateway,
) -> None:
    rival = await hold_theirs(keyed_gateway)
    routes = await list_routes(keyed_gateway)
    await keyed_gateway.client.get("/v1/jobs", headers=rival)  # its key is read
    for operation, method, path in routes:
        if operation not in OF_ONE:
            continue
        for accept in ("*/*", "text/event-stream"):
            sent = {"json": SENT.get(operation, {}), "headers": rival | {"Accept": accept}}
            told = [await try_route(keyed_gateway, method, path, i, sent) for i in IDS]
            assert told[0] == told[1], operation
            assert told[0][0] in ((404,) if accept == "*/*" else (404, 406)), operation
    assert not keyed_gateway.publisher.published


async def test_no_list_and_no_act_on_many_touches_another_tenant_s(keyed_gateway: Gateway) -> None:
    rival = await hold_theirs(keyed_gateway)
    for operation, method, path in await list_routes(keyed_gateway):
        if operation in OF_MANY | OF_NONE:
            answer = await ask(keyed_gateway, method, path, SENT.get(operation, {}), rival)
            assert answer.is_success, operation
            assert not [i for i in THEIRS.values() if i in answer.text], operation
    assert not [key for _, key, _, _ in keyed_gateway.publisher.published if key == JOB_ID.bytes]
    still = await keyed_gateway.client.get("/v1/dead-letters", headers=await admin(keyed_gateway))
    assert [letter["state"] for letter in still.json()["deadLetters"]] == ["open"]


@pytest.mark.parametrize("role", [Role.READ, Role.SUBMIT, Role.OPERATE])
async def test_what_is_an_admin_s_is_nobody_else_s(keyed_gateway: Gateway, role: Role) -> None:
    caller = await make_caller(keyed_gateway.database, role)
    for operation, method, path in await list_routes(keyed_gateway):
        if operation in OF_ADMINS:
            answer = await ask(keyed_gateway, method, path, SENT.get(operation, {}), caller)
            assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (
                403,
                "role-too-small",
            ), operation


ROLES = list(Role)


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_what_those_before_it_may(keyed_gateway: Gateway, role: Role) -> None:
    caller = await make_caller(keyed_gateway.database, role)
    for operation, method, path in await list_routes(keyed_gateway):
        answer = await ask(keyed_gateway, method, path, SENT.get(operation, {}), caller)
        needed = NEEDED.get(operation, Role.READ)
        is_let = ROLES.index(role) >= ROLES.index(needed)
        assert (answer.status_code == 403) is not is_let, operation


@pytest.mark.parametrize(
    "path", ["/v1/jobs", "/v1/dead-letters", "/v1/dead-letters/groups", "/v1/webhooks"]
)
async def test_an_admin_sees_all_and_filters_by_tenant_and_others_may_name_their_own(
    keyed_gateway: Gateway, path: str
) -> None:
    rival = await hold_theirs(keyed_gateway)
    client, sees_all = keyed_gateway.client, await admin(keyed_gateway)
    pages = [
        (await client.get(path + query, headers=sees_all)).json()
        for query in ("", "?tenant=acme", "?tenant=rival")
    ]
    found = [len(next(iter(page.values()))) for page in pages]
    own = await client.get(f"{path}?tenant=rival", headers=rival)
    other = await client.get(f"{path}?tenant=acme", headers=rival)
    unknown = await client.get(f"{path}?tenant=nobody", headers=rival)
    assert found == [1, 1, 0]
    assert (own.status_code, other.status_code, unknown.status_code) == (200, 403, 403)
    assert other.json()["detail"] == unknown.json()["detail"]


async def test_one_key_is_another_s_too(keyed_gateway: Gateway) -> None:
    ids = []
    for tenant in ("acme", "rival", "acme"):
        caller = await make_caller(keyed_gateway.database, tenant=tenant)
        headers = caller | {"Idempotency-Key": "same"}
        answer = await keyed_gateway.client.post("/v1/jobs", json=BODY, headers=headers)
        assert answer.json()["tenant"] == tenant
        ids.append(answer.json()["jobId"])
    assert ids[0] == ids[2] != ids[1]


async def hold_theirs(gateway: Gateway) -> dict[str, str]:
    """Let acme have a job, a dead letter and a webhook, and give the key of its rival."""
    of = job(tenant="acme")
    await gateway.project(
        request(of=of),
        success(StageName.TABLE, of=of),
        dead_letter(StageName.COLUMN, value=StageRecord(job=of).to_json()),
    )
    owner = await make_caller(gateway.database, Role.OPERATE, "acme")
    headers, body = owner | {"Idempotency-Key": "theirs"}, SENT["beginBulkAction"]
    begun = await gateway.client.post("/v1/bulk-actions", json=body, headers=headers)
    assert begun.status_code == 202
    planned = await gateway.client.post("/v1/replays", json=SENT["planReplay"], headers=owner)
    assert planned.json()["id"] == THEIRS["replay_id"]
    told = ("https://acme.example/", (), "", "acme's", NOW)
    endpoint = replace(make_endpoint("acme", *told), endpoint_id=THEIRS["webhook_id"])
    await gateway.database.write(insert_endpoint, endpoint)
    which = (THEIRS["delivery_id"], endpoint.endpoint_id, "acme", "webhook.test", None)
    await gateway.database.write(note_drafts, [Draft(*which, "{}", NOW)], NOW)
    return await make_caller(gateway.database, Role.OPERATE, "rival")


async def admin(gateway: Gateway) -> dict[str, str]:
    return await make_caller(gateway.database, Role.ADMIN, "default")


async def list_routes(gateway: Gateway) -> list[tuple[str, str, str]]:
    """Operation, method and path of each route of the document."""
    caller = await make_caller(gateway.database, Role.READ, "default")
    document = (await gateway.client.get("/openapi.json", headers=caller)).json()
    return [
        (operation["operationId"], method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def try_route(
    gateway: Gateway, method: str, path: str, ids: dict[str, str], sent: Any
) -> tuple[object, ...]:
    """Status, body and work of a route, with the ids taken out of the body."""
    filled = path.format(**ids)
    with counting() as statements:
        answer = await gateway.client.request(method, filled, **sent)
    problem = {k: v for k, v in answer.json().items() if k not in ("instance", "requestId")}
    for name, value in ids.items():
        problem["detail"] = problem["detail"].replace(value, name)
    return answer.status_code, problem, list(statements)


async def ask(
    gateway: Gateway, method: str, path: str, body: Any, headers: dict[str, str]
) -> httpx2.Response:
    ids = NOBODY_S | {"key_id": "0" * 12, "tenant": "acme"}
    return await gateway.client.request(method, path.format(**ids), json=body, headers=headers)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that were run: the same ones take the same time."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
