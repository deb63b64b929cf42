"""Users who post what cannot be taken, change their mind, repeat a key, or have huge tables."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.cli.client.command_client import connect
from services.cli.terminal.error import CliError
from tests.operation.load import Post, pause
from tests.operation.soak.fault.shape import BAD, CANCELLED, HUGE, ORDINARY
from tests.operation.soak.plan import Kind, Lane, Plant
from tests.operation.soak.site import Site

TOO_LATE = "too late to cancel"
CANCEL_S = 2.0
KEY_REUSED = 422
CANCELS = 10


def _beside(act: Callable[[Site, random.Random], None], what: str) -> Plant:
    """Lets users act on their own: an answer may take as long as what else is on."""

    @contextmanager
    def plant(site: Site, chance: random.Random) -> Iterator[str]:
        site.pool.submit(act, site, chance)
        yield what

    return plant


def _post_bad(site: Site, chance: random.Random) -> None:
    for shape in BAD:
        site.clients.begin(shape.new_post())


def _post_huge(site: Site, chance: random.Random) -> None:
    site.clients.begin(HUGE.new_post())


def _post_and_cancel(site: Site, chance: random.Random) -> None:
    post = CANCELLED.new_post()
    site.clients.posts.append(post)
    site.clients.persist(post)
    if not post.job_id:
        return  # the verdict says so
    pause(chance.uniform(0, CANCEL_S))
    try:
        with connect(site.stack.gateway_url, retry_for_s=120) as gateway:
            gateway.jobs.cancel(post.job_id)
    except CliError as error:
        if TOO_LATE not in str(error):
            site.complaints.append(f"a cancel of {post.job_id} was answered with: {error}")


def _repeat_key(site: Site, chance: random.Random) -> None:
    first = ORDINARY[0].new_post()
    site.clients.posts.append(first)
    site.clients.persist(first)
    again = Post(first.body, first.name, first.key)
    site.clients.persist(again)
    if again.job_id != first.job_id:
        site.complaints.append(f"key {first.key} is {first.job_id}, and then {again.job_id}")
    other = Post(ORDINARY[1].body, "", first.key)
    site.clients.persist(other)
    if other.answers[-1].status != KEY_REUSED:
        answered = other.answers[-1].status
        site.complaints.append(f"key {first.key} was taken for another body: {answered}")


def _cancel_many(site: Site, chance: random.Random) -> None:
    for number in range(CANCELS):
        own = random.Random(f"{chance.random()}/{number}")
        site.pool.submit(_post_and_cancel, site, own)


USER_LANE = Lane(
    "users",
    (10.0, 25.0),
    (
        Kind("bad requests", _beside(_post_bad, f"{len(BAD)} kinds of them")),
        Kind("huge table", _beside(_post_huge, f"{len(HUGE.body):,} bytes")),
        Kind("cancels", _beside(_cancel_many, f"{CANCELS} jobs, each at some moment")),
        Kind("repeated key", _beside(_repeat_key, "with the same body, then with another")),
    ),
)
