"""Stands between the agents and the demo model: hears what is sent, and spoils what comes back."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from services.cli.supervisor.port import PortPicker
from tests.pipeline.demo_server import DemoServer
from tests.stack import RETRIES, RunningStack, running_stack

ANSWER_S = 30.0
MODEL = "demo-table-1"
PASSED_ON = ("content-type", "authorization")


@dataclass(frozen=True)
class Spoken:
    """What goes back to an agent."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


Spoil = Callable[[Spoken, str], Spoken]
"""Takes an answer and the key that the agent has sent."""


class ModelProxy:
    """An OpenAI-compatible server that asks another one.

    Attributes:
        prompts: The user messages that were sent, oldest first.
        keys: What was sent as the key.
        spoil: What is made of each answer of a chat call; None leaves it as it is.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handle(self))
        self.prompts: list[str] = []
        self.keys: set[str] = set()
        self.spoil: Spoil | None = None

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL has to say."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @contextmanager
    def running(self) -> Iterator["ModelProxy"]:
        """Serve until the end."""
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def answer(self, path: str, headers: dict[str, str], body: bytes | None) -> Spoken:
        """What to say to a request."""
        key = headers.get("authorization", "").removeprefix("Bearer ")
        self.keys.add(key)
        if body is not None:
            messages: list[dict[str, Any]] = json.loads(body).get("messages", [])
            self.prompts += [m["content"] for m in messages if m["role"] == "user"]
        spoken = self._ask(path, {n: headers[n] for n in PASSED_ON if n in headers}, body)
        is_chat = path.endswith("/chat/completions")
        return self.spoil(spoken, key) if self.spoil and is_chat else spoken

    def _ask(self, path: str, headers: dict[str, str], body: bytes | None) -> Spoken:
        request = urllib.request.Request(self._upstream + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                return Spoken(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Spoken(error.code, error.read())


@contextmanager
def stack_behind_proxy(
    folder: Path, key: str = "a-key", env: Mapping[str, str] = RETRIES
) -> Iterator[tuple[RunningStack, ModelProxy, DemoServer]]:
    """A stack whose agents call a proxy of its demo model, with this key."""
    port = PortPicker().pick()
    upstream, options = f"http://127.0.0.1:{port}", ("--with-demo", "--demo-port", str(port))
    proxy = ModelProxy(upstream)
    told = {"OPENAI_BASE_URL": proxy.url, "OPENAI_API_KEY": key, "LLM_MODEL": MODEL}
    with proxy.running(), running_stack(folder, *options, env=told | dict(env)) as stack:
        yield stack, proxy, DemoServer(upstream)


def spoil_content(change: Callable[[Any], Any]) -> Spoil:
    """Changes the JSON that the model says, and leaves what is around it."""

    def spoil(spoken: Spoken, key: str) -> Spoken:
        document = json.loads(spoken.body)
        message = document["choices"][0]["message"]
        message["content"] = json.dumps(change(json.loads(message["content"])))
        return Spoken(spoken.status, json.dumps(document).encode())

    return spoil


def _handle(proxy: ModelProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def _answer(self, body: bytes | None) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            spoken = proxy.answer(self.path, headers, body)
            self.send_response(spoken.status)
            kind = {"content-type": "application/json"}
            for name, value in {**kind, **spoken.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(spoken.body)))
            self.end_headers()
            self.wfile.write(spoken.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a test that fails says what it needs."""

    return Handler
