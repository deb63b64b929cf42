"""The HTTP side: the routes of a provider, and those by which tests steer and count."""

from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.demo_llm.answer.engine import BANNER
from services.demo_llm.demo_model import MODEL_ID, DemoModel
from services.demo_llm.fault.table import FAULTS
from services.demo_llm.reply.error_answer import build_headers, refuse, say_first_error

_OBJECT = TypeAdapter(dict[str, Any])
_MODEL = {"id": MODEL_ID, "object": "model", "created": 1735689600, "owned_by": "demo"}


class DemoServer:
    """The routes around one demo model."""

    def __init__(self, model: DemoModel) -> None:
        self._model = model

    def build_app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self.complete, methods=["POST"]),
                Route("/v1/models", self.list_models),
                Route("/v1/models/{model_id}", self.describe_model),
                Route("/healthz", self.tell_health),
                Route("/_demo/stats", self.tell_stats),
                Route("/_demo/stats/reset", self.reset_stats, methods=["POST"]),
                Route("/_demo/scenario", self.tell_scenario, methods=["GET"]),
                Route("/_demo/scenario", self.change_scenario, methods=["POST"]),
                Route("/", self.tell_what_this_is),
            ],
            exception_handlers={HTTPException: self._answer_http_error},
        )

    async def complete(self, request: Request) -> Response:
        """Answer POST /v1/chat/completions."""
        faults = request.headers.get("x-demo-faults", "")
        return self._model.reply(await request.body(), faults)

    async def list_models(self, request: Request) -> Response:
        """Answer GET /v1/models."""
        return self._tell({"object": "list", "data": [_MODEL]})

    async def describe_model(self, request: Request) -> Response:
        """Answer GET /v1/models/{model_id}."""
        if request.path_params["model_id"] != MODEL_ID:
            return refuse(404, "The model does not exist", next(self._model.numbers), "model")
        return self._tell(_MODEL)

    async def tell_health(self, request: Request) -> Response:
        """Answer GET /healthz."""
        return self._tell({"status": "ok", "engine": "demo"})

    async def tell_what_this_is(self, request: Request) -> Response:
        """Answer GET / with what this server is."""
        return self._tell({"message": BANNER, "engine": "demo", "models": [MODEL_ID]})

    async def tell_stats(self, request: Request) -> Response:
        """Answer GET /_demo/stats."""
        return self._tell(self._model.stats.describe())

    async def reset_stats(self, request: Request) -> Response:
        """Answer POST /_demo/stats/reset with the counts after it."""
        self._model.stats.reset()
        return await self.tell_stats(request)

    async def tell_scenario(self, request: Request) -> Response:
        """Answer GET /_demo/scenario."""
        scenario = self._model.scenario.model_dump(mode="json", by_alias=True)
        return self._tell(
            scenario | {"faultsLeft": self._model.faults_left, "knownFaults": list(FAULTS)}
        )

    async def change_scenario(self, request: Request) -> Response:
        """Answer POST /_demo/scenario: the fields given are changed, the others stay."""
        try:
            change: dict[str, Any] = _OBJECT.validate_json(await request.body())
            self._model.scenario = self._model.scenario.merge(change)
        except ValidationError as error:
            return refuse(400, say_first_error(error), next(self._model.numbers))
        if "maxFaults" in change:
            self._model.faults_left = self._model.scenario.max_faults
        return await self.tell_scenario(request)

    def _tell(self, content: dict[str, Any]) -> Response:
        headers = build_headers(next(self._model.numbers))
        return Response(to_json(content), 200, headers, "application/json")

    async def _answer_http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return refuse(status, str(error), next(self._model.numbers))
