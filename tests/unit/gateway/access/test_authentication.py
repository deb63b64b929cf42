"""Who makes a request is said by its key, and by nothing else."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from schemas.api.key import Role
from services.gateway.access.api_key import KEY, digest_key, make_key
from services.gateway.access.api_key_store import find_key, insert_key, revoke_key
from services.gateway.access.authentication import FRESH_S, Authentication
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import FakeClock, Gateway
from tests.unit.gateway.example import NOW

UNKNOWN = f"bsk_{'0' * 12}_{'A' * 43}"
JOBS = "/v1/jobs"


async def test_without_a_key_only_health_and_readiness_are_told(keyed_gateway: Gateway) -> None:
    client = keyed_gateway.client
    paths = ["/healthz", "/readyz", "/metrics", "/openapi.json", JOBS, "/v1/keys", "/nothing"]
    answers = [await client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, *[401] * 5]
    refused = answers[-1]
    assert refused.headers["www-authenticate"] == 'Bearer realm="brainshare"'
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"].endswith(":no-api-key")
    assert refused.headers["x-request-id"] == refused.json()["requestId"]


@pytest.mark.parametrize(
    ("header", "slug"),
    [
        ("Bearer", "api-key-refused"),
        ("Bearer bsk_1", "api-key-refused"),
        (f"Basic {UNKNOWN}", "api-key-refused"),
        (f"Bearer {UNKNOWN}", "api-key-refused"),
        (f"Bearer {UNKNOWN} x", "api-key-refused"),
        ("", "api-key-refused"),
    ],
)
async def test_what_is_no_key_is_refused_also_where_none_is_needed(
    gateway: Gateway, header: str, slug: str
) -> None:
    answer = await gateway.client.get(JOBS, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (401, slug)
    assert answer.headers["www-authenticate"].endswith('error="invalid_token"')


async def test_a_key_whose_secret_is_another_is_not_known(keyed_gateway: Gateway) -> None:
    caller = await make_caller(keyed_gateway.database)
    secret = caller["Authorization"]
    forged = {"Authorization": secret[:-1] + ("A" if secret[-1] != "A" else "B")}
    answers = [await keyed_gateway.client.get(JOBS, headers=h) for h in (caller, forged, caller)]
    assert [answer.status_code for answer in answers] == [200, 401, 200]


@pytest.mark.parametrize("case", ["lower", "spaces"])
async def test_the_scheme_s_case_and_spaces_say_nothing(keyed_gateway: Gateway, case: str) -> None:
    header = (await make_caller(keyed_gateway.database))["Authorization"]
    given = header.replace("Bearer", "bearer") if case == "lower" else header.replace(" ", "  ")
    answer = await keyed_gateway.client.get(JOBS, headers={"Authorization": given})
    assert answer.status_code == 200


async def test_an_expired_key_says_so(keyed_gateway: Gateway) -> None:
    caller = await make_caller(keyed_gateway.database, at=NOW - timedelta(days=1))
    answer = await keyed_gateway.client.get(JOBS, headers=caller)
    assert (answer.status_code, answer.json()["detail"]) == (401, "the API key has expired")


async def test_a_key_that_was_revoked_elsewhere_goes_for_some_seconds_at_most(
    database: Database,
) -> None:
    clock = FakeClock()
    made = make_key("a", "acme", Role.READ, "test", NOW)
    await database.write(insert_key, made)
    asked = Authentication(database, lambda: NOW, is_required=True, clock=clock.read)
    header = f"Bearer {made.secret}"
    assert (await asked.identify(header)).tenant == "acme"
    await database.write(revoke_key, made.stored.key_id, NOW)
    assert (await asked.identify(header)).tenant == "acme"
    await clock.wait(FRESH_S)
    with pytest.raises(ProblemError, match="was revoked"):
        await asked.identify(header)


async def test_the_last_use_is_kept_to_the_minute(database: Database) -> None:
    clock, now = FakeClock(), [NOW]
    made = make_key("a", "acme", Role.READ, "test", NOW)
    await database.write(insert_key, made)
    asked = Authentication(database, lambda: now[0], is_required=True, clock=clock.read)
    seen = []
    for later_s in (0, 30, 60):
        now[0] = NOW + timedelta(seconds=later_s)
        await clock.wait(FRESH_S)
        await asked.identify(f"Bearer {made.secret}")
        await asked.wait_for_notes()
        key = await database.read(find_key, made.stored.key_id)
        assert key is not None
        assert key.last_used_at is not None
        seen.append((key.last_used_at - NOW).total_seconds())
    assert seen == [0, 0, 60]


async def test_a_key_is_in_no_table_and_no_line_of_the_log(keyed_gateway: Gateway) -> None:
    admin = await make_caller(keyed_gateway.database, Role.ADMIN)
    with capture_logs() as lines:
        body = {"name": "x", "tenant": "acme"}
        made = await keyed_gateway.client.post("/v1/keys", json=body, headers=admin)
        secret = made.json()["secret"]
        caller = {"Authorization": f"Bearer {secret}"}
        for path in (JOBS, "/v1/keys", "/nothing"):
            await keyed_gateway.client.get(path, headers=caller)
        listed = await keyed_gateway.client.get("/v1/keys", headers=admin)
        await keyed_gateway.client.post(f"/v1/keys/{made.json()['id']}/revoke", headers=admin)
        refused = await keyed_gateway.client.get(JOBS, headers=caller)
    stored = await keyed_gateway.database.read(find_key, made.json()["id"])
    assert KEY.fullmatch(secret)
    assert stored is not None
    assert (made.status_code, refused.status_code) == (201, 401)
    assert stored.digest == digest_key(secret)
    hidden = secret[len("bsk_") + 13 :]
    for told in (repr(lines), listed.text, refused.text, repr(stored)):
        assert hidden not in told
