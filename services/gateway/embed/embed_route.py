"""/client/...: the files that an app puts in its page. Public, and any page may import them."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.access.permission import CLIENT_FILES, client_path
from services.gateway.job.version_header import matches

FOLDER = Path(__file__).parent
MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".ts": "text/plain; charset=utf-8"}

Answer = Callable[[Request], Awaitable[Response]]


def add_client_files(app: FastAPI) -> None:
    """Let an application serve the files. They are read here, once."""
    for name in CLIENT_FILES:
        answer = _make_answer((FOLDER / name).read_bytes(), MEDIA_TYPES[Path(name).suffix])
        app.add_route(client_path(name), answer, methods=["GET"], include_in_schema=False)


def _make_answer(body: bytes, media_type: str) -> Answer:
    headers = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",  # a new release's page gets that release's files
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }

    async def answer(request: Request) -> Response:
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=media_type)

    return answer
