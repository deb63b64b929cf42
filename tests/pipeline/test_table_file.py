"""A person's own table goes in, and what was proposed goes back into it."""

import json
from pathlib import Path

import pytest

from tests.pipeline.command import run_brainshare
from tests.stack import RETRIES, RunningStack
from tests.unit.cli.workbook.book import make_rows

pytestmark = pytest.mark.timeout(120)
CITIES = 'City;Population\r\nBern;"134794"\r\n\r\n"Zürich";421878'.encode()


@pytest.fixture
def env(stack: RunningStack) -> dict[str, str]:
    return {
        "BRAINSHARE_URL": stack.gateway_url,
        "BRAINSHARE_DATA_DIR": str(stack.data_dir),
        "COLUMNS": "100",
        **RETRIES,
    }


def submit(path: Path, env: dict[str, str], *wishes: str) -> str:
    done = run_brainshare("submit", str(path), "--watch", "--quiet", *wishes, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().strip()


def test_what_was_proposed_goes_into_a_copy_and_nothing_else_changes(
    env: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "städte.csv"
    path.write_bytes(CITIES)
    job_id = submit(path, env, "--columns", "2", "--rows", "2", "--tag", "q3")
    assert run_brainshare("apply", job_id, str(path), env=env).returncode == 0
    written = (tmp_path / "städte.applied.csv").read_bytes()
    lines, own = written.split(b"\r\n"), CITIES.split(b"\r\n")
    assert all(line.startswith(was) for line, was in zip(lines, own, strict=False))
    assert (len(lines), lines[2], path.read_bytes()) == (6, b"", CITIES)
    again = run_brainshare("apply", job_id, "-", "--no-columns", env=env, stdin=written)
    assert b"it has 4 columns, the job's table 2" in again.stderr
    assert "q3" in run_brainshare("status", job_id, env=env).stdout.decode()


def test_a_sheet_goes_in_and_a_sheet_comes_out(env: dict[str, str], tmp_path: Path) -> None:
    path, out = tmp_path / "cities.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(make_rows(("City", "Population"), ("Bern", 134794), ("Zürich", 421878)))
    job_id = submit(path, env, "--rows", "1")
    assert run_brainshare("result", job_id, "--xlsx", str(out), env=env).returncode == 0
    back = json.loads(run_brainshare("submit", str(out), "--dry-run", "--json", env=env).stdout)
    assert back[0]["calls"] == 3


@pytest.mark.parametrize("wishes", [(), ("--columns", "3", "--rows", "12")])
def test_the_calls_that_were_foretold_are_made(
    env: dict[str, str], tmp_path: Path, wishes: tuple[str, ...]
) -> None:
    path = tmp_path / "cities.csv"
    path.write_bytes(CITIES)
    (told,) = json.loads(
        run_brainshare("submit", str(path), "--dry-run", "--json", *wishes, env=env).stdout
    )
    job = json.loads(run_brainshare("status", submit(path, env, *wishes), "--json", env=env).stdout)
    made = {stage["name"]: stage["provenance"] for stage in job["stages"]}
    for stage in told["stages"]:
        provenance = made[stage["stage"]]
        assert provenance["calls"] == stage["calls"] + provenance["reAsks"]
        assert provenance["usage"]["inputTokens"] == pytest.approx(stage["inputTokens"], rel=0.5)
