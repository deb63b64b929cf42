"""/console/static/...: the files that pages load. Public: they tell nothing of anybody's jobs."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.access.permission import CONSOLE_FILES, console_file
from services.gateway.console.shell.content_policy import HEADERS
from services.gateway.console.shell.path import Answer, Paths
from services.gateway.job.version_header import matches

FOLDER = Path(__file__).parents[1] / "static"
MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


def list_assets() -> Paths:
    """What answers each path. The files are read here, once."""
    return {
        console_file(name): _make_answer((FOLDER / name).read_bytes(), Path(name).suffix)
        for name in CONSOLE_FILES
    }


def _make_answer(body: bytes, suffix: str) -> Answer:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = HEADERS | {"ETag": tag, "Cache-Control": "no-cache"}  # a release has its own

    async def answer(request: Request) -> Response:
        if matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=MEDIA_TYPES[suffix])

    return answer
