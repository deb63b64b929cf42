"""A form says what the body of the API says, and is checked by the same contract."""

from datetime import UTC, datetime

import pytest

from schemas.stage import StageName
from services.gateway.api.problem import ProblemError
from services.gateway.console.replay.request_form import (
    Form,
    read_plan,
    read_promotion,
    read_rollback,
    read_start,
    tell_by_field,
)
from tests.unit.gateway.example import job_id


def test_what_is_left_empty_is_not_said() -> None:
    asked = read_plan({"stage": "row", "from": "", "sample": " ", "tags": "", "jobIds": "\n"})
    assert asked.model_dump(exclude_defaults=True) == {"stage": StageName.ROW}


def test_every_field_is_read_as_what_it_is() -> None:
    form = {"stage": "column", "from": "2026-01-01T00:00", "to": "2026-01-02T03:04:05"}
    form |= {
        "completed": "1",
        "cancelled": "1",
        "tags": "a, b  a",
        "tableId": "t",
        "tenant": "acme",
    }
    form |= {"sample": "5", "limit": "7.0", "promptVersion": "column-10", "model": "m-2"}
    asked = read_plan(form | {"jobIds": f"{job_id(1)}\n{job_id(2)} {job_id(1)}", "reason": " x "})
    assert (asked.since, asked.until) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    assert (asked.statuses, asked.tags) == (("completed", "cancelled"), ("a", "b"))
    assert (asked.table_id, asked.tenant, asked.sample, asked.limit) == ("t", "acme", 5, 7)
    assert (asked.prompt_version, asked.model, asked.reason) == ("column-10", "m-2", "x")
    assert asked.job_ids == (job_id(1), job_id(2))


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, "stage"),
        ({"stage": "cell"}, "stage"),
        ({"stage": "row", "sample": "many"}, "sample"),
        ({"stage": "row", "sample": "0"}, "sample"),
        ({"stage": "row", "limit": "1.5"}, "limit"),
        ({"stage": "row", "limit": "1e999"}, "limit"),
        ({"stage": "row", "limit": "nan"}, "limit"),
        ({"stage": "row", "from": "last week"}, "from"),
        ({"stage": "row", "from": "2026-01-02T00:00", "to": "2026-01-01T00:00"}, "to"),
        ({"stage": "row", "jobIds": "17"}, "jobIds"),
        ({"stage": "row", "tenant": "A B"}, "tenant"),
        ({"stage": "row", "reason": "x" * 501}, "reason"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(form: Form, wrong: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_plan(form)
    assert refused.value.status == 422
    assert list(tell_by_field(refused.value)) == [wrong]


def test_the_text_of_a_prompt_is_read_as_that_of_a_file_is() -> None:
    asked = read_plan({"stage": "row", "prompt": "Be brief.\r\nBe right.\r\n"})
    assert asked.prompt == "Be brief.\nBe right.\n"
    indented = read_plan({"stage": "row", "prompt": "  Be brief.", "live": "yes"})
    assert (indented.prompt, indented.live) == ("  Be brief.\n", True)
    nothing = read_plan({"stage": "row", "prompt": " \n"})
    assert (nothing.prompt, nothing.live) == (None, False)


def test_the_pace_is_numbers_and_no_ceiling_where_none_is_given() -> None:
    asked = read_start(
        {"rate": "2.5", "liveWaitS": "0", "maxCostUsd": "", "maxFailedPercent": "20"}
    )
    assert (asked.rate, asked.live_wait_s) == (2.5, 0.0)
    assert (asked.max_cost_usd, asked.max_failed_percent, asked.max_open) == (None, 20.0, None)


@pytest.mark.parametrize("name", ["rate", "liveWaitS", "maxOpen", "maxCostUsd", "maxFailedPercent"])
@pytest.mark.parametrize("text", ["fast", "-1", "1e400"])
def test_what_is_no_pace_is_told_by_its_field(name: str, text: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_start({name: text})
    assert list(tell_by_field(refused.value)) == [name]


def test_a_promotion_is_by_the_rule_of_the_api_where_none_is_given() -> None:
    assert read_promotion({"rule": "", "jobIds": ""}).rule == "not worse"
    assert read_promotion({"rule": "better", "jobIds": f"{job_id(1)}"}).job_ids == (job_id(1),)
    assert read_rollback({"jobIds": "", "reason": "wrong"}).job_ids is None
