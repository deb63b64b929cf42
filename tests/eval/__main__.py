"""`make eval`: scores of the configured model, or of the demo model, over the cases."""

import asyncio
import json
import logging
import sys
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Console

from schemas.stage import StageName
from services.llm.server.settings import DEMO_KEY, LlmSettings
from services.telemetry.log import configure_logging
from tests.eval.case import Case, choose_cases, load_cases
from tests.eval.comparison import pair_up
from tests.eval.outcome import Evaluation, load, save
from tests.eval.report import show_cases, show_comparison, show_sums, sum_up
from tests.eval.run import STAGES, Plan, evaluate, with_prompts
from tests.eval.server import running_demo

WIDTH = 120
"""Of the tables, where no terminal says how wide it is."""

FILE = click.Path(dir_okay=False, path_type=Path)
OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_prompt(
    context: object, parameter: object, values: tuple[str, ...]
) -> dict[StageName, Path]:
    """Read `table=FILE`."""
    prompts = {}
    for value in values:
        name, _, file = value.partition("=")
        if name not in {*StageName} or not Path(file).is_file():
            raise click.BadParameter(f"{value}: say STAGE=FILE, a stage and a file of instructions")
        prompts[StageName(name)] = Path(file)
    return prompts


@click.command()
@click.option("--case", "ids", multiple=True, help="Run only this case; may be repeated.")
@click.option("--tag", "tags", multiple=True, help="Run only cases with this tag.")
@click.option("--model", "models", multiple=True, help="Run with this model; may be repeated.")
@click.option("--faults", default="", help="Faults of the demo model, such as slips:0.3.")
@click.option("--repeat", default=1, show_default=True, help="Run each case so many times.")
@click.option(
    "--prompt",
    "prompts",
    multiple=True,
    callback=read_prompt,
    metavar="STAGE=FILE",
    help="Take a stage's instructions from a file.",
)
@click.option("--save", "save_to", type=FILE, help="Write the outcomes to a file.")
@click.option("--against", type=OLD_FILE, help="Compare with the outcomes of a file.")
@click.option(
    "--compare", type=OLD_FILE, nargs=2, metavar="OLD NEW", help="Only compare two files."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(
    ids: tuple[str, ...],
    tags: tuple[str, ...],
    models: tuple[str, ...],
    faults: str,
    repeat: int,
    prompts: dict[StageName, Path],
    save_to: Path | None,
    against: Path | None,
    compare: tuple[Path, Path] | None,
    as_json: bool,
) -> None:
    """Score suggestions. Without a key or a server in the environment, those of the demo model.

    The exit status is 1 when a case breaks a hard rule, or has got worse in a comparison.
    """
    configure_logging("eval", logging.WARNING)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    if compare:
        sys.exit(_compare(console, load(compare[0]), load(compare[1]), str(compare[0])))
    cases = choose_cases(load_cases(), ids, tags)
    if not cases:
        raise click.BadParameter("no case has such an id or tag: see tests/eval/case")
    evaluation = _run(cases, models, faults, repeat, prompts)
    show_cases(console, evaluation)
    show_sums(console, evaluation)
    if save_to:
        save(evaluation, save_to)
        console.print(f"saved to {save_to}", soft_wrap=True)
    has_worse = _compare(console, load(against), evaluation, str(against)) if against else 0
    if as_json:
        click.echo(json.dumps(_sum_up_all(evaluation)))
    sys.exit(has_worse or int(not all(outcome.is_good for outcome in evaluation.outcomes)))


def _run(
    cases: tuple[Case, ...],
    models: tuple[str, ...],
    faults: str,
    repeat: int,
    prompts: dict[StageName, Path],
) -> Evaluation:
    named = LlmSettings()
    is_named = named.base_url is not None or not named.is_demo
    demo = nullcontext(None) if is_named else running_demo("--faults", faults)
    with demo as base_url:
        given = {"base_url": base_url, "api_key": DEMO_KEY} if base_url else {}
        settings = [
            named.model_copy(update=given | ({"model": m} if m else {})) for m in models or ("",)
        ]
        plan = Plan(cases, settings, with_prompts(STAGES, prompts), repeat)
        return asyncio.run(evaluate(plan))


def _sum_up_all(evaluation: Evaluation) -> dict[str, object]:
    figures = {
        model: sum_up([outcome for outcome in evaluation.outcomes if outcome.model == model])
        for model in evaluation.models
    }
    return {"engine": evaluation.engine, "models": figures}


def _compare(console: Console, old: Evaluation, new: Evaluation, name: str) -> int:
    pairs = pair_up(old, new)
    show_comparison(console, pairs, f"{len(pairs)} cases, compared with {name}")
    return int(any(pair.regressions for pair in pairs))


if __name__ == "__main__":
    main()
