"""What a person does at a terminal."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.api.result import SuggestionResult
from schemas.api.status import JobSummary
from tests.pipeline.approved_text import compare, take
from tests.pipeline.command import run_brainshare
from tests.pipeline.test_main_job import EXAMPLES, PLANETS
from tests.stack import RETRIES, START_S, RunningStack


@pytest.fixture
def env(stack: RunningStack) -> dict[str, str]:
    return {
        "BRAINSHARE_URL": stack.gateway_url,
        "BRAINSHARE_DATA_DIR": str(stack.data_dir),
        "KAFKA_BOOTSTRAP_SERVERS": stack.brokers,
        "COLUMNS": "100",
        **RETRIES,
    }


def test_a_job_is_submitted_watched_and_read(env: dict[str, str]) -> None:
    submitted = run_brainshare("submit", "-", env=env, stdin=PLANETS)
    assert submitted.returncode == 0
    job_id = submitted.stdout.decode().strip()
    watched = run_brainshare("watch", job_id, env=env)
    assert watched.returncode == 0
    assert b"row: completed" in watched.stdout
    assert all(one != next_ for one, next_ in pairwise(watched.stdout.splitlines()))
    shown = run_brainshare("result", job_id, env=env)
    assert b"Row suggestions (demo data)" in shown.stdout
    as_json = run_brainshare("result", job_id, "--json", env=env)
    assert str(SuggestionResult.from_json(as_json.stdout).job_id) == job_id
    listed = run_brainshare("status", env=env)
    assert job_id in listed.stdout.decode()


def test_a_plan_rests_on_what_the_running_workers_have_seen(env: dict[str, str]) -> None:
    submitted = run_brainshare("submit", "-", "--watch", env=env, stdin=PLANETS)
    assert submitted.returncode == 0
    planned = run_brainshare("capacity", "60", "--from-metrics", "--json", env=env)
    assert planned.returncode == 0, planned.stderr
    told = json.loads(planned.stdout)
    assert told["basis"]["call"].endswith("calls of the running stack")
    assert [stage["stage"] for stage in told["stages"]] == ["table", "column", "row"]
    for stage in told["stages"]:
        per_s = stage["callsPerMinute"] / 60
        assert 0 < stage["callsInFlight"] < per_s * 60, "a call of the demo takes under a minute"
        assert stage["tokensPerMinute"] > 0


@pytest.mark.parametrize(
    ("source", "stdin"),
    [("Cheeses of France", b""), ("-", b"name,age\nAnn,7\nBob,8\n"), ("-", b"Planets\nof the Sun")],
)
def test_words_a_table_or_text_are_a_job_and_the_last_one_is_found(
    env: dict[str, str], source: str, stdin: bytes
) -> None:
    submitted = run_brainshare("submit", "-q", "--rows", "1", source, env=env, stdin=stdin)
    assert (submitted.returncode, submitted.stderr) == (0, b"")
    job_id = submitted.stdout.decode().strip()
    watched = run_brainshare("watch", "last", "--json", env=env)
    assert JobSummary.from_json(watched.stdout.splitlines()[-1]).status == "completed"
    assert job_id in run_brainshare("status", job_id[:13], env=env).stdout.decode()


def test_a_bad_source_stops_no_other_and_is_named(env: dict[str, str]) -> None:
    submitted = run_brainshare("submit", "missing.csv", "Cheeses", env=env)
    assert submitted.returncode == 1
    assert "missing.csv is not there" in submitted.stderr.decode()
    assert submitted.stdout.decode().rstrip("\n").split("\t")[1:] == ["Cheeses"]


def test_every_example_is_submitted_by_one_command(env: dict[str, str]) -> None:
    done = run_brainshare("submit", "-q", "--watch", *map(str, EXAMPLES), env=env)
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_refused_request_is_one_line_that_names_the_field(env: dict[str, str]) -> None:
    refused = run_brainshare(
        "submit", "-q", "-", env=env, stdin=json.dumps({"tableId": "t"}).encode()
    )
    assert refused.returncode == 9
    assert refused.stderr.decode().count("\n") == 1
    assert "/context" in refused.stderr.decode()


def test_an_unknown_job_is_one_line(env: dict[str, str]) -> None:
    unknown = run_brainshare("status", "-q", "00000000-0000-4000-8000-00000000dead", env=env)
    assert unknown.returncode == 9
    assert unknown.stderr.decode().startswith("error: there is no job with the id")
    assert unknown.stderr.decode().count("\n") == 1


def test_topics_have_nothing_to_do_when_they_are_as_they_must_be(env: dict[str, str]) -> None:
    assert run_brainshare("topics", "apply", env=env).stdout == b"topics: nothing to do\n"


def test_topics_are_those_of_the_stack_that_runs(env: dict[str, str]) -> None:
    alone = {name: text for name, text in env.items() if name != "KAFKA_BOOTSTRAP_SERVERS"}
    applied = run_brainshare("topics", "apply", "-v", env=alone)
    assert applied.stdout == b"topics: nothing to do\n"
    assert env["KAFKA_BOOTSTRAP_SERVERS"] in applied.stderr.decode()


OLD_TERMINAL = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize("argv", ["status last", "watch last", "result last", "doctor", "audit"])
def test_a_terminal_that_knows_no_language_costs_no_command(env: dict[str, str], argv: str) -> None:
    submitted = run_brainshare("submit", "-q", "--rows", "1", "Käse 🧀", env=env | OLD_TERMINAL)
    assert (submitted.returncode, submitted.stderr) == (0, b"")
    run_brainshare("watch", "last", env=env)
    done = run_brainshare(*argv.split(), env=env | OLD_TERMINAL)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert done.stdout.isascii()
    title = json.loads(run_brainshare("status", "last", "--json", env=env).stdout)["title"]
    assert title == "Käse 🧀"


def test_the_doctor_finds_a_running_stack_well(env: dict[str, str]) -> None:
    examined = run_brainshare("doctor", "-q", env=env)
    assert (examined.returncode, examined.stderr) == (0, b"")
    assert examined.stdout.decode().count("✓") == 8


def test_the_doctor_says_what_to_do_where_nothing_runs(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    nothing = {
        "BRAINSHARE_URL": "http://127.0.0.1:9",
        "BRAINSHARE_DATA_DIR": str(tmp_path_factory.mktemp("empty")),
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    }
    examined = run_brainshare("doctor", env=nothing)
    assert examined.returncode == 1
    assert "`brainshare up` starts one" in examined.stdout.decode()
    assert "Traceback" not in examined.stderr.decode()


ON_A_STACK = (
    "status last",
    "audit",
    "audit --json",
    "restart gateway",
    "restart nobody",
    "logs nobody",
    "logs demo-llm -n 1",
)
OF_A_NEW_LOG = "The metadata log appears to be empty"
"""Kafka says so at the first start in a folder, as a warning."""


def troubles(folder: Path) -> Iterator[str]:
    """Warnings and errors in the logs of a stack that has only been started."""
    for log in sorted(folder.glob("*.log")):
        for line in log.read_text(encoding="utf-8").splitlines():
            is_bad = re.search(r"\b(WARN|ERROR|warning|error|critical|Traceback)\b", line)
            if is_bad and OF_A_NEW_LOG not in line:
                yield f"{log.name}: {line}"


@pytest.mark.timeout(300)
def test_a_stack_runs_in_the_background_restarts_a_service_and_is_stopped(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ports = ("--kafka-port", "0", "--gateway-port", "0", "--demo-port", "0")
    here = ("--data-dir", str(tmp_path))
    try:
        started = run_brainshare("up", "--detach", *here, *ports, timeout_s=START_S)
        assert started.returncode == 0, started.stderr
        assert b"`brainshare down` stops it" in started.stderr
        assert [*troubles(tmp_path / "log")] == []
        assert run_brainshare("submit", "Cheeses", "--watch", *here).returncode == 0
        taken = take(ON_A_STACK, tmp_path)
        assert b"gateway_stopped" in run_brainshare("logs", "gateway", "-n", "500", *here).stdout
    finally:
        stopped = run_brainshare("down", *here)
    assert (stopped.returncode, stopped.stdout) == (0, b"stopped\n")
    taken += "\n" + take(["down"], tmp_path)
    compare("stack", taken, request.config.getoption("--approve"))
