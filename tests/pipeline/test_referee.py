"""An independent mock of a provider: what it answers is understood, and it finds our manners good.

The demo model is ours, so both sides could share a misunderstanding. This one is not.
"""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from schemas.api.result import Completeness
from schemas.api.status import JobState
from schemas.job.record import Engine
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import connect
from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.exchange.question import Ask, Question
from services.llm.server.settings import LlmSettings
from services.stage_runtime.suggestion.draft import CallSize
from services.stage_runtime.suggestion.prompt import write_messages
from services.stage_runtime.suggestion.stage import Stage
from tests.eval.asking import open_ask
from tests.eval.run import STAGES
from tests.factory import make_record
from tests.pipeline.referee import Referee, running_referee
from tests.pipeline.test_main_job import run
from tests.stack import RETRIES, running_stack

KEY = "referee"
TIMEOUT_S = 2.0
MOST_CALLS = 12
"""Of one job: three stages, each with two re-asks, and one more attempt of one of them."""


@pytest.fixture(scope="module")
def mock() -> Iterator[Referee]:
    with running_referee() as running:
        yield running


@pytest.fixture
def referee(mock: Referee) -> Referee:
    mock.reset()
    return mock


@pytest.fixture
async def ask(referee: Referee) -> AsyncIterator[Ask]:
    settings = LlmSettings(base_url=referee.base_url, api_key=SecretStr(KEY), timeout_s=TIMEOUT_S)
    async with open_ask(settings, 4) as opened:
        yield opened


def ask_of(stage: Stage[Any]) -> Question:
    plan = stage.begin(make_record()).plan(CallSize())
    assert plan is not None
    return Question(
        write_messages(stage.instructions, plan, stage.task(plan.data)), stage.response_format
    )


QUESTION = ask_of(next(iter(STAGES.values())))


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.name)
async def test_its_answer_by_our_schema_is_read_into_our_contract(
    ask: Ask, stage: Stage[Any]
) -> None:
    answer = await ask(ask_of(stage))
    stage.wire.model_validate_json(answer.content)
    assert answer.engine is Engine.MODEL
    assert answer.usage.input_tokens
    assert answer.usage.output_tokens


REFUSALS: list[tuple[dict[str, Any], Failure]] = [
    ({"status": 400}, Failure.INVALID_REQUEST),
    ({"status": 401}, Failure.KEY_REFUSED),
    ({"status": 403}, Failure.NO_ACCESS),
    ({"status": 404}, Failure.WRONG_ADDRESS),
    ({"status": 408}, Failure.CONFLICT),
    ({"status": 409}, Failure.CONFLICT),
    ({"status": 422}, Failure.INVALID_REQUEST),
    ({"status": 429}, Failure.RATE_LIMITED),
    ({"status": 429, "code": "insufficient_quota"}, Failure.NO_MONEY),
    ({"status": 500}, Failure.SERVER_ERROR),
    ({"status": 502}, Failure.SERVER_ERROR),
    ({"status": 503}, Failure.OVERLOADED),
    ({"status": 529}, Failure.OVERLOADED),
]


async def fail_to_ask(ask: Ask) -> StageError:
    with pytest.raises(StageError) as raised:
        await ask(QUESTION)
    return raised.value


@pytest.mark.parametrize(
    ("refusal", "failure"), REFUSALS, ids=["-".join(map(str, r.values())) for r, _ in REFUSALS]
)
async def test_its_error_answers_are_classified(
    referee: Referee, ask: Ask, refusal: dict[str, Any], failure: Failure
) -> None:
    referee.play({"type": "fail", "times": None, **refusal})
    assert (await fail_to_ask(ask)).failure is failure


async def test_its_rate_limit_says_how_long_to_wait(referee: Referee, ask: Ask) -> None:
    referee.play({"type": "fail", "status": 429, "retry_after": 7})
    assert (await fail_to_ask(ask)).retry_after_s == 7


@pytest.mark.parametrize(
    ("behavior", "failure"),
    [
        ({"type": "reply", "text": '{"title": "Pla', "finish_reason": "length"}, Failure.CUT_OFF),
        ({"type": "delay", "seconds": TIMEOUT_S * 2}, Failure.TIMED_OUT),
    ],
    ids=["cut", "slow"],
)
async def test_answers_that_are_no_errors_and_no_use_either_are_classified(
    referee: Referee, ask: Ask, behavior: dict[str, Any], failure: Failure
) -> None:
    referee.play({"times": None, **behavior})
    assert (await fail_to_ask(ask)).failure is failure


