"""Renders pages, and answers forms.

How a page is added, in a room of its own below `console/`:

1. `x_page.py` there has a class around what it reads, with async methods `(request) -> Response`
   and the paths that they answer (`path.Pages`), and a template in `console/template/`, which
   begins with `{% extends "layout.html" %}` and fills the blocks `title` and `main`.
2. A GET reads the rooms' stores in the sight of `principal_of(request.scope)`, and ends in
   `return shell.render(request, "x.html", {...})`. What it cannot answer it raises as the API does,
   a ProblemError: `ErrorPages` makes a page of it. First it asks `shell.admit(request, "readX")`,
   by the name that the operation has in the API; the template asks `may("readX")` before a button.
3. A form is `<form method="post">` with the path of the act. Its POST asks `shell.admit`, too,
   reads its fields by `form.read_act`, calls what the API's route calls, and ends in
   `return shell.see("/console/x", "stopped")`: a 303 to the page that shows what came of it, where
   `stopped` names a sentence in `notices` of its `render`.
4. `gateway/app.py` makes it and gives it to the `Site`; `navigation.py` has a line for a page that
   all lead to.

A page that is to follow what it shows gives `live_s`, how soon to look again in seconds, while
there is more to come: `static/live.js` then asks for the page again, and puts what is in elements
with `data-live` and an id into those of the same id. With `version`, which changes with whatever
the page shows, an unchanged page is answered by `find_unchanged` before anything is rendered.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.access.permission import may, refuse_small_role
from services.gateway.access.principal import SCOPE_KEY, Principal, principal_of
from services.gateway.api.problem import refuse_while_catching_up
from services.gateway.console.shell.content_policy import PRIVATE
from services.gateway.console.shell.navigation import list_places
from services.gateway.console.shell.text import FILTERS
from services.gateway.job.version_header import matches
from services.telemetry.release import find_release

FOLDER = Path(__file__).parents[1] / "template"
HTML = "text/html; charset=utf-8"
SAID = "done"
"""The parameter that names what has just been done."""


def open_templates() -> Environment:
    """The templates of all pages."""
    loader = FileSystemLoader(FOLDER)
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS
    return made


@dataclass(frozen=True)
class Shell:
    """What every page stands in.

    Attributes:
        now: The wall clock, aware.
        is_local: Whether nobody is asked for a key.
        is_open: Whether the tables hold jobs yet.
    """

    now: Callable[[], datetime]
    is_local: bool
    is_open: Callable[[], bool]
    templates: Environment = field(default_factory=open_templates)
    release: str = field(default_factory=find_release)

    def admit(self, request: Request, operation: str) -> Principal:
        """Let pass those whose role includes what an operation needs, once there are tables.

        Raises:
            ProblemError: 403, or 503 while the gateway starts.
        """
        principal = principal_of(request.scope)
        refuse_small_role(principal, operation)
        if not self.is_open():
            raise refuse_while_catching_up()
        return principal

    def render(
        self,
        request: Request,
        name: str,
        values: Mapping[str, Any] | None = None,
        *,
        status: int = HTTPStatus.OK,
        notices: Mapping[str, str] | None = None,
        live_s: float | None = None,
        version: str | None = None,
    ) -> Response:
        """A page.

        Args:
            name: Of its template, below `console/template/`.
            values: What the template names beside what every page has.
            notices: What can have been done before it is shown, as sentences by their names.
            live_s: How soon a script is to look for changes, in seconds; None for never.
            version: The same for the same page only.
        """
        principal = request.scope.get(SCOPE_KEY)
        tag = None if version is None else self._tag(request, version)
        page = self.templates.get_template(name).render(
            {
                "principal": principal,
                "places": list_places(principal) if principal else (),
                "path": request.url.path,
                "may": lambda operation: principal is not None and may(principal, operation),
                "is_local": self.is_local,
                "release": self.release,
                "now": self.now(),
                "notice": (notices or {}).get(request.query_params.get(SAID, "")),
                "live_s": live_s,
                "tag": tag,
                **(values or {}),
            }
        )
        headers = PRIVATE if tag is None else PRIVATE | {"ETag": tag}
        return Response(page, status, headers, HTML)

    def find_unchanged(self, request: Request, version: str) -> Response | None:
        """304 for who has this version of a page; None for anybody else."""
        tag = self._tag(request, version)
        if not matches(request.headers.get("if-none-match"), tag):
            return None
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=PRIVATE | {"ETag": tag})

    def see(self, path: str, done: str | None = None) -> Response:
        """The answer to a form: where to see what came of it."""
        where = path if done is None else f"{path}?{SAID}={done}"
        return Response(status_code=HTTPStatus.SEE_OTHER, headers=PRIVATE | {"Location": where})

    def _tag(self, request: Request, version: str) -> str:
        """Of one release, person and address."""
        principal = principal_of(request.scope)
        told = (self.release, principal.key_id, principal.role, request.url.query, version)
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'
