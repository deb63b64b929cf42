"""What the options of a filter say is what the gateway is asked, by its own names."""

import click
import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter

from schemas.api.job_list import JobFilterRequest
from services.cli.target.job_filter import by_job, to_query

SAID = [
    ([], {}),
    (["--status", "failed"], {"status": "failed"}),
    (
        ["--stage", "row", "--stage-state", "waiting for retry"],
        {"stage": "row", "stageState": "waiting for retry"},
    ),
    (["--tag", "a", "--tag", "b"], {"tag": "a,b"}),
    (["--table", "t", "--title", "x y"], {"tableId": "t", "title": "x y"}),
    (["--dead-letters", "yes"], {"hasDeadLetters": "true"}),
    (["--dead-letters", "no"], {"hasDeadLetters": "false"}),
    (["--from", "2026-01-01T00:00Z"], {"from": "2026-01-01T00:00:00+00:00"}),
    (["--engine", "demo", "--tenant", "acme"], {"engine": "demo", "tenant": "acme"}),
]


@pytest.mark.parametrize(("options", "query"), SAID)
def test_options_are_a_query_that_the_gateway_reads(
    options: list[str], query: dict[str, str]
) -> None:
    asked = ask(*options)
    assert asked == query
    TypeAdapter(JobFilterRequest).validate_python(asked)


def test_a_moment_that_is_none_is_refused_with_what_to_type() -> None:
    told = CliRunner().invoke(show, ["--from", "noon"])
    assert told.exit_code == 2
    assert "give an age like 2h or 3d" in told.output


@click.command()
@by_job
@click.pass_context
def show(ctx: click.Context, /, **said: object) -> None:
    ctx.obj.update(to_query(said))


def ask(*options: str) -> dict[str, str]:
    query: dict[str, str] = {}
    told = CliRunner().invoke(show, options, obj=query)
    assert told.exit_code == 0, told.output
    return query
