"""The examples of docs/python.md: typed as they stand there, and run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live_gateway import LiveGateway

pytestmark = pytest.mark.timeout(300)

BLOCK = re.compile(r"^```python file=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TOLD = {
    "suggest.py": ["row succeeded\n", "completed, 100%\n", "Name, Moons"],
    "suggest_many.py": ["Rivers ", "Lakes "],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing in it but the examples."""
    made = tmp_path_factory.mktemp("app")
    for name, text in BLOCK.findall(Path("docs/python.md").read_text(encoding="utf-8")):
        (made / name).write_text(text, encoding="utf-8")
    return made


def run(folder: Path, *arguments: str, **env: str) -> str:
    argv = [sys.executable, *arguments]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_they_are_typed_for_who_knows_nothing_of_this_project(folder: Path) -> None:
    run(folder, "-m", "mypy", "--strict", "--config-file=", *TOLD)


def test_they_have_types_that_find_mistakes(folder: Path) -> None:
    (folder / "wrong.py").write_text(
        "from brainshare_client import AsyncBrainshare, Brainshare\n"
        "Brainshare().jobs.create(table_id='t', context='x', deadline='soon')\n"
        "Brainshare().jobs.create(table_id='t', context={'titel': 'x'})\n"
        "Brainshare().jobs.wait('x').no_such_field\n"
        "AsyncBrainshare().jobs.wait('x').job_id\n"
    )
    argv = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "wrong.py"]
    done = subprocess.run(argv, cwd=folder, env={}, capture_output=True, text=True, check=False)
    assert sorted(set(re.findall(r"wrong.py:(\d)", done.stdout))) == ["2", "3", "4", "5"]


@pytest.mark.parametrize("name", TOLD)
def test_they_run(name: str, folder: Path, played: LiveGateway, key: str) -> None:
    env = {"BRAINSHARE_URL": played.url, "BRAINSHARE_API_KEY": key}
    told = run(folder, name, **env)
    assert [line for line in TOLD[name] if line not in told] == []
