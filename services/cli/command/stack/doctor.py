"""`brainshare doctor`: looks at everything a job needs, and says what to do about what is wrong."""

import asyncio
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import click
import psutil
from rich.text import Text

from services.cli.client.command_client import connect
from services.cli.client.readiness import read_readiness
from services.cli.client.settings import read_api_key
from services.cli.explanation.retention import look_at_retention
from services.cli.stack.model import describe_model
from services.cli.stack.park_watch import read_parked, tell_probe
from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import RunningProcess, StackModel
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import reach_broker
from services.cli.terminal.error import CliError
from services.cli.terminal.fold import fold
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import open_console
from services.cli.terminal.text import escape_json, plain
from services.cli.terminal.waiting import say_waiting
from services.kafka import BrokerUnavailableError, KafkaSettings
from services.kafka.topic_check import TopicMismatchError, check_topics
from services.lifecycle.settings import read_settings
from services.llm.server.settings import LlmSettings, ModelSettingsError

PROBE_S = 5.0
STARTING_S = 60.0
"""A younger process that is not ready is no fault yet."""
SHOWN_CHARS = 200
MOST_BYTES = 100_000


@dataclass(frozen=True)
class Examination:
    """One thing looked at.

    Attributes:
        is_well: None for what was not looked at, and of which nobody here knows.
        finding: What is there, or what to do.
    """

    subject: str
    is_well: bool | None
    finding: str


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def command(target: Target, as_json: bool) -> None:
    """Examine broker, topics, gateway, agents and model server. Exit status 1 if one is unwell."""
    found = []
    for item in examine(target):
        found.append(item)
        if not as_json:
            _show(item)
    if as_json:
        click.echo(escape_json(json.dumps([asdict(item) for item in found]).encode()))
    unwell = [item.subject for item in found if item.is_well is False]
    if unwell and target.is_starting:
        raise CliError(f"still starting: {', '.join(unwell)}: ask again in a moment")
    if unwell:
        raise CliError(f"not well: {', '.join(unwell)}")


def examine(target: Target) -> Iterator[Examination]:
    """Look at one thing after the other. What is not there yet while a stack starts is said so."""
    for item in _examine_all(target):
        if item.is_well is not False or not target.is_starting or item.subject == "stack":
            yield item
        else:
            yield Examination(item.subject, False, f"the stack is starting: {item.finding}")


def _examine_all(target: Target) -> Iterator[Examination]:
    yield _examine_stack(target)
    for process in target.stack.processes if target.stack else ():
        if not psutil.pid_exists(process.pid):
            yield Examination(process.name, False, _missing(target, process))
    yield _examine_kafka(target)
    yield (gateway := _examine_gateway(target))
    if gateway.is_well and (told := look_at_retention(target.url, read_api_key())):
        yield Examination("retention", *told)
    unserved: dict[str, str] = {}
    for process in target.stack.processes if target.stack else ():
        if "-agent" in process.name and process.address:
            yield _examine_agent(process, target.is_starting, unserved)
    yield _examine_model(target, unserved)


def _show(item: Examination) -> None:
    console = open_console()
    # A terminal that is not UTF-8 has no ticks.
    well, unwell = ("✓", "✗") if console.encoding.startswith("utf") else ("ok", "NOT WELL")
    mark = Text(well, style="green") if item.is_well else Text(unwell, style="red")
    if item.is_well is None:
        mark = Text("?", style="yellow")
    told = fold(f"{mark.plain} {item.subject}: {item.finding}", sys.stdout, indent=2)
    mark.append(told.removeprefix(mark.plain), style="default")
    console.print(mark, soft_wrap=True)


def _examine_stack(target: Target) -> Examination:
    if target.stack is None:
        finding = f"none runs in {target.data_dir}: `brainshare up` starts one"
        return Examination("stack", False, finding)
    count = f"{len(target.stack.processes)} processes, supervisor {target.stack.pid}"
    finding = f"{count}, in {target.data_dir}"
    if target.is_starting:
        finding = f"{target.starting}: {count}"
    return Examination("stack", not target.is_starting, finding)


def _missing(target: Target, process: RunningProcess) -> str:
    log = target.data_dir / "log" / f"{process.name}.log"
    return (
        f"process {process.pid} is gone; the supervisor starts it again unless {log} says why not"
    )


