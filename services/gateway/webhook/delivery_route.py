"""/v1/webhooks/{id}/deliveries: what was sent, what came of it, and sending it again."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response

from schemas.api.act import Deed
from schemas.api.webhook import (
    Delivery,
    DeliveryPage,
    DeliveryRecord,
    RecoverRequest,
    RecoverResult,
)
from schemas.kafka.headers import cut
from schemas.webhook import TEST, SampleEventBody, SampleEventData
from services.gateway.access.actor import Actor, actor_of
from services.gateway.access.principal import principal_of
from services.gateway.act.store import make_act, note_act
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.cursor import write_cursor
from services.gateway.api.openapi import describe_body, problems
from services.gateway.api.page import DEFAULT_LIMIT, Cursor, Limit, read_place
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Connection
from services.gateway.database.place import Place
from services.gateway.delivery.delivery import DeliveryState, Draft, StoredDelivery
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import find_endpoint, lift_hold
from services.gateway.delivery.queue_store import note_drafts
from services.gateway.webhook.act import NoSuchWebhookError, require
from services.gateway.webhook.delivery_store import (
    find_delivery,
    list_deliveries,
    recover,
    send_again,
)
from services.gateway.webhook.endpoint_route import (
    NOT_FOUND,
    OF_BODY,
    ONE_PATH,
    WebhookDesk,
    refuse_webhook,
)
from services.gateway.webhook.view import show_delivery, show_record

LIST_PATH = f"{ONE_PATH}/deliveries"
DELIVERY_PATH = f"{LIST_PATH}/{{delivery_id}}"
OF_ACT = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


class DisabledError(Exception):
    """The endpoint is disabled: nothing is sent to it."""


def make_delivery_router(desk: WebhookDesk) -> APIRouter:
    """The routes of deliveries."""
    router = APIRouter(tags=["webhooks"])
    _add_list(router, desk)
    _add_one(router, desk)
    _add_resend(router, desk)
    _add_test(router, desk)
    _add_recover(router, desk)
    return router


def _add_list(router: APIRouter, desk: WebhookDesk) -> None:
    @router.get(
        LIST_PATH,
        operation_id="listDeliveries",
        response_class=Response,
        responses={
            200: {"model": DeliveryPage},
            **problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        },
    )
    async def read_deliveries(
        request: Request,
        webhook_id: str,
        state: Annotated[DeliveryState | None, Query()] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List what an endpoint was or is to be told, newest first."""
        after = read_place(cursor)
        sight = principal_of(request.scope).sight
        if await desk.database.read(find_endpoint, webhook_id, sight) is None:
            raise refuse_webhook(webhook_id)
        found = await desk.database.read(list_deliveries, webhook_id, state, after, limit + 1)
        more = write_cursor(_place(found[limit - 1])) if len(found) > limit else None
        shown = tuple(map(show_delivery, found[:limit]))
        return answer_json(DeliveryPage(deliveries=shown, next=more))


def _place(delivery: StoredDelivery) -> Place:
    return Place(delivery.sequence, delivery.delivery_id)


def _add_one(router: APIRouter, desk: WebhookDesk) -> None:
    @router.get(
        DELIVERY_PATH,
        operation_id="readDelivery",
        response_class=Response,
        responses={200: {"model": DeliveryRecord}, **NOT_FOUND},
    )
    async def read_delivery(request: Request, webhook_id: str, delivery_id: str) -> Response:
        """Read a delivery: what is sent, and each attempt with its answer."""
        sight = principal_of(request.scope).sight
        found = await desk.database.read(find_delivery, webhook_id, delivery_id, sight)
        if found is None:
            raise _refuse_delivery(delivery_id)
        return answer_json(show_record(*found))


def _add_resend(router: APIRouter, desk: WebhookDesk) -> None:
    @router.post(
        f"{DELIVERY_PATH}/resend",
        operation_id="resendDelivery",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": Delivery}, **problems(*OF_ACT)},
    )
    async def resend(request: Request, webhook_id: str, delivery_id: str) -> Response:
        """Send a delivery now, under the same id, whatever became of it."""
        actor = actor_of(request.scope)

        def work(connection: Connection) -> StoredDelivery | None:
            endpoint = _require_enabled(connection, webhook_id, actor)
            delivery = send_again(connection, endpoint, delivery_id, desk.now())
            if delivery is not None:
                told = {"delivery": delivery_id}
                _note(connection, actor, Deed.RESEND_WEBHOOK, endpoint, desk, told)
            return delivery

        try:
            delivery = await desk.database.write(work)
        except NoSuchWebhookError as error:
            raise _refuse_delivery(delivery_id) from error
        except DisabledError as error:
            raise _refuse_disabled(webhook_id) from error
        if delivery is None:
            raise _refuse_delivery(delivery_id)
        return answer_json(show_delivery(delivery), status=HTTPStatus.ACCEPTED)


