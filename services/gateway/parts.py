"""What the application is made around, and what several of its routes use."""

from dataclasses import dataclass
from datetime import datetime

from services.gateway.access.authentication import Authentication
from services.gateway.access.session import Sessions
from services.gateway.access.stream_token import StreamTokens
from services.gateway.api.body_reader import BodyReader
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute
from services.gateway.console.shell.shell import Shell
from services.gateway.database.database import Database
from services.gateway.dead_letter.bulk_redrive import BulkRedrive
from services.gateway.dead_letter.desk import Desk
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.job.renderer import Renderer
from services.gateway.job.store import FindJob
from services.gateway.listing.finder import JobFinder
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.projection.projector import Projector
from services.gateway.removal.eraser import Eraser
from services.gateway.replay.desk import ReplayDesk
from services.gateway.replay.past import Past
from services.gateway.rerun.rerunner import Rerunner
from services.gateway.rerun.source import ReadsRecords
from services.gateway.retry.retrier import Retrier
from services.gateway.settings import GatewaySettings
from services.gateway.signing.signer import Signer
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.job_wait import JobWait
from services.gateway.submission.acceptance import Acceptance
from services.gateway.submission.intake import Intake
from services.gateway.tenant.settings import TenantSettings


@dataclass(frozen=True)
class Parts:
    """What the application is made around.

    Attributes:
        limits: Of each tenant.
        sending: How webhooks are sent.
        past: Jobs that may be run again.
        records: Single records of the topics.
    """

    database: Database
    intake: Intake
    canceller: Canceller
    desk: Desk
    bulk: BulkRedrive
    eraser: Eraser
    writer: RecordWriter
    projector: Projector
    notifier: ChangeNotifier
    compute: Compute
    settings: GatewaySettings
    limits: TenantSettings
    signer: Signer
    sending: WebhookSettings
    past: Past
    records: ReadsRecords

    def now(self) -> datetime:
        """The wall clock, aware."""
        return self.intake.now()

    def projection_id(self) -> str:
        """Names the filling of the tables."""
        return self.projector.projection_id


@dataclass(frozen=True)
class Shared:
    """What several routes use.

    Attributes:
        find: Finds a job, and waits for news of it.
    """

    bodies: BodyReader
    tokens: StreamTokens
    authentication: Authentication
    sessions: Sessions
    shell: Shell
    find: FindJob
    finder: JobFinder
    renderer: Renderer
    acceptance: Acceptance
    rerunner: Rerunner
    retrier: Retrier
    replays: ReplayDesk


def share(parts: Parts) -> Shared:
    """Make what several routes use."""
    settings, is_local = parts.settings, not parts.settings.asks_for_keys
    database, tokens = parts.database, StreamTokens(parts.signer, parts.now)
    authentication = Authentication(
        database,
        parts.now,
        is_required=not is_local,
        most_wrong=settings.wrong_keys_per_minute,
    )
    renderer = Renderer(database, parts.compute)
    find = JobWait(database, parts.notifier, settings.streams).find
    return Shared(
        bodies=BodyReader(parts.compute, settings.body_timeout_s, settings.large_bodies),
        tokens=tokens,
        authentication=authentication,
        sessions=Sessions(parts.signer, parts.now, authentication, is_local),
        shell=Shell(parts.now, is_local, lambda: parts.projector.is_open),
        find=find,
        finder=JobFinder(database, parts.signer),
        renderer=renderer,
        acceptance=Acceptance(parts.intake, renderer, find, tokens.issue),
        rerunner=Rerunner(parts.writer, parts.records, parts.compute),
        retrier=Retrier(database, parts.desk),
        replays=ReplayDesk(parts.writer, parts.past),
    )