async def test_a_quota_is_told_with_the_true_wait() -> None:
    with running_referee("--rpm", "2") as limited:
        settings = LlmSettings(base_url=limited.base_url, api_key=SecretStr(KEY))
        async with open_ask(settings, 4) as ask:
            await ask(QUESTION)
            await ask(QUESTION)
            error = await fail_to_ask(ask)
    assert error.failure is Failure.RATE_LIMITED
    assert 0 < (error.retry_after_s or 0) <= 60


async def test_a_prompt_too_long_for_it_is_known_as_such() -> None:
    with running_referee("--context-window", "20") as narrow:
        settings = LlmSettings(base_url=narrow.base_url, api_key=SecretStr(KEY))
        async with open_ask(settings, 4) as ask:
            assert (await fail_to_ask(ask)).failure is Failure.CONTEXT_TOO_LONG


def column(name: str, data_type: str, why: str) -> dict[str, Any]:
    description = f"The {name.lower()} of the planet."
    return {
        "why": why,
        "name": name,
        "dataType": data_type,
        "enumValues": None,
        "description": description,
    }


LEADS = (column("Name", "text", "It tells planets apart."), column("Moons", "integer", "Known."))
ANSWERS: tuple[dict[str, Any], ...] = (
    {
        "title": "Planets",
        "description": "The planets of the Solar System.",
        "entity": "planet",
        "language": "en",
        "primary": LEADS[0],
        "secondary": LEADS[1],
        "sampleRow": ["Mars", "2"],
        "columnReadings": [],
    },
    {"columns": [*LEADS, column("Year Length (days)", "decimal", "It is of use.")], "fill": []},
    {"rows": [{"cells": ["Mars", "2", "686.98"]}, {"cells": ["Venus", "0", "224.701"]}]},
)
REQUEST: dict[str, Any] = {
    "tableId": "tbl_1",
    "context": {"title": "Planets", "description": "What orbits the Sun."},
    "want": {"columns": 3, "rows": 2},
}


def say(answer: dict[str, Any]) -> dict[str, Any]:
    return {"type": "reply", "text": json.dumps(answer)}


@pytest.fixture(scope="module")
def stack_url(mock: Referee, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    env = {"OPENAI_BASE_URL": mock.base_url, "OPENAI_API_KEY": KEY, **RETRIES}
    with running_stack(tmp_path_factory.mktemp("referee"), env=env) as stack:
        yield stack.gateway_url


def test_a_job_completes_through_its_faults_and_it_finds_nothing_wrong_with_us(
    referee: Referee, stack_url: str
) -> None:
    table, column, row = map(say, ANSWERS)
    limit = {"type": "fail", "status": 429, "retry_after": 1}
    overload = {"type": "fail", "status": 503, "retry_after": 1}
    referee.play(limit, table, {"type": "fail", "status": 500}, column, overload, row)
    with connect(stack_url) as gateway:
        job = run(gateway, json.dumps(REQUEST).encode())
    assert job.status is JobState.COMPLETED, job.error
    assert job.result is not None
    assert job.result.engine is Engine.MODEL
    assert [[*row.cells.values()] for row in job.result.rows] == [
        ["Mars", "2", "686.98"],
        ["Venus", "0", "224.701"],
    ]
    assert referee.list_faults() == set()


def test_answers_that_fit_the_schema_and_not_the_request_end_as_a_part_of_it(
    referee: Referee, stack_url: str
) -> None:
    """Unscripted, it makes up one item for each list: `mock-name`, `mock-cells`."""
    with connect(stack_url) as gateway:
        job = run(gateway, json.dumps(REQUEST).encode())
    assert job.status is JobState.COMPLETED, job.error
    assert job.result is not None
    assert job.result.status is Completeness.PARTIAL
    assert any("columns" in warning for warning in job.result.warnings)
    assert referee.count_calls() <= MOST_CALLS


def test_answers_that_are_no_json_end_as_a_dead_letter(referee: Referee, stack_url: str) -> None:
    referee.play({"type": "reply", "text": "I would rather talk of moons.", "times": None})
    with connect(stack_url) as gateway:
        job = run(gateway, json.dumps(REQUEST).encode())
    assert job.status is JobState.FAILED
    assert job.error is not None
    assert job.error.kind is ErrorKind.OUTPUT_INVALID
    assert "moons" not in job.error.message
    assert referee.count_calls() <= MOST_CALLS
