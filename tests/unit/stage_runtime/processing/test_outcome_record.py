"""What changes per delivery is in the headers, and counts on."""

from datetime import timedelta
from importlib.metadata import version

import pytest

from schemas.kafka.event import JobEvent
from schemas.kafka.headers import Headers, decode_headers
from schemas.kafka.retry_tier import DEFAULT_TIERS
from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER
from services.failure.error import ProviderError
from services.failure.retry import RetryDecision
from services.failure.verdict import Failure
from services.stage_runtime.processing.delivery import read_delivery
from services.stage_runtime.processing.outcome_record import OutcomeWriter
from tests.factory import NOW, consumed, make_record

WRITER = OutcomeWriter(STAGE_ORDER[0], TopicNames(), "w", lambda: NOW)
PARKS, CHARGES = Failure.KEY_REFUSED, Failure.SERVER_ERROR
LATER = RetryDecision(DEFAULT_TIERS[0], 1, NOW + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("came_with", "failure", "goes_with"),
    [
        (None, PARKS, 1),
        (1, PARKS, 2),
        (7, PARKS, 8),
        (None, CHARGES, None),
        (2, CHARGES, None),
    ],
)
def test_a_record_counts_how_often_its_attempt_was_parked(
    came_with: int | None, failure: Failure, goes_with: int | None
) -> None:
    delivery = read_delivery(consumed(make_record().to_json(), headers=Headers(parked=came_with)))
    retry = WRITER.write_retry(delivery.source, ProviderError("no", failure=failure), LATER)
    assert decode_headers(retry.publication.headers).parked == goes_with


@pytest.mark.parametrize(("came_with", "told"), [(None, 0), (3, 3)])
def test_a_start_says_how_often_its_attempt_had_been_parked(
    came_with: int | None, told: int
) -> None:
    delivery = read_delivery(consumed(make_record().to_json(), headers=Headers(parked=came_with)))
    event = WRITER.write_started(delivery, NOW).value
    assert JobEvent.from_json(event or b"").parked == told


@pytest.mark.parametrize(
    ("before", "now", "after"), [(None, 0.25, 0.25), (0.5, 0.25, 0.75), (0.5, 0.0, 0.5)]
)
def test_a_record_carries_what_its_attempts_have_cost(
    before: float | None, now: float, after: float
) -> None:
    source = consumed(make_record().to_json(), headers=Headers(spent_usd=before))
    error = ProviderError("no", failure=CHARGES)
    error.spent_usd = now
    retry = WRITER.write_retry(source, error, LATER)
    letter = WRITER.write_dead_letter(source, error)
    for publication in (retry.publication, letter.publication):
        assert decode_headers(publication.headers).spent_usd == after


def test_what_is_given_up_on_says_by_which_release_and_a_retry_says_none() -> None:
    source = consumed(make_record().to_json(), headers=Headers(trace_link="t"))
    error = ProviderError("no", failure=CHARGES)
    retry = decode_headers(WRITER.write_retry(source, error, LATER).publication.headers)
    letter = decode_headers(WRITER.write_dead_letter(source, error).publication.headers)
    assert (retry.release, letter.release) == (None, version("brainshare"))
    assert (retry.trace_link, letter.trace_link) == (None, None)
