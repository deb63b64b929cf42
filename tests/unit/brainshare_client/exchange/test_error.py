"""What a refusal is to a program."""

import pickle

import httpx2
import pytest

from brainshare_client.exchange import error as errors
from brainshare_client.exchange.answer import Answer, tell_refusal
from schemas.api.problem import FieldError, Problem
from schemas.api.status import JobState, JobStatus
from tests.unit.cli.client.test_command_client import make_status

URL = "http://gateway"
FIELD = FieldError(pointer="/tableId", message="is missing")


def make_answer(
    status: int, kind: str = "a-kind", content: bytes | None = None, **headers: str
) -> Answer:
    problem = Problem(
        type=f"urn:brainshare:problem:{kind}",
        title="",
        status=status,
        detail="what is wrong",
        instance="/v1/jobs",
        request_id="r1",
        errors=(FIELD,),
    )
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    told = problem.to_json() if content is None else content
    return Answer(URL, status, httpx2.Headers(given), told)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Invalid),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (410, errors.Gone),
        (413, errors.Invalid),
        (415, errors.Invalid),
        (418, errors.Refused),
        (422, errors.Invalid),
        (429, errors.RateLimited),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_each_status_is_an_error_of_its_own(status: int, kind: type[errors.Refused]) -> None:
    error = tell_refusal(make_answer(status, Retry_After="7"))
    assert type(error) is kind
    assert isinstance(error, errors.Refused)
    assert (error.status, error.kind, error.detail) == (status, "a-kind", "what is wrong")
    assert (error.retry_after_s, error.request_id, error.fields) == (7.0, "r1", (FIELD,))
    assert str(error) == f"{status} a-kind: what is wrong (request r1)"


@pytest.mark.parametrize(
    ("content", "headers", "told"),
    [
        (b"<html>nginx</html>", {}, "502 Bad Gateway: what answers at http://gateway is no"),
        (b'{"status": 200}', {}, "no Brainshare gateway$"),
        (b"", {"Location": "https://b.example/v1?a=s3cret"}, "no Brainshare gateway$"),
    ],
)
def test_what_is_no_problem_comes_from_no_gateway(
    content: bytes, headers: dict[str, str], told: str
) -> None:
    error = tell_refusal(make_answer(502, content=content, Retry_After="3", **headers))
    with pytest.raises(errors.UnreadableAnswer, match=told):
        raise error
    assert (error.status, error.retry_after_s) == (502, 3.0)


def test_a_redirect_says_whither_without_what_it_holds() -> None:
    error = tell_refusal(make_answer(301, content=b"", Location="https://b.example/v1?a=s3cret"))
    assert str(error).endswith("gateway; it leads to https://b.example: name that one")


JOB = JobStatus.from_json(make_status(JobState.RUNNING))


@pytest.mark.parametrize(
    "error",
    [
        tell_refusal(make_answer(429, Retry_After="7")),
        tell_refusal(make_answer(502, content=b"")),
        errors.ConnectionFailed(URL, "it was lost", True),
        errors.TimedOut(URL, "no answer came in time", False),
        errors.StillRunning(JOB, 5.0),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_goes_from_process_to_process(error: errors.BrainshareError) -> None:
    read = pickle.loads(pickle.dumps(error))
    assert type(read) is type(error)
    assert (str(read), vars(read)) == (str(error), vars(error))
