"""`docker compose up`: a job within minutes, clean ends with open streams, nothing forgotten."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Thread

import httpx2
import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.containers.compose import composed, grace_s
from tests.crash.drill import PLANETS, until_final

FIRST_JOB_S = 180.0
STREAMS = 20
OPEN_S = 30.0
EVENTS = {"Accept": "text/event-stream"}
SLOWLY = {"DEMO_LLM_LATENCY_MS": "2000"}
BY_SIGNAL = {"kafka": {0, 143}}
"""A Java process that has stopped cleanly on SIGTERM still says that it was one."""

OF_POSTGRES = {"DATABASE_URL": "postgresql://brainshare:brainshare@postgres:5432/brainshare"}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("profiles", "env"), [((), {}), (("postgres",), OF_POSTGRES)], ids=["default", "postgres"]
)
def test_what_was_accepted_outlives_a_stop_with_open_streams(
    image: str, profiles: tuple[str, ...], env: dict[str, str]
) -> None:
    with composed(*profiles, env=SLOWLY | env) as compose:
        begun_at = time.monotonic()
        compose.up()
        first = submit(compose.gateway_urls[0])
        wait_for(compose.gateway_urls[-1], first)
        took_s = time.monotonic() - begun_at
        with streaming(compose.gateway_urls):
            under_way = submit(compose.gateway_urls[-1])
            ended = compose.stop()
        compose.down()
        compose.up()
        for url in compose.gateway_urls:
            wait_for(url, under_way)
            wait_for(url, first)
    print(f"{profiles}: first job after {took_s:.0f} s; {ended}")  # noqa: T201 - with -s, a figure
    assert took_s < FIRST_JOB_S
    odd = {name for name, end in ended.items() if end.status not in BY_SIGNAL.get(name, {0})}
    assert odd == set(), ended
    late = {name for name, end in ended.items() if end.took_s >= grace_s(name)}
    assert late == set(), ended


def submit(url: str) -> str:
    with connect(url, retry_for_s=OPEN_S) as gateway:
        return str(gateway.jobs.post(PLANETS).job_id)


def wait_for(url: str, job_id: str) -> None:
    with connect(url, retry_for_s=OPEN_S) as gateway:
        until_final(gateway, job_id)
        job = gateway.jobs.get(job_id)
    assert job.status is JobState.COMPLETED
    assert job.result is not None


@contextmanager
def streaming(urls: list[str]) -> Iterator[None]:
    """Streams of all jobs at every gateway, which end when it does."""
    are_open = Barrier(STREAMS * len(urls) + 1)

    def follow(url: str) -> None:
        with httpx2.stream(
            "GET", f"{url}/v1/events", headers=EVENTS, timeout=600, trust_env=False
        ) as answer:
            lines = answer.iter_lines()
            next(lines)
            are_open.wait(OPEN_S)
            for _ in lines:
                pass

    threads = [Thread(target=follow, args=(url,)) for url in urls for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    are_open.wait(OPEN_S)
    yield
    for thread in threads:
        thread.join(OPEN_S)
        assert not thread.is_alive(), "a stream did not end with its gateway"
