"""`brainshare doctor`: looks at everything a job needs, and says what to do about what is wrong."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.text import Text

from services.cli.client.gateway import connect
from services.cli.client.settings import ClientSettings
from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import Stack, load_stack
from services.cli.terminal.error import CliError
from services.kafka import BrokerUnavailableError, KafkaSettings
from services.kafka.topic_check import TopicMismatchError, check_topics
from services.llm.server.settings import LlmSettings, ModelSettingsError

PROBE_S = 5.0


@dataclass(frozen=True)
class Examination:
    """One thing looked at. `finding` says what is there, or what to do."""

    subject: str
    is_well: bool
    finding: str


@click.command("doctor")
def command() -> None:
    """Examine broker, topics, gateway, agents and model server. Exit status 1 if one is unwell."""
    options = StackOptions()
    stack = load_stack(options.data_dir)
    console, unwell = Console(), 0
    for item in examine(options, stack):
        mark = Text("✓", style="green") if item.is_well else Text("✗", style="red")
        console.print(mark, f"{item.subject}: {item.finding}", soft_wrap=True, markup=False)
        unwell += not item.is_well
    if unwell:
        raise CliError(f"{unwell} of the things that a job needs is unwell")


def examine(options: StackOptions, stack: Stack | None) -> Iterator[Examination]:
    """Look at one thing after the other."""
    yield _examine_stack(options, stack)
    yield _examine_kafka(options, stack)
    yield _examine_gateway(stack)
    for process in stack.processes if stack else ():
        if process.name.endswith("-agent") and process.address:
            yield _examine_http(process.name, f"http://{process.address}/readyz")
    yield _examine_model(options, stack)


def _examine_stack(options: StackOptions, stack: Stack | None) -> Examination:
    if stack is None:
        finding = f"none runs in {options.data_dir}: `brainshare up` starts one"
        return Examination("stack", False, finding)
    if stack.is_stale():
        finding = f"the one in {options.data_dir} has died: `brainshare up` starts it again"
        return Examination("stack", False, finding)
    return Examination("stack", True, f"{len(stack.processes)} processes, supervisor {stack.pid}")


def _examine_kafka(options: StackOptions, stack: Stack | None) -> Examination:
    embedded = stack.broker.bootstrap_servers if stack else None
    servers = options.bootstrap_servers or embedded
    settings = KafkaSettings(**({"bootstrap_servers": servers} if servers else {}))  # type: ignore[arg-type]
    try:
        asyncio.run(check_topics(settings, settings.topics.all()))
    except (BrokerUnavailableError, TopicMismatchError) as error:
        return Examination("kafka", False, str(error))
    finding = f"{settings.bootstrap_servers}, {len(settings.topics.all())} topics as they must be"
    return Examination("kafka", True, finding)


def _examine_gateway(stack: Stack | None) -> Examination:
    address = stack.find_address("gateway") if stack else None
    url = f"http://{address}" if address else ClientSettings().url
    with connect(url, retry_for_s=0) as gateway:
        is_ready, detail = gateway.readiness()
    return Examination("gateway", is_ready, f"{url} {detail}")


def _examine_model(options: StackOptions, stack: Stack | None) -> Examination:
    demo = stack.find_address("demo-llm") if stack else None
    settings = LlmSettings()
    if options.uses_demo:
        if demo is None:
            return Examination("model", False, "the demo model is meant, and it does not run")
        return _examine_http("model (demo data)", f"http://{demo}/healthz")
    try:
        settings.refuse_unfit()
    except ModelSettingsError as error:
        return Examination("model", False, str(error))
    where = settings.effective_base_url or "the provider's own address"
    model = settings.effective_model or "the only model"
    finding = (
        f"{model} at {where} (profile {settings.effective_profile}, {settings.why}; not called)"
    )
    return Examination("model", True, finding)


def _examine_http(subject: str, url: str) -> Examination:
    try:
        with urllib.request.urlopen(url, timeout=PROBE_S) as answer:
            return Examination(subject, True, f"{url} {answer.read(500).decode(errors='replace')}")
    except urllib.error.HTTPError as error:
        with error:
            return Examination(subject, False, f"{url} answers {error.code}")
    except OSError as error:
        return Examination(subject, False, f"{url} does not answer: {error}")
