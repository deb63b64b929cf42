"""What is in a log line, and what is not."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.job.request import SuggestionRequest
from services.kafka import PublishFailedError
from services.telemetry.exception import tell_exception, write_exception

SERVICES = Path(__file__).parents[3] / "services"
CELL = "a cell of Ann's table"
WHOSE = {
    "rendering_failed": "the request says it",
    "reservation_not_noted": "the request says it",
    "stream_token_issued": "the request says it",
    "transition_not_reported": "what failed may be that",
    "bulk_job_failed": "an action may be about jobs of several tenants",
    "redrive_not_recovered": "only the record holds it",
}
"""Lines about a job that do not say its tenant themselves, and why."""

LOGGING = {"debug", "info", "warning", "error", "critical", "exception", "bind"}


def look_up() -> None:
    """Fails as code does that looks for a cell."""
    dict[str, str]()[CELL]


def validate() -> None:
    SuggestionRequest.model_validate({"tableId": CELL})


def convert() -> None:
    try:
        look_up()
    except KeyError as error:
        raise ValueError(f"no number: {CELL}") from error


def caught(fail: Callable[[], None]) -> BaseException:
    with pytest.raises(Exception) as failure:  # noqa: PT011 - of any kind, that is the point
        fail()
    return failure.value


@pytest.mark.parametrize("fail", [look_up, validate, convert])
def test_an_exception_is_told_with_its_places_and_no_value(fail: Callable[[], None]) -> None:
    told = write_exception(caught(fail))
    assert CELL not in told
    assert "tests/unit/telemetry/test_log.py:" in told
    assert f" {fail.__name__}: " in told
    assert told.splitlines()[-1] == type(caught(fail)).__name__


def test_a_cause_stands_before_what_it_led_to() -> None:
    lines = write_exception(caught(convert)).splitlines()
    assert lines.index("KeyError") < lines.index("which led to:") < lines.index("ValueError")


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), PublishFailedError("no ack within 10 s")]
)
def test_a_message_that_can_hold_no_cell_is_kept(error: Exception) -> None:
    assert write_exception(error).endswith(f": {error}")


def test_a_circle_of_causes_has_an_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert write_exception(one).count("which led to:") == 1


@pytest.mark.parametrize("given", [True, "the error", "a tuple"])
def test_a_log_line_takes_an_exception_as_python_s_own_loggers_do(given: Any) -> None:
    try:
        look_up()
    except KeyError as error:
        forms = {"the error": error, "a tuple": (KeyError, error, error.__traceback__)}
        event = tell_exception(None, "error", {"action": "x", "exc_info": forms.get(given, given)})
    assert event["exception"].splitlines()[-1] == "KeyError"
    assert "exc_info" not in event


def list_lines(folder: Path) -> Iterator[tuple[str, str, set[str | None]]]:
    """Each call of a log: where it is, what it calls what happened, and the names of its fields."""
    for path in sorted(folder.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in LOGGING:
                action = getattr(call.args[0], "value", "") if call.args else ""
                names = {keyword.arg for keyword in call.keywords}
                yield f"{path}:{call.lineno}", str(action), names


def test_every_log_calls_a_job_s_id_job_id() -> None:
    for place, _, names in list_lines(SERVICES):
        assert not names & {"job", "jobId", "id"}, place


def test_a_line_of_the_gateway_about_a_job_says_whose_it_is() -> None:
    """An agent's lines have both from the task of their record. None stands for more fields."""
    missing = {
        action: place
        for place, action, names in list_lines(SERVICES / "gateway")
        if "job_id" in names and not names & {"tenant", None}
    }
    assert missing.keys() - WHOSE.keys() == set()
