"""`brainshare submit --dry-run` says what jobs would take, and makes none."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker, StackModel
from services.llm.limit.price import Price
from tests.unit.cli.command.job.table_gateway import TableGateway


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["submit", "--dry-run", *arguments], input=stdin)


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """The folder of a stack whose model has a price of its own."""
    written = Stack(
        pid=os.getpid(),
        broker=StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True),
        is_ready=True,
        model=StackModel(is_demo=False, finding="", name="mine", price=Price(1_000.0, 1_000.0)),
        processes=(RunningProcess(name="gateway", pid=1, address="127.0.0.1:18000"),),
    )
    (tmp_path / "stack.json").write_text(written.model_dump_json())
    return tmp_path


def test_nothing_is_asked_of_a_gateway(gateway: TableGateway, tmp_path: Path) -> None:
    done = run("Cheeses", "--data-dir", str(tmp_path))
    assert (done.exit_code, gateway.asked) == (0, [])
    first, table, *_ = done.stdout.splitlines()
    assert first.startswith("Cheeses: 3 calls, about 2,")
    assert first.endswith("cost $0")
    assert table.split()[:3] == ["table", "1", "call"]


def test_the_price_is_that_of_the_running_stack(stack: Path) -> None:
    found = json.loads(run("Cheeses", "--json", "--data-dir", str(stack)).stdout)
    tokens = found[0]["inputTokens"] + found[0]["outputTokens"]
    assert found[0]["costUsd"] == pytest.approx(tokens / 1_000)
    assert found[0]["price"] == "mine, the running stack's"


@pytest.mark.parametrize("url", ["http://elsewhere:1", "http://127.0.0.1:18000"])
def test_of_a_gateway_elsewhere_nobody_knows_the_price(stack: Path, url: str) -> None:
    done = run("Cheeses", "--data-dir", str(stack), "--url", url)
    is_known = "18000" in url
    assert ("cost not known" in done.stdout) is not is_known
    assert ("nobody here knows which model" in done.stdout) is not is_known


def test_the_settings_here_count_where_no_stack_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_PROFILE", "openai")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody-may-see-it")
    monkeypatch.setenv("LLM_MODEL", "a-model-of-my-own")
    done = run("Cheeses", "--data-dir", str(tmp_path))
    assert "price: a-model-of-my-own, by the settings here, which no price list" in done.stdout
    assert "nobody-may-see-it" not in done.output


def test_several_are_told_one_by_one_and_a_bad_one_stops_no_other(tmp_path: Path) -> None:
    done = run("missing.csv", "-", "Cheeses", "--data-dir", str(tmp_path), stdin=b"a,b\n1,2\n")
    assert done.exit_code == 1
    told = [line for line in done.stdout.splitlines() if "calls, about" in line]
    assert [line.split(":")[0] for line in told] == ["-", "Cheeses"]
    assert "missing.csv is not there" in done.stderr


@pytest.mark.parametrize(
    ("stdin", "why"),
    [
        (
            b'{"tableId": "t", "want": {"rows": 99}}',
            "/context: is missing; /want/rows: must be at most 50",
        ),
        (
            b'{"tableId": "t", "context": "x", "more": 1}',
            "/more: is not known here: leave it out, or correct its name",
        ),
        (b"{", "standard input is no JSON: "),
        (
            b'{"context": "' + b"x" * 1_100_000 + b'"}',
            "and the gateway takes 1,048,576: give fewer rows",
        ),
    ],
)
def test_what_the_gateway_would_refuse_is_told(tmp_path: Path, stdin: bytes, why: str) -> None:
    refused = run("-", "--data-dir", str(tmp_path), stdin=stdin)
    assert (refused.exit_code, why in refused.stderr) == (1, True)


def test_there_is_no_job_to_watch() -> None:
    assert run("Cheeses", "--watch").exit_code == 2
