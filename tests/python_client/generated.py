"""A Python client that a generator has made of the document, and what it makes of its examples."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, get_args, get_type_hints

import httpx

PACKAGE = "generated_client"
CONFIG = f"package_name_override: {PACKAGE}\npost_hooks: []\n"
BASE = "http://gateway"
ID = "0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Exchange:
    """A question and an answer to it, as the document has them.

    Attributes:
        sent: The body; None where there is none.
    """

    operation: str
    sent: Any
    status: int
    media_type: str
    answered: Any


def generate(document: Path, folder: Path) -> None:
    """Make the package in a folder.

    Raises:
        AssertionError: The generator could not, or has left something of the document out.
    """
    config = folder / "config.yml"
    config.write_text(CONFIG)
    argv = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    argv += ["--path", str(document), "--config", str(config), "--fail-on-warning"]
    argv += ["--output-path", str(folder / PACKAGE)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def list_exchanges(document: Mapping[str, Any]) -> Iterator[Exchange]:
    """Every example of an answer, each with that of the body which is sent."""
    problems = document["components"]["examples"]
    for operations in document["paths"].values():
        for said in operations.values():
            body = said.get("requestBody", {"content": {}})["content"]
            sent = body.get("application/json", {}).get("example")
            for status, answer in said["responses"].items():
                for media_type, content in answer.get("content", {}).items():
                    examples = [problems[kind]["value"] for kind in content.get("examples", ())]
                    examples += [content["example"]] if "example" in content else []
                    for one in examples if "json" in media_type else ():
                        yield Exchange(said["operationId"], sent, int(status), media_type, one)


class GeneratedClient:
    """Asks by the package."""

    def __init__(self) -> None:
        self._open = import_module(PACKAGE).AuthenticatedClient
        self._calls = _find_calls()

    def ask(self, url: str, key: str, operation: str, *, body: Any = None, **told: str) -> Any:
        """What the package takes a gateway's answer for, as JSON."""
        with self._open(base_url=url, token=key, httpx_args={"trust_env": False}) as client:
            call = self._calls[operation]
            return call(client=client, **told, **_read_body(call, body)).parsed.to_dict()

    def exchange(self, one: Exchange) -> tuple[Any, Any]:
        """The body that the package sends, and what it takes the answer for, as JSON."""
        seen: list[Any] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(json.loads(request.content or b"null"))
            kind = {"Content-Type": one.media_type}
            return httpx.Response(one.status, json=one.answered, headers=kind)

        call = self._calls[one.operation]
        asked = _list_needed(call) | _read_body(call, one.sent)
        with httpx.Client(base_url=BASE, transport=httpx.MockTransport(answer)) as transport:
            client = self._open(base_url=BASE, token="bsk_1").set_httpx_client(transport)
            parsed = call(client=client, **asked).parsed
        return seen[0], parsed.to_dict()


def write_moments_alike(value: Any) -> Any:
    """JSON whose moments are moments: a package may write UTC in another way."""
    if isinstance(value, dict):
        return {name: write_moments_alike(one) for name, one in value.items()}
    if isinstance(value, list):
        return [write_moments_alike(one) for one in value]
    is_moment = isinstance(value, str) and MOMENT.fullmatch(value)
    return datetime.fromisoformat(value) if is_moment else value


def _find_calls() -> dict[str, Any]:
    """What asks for each operation and tells all of the answer."""
    api = import_module(f"{PACKAGE}.api")
    modules = [m.name for m in walk_packages(api.__path__, f"{api.__name__}.") if not m.ispkg]
    return {_name(name): import_module(name).sync_detailed for name in modules}


def _name(module: str) -> str:
    """The id of a module's operation."""
    first, *more = module.rpartition(".")[2].split("_")
    return first + "".join(map(str.capitalize, more))


def _list_needed(call: Any) -> dict[str, str]:
    """What has to be told beside the body: ids."""
    parameters = signature(call).parameters.values()
    needed = {one.name for one in parameters if one.default is Parameter.empty}
    return dict.fromkeys(needed - {"client", "body"}, ID)


def _read_body(call: Any, sent: Any) -> dict[str, Any]:
    """A body as the package takes it; nothing where there is none."""
    if sent is None:
        return {}
    hint = get_type_hints(call)["body"]
    model = next(kind for kind in get_args(hint) or (hint,) if hasattr(kind, "from_dict"))
    return {"body": model.from_dict(sent)}
