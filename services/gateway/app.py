"""The HTTP application: routes around an intake, a database and a projection."""

from importlib.metadata import version

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import complete_document
from services.gateway.api.problem import handle_problems
from services.gateway.api.request_scope import RequestScope
from services.gateway.cancel.cancel_route import make_cancel_router
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.dead_letter.bulk_redrive import BulkRedrive
from services.gateway.dead_letter.desk import Desk
from services.gateway.dead_letter.list_route import make_letter_router
from services.gateway.dead_letter.redrive_route import make_desk_router
from services.gateway.job.list_route import make_list_router
from services.gateway.job.read_route import make_job_router
from services.gateway.job.renderer import Renderer
from services.gateway.operation.health_route import make_health_router
from services.gateway.projection.projector import Projector
from services.gateway.settings import GatewaySettings
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.event_route import make_event_router
from services.gateway.submission.accept_route import make_accept_router
from services.gateway.submission.intake import Intake

DESCRIPTION = "Table, column and row suggestions as background jobs."


def make_app(
    database: Database,
    intake: Intake,
    canceller: Canceller,
    desk: Desk,
    bulk: BulkRedrive,
    projector: Projector,
    notifier: ChangeNotifier,
    compute: Compute,
    settings: GatewaySettings,
) -> ASGIApp:
    """Make the application. The projector must have been prepared."""
    app = FastAPI(
        title="Brainshare",
        version=version("brainshare"),
        description=DESCRIPTION,
        docs_url=None,  # its page loads scripts of a third party
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False},
    )
    renderer = Renderer(database, compute)
    bodies = BodyReader(compute, settings.body_timeout_s, settings.large_bodies)
    projection_id = projector.projection_id
    app.include_router(make_accept_router(intake, bodies, renderer))
    app.include_router(make_list_router(database))
    app.include_router(make_job_router(database, renderer, projection_id))
    app.include_router(make_cancel_router(canceller, renderer))
    app.include_router(
        make_event_router(database, renderer, notifier, projection_id, settings.streams)
    )
    app.include_router(make_letter_router(database))
    app.include_router(make_desk_router(desk, bulk, bodies))
    app.include_router(make_health_router(database, projector))
    handle_problems(app, lambda: projector.is_caught_up)
    complete_document(app)
    return RequestScope(app)
