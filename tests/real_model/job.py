"""Runs the examples as jobs of a whole stack that asks a real model."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.api.result import Completeness
from schemas.api.status import JobStatus
from schemas.job.record import Provenance
from schemas.kafka.headers import ErrorKind
from services.cli.client.command_client import connect
from services.cli.client.following import follow
from tests.stack import ROOT, RunningStack, running_stack

EXAMPLES = tuple(sorted((ROOT / "tests" / "examples").glob("*.json")))


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended, and what its answered stages took.

    Attributes:
        end: completed, partial, or failed and why.
        error: The kind of its dead letter; None where there is none.
        seconds: From accepting it to its end.
    """

    example: str
    end: str
    error: ErrorKind | None
    seconds: float
    calls: int
    re_asks: int
    input_tokens: int
    output_tokens: int


def make_env(base_url: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The settings of a stack that asks llama.cpp's server."""
    named = {"LLM_PROFILE": "llamacpp", "OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "none"}
    return {**named, **settings}


@contextmanager
def running_with(base_url: str, settings: Mapping[str, str]) -> Iterator[RunningStack]:
    """A stack of its own, in a folder that is thrown away."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), env=make_env(base_url, settings)) as stack,
    ):
        yield stack


def run_examples(
    gateway_url: str, examples: tuple[Path, ...], deadline_s: int
) -> Iterator[JobOutcome]:
    """Submit all at once, each with a deadline of its own, and yield how each has ended."""
    with connect(gateway_url) as gateway:
        bodies = [(path.stem, json.loads(path.read_bytes())) for path in examples]
        jobs = [
            (name, gateway.jobs.post(json.dumps(body | {"deadlineS": deadline_s}).encode()))
            for name, body in bodies
        ]
        for name, job in jobs:
            for _ in follow(gateway, str(job.job_id)):
                """Until it has ended: its deadline sees to that."""
            yield _describe(name, gateway.jobs.get(str(job.job_id)))


def _describe(example: str, job: JobStatus) -> JobOutcome:
    told = [stage.provenance for stage in job.stages if stage.provenance]
    ended_at = job.completed_at or max(stage.ended_at for stage in job.stages if stage.ended_at)
    return JobOutcome(
        example=example,
        end=_say_end(job),
        error=job.error.kind if job.error else None,
        seconds=round((ended_at - job.accepted_at).total_seconds(), 1),
        calls=sum(item.calls or 0 for item in told),
        re_asks=sum(item.re_asks for item in told),
        input_tokens=_sum_tokens(told, "input_tokens"),
        output_tokens=_sum_tokens(told, "output_tokens"),
    )


def _say_end(job: JobStatus) -> str:
    if job.error:
        error = job.error
        return f"{job.status.value}: {error.stage.value}, {error.kind.value}: {error.message}"
    is_partial = job.result is not None and job.result.status is Completeness.PARTIAL
    return "partial" if is_partial else job.status.value


def _sum_tokens(told: list[Provenance], name: str) -> int:
    return sum(getattr(item.usage, name) or 0 for item in told)
