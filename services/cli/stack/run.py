"""Brings up a whole stack, keeps it running, and takes it down again."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping

from services.cli.broker.kafka import prepare_broker
from services.cli.log.file import LogFile, read_last_line
from services.cli.stack.model import describe_model
from services.cli.stack.park_watch import ParkWatch
from services.cli.stack.running_stacks import RunningStacks
from services.cli.stack.service_list import (
    BROKER_WAVE,
    StackPorts,
    broker_env,
    claim_ports,
    service_specs,
)
from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import Stack, StackBroker, StackFile
from services.cli.supervisor.child_output import start_logged
from services.cli.supervisor.child_process import kill_group
from services.cli.supervisor.data_dir import lock_data_dir
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.spec import ServiceSpec
from services.cli.supervisor.supervisor import Supervisor
from services.cli.supervisor.wait import Say
from services.cli.terminal.error import ServiceFailed
from services.cli.terminal.interrupt import run_until_interrupt
from services.lifecycle.settings import read_settings
from services.llm.server.settings import LlmSettings

TOPICS_TIMEOUT_S = 60.0
OWN_BROKER_S = 45.0
"""Longer than for one that others run: this one is known to be there."""
BROKER_S = 15.0
SAY_AFTER_S = 2.0
TOPICS_ARGV = (sys.executable, "-m", "services.cli", "topics", "apply")
STOPPING = {
    signal.SIGINT: "stopping; once more ends it at once",
    signal.SIGTERM: "stopping, as `brainshare down` or another asked by SIGTERM",
    signal.SIGHUP: "stopping: its terminal was closed",
}

OnReady = Callable[[Stack], Awaitable[int | None]]


def run_stack(options: StackOptions, on_ready: OnReady | None, say: Say) -> int:
    """Run a stack until a signal comes, and return the exit code of the command.

    Args:
        on_ready: Called once when all services are ready. If it returns a number, the stack is
            stopped and that is the exit code; after None it runs on.
        say: Told in one line each what happens.

    Raises:
        CliError: A port or the folder is taken, or something does not start. All is stopped then.
    """
    with lock_data_dir(options.data_dir), RunningStacks().noted(options.data_dir):
        ports = claim_ports(options)
        specs = service_specs(options, ports, inherited_env())
        with _note_stack(options, ports, say) as file:
            if options.bootstrap_servers is None:
                broker = prepare_broker(options.data_dir, ports.kafka, ports.controller)
                specs.insert(0, broker.spec())
            status = asyncio.run(_supervise(options, ports, specs, file, on_ready, say))
    say("stopped")
    return status


def _note_stack(options: StackOptions, ports: StackPorts, say: Say) -> StackFile:
    """Say that it starts, here and to whoever asks, before anything takes its time."""
    broker = StackBroker(
        bootstrap_servers=broker_env(options, ports)["KAFKA_BOOTSTRAP_SERVERS"],
        embedded=options.bootstrap_servers is None,
    )
    model = describe_model(options, read_settings(LlmSettings))
    say(f"model: {model.finding}")
    return StackFile(options.data_dir, broker, model)


async def _supervise(
    options: StackOptions,
    ports: StackPorts,
    specs: list[ServiceSpec],
    file: StackFile,
    on_ready: OnReady | None,
    say: Say,
) -> int:
    env = {**inherited_env(), **broker_env(options, ports)}
    async with Supervisor(options.data_dir / "log", env, say, file.write) as supervisor:
        body = _bring_up(options, specs, env, supervisor, file, on_ready, say)
        return await run_until_interrupt(body, supervisor.hurry, lambda first: say(STOPPING[first]))


async def _bring_up(
    options: StackOptions,
    specs: list[ServiceSpec],
    env: Mapping[str, str],
    supervisor: Supervisor,
    file: StackFile,
    on_ready: OnReady | None,
    say: Say,
) -> int:
    await _start(supervisor, [spec for spec in specs if spec.wave == BROKER_WAVE], say)
    await _apply_topics(options, env, say)
    await _start(supervisor, [spec for spec in specs if spec.wave != BROKER_WAVE], say)
    file.note_ready()
    status = await on_ready(file.stack) if on_ready else None
    if status is None:
        await ParkWatch(lambda: file.stack, say).run()
    return status or 0


async def _start(supervisor: Supervisor, specs: list[ServiceSpec], say: Say) -> None:
    if specs:
        say(f"starting {', '.join(spec.name for spec in specs)}")
    await supervisor.start(specs)


async def _apply_topics(options: StackOptions, env: Mapping[str, str], say: Say) -> None:
    log = options.data_dir / "log" / "topics.log"
    wait_s = OWN_BROKER_S if options.bootstrap_servers is None else BROKER_S
    argv = (*TOPICS_ARGV, "--wait", f"{wait_s:g}")
    process, output = await start_logged(argv, env, LogFile(log))
    told = f"waiting for the topics to be made at {env['KAFKA_BOOTSTRAP_SERVERS']}"
    late = asyncio.get_running_loop().call_later(SAY_AFTER_S, say, told)
    try:
        async with asyncio.timeout(TOPICS_TIMEOUT_S):
            status = await process.wait()
    except TimeoutError as error:
        raise ServiceFailed(
            f"topics are not made after {TOPICS_TIMEOUT_S:g} s: see {log}"
        ) from error
    finally:
        late.cancel()
        kill_group(process.pid)
        await output.end()
    if status != 0:
        reason = read_last_line(log).removeprefix("error: ")
        raise ServiceFailed(f"topics cannot be made: {reason} (log: {log})")
