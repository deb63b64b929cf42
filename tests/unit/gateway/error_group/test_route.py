"""/v1/errors: what goes wrong, by what failed alike, and what is decided of it."""

from dataclasses import replace

import pytest

from schemas.api.key import Role
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import dead_letter, job, job_id, letter_of, orphan, request

PATH = "/v1/errors"


async def list_errors(gateway: Gateway, query: str = "", **headers: str) -> list[dict[str, object]]:
    answer = await gateway.client.get(f"{PATH}{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["errors"]  # type: ignore[no-any-return]


async def test_errors_that_differ_in_numbers_only_are_one_with_its_jobs(gateway: Gateway) -> None:
    await gateway.project(
        letter_of(0, 0, error_message="row 3 is odd"),
        letter_of(1, 1, error_message="row 14 is odd"),
        letter_of(2, 2, error_message="no"),
        orphan(3, error_message="row 5 is odd"),
    )
    first, second = await list_errors(gateway)
    assert (first["count"], first["jobs"], first["source"], first["state"]) == (
        3,
        2,
        "table",
        "open",
    )
    assert (second["count"], second["message"]) == (1, "no")


async def test_what_is_resolved_and_seen_again_has_regressed(gateway: Gateway) -> None:
    await gateway.project(letter_of(0, 0))
    (group,) = await list_errors(gateway)
    path = f"{PATH}/{group['fingerprint']}"
    resolved = await gateway.client.post(f"{path}/resolve", json={"reason": "mended"})
    assert (resolved.status_code, resolved.json()["state"]) == (200, "resolved")
    assert resolved.json()["reason"] == "mended"
    await gateway.project(replace(letter_of(1, 1), timestamp_ms=4_000_000_000_000))
    (again,) = await list_errors(gateway, "?state=regressed")
    assert (again["count"], again["decidedBy"]) == (2, "local")
    muted = (await gateway.client.post(f"{path}/mute")).json()
    reopened = (await gateway.client.post(f"{path}/reopen")).json()
    assert (muted["state"], reopened["state"], reopened["decidedBy"]) == ("muted", "open", None)
    acts = (await gateway.client.get("/v1/acts")).json()["acts"]
    told = [(act["deed"], act["before"]["state"], act["after"]["state"]) for act in acts]
    assert sorted(told) == [
        ("mute error", "regressed", "muted"),
        ("reopen error", "muted", "open"),
        ("resolve error", "open", "resolved"),
    ]


async def test_one_is_shown_with_the_latest_of_its_errors(gateway: Gateway) -> None:
    await gateway.project(*(letter_of(n, n) for n in range(12)))
    (group,) = await list_errors(gateway)
    shown = (await gateway.client.get(f"{PATH}/{group['fingerprint']}")).json()
    assert len(shown["latest"]) == 10
    assert shown["latest"][0]["jobId"] == str(job_id(11))
    assert shown["latest"][0]["letterId"] == "table-0-11"


@pytest.mark.parametrize(
    ("releases", "told"),
    [(["0.1.0", "0.2.0"], "0.2.0"), (["0.1.0", None], None), (["x" * 5000], "x" * 64)],
)
async def test_a_stage_s_error_says_the_release_that_met_it_last(
    gateway: Gateway, releases: list[str | None], told: str | None
) -> None:
    letters = [letter_of(n, n, release=release) for n, release in enumerate(releases)]
    later = [replace(x, timestamp_ms=x.timestamp_ms + x.offset) for x in letters]
    await gateway.project(*later)
    (group,) = await list_errors(gateway)
    shown = (await gateway.client.get(f"{PATH}/{group['fingerprint']}")).json()
    assert group["release"] == shown["release"] == told


@pytest.mark.parametrize(
    ("query", "found"),
    [("?source=row", 1), ("?source=table", 1), ("?source=gateway", 0), ("?state=muted", 0)],
)
async def test_filters(gateway: Gateway, query: str, found: int) -> None:
    await gateway.project(letter_of(0, 0), dead_letter(StageName.ROW, 1, error_kind=ErrorKind.BUG))
    assert len(await list_errors(gateway, query)) == found


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        (f"{PATH}?state=opne", 422, "invalid-parameter"),
        (f"{PATH}?cursor=x", 422, "invalid-parameter"),
        (f"{PATH}/000000000000", 404, "no-such-error"),
        (f"{PATH}/xyz", 422, "invalid-parameter"),
    ],
)
async def test_what_cannot_be_answered(gateway: Gateway, path: str, status: int, slug: str) -> None:
    answer = await gateway.client.get(path)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, slug)


async def test_a_tenant_sees_its_own_and_decides_nothing(keyed_gateway: Gateway) -> None:
    await keyed_gateway.project(
        request(0, job(job_id(0), tenant="acme")), letter_of(0, 1), letter_of(1, 2)
    )
    admin = await make_caller(keyed_gateway.database, Role.ADMIN, "default")
    caller = await make_caller(keyed_gateway.database, Role.OPERATE, "acme")
    (seen,) = await list_errors(keyed_gateway, **caller)
    (all_of_it,) = await list_errors(keyed_gateway, **admin)
    assert (seen["jobs"], all_of_it["jobs"]) == (1, 2)
    path = f"{PATH}/{seen['fingerprint']}/mute"
    assert (await keyed_gateway.client.post(path, headers=caller)).status_code == 403
    assert (await keyed_gateway.client.post(path, headers=admin)).status_code == 200
