"""What happens to all jobs of a tenant, and the tokens by which pages follow them."""

from collections.abc import Sequence
from dataclasses import replace

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Flow, Pause, Series, Tell, fetch
from brainshare_client.request.job import JobId
from brainshare_client.request.job_course import APPLIED, POLL_S, WAIT_S
from schemas.api.key import StreamToken
from schemas.api.status import FeedPage


def page(
    *,
    after: str | None = None,
    topics: Sequence[str] | None = None,
    limit: int | None = None,
    tenant: str | None = None,
    wait_s: int = 0,
) -> Call[FeedPage]:
    """What has happened since; its `next` is the `after` of the one after it, and safe to store.

    Args:
        after: None for how the jobs are now, "0" for the oldest fact that is kept.
        topics: `jobs` (all, the default), `job:ID`, `table:TABLE_ID`; up to 100.
        wait_s: Where there is nothing, answer as soon as there is, or after so many seconds.
    """
    asked = {"after": after, "topics": topics or None, "limit": limit, "tenant": tenant}
    call = read_from(path_of("events"), as_contract(FeedPage), **asked)
    prefer = f"wait={wait_s}" if wait_s else None
    return replace(call.saying(Prefer=prefer), wait_s=wait_s)


def watch(
    *,
    after: str | None = None,
    topics: Sequence[str] | None = None,
    tenant: str | None = None,
) -> Series[FeedPage]:
    """What happens from now on, without an end: pages that hold something, by long polls.

    A page with `is_reset` is how the jobs are now: what is known of before is to be forgotten.
    Store `next` once a page is dealt with, and give it as `after` to go on there.
    """

    def flow() -> Flow[None]:
        known = after
        while True:
            call = page(after=known, topics=topics, tenant=tenant, wait_s=WAIT_S)
            answer = yield from fetch(call)
            told = call.read(answer)
            known = told.next
            if told.events or told.jobs or told.is_reset:
                yield Tell(told)
            elif APPLIED not in answer.headers:
                yield Pause(POLL_S)

    return Series(flow)


def create_token(
    *, job_id: JobId | None = None, tenant: str | None = None, expires_in_s: int | None = None
) -> Call[StreamToken]:
    """A token by which a page follows one job, or all of the tenant, and does nothing else."""
    asked = {"jobId": job_id, "tenant": tenant, "expiresInS": expires_in_s}
    body = {name: value for name, value in asked.items() if value is not None}
    return send_to(path_of("stream-tokens"), as_contract(StreamToken), body)
