"""The way of docs/api.md from the document to a TypeScript client, walked."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.lifecycle.clock import utc_now
from tests.browser.conftest import miss
from tests.browser.node import NoNodeError, install_packages
from tests.conformance.stages import Stages
from tests.live_gateway import LiveGateway
from tests.typescript.example import write_examples

pytestmark = pytest.mark.timeout(600)

HERE = Path(__file__).parent
PAGE = Path("docs/api.md")
BLOCK = re.compile(r"^```ts file=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
GENERATE = re.compile(r"^ +npx (openapi-typescript .*)$", re.MULTILINE)
TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "target": "es2023",
        "lib": ["es2023", "dom", "dom.iterable"],
        "module": "nodenext",
        "moduleResolution": "nodenext",
        "types": ["node"],
        "outDir": "made",
    },
    "include": ["*.ts"],
}
RUN = """
import { suggest } from "./client.js";
console.log(JSON.stringify(await suggest("Planets\\nof the Sun")));
"""


@pytest.fixture(scope="module")
def packages() -> Path:
    try:
        return install_packages(HERE)
    except NoNodeError as error:
        miss(str(error))
        raise


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveGateway]:
    gateway = LiveGateway(tmp_path, "", now=utc_now, beside=(Stages().run,))
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def project(packages: Path, live: LiveGateway) -> Iterator[Path]:
    """A project as a person makes it who follows the page; above it are the packages."""
    with tempfile.TemporaryDirectory(prefix="app-", dir=packages.parent) as made:
        folder = Path(made)
        for name, text in BLOCK.findall(PAGE.read_text()):
            (folder / name).write_text(text)
        (folder / "package.json").write_text(json.dumps({"type": "module"}))
        (folder / "tsconfig.json").write_text(json.dumps(TSCONFIG))
        command = GENERATE.findall(PAGE.read_text())[0].replace("http://127.0.0.1:8000", live.url)
        run(packages, folder, *command.split())
        yield folder


def run(packages: Path, folder: Path, program: str, *arguments: str) -> None:
    argv = [str(packages / ".bin" / program), *arguments]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def read_document(live: LiveGateway) -> dict[str, Any]:
    document: dict[str, Any] = httpx2.get(f"{live.url}/openapi.json", trust_env=False).json()
    return document


def test_the_types_take_every_example_of_the_document(
    packages: Path, project: Path, live: LiveGateway
) -> None:
    (project / "example.ts").write_text(write_examples(read_document(live)))
    run(packages, project, "tsc", "-p", ".")


def test_the_page_s_client_posts_plain_text_and_reads_what_becomes_of_it(
    packages: Path, project: Path, live: LiveGateway
) -> None:
    (project / "run.ts").write_text(RUN)
    run(packages, project, "tsc", "-p", ".")
    argv = ["node", "made/run.js"]
    env = {"BRAINSHARE_URL": live.url, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(
        argv, cwd=project, env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    job = json.loads(done.stdout)
    assert (job["status"], job["result"]["table"]["title"]) == ("completed", "Planets")
