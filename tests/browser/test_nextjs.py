"""The example of docs/nextjs.md: it is typed strictly, it builds, its page works in a browser."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook

from services.gateway import embed
from services.lifecycle.clock import utc_now
from tests.browser.conftest import PageServer, miss
from tests.browser.next_rewrite import REWRITES, wait_through_a_rewrite
from tests.browser.node import HERE, NoNodeError, install_packages
from tests.live_gateway import LiveGateway
from tests.stack import wait_until

pytestmark = pytest.mark.timeout(1_200)

EXAMPLE = Path("docs/nextjs.md")
BLOCK = re.compile(r"^```tsx? file=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ROUTE = "app/api/brainshare/[...path]/route.ts"
TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "target": "es2023",
        "lib": ["es2023", "dom", "dom.iterable"],
        "module": "esnext",
        "moduleResolution": "bundler",
        "jsx": "react-jsx",
        "types": ["node"],
    },
    "include": ["app", "lib/*.d.ts", "main.tsx"],
}
MAIN = """
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "./app/providers";
import { Suggestions } from "./app/suggestions";

createRoot(document.body).render(
  <StrictMode>
    <Providers>
      <Suggestions tableId="tbl_1" title="Planets" />
    </Providers>
  </StrictMode>,
);
"""
SECRET, OTHER = (f"whsec_{b64encode(letter * 32).decode()}" for letter in (b"a", b"b"))
OFFLINE = {"NEXT_TELEMETRY_DISABLED": "1", "PATH": os.environ.get("PATH", "")}  # noqa: TID251
LISTENS = re.compile(r"http://127\.0\.0\.1:\d+")
HTML = "<!doctype html><body></body><script type=module src=/main.js></script>"


@pytest.fixture(scope="session")
def packages() -> Path:
    try:
        return install_packages()
    except NoNodeError as error:
        miss(str(error))
        raise


@pytest.fixture
def app(packages: Path) -> Iterator[Path]:
    """The app, as a person makes it who follows the page; above it are the packages."""
    with tempfile.TemporaryDirectory(prefix="app-", dir=packages.parent) as made:
        folder = Path(made)
        for name, text in BLOCK.findall(EXAMPLE.read_text()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        shutil.copytree(Path(embed.__file__).parent, folder / "lib")
        (folder / "tsconfig.json").write_text(json.dumps(TSCONFIG))
        (folder / "main.tsx").write_text(MAIN)
        yield folder


def program(app: Path, name: str) -> str:
    """What a package brings to be run."""
    return str(app.parent / "node_modules" / ".bin" / name)


def run(app: Path, name: str, *told: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program(app, name), *told],
        cwd=app,
        env=OFFLINE,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_the_example_is_typed_strictly(app: Path) -> None:
    done = run(app, "tsc")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_misspelt_field_is_found_by_the_types(app: Path) -> None:
    wrong = app / "app" / "suggestions.tsx"
    wrong.write_text(wrong.read_text().replace("job.progress", "job.progres"))
    assert "progres" in run(app, "tsc").stdout


def test_another_id_never_shows_the_former_job(app: Path, page: Page, pages: PageServer) -> None:
    shutil.copy(HERE / "switch.tsx", app)
    bundle = ("switch.tsx", "--bundle", "--outfile=main.js", "--format=esm", "--jsx=automatic")
    assert run(app, "esbuild", *bundle).returncode == 0
    pages.pages["/"] = ("text/html", HTML.encode())
    pages.pages["/main.js"] = ("text/javascript", (app / "main.js").read_bytes())
    page.goto(pages.origin)
    expect(page.get_by_role("status")).to_have_text("one: one")
    page.evaluate("turn('two')")
    expect(page.get_by_role("status")).to_have_text("two: not known")
    page.evaluate("add('two')")
    expect(page.get_by_role("status")).to_have_text("two: two")
    assert {job_id for wanted, job_id in page.evaluate("shown") if job_id != wanted} == set()


def sign(secret: str, body: str) -> dict[str, str]:
    now = utc_now()
    signature = Webhook(secret).sign("msg_1", now, body)
    told = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp()))}
    return told | {"webhook-signature": signature}


def test_the_webhook_handler_takes_what_is_signed_and_nothing_else(app: Path) -> None:
    route = "app/api/brainshare-webhook/route.ts"
    bundle = (route, "--bundle", "--outfile=hook.cjs", "--format=cjs", "--platform=node")
    assert run(app, "esbuild", *bundle).returncode == 0
    shutil.copy(HERE / "receive.mjs", app)
    body = '{"type":"job.completed","data":{"jobId":"j"}}'
    good, strange = sign(SECRET, body), sign(OTHER, body)
    sent = json.dumps([(body, good), (body + " ", good), (body, strange), (body, {})])
    done = subprocess.run(
        [shutil.which("node") or "node", "receive.mjs", sent],
        cwd=app,
        env=OFFLINE | {"BRAINSHARE_WEBHOOK_SECRET": SECRET},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout.splitlines()[-1:], done.stderr) == (["204,400,400,400"], "")


@contextmanager
def serving(app: Path, live: LiveGateway, *command: str) -> Iterator[str]:
    """The address that a server of the app says once it listens."""
    env = OFFLINE | {"BRAINSHARE_URL": live.url, "BRAINSHARE_API_KEY": ""}
    with subprocess.Popen(
        command, cwd=app, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = ""
        try:
            for line in process.stdout:
                said += line
                if found := LISTENS.search(line):
                    yield found[0]
                    break
            else:
                pytest.fail(f"it does not listen: {said}")
        finally:
            process.kill()  # the page is still open, and Next.js would wait for its stream


@pytest.fixture
def served(app: Path, live: LiveGateway) -> Iterator[str]:
    """The app while it is developed: React in its strict form, the route handler in Node."""
    for told in (
        ("main.tsx", "--outfile=main.js", "--format=esm", "--jsx=automatic"),
        (ROUTE, "--outfile=route.mjs", "--format=esm", "--platform=node"),
    ):
        done = run(app, "esbuild", "--bundle", *told)
        assert done.returncode == 0, done.stderr
    (app / "index.html").write_text(HTML)
    shutil.copy(HERE / "app_server.mjs", app)
    with serving(app, live, shutil.which("node") or "node", "app_server.mjs") as address:
        yield address


@pytest.fixture
def built(app: Path, live: LiveGateway) -> Iterator[str]:
    """The app as it is put before people: built, and served by Next.js."""
    (app / "main.tsx").unlink()
    (app / "next.config.mjs").write_text(REWRITES % live.url)
    done = run(app, "next", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    start = (program(app, "next"), "start", "--hostname", "127.0.0.1", "--port", "0")
    with serving(app, live, *start) as address:
        yield address


def test_the_page_goes_from_a_click_to_the_table_through_a_restart(
    page: Page, served: str, live: LiveGateway
) -> None:
    go_from_click_to_table(page, served, live)


def test_the_built_page_goes_from_a_click_to_the_table_through_a_restart(
    page: Page, built: str, live: LiveGateway
) -> None:
    go_from_click_to_table(page, built, live)
    wait_through_a_rewrite(f"{built}/gateway/v1/events", live)


def go_from_click_to_table(page: Page, url: str, live: LiveGateway) -> None:
    page.goto(url)
    page.get_by_role("button", name="Suggest").click()
    expect(page.get_by_role("status")).to_contain_text("pending", timeout=60_000)
    records = live.records_of_last()
    live.project(*records[:3])
    expect(page.get_by_role("status")).to_contain_text("running", timeout=60_000)
    assert live.watchers == 1  # though React's strict form mounts everything twice
    live.stop()
    live.start()
    live.project(*records[3:])
    expect(page.get_by_role("status")).to_have_text("completed", timeout=60_000)
    expect(page.get_by_role("cell", name="95")).to_be_visible(timeout=60_000)


def test_a_page_that_is_loaded_anew_follows_what_runs_for_its_table(
    page: Page, served: str, live: LiveGateway
) -> None:
    page.goto(served)
    page.get_by_role("button", name="Suggest").click()
    expect(page.get_by_role("status")).to_contain_text("pending", timeout=60_000)
    live.project(*live.records_of_last()[:3])
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("running", timeout=60_000)
    wait_until(lambda: live.watchers == 1, 20, "it follows what a reload has left once")
    page.evaluate("sessionStorage.clear()")
    page.context.new_page().goto(served)
    fresh = page.context.pages[-1]
    expect(fresh.get_by_role("status")).to_contain_text("running", timeout=60_000)
    expect(fresh.get_by_role("button", name="Suggest")).to_be_disabled()
