"""The HTTP application: routes around an intake, a database and a projection."""

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI
from starlette.types import ASGIApp

from services.gateway.access.guard import Guard
from services.gateway.access.permission import FOLLOWED, NEEDED, check_role
from services.gateway.act.act_route import make_act_router
from services.gateway.api.openapi import problems
from services.gateway.api.problem import handle_problems, refuse_while_catching_up
from services.gateway.api.query import require_known_parameters
from services.gateway.api.request_scope import RequestScope
from services.gateway.bulk.begin_route import make_begin_router
from services.gateway.bulk.read_route import make_bulk_router
from services.gateway.cancel.cancel_route import make_cancel_router
from services.gateway.comparison.comparison_route import make_comparison_router
from services.gateway.console.error_group.group_page import ErrorGroupPages
from services.gateway.console.job.job_list_page import JobListPage
from services.gateway.console.job.job_page import JobPages
from services.gateway.console.job.rerun_page import RerunPage
from services.gateway.console.replay.room import make_replay_pages
from services.gateway.console.shell.error_page import ErrorPages
from services.gateway.console.sign_in_page import SignInPage
from services.gateway.console.site import Site
from services.gateway.dead_letter.list_route import make_letter_router
from services.gateway.dead_letter.redrive_route import make_desk_router
from services.gateway.document.completion import complete_document
from services.gateway.edge.accept import require_acceptable
from services.gateway.edge.cors import allow_origins
from services.gateway.edge.head import HeadAsGet
from services.gateway.edge.list_header import JoinedLists
from services.gateway.embed.embed_route import add_client_files
from services.gateway.error_group.error_route import make_error_router
from services.gateway.family.family_route import make_family_router
from services.gateway.job.read_route import make_job_router
from services.gateway.job_file.file_route import make_file_router
from services.gateway.key.key_route import make_key_router
from services.gateway.listing.list_route import make_list_router
from services.gateway.operation.health_route import make_health_router
from services.gateway.parts import Parts, Shared, share
from services.gateway.promotion.promoter import Promoter
from services.gateway.promotion.promotion_route import make_promotion_router
from services.gateway.reference.page_route import add_reference
from services.gateway.removal.delete_route import make_delete_router
from services.gateway.replay.act_route import make_replay_act_router
from services.gateway.replay.promotion_route import make_replay_promotion_router
from services.gateway.replay.read_route import make_replay_router
from services.gateway.rerun.rerun_route import make_rerun_router
from services.gateway.result.export_route import make_export_router
from services.gateway.retry.retry_route import make_retry_router
from services.gateway.settings import GatewaySettings
from services.gateway.stream.event_route import Follower, make_event_router
from services.gateway.stream.feed_route import make_feed_router
from services.gateway.stream.token_route import make_token_router
from services.gateway.submission.accept_route import make_accept_router
from services.gateway.submission.batch_route import make_batch_router
from services.gateway.tenant.limit_route import make_limit_router
from services.gateway.tenant.rate_guard import RateGuard
from services.gateway.tenant.request_rate import RequestRate
from services.gateway.tombstone.gone import make_gone
from services.gateway.webhook.delivery_route import make_delivery_router
from services.gateway.webhook.endpoint_route import WebhookDesk, make_endpoint_router
from services.gateway.webhook.receiver_route import describe_webhooks

DESCRIPTION = "Table, column and row suggestions as background jobs."
EARLY = problems(HTTPStatus.SERVICE_UNAVAILABLE)
"""What all that is said of jobs may be answered with while the gateway starts."""


def make_app(parts: Parts) -> ASGIApp:
    """Make the application. Until the projection is open, it answers nothing about jobs."""
    app, settings, database = make_fastapi(), parts.settings, parts.database
    shared = share(parts)

    async def require_tables() -> None:
        if not parts.projector.is_open:
            raise refuse_while_catching_up()

    needs = [Depends(require_tables), Depends(require_known_parameters)]
    for router in _make_job_routers(parts, shared):
        app.include_router(router, dependencies=needs, responses=EARLY)
    app.include_router(make_health_router(database, parts.projector))
    add_client_files(app)
    _make_site(parts, shared).add_to(app)
    for router in _make_tenant_routers(parts, shared):
        app.include_router(router, dependencies=needs[1:])
    handle_problems(app, lambda: parts.projector.is_caught_up, make_gone(database))
    describe_webhooks(app)
    add_reference(app)
    complete_document(app, NEEDED, FOLLOWED, is_local=not settings.asks_for_keys)
    rate = RequestRate(database, parts.now, parts.limits)
    return protect(app, rate, shared, settings)


