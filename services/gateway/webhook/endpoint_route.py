"""/v1/webhooks: endpoints, made, changed, listed, deleted; their secrets replaced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.webhook import (
    NewWebhook,
    SecretRequest,
    Webhook,
    WebhookChange,
    WebhookPage,
    WebhookRequest,
)
from schemas.kafka.headers import cut
from services.gateway.access.actor import actor_of
from services.gateway.access.principal import principal_of
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import describe_body, problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, OfTenant, read_place
from services.gateway.api.problem import ProblemError, refuse_field
from services.gateway.database.database import Database
from services.gateway.delivery.address import AddressGuard
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import (
    find_endpoint,
    list_endpoints,
    place_of_endpoint,
)
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.webhook.act import (
    EventsOfJobsError,
    NoSuchWebhookError,
    TooManyWebhooksError,
    change,
    create,
    remove,
    rotate,
)
from services.gateway.webhook.view import show_new_webhook, show_webhook

WEBHOOKS_PATH = "/v1/webhooks"
ONE_PATH = f"{WEBHOOKS_PATH}/{{webhook_id}}"
NO_STORE = {"Cache-Control": "no-store"}
OF_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
NOT_FOUND = problems(HTTPStatus.NOT_FOUND)
EXAMPLE = {
    "url": "https://app.example/api/brainshare",
    "events": ["job.completed", "job.failed"],
    "description": "the web app",
}


@dataclass(frozen=True)
class WebhookDesk:
    """What the routes of webhooks stand on.

    Attributes:
        now: The wall clock, aware.
    """

    database: Database
    bodies: BodyReader
    settings: WebhookSettings
    now: Callable[[], datetime]

    def show(self, endpoint: StoredEndpoint) -> Webhook:
        """An endpoint, without its secret."""
        return show_webhook(endpoint, self.now(), self._window)

    def show_new(self, endpoint: StoredEndpoint) -> NewWebhook:
        """An endpoint with its secret."""
        return show_new_webhook(endpoint, self.now(), self._window)

    def check_url(self, url: str) -> None:
        """Refuse a URL that nothing will be sent to.

        Raises:
            ProblemError: 422.
        """
        try:
            AddressGuard.of(self.settings).check_url(url)
        except ValueError as error:
            raise refuse_field("/url", str(error)) from error

    @property
    def _window(self) -> timedelta:
        return timedelta(days=self.settings.disable_after_days)


def refuse_webhook(webhook_id: str) -> ProblemError:
    """The problem of an endpoint that does not exist."""
    detail = f"there is no webhook with the id {cut(webhook_id, 64)!r}"
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-webhook", detail)


def make_endpoint_router(desk: WebhookDesk) -> APIRouter:
    """The routes of endpoints."""
    router = APIRouter(tags=["webhooks"])
    _add_list(router, desk)
    _add_create(router, desk)
    _add_one(router, desk)
    _add_change(router, desk)
    _add_rotate(router, desk)
    return router


def _add_list(router: APIRouter, desk: WebhookDesk) -> None:
    @router.get(
        WEBHOOKS_PATH,
        operation_id="listWebhooks",
        response_class=Response,
        responses={
            200: {"model": WebhookPage},
            **problems(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def read_webhooks(
        request: Request,
        tenant: OfTenant = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List endpoints, newest first. Secrets are in no list."""
        sight = principal_of(request.scope).look_at(tenant)
        asked = (sight, read_place(cursor), limit + 1)
        found = await desk.database.read(list_endpoints, *asked)
        more = write_cursor(place_of_endpoint(found[limit - 1])) if len(found) > limit else None
        return answer_json(WebhookPage(webhooks=tuple(map(desk.show, found[:limit])), next=more))


