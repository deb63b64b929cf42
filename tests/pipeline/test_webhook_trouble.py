"""Whatever a receiver does or the gateway suffers, each event ends as the log of it tells."""

from collections.abc import Iterator
from datetime import datetime

import httpx2
import pytest

from services.cli.client.command_client import CommandClient
from services.cli.client.following import follow
from tests.live_receiver import live_receiver
from tests.pipeline.test_main_job import PLANETS
from tests.pipeline.webhook_endpoint import ARRIVES_S, ATTEMPTS, Endpoint, open_endpoint
from tests.stack import RunningStack, wait_until
from tests.unit.gateway.receiver import Answer

AGAIN_S = 60.0
METADATA = "http://169.254.169.254/latest/meta-data"
HANG = Answer(hangs=True)
ASKS_FOR_2_S = Answer(429, (("Retry-After", "2"),))
ASKS_FOR_9_S = Answer(429, (("Retry-After", "9"),))
REDIRECT = Answer(307, (("Location", METADATA),))
REDIRECTED = "answered 307: redirects are not followed"

Attempts = list[tuple[int | None, str | None]]
TAKEN = (204, None)

CASES: list[tuple[str, list[Answer], Attempts, str]] = [
    ("500 once", [Answer(500)], [(500, "answered 500"), TAKEN], "delivered"),
    ("500 always", [Answer(500)] * ATTEMPTS, [(500, "answered 500")] * ATTEMPTS, "failed"),
    ("503 twice", [Answer(503)] * 2, [(503, "answered 503")] * 2 + [TAKEN], "delivered"),
    ("429", [ASKS_FOR_2_S], [(429, "answered 429"), TAKEN], "delivered"),
    ("410", [Answer(410)], [(410, "answered 410")], "failed"),
    ("a hang", [HANG], [(None, "no answer within 2 s"), TAKEN], "delivered"),
    ("a redirect", [REDIRECT], [(307, REDIRECTED), TAKEN], "delivered"),
]


@pytest.fixture
def endpoint(stack: RunningStack) -> Iterator[Endpoint]:
    with open_endpoint(stack.gateway_url) as opened:
        yield opened


@pytest.mark.parametrize(("case", "answers", "attempts", "end"), CASES, ids=[c[0] for c in CASES])
def test_each_answer_ends_as_it_should_and_the_log_tells_it(
    endpoint: Endpoint, case: str, answers: list[Answer], attempts: Attempts, end: str
) -> None:
    endpoint.receiver.script = list(answers)
    delivery_id = endpoint.test()
    [delivery] = endpoint.wait_for_end()
    log = endpoint.log(delivery_id)
    assert [(one["status"], one["error"]) for one in log] == attempts
    assert (delivery["state"], delivery["attempts"]) == (end, len(attempts))
    assert set(endpoint.receiver.ids) == {delivery_id}
    assert endpoint.receiver.together == []


def test_retry_after_is_waited_for(endpoint: Endpoint) -> None:
    endpoint.receiver.script = [ASKS_FOR_2_S]
    delivery_id = endpoint.test()
    endpoint.wait_for_end()
    first, second = (one["at"] for one in endpoint.log(delivery_id))
    assert seconds_between(first, second) >= 2


def test_410_disables_the_endpoint_and_the_log_of_acts_says_so(
    stack: RunningStack, endpoint: Endpoint
) -> None:
    endpoint.receiver.script = [Answer(410)]
    endpoint.test()
    endpoint.wait_for_end()
    told = endpoint.ask("GET")
    assert (told["state"], told["disabledWhy"]) == ("disabled", "gone")
    acts = httpx2.get(f"{stack.gateway_url}/v1/acts", trust_env=False).json()["acts"]
    assert next(act["deed"] for act in acts if act["on"] == endpoint.id) == "disable webhook"


def test_a_redirect_leads_nowhere_however_near_it_points(endpoint: Endpoint) -> None:
    with live_receiver() as other:
        endpoint.receiver.script = [Answer(302, (("Location", other.url),))]
        endpoint.test()
        endpoint.wait_for_end()
        assert other.received == []


def test_a_receiver_that_was_down_past_its_schedule_is_sent_what_it_missed_in_order(
    endpoint: Endpoint,
) -> None:
    endpoint.receiver.stop()
    ids = [endpoint.test() for _ in range(3)]
    missed = endpoint.wait_for_end(AGAIN_S)
    assert [one["state"] for one in missed] == ["failed"] * 3
    [*_, last] = endpoint.log(ids[0])
    assert (last["status"], "connection" in last["error"].lower()) == (None, True)
    endpoint.receiver.start()
    asked = {"since": missed[0]["occurredAt"], "undeliveredOnly": True}
    assert endpoint.ask("POST", "/recover", asked) == {"count": 3}
    assert {one["state"] for one in endpoint.wait_for_end()} == {"delivered"}
    assert endpoint.receiver.ids == ids


def test_an_endpoint_that_hangs_delays_no_other(stack: RunningStack, endpoint: Endpoint) -> None:
    endpoint.receiver.always = HANG
    endpoint.test()
    wait_until(lambda: endpoint.receiver.open, ARRIVES_S, "it hangs")
    with open_endpoint(stack.gateway_url) as other:
        ids = [other.test() for _ in range(3)]
        assert {one["state"] for one in other.wait_for_end()} == {"delivered"}
        assert other.receiver.ids == ids


@pytest.mark.timeout(120)
def test_a_gateway_killed_between_attempts_loses_none_and_each_keeps_its_id(
    stack: RunningStack, gateway: CommandClient, endpoint: Endpoint
) -> None:
    endpoint.receiver.script = [ASKS_FOR_9_S]
    jobs = {str(gateway.jobs.post(PLANETS).job_id) for _ in range(4)}
    for job_id in jobs:
        list(follow(gateway, job_id))
    wait_until(lambda: endpoint.receiver.received, ARRIVES_S, "the first has been refused")
    kill_gateway(stack)
    wait_until(lambda: len(endpoint.deliveries()) == 4, AGAIN_S, "every end was noted")
    found = endpoint.wait_for_end(AGAIN_S)
    assert [one["state"] for one in found] == ["delivered"] * 4
    assert {one["jobId"] for one in found} == jobs
    assert [one["sequence"] for one in found] == [1, 2, 3, 4]
    ids = [one["id"] for one in found]
    assert endpoint.receiver.ids == [ids[0], *ids]


@pytest.mark.timeout(120)
def test_a_gateway_killed_while_it_sends_sends_again_under_the_same_id(
    stack: RunningStack, endpoint: Endpoint
) -> None:
    endpoint.receiver.script = [HANG]
    delivery_id = endpoint.test()
    wait_until(lambda: endpoint.receiver.open, ARRIVES_S, "it is under way")
    kill_gateway(stack)
    assert [one["state"] for one in endpoint.wait_for_end(AGAIN_S)] == ["delivered"]
    assert endpoint.receiver.ids == [delivery_id] * 2
    assert endpoint.receiver.together == []


def kill_gateway(stack: RunningStack) -> None:
    """Kill it, and wait until it is there again."""
    killed = stack.kill("gateway")
    wait_until(lambda: stack.pid("gateway") != killed and is_ready(stack), AGAIN_S, "it is back")


def is_ready(stack: RunningStack) -> bool:
    try:
        return httpx2.get(f"{stack.gateway_url}/readyz", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def seconds_between(first: str, second: str) -> float:
    moments = [datetime.fromisoformat(text) for text in (first, second)]
    return (moments[1] - moments[0]).total_seconds()
