"""What a gateway answers is what a program gets, blocking and awaiting."""

from collections.abc import Callable
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import pytest

from brainshare_client import (
    AsyncBrainshare,
    Brainshare,
    Conflict,
    ConnectionFailed,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    StillRunning,
    Unauthorized,
)
from schemas.api.key import Role
from tests.live_gateway import LiveGateway
from tests.python_client.conftest import TENANT

pytestmark = pytest.mark.timeout(120)

Ask = Callable[[Any, dict[str, UUID]], Any]


@pytest.fixture(scope="module", autouse=True)
def jobs(played: LiveGateway, key: str) -> dict[str, UUID]:
    """A job that is completed, one that has failed, one that runs and one that is gone."""
    with Brainshare(played.url, key) as client:
        ids = [client.jobs.create(table_id="t", context="x").job_id for _ in range(5)]
        client.jobs.wait(ids[4], timeout_s=30)
        client.jobs.delete(ids[4], reason="a test")
    return dict(zip(("done", "also done", "failed", "running", "gone"), ids, strict=True))


REFUSALS: dict[str, tuple[Ask, type[Refused], str]] = {
    "no such job": (lambda c, _: c.jobs.get(uuid4()), NotFound, "no-such-job"),
    "an id that is none": (lambda c, _: c.jobs.cancel("a/b"), NotFound, "not-found"),
    "a job that is gone": (lambda c, j: c.jobs.get(j["gone"]), Gone, "job-is-gone"),
    "a result too early": (lambda c, j: c.jobs.result(j["running"]), Conflict, "job-not-ended"),
    "a cancel too late": (lambda c, j: c.jobs.cancel(j["done"]), Conflict, "job-has-ended"),
    "a wrong field": (
        lambda c, _: c.jobs.create(table_id="a b", context="x"),
        Invalid,
        "invalid-request",
    ),
    "a wrong filter": (
        lambda c, _: c.jobs.page(status="done"),
        Invalid,
        "invalid-parameter",
    ),
    "a key used for another job": (
        lambda c, _: c.jobs.create(table_id="other", context="x", idempotency_key="k1"),
        Invalid,
        "idempotency-key-reused",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refusal_is_an_error_of_its_kind(
    case: str, played: LiveGateway, key: str, jobs: dict[str, UUID]
) -> None:
    ask, kind, slug = REFUSALS[case]
    with Brainshare(played.url, key) as client:
        client.jobs.create(table_id="t", context="x", idempotency_key="k1")
        with pytest.raises(kind) as told:
            ask(client, jobs)
    async with AsyncBrainshare(played.url, key) as later:
        with pytest.raises(kind) as told_later:
            await ask(later, jobs)
    assert (told.value.kind, told_later.value.kind) == (slug, slug)
    assert len(told.value.request_id) == 32


def test_a_wrong_field_is_named(played: LiveGateway, key: str) -> None:
    with Brainshare(played.url, key) as client, pytest.raises(Invalid) as told:
        client.jobs.create(table_id="a b", context={"title": "x", "columns": [{"name": "y" * 501}]})
    assert {field.pointer for field in told.value.fields} == {
        "/tableId",
        "/context/columns/0/name",
    }


@pytest.mark.parametrize(("api_key", "kind"), [(None, Unauthorized), ("bsk_no", Unauthorized)])
def test_who_is_nobody_is_told(api_key: str | None, kind: type, played: LiveGateway) -> None:
    with Brainshare(played.url, api_key) as client, pytest.raises(kind):
        client.jobs.page()


def test_who_may_not_is_told(played: LiveGateway) -> None:
    reader = played.make_key(Role.READ, TENANT)
    with Brainshare(played.url, reader) as client, pytest.raises(Forbidden) as told:
        client.jobs.create(table_id="t", context="x")
    assert told.value.kind == "role-too-small"


def test_a_limit_says_for_how_long(played: LiveGateway, key: str) -> None:
    hasty = played.make_key(Role.SUBMIT, "hasty")
    with Brainshare(played.url, key) as admin:
        admin.tenant_limits.set("hasty", open_jobs=1)
    with Brainshare(played.url, hasty, max_retries=0) as client:
        posts = (client.jobs.create(table_id="t", context="x") for _ in range(20))
        with pytest.raises(RateLimited) as told:
            list(posts)
    assert told.value.kind == "tenant-has-open-jobs"
    assert told.value.retry_after_s is not None
    assert told.value.retry_after_s > 0


def test_a_job_sent_again_is_the_same_one(played: LiveGateway, key: str) -> None:
    with Brainshare(played.url, key) as client:
        made = [
            client.jobs.create(table_id="t", context="x", idempotency_key="ü 1").job_id
            for _ in range(2)
        ]
        other = [client.jobs.create(table_id="t", context="x").job_id for _ in range(2)]
    assert (made[0] == made[1], other[0] == other[1]) == (True, False)


def test_a_job_is_waited_for_and_no_longer_than_asked(
    played: LiveGateway, key: str, jobs: dict[str, UUID]
) -> None:
    with Brainshare(played.url, key) as client:
        assert client.jobs.wait(jobs["failed"]).status.value == "failed"
        with pytest.raises(StillRunning, match="is still running after 1 s") as told:
            client.jobs.wait(jobs["running"], timeout_s=1)
    assert told.value.job.job_id == jobs["running"]


async def test_a_list_goes_from_page_to_page(played: LiveGateway, key: str) -> None:
    with Brainshare(played.url, key) as client:
        body = [{"table_id": "many", "context": "x", "tags": ["m"]} for _ in range(100)]
        for _ in range(3):
            client.jobs.create_many(body)  # type: ignore[arg-type]
        listed = [job.job_id for job in client.jobs.list(table_id="many", tag=["m"])]
        assert (len(listed), len(set(listed))) == (300, 300)
        assert [job.job_id for job in islice(client.jobs.list(table_id="many"), 3)] == listed[:3]
        page = client.jobs.page(table_id="many", limit=2)
        after = client.jobs.page(table_id="many", limit=2, cursor=page.next)
    assert [job.job_id for job in (*page.jobs, *after.jobs)] == listed[:4]
    async with AsyncBrainshare(played.url, key) as later:
        assert [job.job_id async for job in later.jobs.list(table_id="many")] == listed


def post_failing(client: Brainshare) -> UUID:
    """A job that fails and completes when it is put back, by the turn of the played stages."""
    while True:
        job = client.jobs.create(table_id="t", context="x", wait_s=2)
        if job.status.value == "failed":
            client.jobs.create(table_id="t", context="x")  # whose turn it is to go on
            return job.job_id


def test_a_failed_job_is_followed_to_its_new_end(played: LiveGateway, key: str) -> None:
    with Brainshare(played.url, key) as client:
        job_id = post_failing(client)
        failed = client.jobs.retry(job_id, reason="a test")
        again = client.jobs.wait(job_id, newer_than=failed.version, timeout_s=30)
        assert (failed.status.value, again.status.value) == ("failed", "completed")
        *_, last = client.jobs.watch(job_id, newer_than=failed.version)
        assert last == again


def test_many_jobs_are_cancelled_as_one_act(
    played: LiveGateway, key: str, jobs: dict[str, UUID]
) -> None:
    with Brainshare(played.url, key) as client:
        letters = list(client.dead_letters.list())
        assert jobs["failed"] in {letter.job_id for letter in letters}
        made = client.bulk_actions.begin("cancel", job_ids=[jobs["running"]], reason="a test")
        assert client.jobs.wait(jobs["running"], timeout_s=30).status.value == "cancelled"
        assert [str(job.job_id) for job in client.bulk_actions.jobs(str(made.id))] == [
            str(jobs["running"])
        ]
        deeds = {act.deed.value for act in client.acts.list()}
    assert {"cancel job", "delete job", "begin bulk action"} <= deeds


def test_keys_and_webhooks_are_made_and_ended(played: LiveGateway, key: str) -> None:
    with Brainshare(played.url, key) as client:
        made = client.keys.create("a page", tenant=TENANT, role="read")
        with Brainshare(played.url, made.secret) as other:
            assert other.jobs.page(limit=1).jobs
        client.keys.revoke(made.id)
        with Brainshare(played.url, made.secret) as other, pytest.raises(Unauthorized):
            other.jobs.page()
        hook = client.webhooks.create("https://a.example/x", events=["job.failed"], tenant=TENANT)
        changed = client.webhooks.change(hook.id, is_enabled=False, reason="a test")
        assert (changed.state, changed.events) == ("disabled", ("job.failed",))
        assert client.webhooks.rotate(hook.id).secret != hook.secret
        client.webhooks.delete(hook.id)
        with pytest.raises(NotFound):
            client.webhooks.get(hook.id)


async def test_where_nothing_listens_is_told_in_a_line() -> None:
    nowhere = "http://127.0.0.1:1"
    client, later = Brainshare(nowhere, max_retries=1), AsyncBrainshare(nowhere, max_retries=0)
    with client, pytest.raises(ConnectionFailed, match=f"^no answer of .* {nowhere}: ") as told:
        client.jobs.page()
    assert (told.value.is_sent, "\n" in str(told.value)) == (False, False)
    async with later:
        with pytest.raises(ConnectionFailed):
            await later.jobs.page()