def _add_create(router: APIRouter, desk: WebhookDesk) -> None:
    @router.post(
        WEBHOOKS_PATH,
        operation_id="createWebhook",
        status_code=HTTPStatus.CREATED,
        response_class=Response,
        responses={201: {"model": NewWebhook}, **problems(*OF_BODY, HTTPStatus.CONFLICT)},
        openapi_extra=describe_body(WebhookRequest, EXAMPLE),
    )
    async def create_webhook(request: Request) -> Response:
        """Make an endpoint. Its `secret` is shown this once."""
        async with desk.bodies.read(request, parse_body, WebhookRequest) as asked:
            desk.check_url(asked.url)
            actor = actor_of(request.scope)
            tenant = actor.principal.look_at(asked.tenant) if asked.tenant else None
            told = (tenant or actor.principal.tenant, actor, desk.now())
            try:
                endpoint = await desk.database.write(create, asked, *told)
            except TooManyWebhooksError as error:
                status = HTTPStatus.CONFLICT
                raise ProblemError(status, "too-many-webhooks", str(error)) from error
        headers = NO_STORE | {"Location": f"{WEBHOOKS_PATH}/{endpoint.endpoint_id}"}
        return answer_json(desk.show_new(endpoint), headers, HTTPStatus.CREATED)


def _add_one(router: APIRouter, desk: WebhookDesk) -> None:
    @router.get(
        ONE_PATH,
        operation_id="readWebhook",
        response_class=Response,
        responses={200: {"model": Webhook}, **NOT_FOUND},
    )
    async def read_webhook(request: Request, webhook_id: str) -> Response:
        """Read an endpoint, without its secret."""
        sight = principal_of(request.scope).sight
        endpoint = await desk.database.read(find_endpoint, webhook_id, sight)
        if endpoint is None:
            raise refuse_webhook(webhook_id)
        return answer_json(desk.show(endpoint))

    @router.delete(
        ONE_PATH,
        operation_id="deleteWebhook",
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        responses=NOT_FOUND,
    )
    async def delete_webhook(request: Request, webhook_id: str) -> Response:
        """Delete an endpoint, with what it was to be told and its log."""
        try:
            await desk.database.write(remove, webhook_id, actor_of(request.scope), desk.now())
        except NoSuchWebhookError as error:
            raise refuse_webhook(webhook_id) from error
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _add_change(router: APIRouter, desk: WebhookDesk) -> None:
    @router.patch(
        ONE_PATH,
        operation_id="changeWebhook",
        response_class=Response,
        responses={200: {"model": Webhook}, **problems(HTTPStatus.NOT_FOUND, *OF_BODY)},
        openapi_extra=describe_body(WebhookChange, {"isEnabled": True, "reason": "it is back"}),
    )
    async def change_webhook(request: Request, webhook_id: str) -> Response:
        """Change an endpoint, turn it off, or on again."""
        async with desk.bodies.read(request, parse_body, WebhookChange) as asked:
            if asked.url is not None:
                desk.check_url(asked.url)
            actor = actor_of(request.scope, asked.reason)
            try:
                by = (actor, desk.now())
                endpoint = await desk.database.write(change, webhook_id, asked, *by)
            except NoSuchWebhookError as error:
                raise refuse_webhook(webhook_id) from error
            except EventsOfJobsError as error:
                told = "each job says what it is told: leave them out"
                raise refuse_field("/events", told) from error
        return answer_json(desk.show(endpoint))


def _add_rotate(router: APIRouter, desk: WebhookDesk) -> None:
    @router.post(
        f"{ONE_PATH}/rotate",
        operation_id="rotateWebhookSecret",
        response_class=Response,
        responses={200: {"model": NewWebhook}, **problems(HTTPStatus.NOT_FOUND, *OF_BODY)},
        openapi_extra=describe_body(SecretRequest, {"overlapS": 86400}),
    )
    async def replace_secret(request: Request, webhook_id: str) -> Response:
        """Make a new secret. For `overlapS` seconds what is sent is signed with both."""
        async with desk.bodies.read(request, parse_body, SecretRequest) as asked:
            told = (webhook_id, asked.overlap_s, actor_of(request.scope), desk.now())
            try:
                endpoint = await desk.database.write(rotate, *told)
            except NoSuchWebhookError as error:
                raise refuse_webhook(webhook_id) from error
        return answer_json(desk.show_new(endpoint), NO_STORE)
