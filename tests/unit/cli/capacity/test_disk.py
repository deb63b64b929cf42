"""What is on disk: everything that a topic holds, for as long as it is kept, every copy of it."""

from dataclasses import replace

import pytest

from schemas.kafka.topics import TopicKind
from schemas.stage import StageName
from services.cli.capacity import measured
from services.cli.capacity.disk import MARGIN, measure_disk
from tests.unit.cli.capacity.example import LOAD, STAGE, TERMS

DAY = 600 * 60 * 24
HEADER, SAID = measured.HEADER_BYTES, measured.PROVENANCE_BYTES
ONE_COPY = replace(TERMS, replicas=1)
AGAIN = replace(LOAD, stages=tuple(replace(s, retries=0.5) for s in LOAD.stages))


def test_requests_are_the_first_stage_s_and_kept_for_a_week() -> None:
    found = measure_disk(LOAD, ONE_COPY).topics[TopicKind.REQUESTS]
    assert found == pytest.approx((1_000 + HEADER) * DAY * 7 * MARGIN)


def test_suggestions_grow_by_what_each_stage_says_and_are_kept_for_a_month() -> None:
    found = measure_disk(LOAD, ONE_COPY).topics[TopicKind.SUGGESTIONS]
    of_a_job = 3 * (2_000 + HEADER) + (1 + 2 + 3) * SAID
    assert found == pytest.approx(of_a_job * DAY * 30 * MARGIN)


def test_what_is_tried_again_lies_in_a_tier_and_then_in_the_requests() -> None:
    plain, again = measure_disk(LOAD, ONE_COPY).topics, measure_disk(AGAIN, ONE_COPY).topics
    of_a_job = 0.5 * (1_000 + 2 * 2_000 + 3 * HEADER + (0 + 1 + 2) * SAID)
    assert plain[TopicKind.RETRIES] == 0
    assert again[TopicKind.RETRIES] == pytest.approx(of_a_job * DAY * 7 * MARGIN)
    more = again[TopicKind.REQUESTS] - plain[TopicKind.REQUESTS]
    assert more == pytest.approx(again[TopicKind.RETRIES])


def test_a_job_without_failures_has_no_dead_letter() -> None:
    found = measure_disk(replace(LOAD, failed=0.0), ONE_COPY)
    assert TopicKind.DEAD_LETTERS not in dict(found.largest)


def test_every_copy_counts() -> None:
    one, three = measure_disk(LOAD, ONE_COPY), measure_disk(LOAD, TERMS)
    assert three.brokers == pytest.approx(3 * one.brokers)
    assert three.tables == one.tables


def test_a_job_of_one_stage_fills_that_stage_s_topics_only() -> None:
    alone = replace(LOAD, stages=(replace(STAGE, stage=StageName.COLUMN),))
    found = measure_disk(alone, ONE_COPY).topics
    assert found[TopicKind.REQUESTS] == pytest.approx((1_000 + HEADER) * DAY * 7 * MARGIN)
    suggested = 2_000 + HEADER + SAID
    assert found[TopicKind.SUGGESTIONS] == pytest.approx(suggested * DAY * 30 * MARGIN)


def test_tables_hold_requests_results_and_rows_for_as_long_as_jobs_are_kept() -> None:
    found = measure_disk(LOAD, TERMS)
    of_results = 3 * 2_000 + (1 + 2 + 3) * SAID
    of_a_job = measured.ROWS_BYTES + measured.PAGE_SLACK * (1_000 + of_results)
    assert found.tables_per_day == pytest.approx(of_a_job * DAY)
    assert found.tables == pytest.approx(found.tables_per_day * 90 * MARGIN)


def test_tables_that_are_kept_for_ever_have_no_size() -> None:
    assert measure_disk(LOAD, replace(TERMS, keep_days=0)).tables is None
