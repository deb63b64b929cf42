"""Tags: a client's own words go with a job into its record and its views, and decide nothing."""

import json

import pytest
from pydantic import ValidationError

from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from schemas.tag import MAX_TAGS
from services.gateway.job.store import find_job
from services.gateway.job.view import show_summary
from services.gateway.submission.order import digest_in_full, digest_request, make_order
from tests.factory import NOW, make_request
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import BODY, JOB_ID, job, request


@pytest.mark.parametrize("tag", ["a", "Q3 2026", "Käse", "team:data/eu", "x" * 64])
def test_a_tag_is_any_short_word(tag: str) -> None:
    assert make_request(tags=[tag]).tags == (tag,)


@pytest.mark.parametrize(
    "tags",
    [[""], [" a"], ["a "], ["a,b"], ["a\nb"], ["x" * 65], ["a", "a"], ["a"] * (MAX_TAGS + 1), [1]],
)
def test_what_is_no_tag_is_refused(tags: list[object]) -> None:
    with pytest.raises(ValidationError):
        make_request(tags=tags)


def test_a_job_carries_its_tags_and_an_older_record_has_none() -> None:
    order = make_order(make_request(tags=["a", "b"]), None, NOW)
    assert StageRecord.from_json(order.wanted.value).job.tags == ("a", "b")
    said = json.loads(order.wanted.value)
    del said["job"]["tags"]
    assert StageRecord.from_json(json.dumps(said)).job.tags == ()


def test_requests_that_differ_in_tags_are_two_and_one_without_is_as_before() -> None:
    plain = SuggestionRequest.model_validate(BODY)
    tagged = plain.model_copy(update={"tags": ("a",)})
    assert digest_request(plain) != digest_request(tagged)
    assert "tags" not in plain.model_dump_json(exclude_defaults=True)
    assert make_order(tagged, "key", NOW).digests == (digest_request(tagged),)
    assert make_order(plain, "key", NOW).digests == (digest_request(plain), digest_in_full(plain))


async def test_a_job_is_shown_with_its_tags(gateway: Gateway) -> None:
    tagged = job().model_copy(update={"tags": ("a", "b")})
    await gateway.project(request(of=tagged))
    stored = await gateway.database.read(find_job, str(JOB_ID), "default")
    assert stored is not None
    assert show_summary(stored).tags == ("a", "b")
