"""/docs: the reference, a page without scripts. Public, as it tells nothing of anybody's jobs."""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access.permission import REFERENCE, REFERENCE_STYLE
from services.gateway.reference.operation import read_groups
from services.gateway.reference.schema import read_schemas

FOLDER = Path(__file__).parent
HOSTS_KEPT = 8
NOTHING = ("default-src", "base-uri", "form-action", "frame-ancestors")
POLICY = "; ".join([*(f"{what} 'none'" for what in NOTHING), "style-src 'self'"])
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",  # a new release has another reference
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def add_reference(app: FastAPI) -> None:
    """Let an application serve the reference of its own document, and lead there from /."""
    pages = Environment(
        loader=FileSystemLoader(FOLDER / "template"), autoescape=True, undefined=StrictUndefined
    )
    pages.filters["prose"] = mark_code
    style = (FOLDER / "static" / "reference.css").read_bytes()

    @lru_cache(HOSTS_KEPT)
    def render(base_url: str) -> str:
        document = app.openapi()
        return pages.get_template("reference.html").render(
            info=document["info"],
            is_local=any({} in op.get("security", ()) for path in document["paths"].values()
                         for op in path.values()),
            groups=read_groups(document, base_url),
            schemas=read_schemas(document),
            style=REFERENCE_STYLE,
        )  # fmt: skip

    async def show(request: Request) -> Response:
        page = render(str(request.base_url).rstrip("/"))
        return Response(page, headers=HEADERS, media_type="text/html; charset=utf-8")

    async def show_style(_: Request) -> Response:
        return Response(style, headers=HEADERS, media_type="text/css; charset=utf-8")

    async def lead(_: Request) -> Response:
        return RedirectResponse(REFERENCE)

    answers: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/": lead,
        REFERENCE: show,
        REFERENCE_STYLE: show_style,
    }
    for path, answer in answers.items():
        app.add_route(path, answer, methods=["GET"], include_in_schema=False)


def mark_code(text: str) -> Markup:
    """Show what stands between backticks as code, and paragraphs as such."""
    parts = str(escape(text)).split("`")
    marked = (f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
    return Markup("".join(marked).replace("\n\n", "<br>"))
