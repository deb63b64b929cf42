"""The HTTP application: routes around an intake, a database and a projection."""

from http import HTTPStatus
from importlib.metadata import version

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from services.gateway.access.authentication import Authentication
from services.gateway.access.guard import Guard
from services.gateway.access.permission import FOLLOWED, NEEDED, check_role
from services.gateway.access.stream_token import StreamTokens
from services.gateway.act.act_route import make_act_router
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import problems
from services.gateway.api.problem import handle_problems, refuse_while_catching_up
from services.gateway.api.query import require_known_parameters
from services.gateway.api.request_scope import RequestScope
from services.gateway.bulk.begin_route import make_begin_router
from services.gateway.bulk.read_route import make_bulk_router
from services.gateway.cancel.cancel_route import make_cancel_router
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.dead_letter.bulk_redrive import BulkRedrive
from services.gateway.dead_letter.desk import Desk
from services.gateway.dead_letter.list_route import make_letter_router
from services.gateway.dead_letter.redrive_route import make_desk_router
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.document.completion import complete_document
from services.gateway.edge.accept import require_acceptable
from services.gateway.edge.cors import allow_origins
from services.gateway.edge.head import HeadAsGet
from services.gateway.embed.embed_route import add_client_files
from services.gateway.error_group.error_route import make_error_router
from services.gateway.family.family_route import make_family_router
from services.gateway.job.read_route import make_job_router
from services.gateway.job.renderer import Renderer
from services.gateway.job_file.file_route import make_file_router
from services.gateway.key.key_route import make_key_router
from services.gateway.listing.list_route import make_list_router
from services.gateway.operation.health_route import make_health_router
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.projection.projector import Projector
from services.gateway.promotion.promoter import Promoter
from services.gateway.promotion.promotion_route import make_promotion_router
from services.gateway.reference.page_route import add_reference
from services.gateway.removal.delete_route import make_delete_router
from services.gateway.removal.eraser import Eraser
from services.gateway.replay.act_route import make_replay_act_router
from services.gateway.replay.past import Past
from services.gateway.replay.read_route import make_replay_router
from services.gateway.rerun.rerun_route import make_rerun_router
from services.gateway.rerun.rerunner import Rerunner
from services.gateway.rerun.source import ReadsRecords
from services.gateway.result.export_route import make_export_router
from services.gateway.retry.retrier import Retrier
from services.gateway.retry.retry_route import make_retry_router
from services.gateway.settings import GatewaySettings
from services.gateway.signing.signer import Signer
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.event_route import Follower, make_event_router
from services.gateway.stream.feed_route import make_feed_router
from services.gateway.stream.job_wait import JobWait
from services.gateway.stream.token_route import make_token_router
from services.gateway.submission.accept_route import make_accept_router
from services.gateway.submission.acceptance import Acceptance
from services.gateway.submission.batch_route import make_batch_router
from services.gateway.submission.intake import Intake
from services.gateway.tenant.limit_route import make_limit_router
from services.gateway.tenant.rate_guard import RateGuard
from services.gateway.tenant.request_rate import RequestRate
from services.gateway.tenant.settings import TenantSettings
from services.gateway.tombstone.gone import make_gone
from services.gateway.webhook.delivery_route import make_delivery_router
from services.gateway.webhook.endpoint_route import WebhookDesk, make_endpoint_router
from services.gateway.webhook.receiver_route import describe_webhooks

DESCRIPTION = "Table, column and row suggestions as background jobs."
EARLY = problems(HTTPStatus.SERVICE_UNAVAILABLE)
"""What all that is said of jobs may be answered with while the gateway starts."""