def _add_test(router: APIRouter, desk: WebhookDesk) -> None:
    @router.post(
        f"{ONE_PATH}/test",
        operation_id="testWebhook",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": Delivery}, **problems(*OF_ACT)},
    )
    async def send_test(request: Request, webhook_id: str) -> Response:
        """Send a test event. The delivery says what came of it."""
        actor = actor_of(request.scope)

        def work(connection: Connection) -> StoredDelivery:
            endpoint = _require_enabled(connection, webhook_id, actor)
            draft = _draft_test(lift_hold(connection, endpoint), desk)
            note_drafts(connection, [draft], desk.now())
            told = {"delivery": draft.delivery_id}
            _note(connection, actor, Deed.TEST_WEBHOOK, endpoint, desk, told)
            found = find_delivery(connection, webhook_id, draft.delivery_id, actor.sight)
            assert found is not None
            return found[0]

        try:
            delivery = await desk.database.write(work)
        except NoSuchWebhookError as error:
            raise refuse_webhook(webhook_id) from error
        except DisabledError as error:
            raise _refuse_disabled(webhook_id) from error
        return answer_json(show_delivery(delivery), status=HTTPStatus.ACCEPTED)


def _add_recover(router: APIRouter, desk: WebhookDesk) -> None:
    @router.post(
        f"{ONE_PATH}/recover",
        operation_id="recoverWebhook",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses={202: {"model": RecoverResult}, **problems(*OF_ACT, *OF_BODY)},
        openapi_extra=describe_body(
            RecoverRequest, {"since": "2026-01-02T03:00:00Z", "undeliveredOnly": True}
        ),
    )
    async def send_span(request: Request, webhook_id: str) -> Response:
        """Send everything since a moment again, in order, each under its id."""
        async with desk.bodies.read(request, parse_body, RecoverRequest) as asked:
            actor = actor_of(request.scope, asked.reason)

            def work(connection: Connection) -> int:
                endpoint = _require_enabled(connection, webhook_id, actor)
                count = recover(connection, endpoint, asked, desk.now())
                told = {"since": asked.since.isoformat(), "deliveries": count}
                _note(connection, actor, Deed.RECOVER_WEBHOOK, endpoint, desk, told)
                return count

            try:
                count = await desk.database.write(work)
            except NoSuchWebhookError as error:
                raise refuse_webhook(webhook_id) from error
            except DisabledError as error:
                raise _refuse_disabled(webhook_id) from error
        return answer_json(RecoverResult(count=count), status=HTTPStatus.ACCEPTED)


def _note(
    connection: Connection,
    actor: Actor,
    deed: Deed,
    endpoint: StoredEndpoint,
    desk: WebhookDesk,
    after: dict[str, Any],
) -> None:
    told = (endpoint.endpoint_id, endpoint.tenant, desk.now(), None, after)
    note_act(connection, make_act(actor, deed, *told))


def _draft_test(endpoint: StoredEndpoint, desk: WebhookDesk) -> Draft:
    data = SampleEventData(webhook_id=endpoint.endpoint_id)
    body = SampleEventBody(type=TEST, timestamp=desk.now(), data=data)
    named = (str(uuid4()), endpoint.endpoint_id, endpoint.tenant, TEST, None)
    return Draft(*named, body.to_json().decode(), body.timestamp)


def _require_enabled(connection: Connection, webhook_id: str, actor: Actor) -> StoredEndpoint:
    endpoint = require(connection, webhook_id, actor)
    if endpoint.disabled_at is not None:
        raise DisabledError
    return endpoint


def _refuse_delivery(delivery_id: str) -> ProblemError:
    detail = f"there is no delivery with the id {cut(delivery_id, 64)!r}"
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-delivery", detail)


def _refuse_disabled(webhook_id: str) -> ProblemError:
    detail = (
        f"the webhook {cut(webhook_id, 64)} is disabled, so nothing is sent to it: turn it on with"
        ' PATCH {"isEnabled": true}'
    )
    return ProblemError(HTTPStatus.CONFLICT, "webhook-is-disabled", detail)
