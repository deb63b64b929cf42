"""What starts, what refuses to, and what is left behind."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import PortPicker
from tests.pipeline.command import run_brainshare, run_module
from tests.pipeline.lone_agent import make_job, name_logs, running_agent
from tests.stack import RETRIES, ROOT, RunningStack, running_stack, wait_until

FREE_PORTS = ("--kafka-port", "0", "--gateway-port", "0", "--demo-port", "0")
SERVICES = ("services.table_agent", "services.gateway")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_refuses_to_start_without_its_topics(stack: RunningStack, service: str) -> None:
    env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, "KAFKA_TOPIC_PREFIX": "missing."}
    refused = run_module(service, env=env)
    assert refused.returncode == 78
    assert "missing topics: missing.table.requests" in refused.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_refuses_another_partition_count(stack: RunningStack, service: str) -> None:
    env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, "KAFKA_PARTITIONS": "3", **RETRIES}
    refused = run_module(service, env=env)
    assert refused.returncode == 78
    assert "has 6 partitions, the settings ask for 3" in refused.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_setting_of_traces_is_the_only_line(service: str) -> None:
    refused = run_module(service, env={"OTEL_EXPORTER_OTLP_PROTOCOL": "pigeon"})
    assert refused.returncode == 78
    [line] = refused.stderr.decode().splitlines()
    assert line.startswith("error: OTEL_EXPORTER_OTLP_PROTOCOL is 'pigeon': it must be")


def test_topics_of_another_partition_count_are_not_touched(stack: RunningStack) -> None:
    env = {"KAFKA_BOOTSTRAP_SERVERS": stack.brokers, "KAFKA_PARTITIONS": "3", **RETRIES}
    refused = run_brainshare("topics", "apply", env=env)
    assert refused.returncode == 11
    assert "cannot be repartitioned" in refused.stderr.decode()


def test_a_port_that_is_taken_is_one_clear_line(stack: RunningStack, tmp_path: Path) -> None:
    port = stack.brokers.rpartition(":")[2]
    refused = run_brainshare(
        "up", "--data-dir", str(tmp_path), *FREE_PORTS[2:], "--kafka-port", port
    )
    assert refused.returncode == 3
    assert re.fullmatch(
        rf"error: port {port} is taken by .*--kafka-port.*\n", refused.stderr.decode()
    )


def test_a_second_stack_in_one_folder_is_refused(stack: RunningStack) -> None:
    refused = run_brainshare("up", "--data-dir", str(stack.data_dir), *FREE_PORTS)
    assert refused.returncode == 4
    assert str(stack.process.pid) in refused.stderr.decode()


def test_faust_itself_can_run_a_stage(stack: RunningStack, tmp_path: Path) -> None:
    port = PortPicker().pick()
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": stack.brokers,
        "STAGE_INSTANCE_ID": "table-agent-by-faust",
        "STAGE_HEALTH_PORT": str(port),
        "STAGE_DATA_DIR": str(tmp_path),
        **RETRIES,
    }
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(
            [
                sys.executable,
                *["-m", "faust", "-A", "services.table_agent.app", "worker", "-l", "info"],
            ],
            cwd=ROOT,
            env=inherited_env() | env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: is_ready(port), 25, "the worker has partitions")
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(20)


def test_a_second_worker_of_one_name_refuses_to_start_and_says_what_to_do(
    stack: RunningStack,
) -> None:
    """Both would have the partitions in turn, and every job would be paid for twice."""
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": stack.brokers,
        "STAGE_INSTANCE_ID": "table-agent-0",
        "STAGE_DATA_DIR": str(stack.data_dir / "table-agent"),
        **RETRIES,
    }
    second = subprocess.run(
        [sys.executable, "-m", "services.table_agent"],
        cwd=ROOT,
        env=inherited_env() | env,
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )
    [line] = [line for line in second.stderr.splitlines() if line.startswith("error: ")]
    assert second.returncode == 78
    assert f"process {stack.pid('table-agent')} holds" in line
    assert "STAGE_INSTANCE_ID" in line


async def test_a_worker_that_is_back_at_another_address_goes_on_at_once(
    stack: RunningStack, tmp_path: Path
) -> None:
    """A container that is made anew has another host name, and the name of its worker."""
    logs = name_logs(stack)
    await logs.create()
    for host in ("one", "two"):
        with running_agent(stack, tmp_path, logs, host) as agent:
            [job] = await logs.publish(logs.requests, make_job(0))
            while job not in await logs.answered():
                assert agent.process.poll() is None, agent.log.read_text()


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return b"[]" not in answer.read()
    except OSError:
        return False


@pytest.mark.timeout(120)
def test_the_demo_shows_three_suggestions_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run_brainshare("demo", "--exit", "--data-dir", str(tmp_path), *FREE_PORTS)
    assert done.returncode == 0, done.stderr.decode()
    printed = done.stdout.decode()
    assert "Demo engine: canned data, not AI" in printed
    titles = ("Table suggestion", "Columns", "Row suggestions")
    assert [title for title in titles if title not in printed] == []
    assert processes_of(tmp_path) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stack_that_ends_leaves_no_process_behind(tmp_path: Path, how: signal.Signals) -> None:
    with running_stack(tmp_path) as stack:
        assert len(processes_of(tmp_path)) >= 6
        stack.process.send_signal(how)
        stack.process.wait(30)
        wait_until(lambda: not processes_of(tmp_path), 10, "every process is gone")


def processes_of(folder: Path) -> list[str]:
    """Living processes that were told of this folder, by argument or environment, or work in it."""
    found = []
    for process in psutil.process_iter():
        try:
            told = " ".join([process.cwd(), *process.cmdline(), *process.environ().values()])
            if str(folder) in told and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.name())
        except psutil.Error:
            continue
    return found


@pytest.mark.timeout(120)
def test_a_model_server_that_is_down_fails_the_job_readably(tmp_path: Path) -> None:
    nothing = f"http://127.0.0.1:{PortPicker().pick()}/v1"
    with running_stack(tmp_path, env={"OPENAI_BASE_URL": nothing, **RETRIES}) as stack:
        env = {"BRAINSHARE_URL": stack.gateway_url}
        request = str(ROOT / "tests" / "examples" / "new-planets.json")
        failed = run_brainshare("submit", "--watch", request, env=env)
    assert failed.returncode == 10
    assert "failed in stage table: the model server cannot be reached" in failed.stderr.decode()
