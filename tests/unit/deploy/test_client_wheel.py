"""The wheel of the Python client alone: what an app installs, which runs no service of ours."""

import json
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from tests.unit.deploy.compose import ROOT
from tests.unit.deploy.test_release import BUILD_S, run

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CLIENT = "brainshare_client"
TRAP = "raise AssertionError('an app has contracts of its own, and they are not ours')"
LOOK = """
import json, sys
before = set(sys.modules)
from brainshare_client import Brainshare, JobStatus
from brainshare_client.transport.connection import AGENT
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps([AGENT, JobStatus.__module__, repr(Brainshare()), sorted(loaded)]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("client")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run(build, ROOT / "deploy" / "client")
    (built,) = folder.iterdir()
    assert built.name == f"{CLIENT}-{PROJECT['version']}-py3-none-any.whl"
    return zipfile.ZipFile(built)


@pytest.mark.timeout(BUILD_S)
def test_it_is_of_the_project_s_version_and_needs_httpx_and_pydantic_only(
    wheel: zipfile.ZipFile,
) -> None:
    (told,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    said = message_from_string(wheel.read(told).decode())
    assert (said["Name"], said["Version"]) == ("brainshare-client", PROJECT["version"])
    assert said["Requires-Python"] == PROJECT["requires-python"]
    bounds = [one for one in PROJECT["dependencies"] if one.split(">")[0] in ("httpx2", "pydantic")]
    assert (said.get_all("Requires-Dist"), len(bounds)) == (bounds, 2)


@pytest.mark.timeout(BUILD_S)
def test_it_takes_one_name_and_brings_its_types(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {CLIENT, f"{CLIENT}-{PROJECT['version']}.dist-info"}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / CLIENT).rglob("*.py*")}
    assert {name for name in files if "__pycache__" not in name} - {*names} == set()


@pytest.mark.timeout(BUILD_S)
def test_it_runs_by_itself_in_an_app_that_has_schemas_of_its_own(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    installed, app = tmp_path / "installed", tmp_path / "app"
    app.mkdir()
    (app / "schemas.py").write_text(TRAP, encoding="utf-8")
    wheel.extractall(installed)
    env = {"PYTHONPATH": f"{app}:{installed}", "BRAINSHARE_URL": "https://app.example"}
    agent, module, shown, loaded = json.loads(run([sys.executable, "-c", LOOK], app, env))
    assert agent == f"brainshare-client/{PROJECT['version']}"
    assert module == f"{CLIENT}.schemas.api.status"
    assert shown == "Brainshare('https://app.example')"
    assert {"schemas", "services", "pydantic_settings"} & {*loaded} == set()