def _make_site(parts: Parts, shared: Shared) -> Site:
    """The pages for people."""
    shell, bodies, database = shared.shell, shared.bodies, parts.database
    return Site(
        shell,
        (
            SignInPage(shell, bodies, shared.sessions, shared.authentication),
            JobListPage(shell, shared.finder),
            JobPages(
                shell,
                database,
                parts.compute,
                bodies,
                parts.projection_id,
                parts.canceller,
                shared.retrier,
            ),
            RerunPage(shell, bodies, parts.compute, shared.rerunner, shared.acceptance),
            ErrorGroupPages(shell, database, bodies, parts.now),
            *make_replay_pages(shell, bodies, shared.replays),
        ),
    )


def _make_job_routers(parts: Parts, shared: Shared) -> Sequence[APIRouter]:
    """Those whose answers are of the tables that the topics fill."""
    database, writer, bodies, tokens = parts.database, parts.writer, shared.bodies, shared.tokens
    renderer, find, acceptance = shared.renderer, shared.find, shared.acceptance
    streams = (parts.notifier, parts.projection_id, tokens, parts.settings.streams)
    return (
        make_accept_router(acceptance, bodies),
        make_batch_router(parts.intake, bodies, tokens.issue),
        make_list_router(shared.finder),
        make_job_router(find, renderer, parts.projection_id),
        make_export_router(database, renderer, parts.projection_id),
        make_cancel_router(parts.canceller, renderer, bodies),
        make_event_router(Follower(database, renderer, *streams)),
        make_feed_router(database, *streams),
        make_token_router(database, tokens, bodies),
        make_letter_router(database),
        make_desk_router(parts.desk, parts.bulk, bodies),
        make_delete_router(parts.eraser),
        make_retry_router(shared.retrier, renderer, bodies),
        make_family_router(database),
        make_file_router(database, parts.records, parts.compute),
        make_rerun_router(shared.rerunner, acceptance, bodies),
        make_promotion_router(Promoter(writer, find), renderer, bodies),
        make_begin_router(writer, bodies),
        make_bulk_router(database),
        make_replay_act_router(shared.replays, bodies),
        make_replay_router(database),
        make_comparison_router(shared.replays),
        make_replay_promotion_router(shared.replays, bodies),
        make_error_router(database, bodies, parts.now),
    )


def _make_tenant_routers(parts: Parts, shared: Shared) -> Sequence[APIRouter]:
    """Those whose answers are of the gateway's own tables."""
    database, bodies = parts.database, shared.bodies
    webhooks = WebhookDesk(database, bodies, parts.sending, parts.now)
    return (
        make_key_router(database, shared.authentication, bodies, parts.now),
        make_act_router(database),
        make_limit_router(database, bodies, parts.limits, parts.now),
        make_endpoint_router(webhooks),
        make_delivery_router(webhooks),
    )


def make_fastapi() -> FastAPI:
    """An application without routes, each of which will ask for a role."""
    return FastAPI(
        title="Brainshare",
        version=version("brainshare"),
        description=DESCRIPTION,
        docs_url=None,  # its page loads scripts of a third party
        redoc_url=None,
        # It would send the key along to an address that a proxy in front may have another one for.
        redirect_slashes=False,
        dependencies=[Depends(check_role), Depends(require_acceptable)],
        telemetry={"tracing": False, "metrics": False},
    )


def protect(app: FastAPI, rate: RequestRate, shared: Shared, settings: GatewaySettings) -> ASGIApp:
    """Put before an application what a request passes first: its scope, the guard, the rate."""
    who = (shared.authentication, shared.tokens, shared.sessions)
    names = (settings.host_names, settings.origins)
    guard = Guard(RateGuard(app, rate), *who, *names, is_local=not settings.asks_for_keys)
    told = ErrorPages(allow_origins(guard, settings.origins), shared.shell)
    return RequestScope(JoinedLists(HeadAsGet(told)))