def make_app(
    database: Database,
    intake: Intake,
    canceller: Canceller,
    desk: Desk,
    bulk: BulkRedrive,
    eraser: Eraser,
    writer: RecordWriter,
    projector: Projector,
    notifier: ChangeNotifier,
    compute: Compute,
    settings: GatewaySettings,
    limits: TenantSettings,
    signer: Signer,
    sending: WebhookSettings,
    past: Past,
    records: ReadsRecords,
) -> ASGIApp:
    """Make the application. Until the projection is open, it answers nothing about jobs."""
    app = make_fastapi()
    authentication = Authentication(
        database, lambda: intake.now(), is_required=settings.asks_for_keys
    )
    tokens = StreamTokens(signer, lambda: intake.now())
    renderer = Renderer(database, compute)
    bodies = BodyReader(compute, settings.body_timeout_s, settings.large_bodies)
    read_from = (database, renderer)
    streams = (notifier, lambda: projector.projection_id, tokens, settings.streams)
    waits = JobWait(database, notifier, settings.streams)
    acceptance = Acceptance(intake, renderer, waits.find, tokens.issue)
    rerunner = Rerunner(writer, records, compute)
    rooms = (
        make_accept_router(acceptance, bodies),
        make_batch_router(intake, bodies, tokens.issue),
        make_list_router(database, signer),
        make_job_router(waits.find, renderer, lambda: projector.projection_id),
        make_export_router(*read_from, lambda: projector.projection_id),
        make_cancel_router(canceller, renderer, bodies),
        make_event_router(Follower(database, renderer, *streams)),
        make_feed_router(database, *streams),
        make_token_router(database, tokens, bodies),
        make_letter_router(database),
        make_desk_router(desk, bulk, bodies),
        make_delete_router(eraser),
        make_retry_router(Retrier(database, desk), renderer, bodies),
        make_family_router(database),
        make_file_router(database, records, compute),
        make_rerun_router(rerunner, acceptance, bodies),
        make_promotion_router(Promoter(writer, waits.find), renderer, bodies),
        make_begin_router(writer, bodies),
        make_bulk_router(database),
        make_replay_act_router(writer, bodies, past),
        make_replay_router(database, past),
        make_error_router(database, bodies, lambda: intake.now()),
    )

    async def require_tables() -> None:
        if not projector.is_open:
            raise refuse_while_catching_up()

    needs = [Depends(require_tables), Depends(require_known_parameters)]
    for router in rooms:
        app.include_router(router, dependencies=needs, responses=EARLY)
    app.include_router(make_health_router(database, projector))
    add_client_files(app)
    webhooks = WebhookDesk(database, bodies, sending, lambda: intake.now())
    for router in (
        make_key_router(database, authentication, bodies, lambda: intake.now()),
        make_act_router(database),
        make_limit_router(database, bodies, limits, lambda: intake.now()),
        make_endpoint_router(webhooks),
        make_delivery_router(webhooks),
    ):
        app.include_router(router, dependencies=[Depends(require_known_parameters)])
    handle_problems(app, lambda: projector.is_caught_up, make_gone(database))
    describe_webhooks(app)
    add_reference(app)
    complete_document(app, NEEDED, FOLLOWED, is_local=not settings.asks_for_keys)
    rate = RequestRate(database, lambda: intake.now(), limits)
    return protect(app, rate, authentication, tokens, settings)


def make_fastapi() -> FastAPI:
    """An application without routes, each of which will ask for a role."""
    return FastAPI(
        title="Brainshare",
        version=version("brainshare"),
        description=DESCRIPTION,
        docs_url=None,  # its page loads scripts of a third party
        redoc_url=None,
        dependencies=[Depends(check_role), Depends(require_acceptable)],
        telemetry={"tracing": False, "metrics": False},
    )


def protect(
    app: FastAPI,
    rate: RequestRate,
    authentication: Authentication,
    tokens: StreamTokens,
    settings: GatewaySettings,
) -> ASGIApp:
    """Put before an application what a request passes first: its scope, the guard, the rate."""
    is_local = not settings.asks_for_keys
    names = (settings.host_names, settings.origins)
    guard = Guard(RateGuard(app, rate), authentication, tokens, *names, is_local=is_local)
    return RequestScope(HeadAsGet(allow_origins(guard, settings.origins)))
