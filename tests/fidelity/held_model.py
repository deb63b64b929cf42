"""A model server, in OpenAI's protocol, that proposes exactly what was held out."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.fidelity.table import Held, declare

BLOCK = re.compile(r"^```json (\S+)\n(.*)\n``` \1$", re.MULTILINE)
Data = dict[str, Any]


class HeldModel:
    """Answers with what was held out of a table.

    Attributes:
        held: What it knows.
        is_typed: Whether the columns that it proposes have types other than text.
    """

    def __init__(self) -> None:
        self.held: Held | None = None
        self.is_typed = False

    def answer(self, data: Data) -> Data:
        """All three answers in one: each stage reads what it knows."""
        assert self.held is not None
        want = data["want"]
        names = [name for name, _ in self.held.columns]
        headers = {column["name"] for column in data["columns"]}
        fresh = [name for name in names if name not in headers][: want["columns"]]
        by_key = {column["key"]: column["name"] for column in data["columns"]}
        into = [by_key[key] for key in want.get("into", [])] or fresh
        return {
            **self._answer_table(data),
            "columns": [] if "into" in want else [self._propose(name) for name in fresh],
            "fill": [{"row": key, "cells": self._fill(key, into)} for key in want["fill"]],
            "rows": self._list_rows(data),
        }

    def _answer_table(self, data: Data) -> Data:
        readings = [
            {"columnKey": c["key"], "meaning": "", "inferredType": c.get("dataType", "text")}
            for c in data["columns"]
        ]
        return {
            "title": "T",
            "sampleRow": [],
            "primary": self._find_primary(),
            "secondary": None,
            "columnReadings": readings,
        }

    def _find_primary(self) -> Data | None:
        """The first column in which no value is twice, held out or not."""
        assert self.held is not None
        table = self.held.existing
        for place, name in enumerate(table.headers):
            cells = [row[place].casefold().strip() for row in (*table.rows, *self.held.rows)]
            if all(cells) and len(set(cells)) == len(cells):
                return {"name": name}
        return None

    def _propose(self, name: str) -> Data:
        assert self.held is not None
        kind, members = declare(dict(self.held.columns)[name]) if self.is_typed else ("text", None)
        return {"why": "", "name": name, "dataType": kind, "enumValues": members, "description": ""}

    def _fill(self, key: str, names: list[str]) -> list[str]:
        assert self.held is not None
        columns, place = dict(self.held.columns), int(key.removeprefix("r")) - 1
        return [columns[name][place] for name in names]

    def _list_rows(self, data: Data) -> list[Data]:
        assert self.held is not None
        shown = {tuple(row.get("cells", row.get("has"))) for row in data["rows"]}
        lacking = [row for row in self.held.rows if row not in shown]
        return [{"cells": list(row)} for row in lacking[: data["want"]["rows"]]]


@contextmanager
def serving(model: HeldModel) -> Iterator[str]:
    """Serve a model, and give its base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handle(model))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handle(model: HeldModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = BLOCK.findall(body["messages"][-1]["content"])
            # Who tells of fewer tokens is taken to have cut the prompt.
            tokens = len(json.dumps(body)) // 3
            content = json.dumps(model.answer(json.loads(found[-1][1])))
            reply = json.dumps(_complete(content, tokens)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def _complete(content: str, prompt_tokens: int) -> Data:
    message = {"role": "assistant", "content": content}
    tokens = len(content) // 3
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": tokens}
    return {
        "id": "held-1",
        "object": "chat.completion",
        "created": 0,
        "model": "held",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": usage | {"total_tokens": prompt_tokens + tokens},
    }
