"""`make real-model`: the examples and the evaluation's cases, answered by a real model."""

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from services.llm.server.profile import ProfileName
from services.llm.server.settings import NO_KEY, LlmSettings
from services.telemetry.log import configure_logging
from tests.eval.case import Case, choose_cases, load_cases
from tests.eval.outcome import Evaluation, save
from tests.eval.report import count_firsts, say_trial, show_cases, show_sums, sum_up
from tests.eval.run import STAGES, Plan, evaluate
from tests.eval.trial import Trial
from tests.real_model.job import EXAMPLES, JobOutcome, run_examples, running_with
from tests.real_model.model import MODELS, ModelName
from tests.real_model.package import PackageError, bring_server, bring_weights, find_cache
from tests.real_model.server import ServerOptions, running_model

WIDTH = 120
EXAMPLES_WITHIN_S = 7200


@click.command()
@click.option(
    "--model",
    "named",
    default=ModelName.QWEN.value,
    show_default=True,
    type=click.Choice([name.value for name in ModelName]),
)
@click.option("--case", "ids", multiple=True, help="Only this case; may be repeated.")
@click.option("--tag", "tags", multiple=True, help="Only cases with this tag.")
@click.option("--seed", default=1, show_default=True, help="What the answers are drawn from.")
@click.option("--slots", default=2, show_default=True, help="Answers written at a time.")
@click.option("--threads", default=2, show_default=True, help="Of the model server.")
@click.option("--nice", default=0, show_default=True, help="Let the server give way: 0 to 19.")
@click.option(
    "--only", type=click.Choice(["fetch", "cases", "examples"]), help="No more than this."
)
@click.option("--save", "save_to", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the cases' outcomes to a file, as make eval does.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(
    named: str,
    ids: tuple[str, ...],
    tags: tuple[str, ...],
    only: str | None,
    save_to: Path | None,
    as_json: bool,
    **server: int,
) -> None:
    """Ask a real model on this machine, and count what could be used.

    The exit status is 1 when an example has failed.
    """
    configure_logging("real-model", logging.WARNING)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    model, options = ModelName(named), ServerOptions(**server)
    figures: dict[str, object] = {"model": model.value}
    outcomes: list[JobOutcome] = []
    try:
        with _running(model, options, only) as base_url:
            if base_url and only in (None, "cases"):
                cases = choose_cases(load_cases(), ids, tags)
                evaluation = asyncio.run(_evaluate(base_url, cases, model, options.slots))
                figures |= _show_cases(console, evaluation, save_to)
            if base_url and only in (None, "examples"):
                outcomes = _run_examples(console, base_url)
                figures["examples"] = [asdict(outcome) for outcome in outcomes]
    except PackageError as error:
        sys.exit(f"error: {error}")
    if as_json:
        click.echo(json.dumps(figures))
    sys.exit(int(any(outcome.error for outcome in outcomes)))


@contextmanager
def _running(model: ModelName, options: ServerOptions, only: str | None) -> Iterator[str | None]:
    """The model's server; None where it is only to be fetched."""
    cache = find_cache()
    weights, package = bring_weights(MODELS[model], cache), bring_server(cache)
    if only == "fetch":
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with running_model(weights, package, log, options) as base_url:
            yield base_url


async def _evaluate(
    base_url: str, cases: tuple[Case, ...], model: ModelName, at_a_time: int
) -> Evaluation:
    settings = LlmSettings(
        profile=ProfileName.LLAMACPP,
        base_url=base_url,
        api_key=NO_KEY,
        model=model,
    )
    plan = Plan(cases, [settings], STAGES, at_a_time=at_a_time, tell=_tell)
    return await evaluate(plan)


def _tell(trial: Trial) -> None:
    click.echo(say_trial(trial), err=True)


def _show_cases(
    console: Console, evaluation: Evaluation, save_to: Path | None
) -> dict[str, object]:
    show_cases(console, evaluation)
    show_sums(console, evaluation)
    if save_to:
        save(evaluation, save_to)
    return {"cases": sum_up(evaluation.outcomes), "firsts": count_firsts(evaluation.outcomes)}


def _run_examples(console: Console, base_url: str) -> list[JobOutcome]:
    outcomes = []
    with running_with(base_url, {}) as stack:
        for outcome in run_examples(stack.gateway_url, EXAMPLES, EXAMPLES_WITHIN_S):
            console.print(f"{outcome.example}: {outcome.end}", markup=False, soft_wrap=True)
            outcomes.append(outcome)
    console.print(_list_jobs(outcomes))
    return outcomes


def _list_jobs(outcomes: list[JobOutcome]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("example", no_wrap=True)
    table.add_column("end", max_width=60)
    for head in ("s", "calls", "again", "tokens in", "out"):
        table.add_column(head, justify="right", no_wrap=True)
    for job in outcomes:
        effort = (job.seconds, job.calls, job.re_asks, job.input_tokens, job.output_tokens)
        table.add_row(job.example, job.end, *map(str, effort))
    return table


if __name__ == "__main__":
    main()
