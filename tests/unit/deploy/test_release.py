"""A release is one wheel that works by itself, of one version, and says what it is made of."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from services.cli.broker.jar import load_lock
from tests.unit.deploy.compose import ROOT

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
BUILD_S = 120


def run(argv: list[str], folder: Path, env: Mapping[str, str] | None = None) -> str:
    told = {**os.environ, **(env or {})}  # noqa: TID251 - a child of the test's own
    done = subprocess.run(
        argv, cwd=folder, env=told, capture_output=True, text=True, timeout=BUILD_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bill")
    run([sys.executable, str(ROOT / "docs/sbom.py"), str(folder)], ROOT)
    return folder


@pytest.mark.timeout(BUILD_S)
def test_a_wheel_holds_the_program_with_its_data_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"brainshare-{VERSION}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names} == {
        "brainshare_client",
        "schemas",
        "services",
        f"brainshare-{VERSION}.dist-info",
    }
    data = {
        str(path.relative_to(ROOT))
        for package in ("brainshare_client", "schemas", "services")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert data - names == set()


@pytest.mark.timeout(BUILD_S)
def test_a_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    zipfile.ZipFile(wheel).extractall(installed)
    env = {"PYTHONPATH": str(installed)}
    told = run([sys.executable, "-m", "services.cli", "--version"], empty, env)
    assert told.strip().endswith(f"version {VERSION}")
    where = run([sys.executable, "-c", "import services; print(services.__file__)"], empty, env)
    assert where.startswith(str(installed))
    asked = "from services.cli.broker.jar import load_lock; print(len(load_lock()))"
    assert int(run([sys.executable, "-c", asked], empty, env)) == len(load_lock())


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_what_a_cluster_runs_is_this_version(overlay: str) -> None:
    path = ROOT / "deploy" / "k8s" / "overlays" / overlay / "kustomization.yaml"
    (image,) = yaml.safe_load(path.read_text(encoding="utf-8"))["images"]
    assert image == {"name": "brainshare", "newTag": VERSION}


@pytest.mark.timeout(BUILD_S)
def test_a_bill_of_materials_names_everything_that_is_shipped(bill: Path) -> None:
    told = json.loads((bill / "sbom.json").read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["component"]["version"] == VERSION
    named = {part["purl"] for part in told["components"]}
    assert len(named) == len(told["components"])
    assert {f"pkg:maven/{j.group}/{j.artifact}@{j.version}" for j in load_lock()} <= named
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    everywhere = re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", lock, re.MULTILINE)
    assert len(everywhere) > 40
    assert {f"pkg:pypi/{name}@{number}" for name, number in everywhere} <= named


@pytest.mark.timeout(BUILD_S)
def test_every_package_s_licence_is_known(bill: Path) -> None:
    text = (bill / "licences.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    assert [row[0] for row in rows if "not declared" in row[2] or not row[2].strip(" |")] == []