def _examine_kafka(target: Target) -> Examination:
    try:
        settings = target.kafka
        with say_waiting(f"the broker at {settings.bootstrap_servers}"):
            asyncio.run(_check_topics(settings))
    except (BrokerUnavailableError, TopicMismatchError, CliError) as error:
        return Examination("kafka", False, str(error))
    finding = f"{settings.bootstrap_servers}, {len(settings.topics.all())} topics as they must be"
    return Examination("kafka", True, finding)


async def _check_topics(settings: KafkaSettings) -> None:
    await reach_broker(settings)
    await check_topics(settings, settings.topics.all())


def _examine_gateway(target: Target) -> Examination:
    if target.is_starting and target.names_default:
        return Examination("gateway", False, "it has not been started yet")
    waiting = say_waiting(f"the gateway at {target.url}")
    with connect(target.url, retry_for_s=0) as gateway, waiting:
        is_ready, detail = read_readiness(gateway)
    finding = f"{target.url} is ready" if is_ready else f"{target.url} is not: {_short(detail)}"
    return Examination("gateway", is_ready, finding)


def _examine_agent(
    process: RunningProcess, is_starting: bool, unserved: dict[str, str]
) -> Examination:
    """A stage that is parked can do no job: that is not well, although its process is.

    Args:
        unserved: Takes why, by name, where it is parked for its model.
    """
    name, url = process.name, f"http://{process.address}/readyz"
    is_well, answer = _fetch(url)
    parked = read_parked(answer) if is_well else None
    age_s = _age_s(process)
    if parked is not None:
        if parked.is_for_model:
            unserved[name] = parked.why
        finding = f"no job goes on: {parked.why}; {tell_probe(parked)}"
        return Examination(name, False, finding)
    if not is_well and age_s is not None and (is_starting or age_s < STARTING_S):
        return Examination(name, False, f"it runs for {age_s:.0f} s, and has no partitions yet")
    return Examination(name, is_well, _told(url, is_well, answer))


def _age_s(process: RunningProcess) -> float | None:
    """How long a process has run, in seconds; None where it does not."""
    try:
        return time.time() - psutil.Process(process.pid).create_time()
    except psutil.Error:
        return None


def _examine_model(target: Target, unserved: Mapping[str, str]) -> Examination:
    """What the stack's agents were told; without a stack what this environment would tell them.

    A call may cost money, so none is made: only its agents know whether a model is well.

    Args:
        unserved: By name, the agents that are parked for it, and why.
    """
    told = target.stack.model if target.stack else None
    model = told or _describe_here()
    demo = target.stack.find_address("demo-llm") if target.stack else None
    if model.is_demo and demo is None:
        finding = "the demo model is meant, and it does not run: `brainshare up` starts it"
        return Examination("model", False, finding)
    if model.is_demo:
        url = f"http://{demo}/healthz"
        is_well, answer = _fetch(url)
        return Examination("model (demo data)", is_well, _told(url, is_well, answer))
    if unfit := _unfit(told):
        return Examination("model", False, f"{unfit} (not called)")
    for name, why in unserved.items():
        return Examination("model", False, f"{model.finding} (not called; {name} says: {why})")
    return Examination("model", None, f"{model.finding} (not called)")


def _describe_here() -> StackModel:
    return describe_model(read_settings(StackOptions), read_settings(LlmSettings))


def _unfit(told: StackModel | None) -> str | None:
    """Why the model of this environment may not be called; a stack's own has been checked."""
    try:
        if told is None:
            read_settings(LlmSettings).refuse_unfit()
    except ModelSettingsError as error:
        return str(error)
    return None


def _fetch(url: str) -> tuple[bool, str]:
    """Whether it is answered with a success, and the answer or why there is none."""
    try:
        with say_waiting(url), urllib.request.urlopen(url, timeout=PROBE_S) as answer:
            return True, answer.read(MOST_BYTES).decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return False, f"answers {error.code}"
    except OSError as error:
        return False, f"does not answer: {tell_os_error(error)}"


def _told(url: str, is_well: bool, answer: str) -> str:
    address = url.removesuffix("/readyz").removesuffix("/healthz")
    return f"{address} is ready" if is_well else f"{address} {_short(answer)}"


def _short(text: str) -> str:
    """In one line, and never a whole page of whatever listens there."""
    line = plain(text)
    return line if len(line) <= SHOWN_CHARS else f"{line[:SHOWN_CHARS]}…"
