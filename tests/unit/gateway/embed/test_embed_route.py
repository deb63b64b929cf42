"""What an app puts in its page: small, public, and without anything of others."""

import gzip
import re
from pathlib import Path

import pytest

from services.gateway import embed
from services.gateway.access.permission import CLIENT_FILES, client_path
from tests.unit.gateway.conftest import Gateway

FOLDER = Path(embed.__file__).parent
MODULE_BYTES = 4096
HOOK_LINES = 80
IMPORTED = re.compile(r"""^import .* from "([^"]+)";$""", re.MULTILINE)


def read(name: str) -> str:
    return (FOLDER / name).read_text()


@pytest.mark.parametrize("name", CLIENT_FILES)
async def test_a_file_is_served_to_any_page_without_a_key(
    keyed_gateway: Gateway, name: str
) -> None:
    path = client_path(name)
    answer = await keyed_gateway.client.get(path, headers={"Origin": "https://app.example"})
    again = await keyed_gateway.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    head = await keyed_gateway.client.head(path)
    assert answer.text == read(name)
    kind = "text/javascript" if name.endswith(".js") else "text/plain"
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (again.status_code, again.content, head.status_code) == (304, b"", 200)


@pytest.mark.parametrize("path", ["/client/", "/client/x.js", "/client/../settings.py"])
async def test_nothing_else_is_served(keyed_gateway: Gateway, path: str) -> None:
    assert (await keyed_gateway.client.get(path)).status_code == 401


def test_the_module_is_small() -> None:
    for name in ("brainshare.js", "brainshare-job.js"):
        assert len(gzip.compress(read(name).encode(), 9)) <= MODULE_BYTES


def test_the_hooks_are_few_lines() -> None:
    assert len(read("brainshare-react.js").splitlines()) <= HOOK_LINES


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("brainshare.js", []),
        ("brainshare-job.js", ["./brainshare.js"]),
        ("brainshare-react.js", ["react", "./brainshare.js"]),
    ],
)
def test_react_is_the_only_peer_and_of_the_hooks_alone(name: str, imported: list[str]) -> None:
    assert IMPORTED.findall(read(name)) == imported


@pytest.mark.parametrize("name", [n for n in CLIENT_FILES if n.endswith(".js")])
def test_what_is_exported_has_a_type(name: str) -> None:
    exported = re.findall(r"^export (?:function|const|class) (\w+)", read(name), re.MULTILINE)
    types = read(name.replace(".js", ".d.ts"))
    assert [word for word in exported if not re.search(rf"export .*\b{word}\b", types)] == []
