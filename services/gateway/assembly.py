"""Makes the parts of a gateway around what it is connected to, and what it does beside serving."""

from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.bulk.performer import Performer
from services.gateway.bulk.runner import BulkRunner
from services.gateway.bulk.store import forget_bulk
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute
from services.gateway.configuration import Configuration
from services.gateway.database.database import Database
from services.gateway.dead_letter.bulk_redrive import BulkRedrive
from services.gateway.dead_letter.desk import Desk
from services.gateway.deadline.clock import DeadlineClock
from services.gateway.lease.connect import make_locks
from services.gateway.lease.keeper import Keeper
from services.gateway.lease.share import WholeShare
from services.gateway.outbox.rate import Rate
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.parts import Parts
from services.gateway.probe.canary import Canary
from services.gateway.probe.lag import LagProbe
from services.gateway.probe.standing import Standing
from services.gateway.projection.projector import Projector
from services.gateway.promotion.promoter import Promoter
from services.gateway.removal.eraser import Eraser
from services.gateway.removal.pruner import Pruner
from services.gateway.replay.past import Past
from services.gateway.replay.runner import ReplayRunner, TopicRuns
from services.gateway.replay.store import forget_replay
from services.gateway.retention.watch import RetentionWatch
from services.gateway.retry.retrier import Retrier
from services.gateway.signing.store import load_signer
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.job_wait import JobWait
from services.gateway.submission.intake import Intake
from services.gateway.webhook.projection import WebhookNoter
from services.kafka import (
    KafkaSettings,
    LogReader,
    Publisher,
    RecordReader,
    TopicState,
    open_admin,
)
from services.lifecycle.clock import utc_now
from services.lifecycle.failpoint import Failpoints, FailpointSettings

SERVICE = "gateway"
Run = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Connections:
    """What a gateway is connected to.

    Attributes:
        share: Which partitions it projects.
        past: Jobs that may be run again.
    """

    reader: LogReader
    records: RecordReader
    database: Database
    share: Keeper | WholeShare
    notifier: ChangeNotifier
    publisher: Publisher
    compute: Compute
    past: Past


async def make_parts(told: Configuration, to: Connections) -> Parts:
    """What the application is made around."""
    settings, kafka, limits, database = told.gateway, told.kafka, told.limits, to.database
    failpoints = Failpoints(FailpointSettings().dir, SERVICE)
    filled = (to.reader, database, kafka.topics.roles, to.notifier, failpoints, to.share)
    projector = Projector(*filled, WebhookNoter(told.sending, limits, utc_now).note)
    of_writer = (settings.publish_timeout_s, utc_now, failpoints, make_locks(database, to.share))
    writer = RecordWriter(database, to.publisher, kafka.topics, *of_writer)
    rate = Rate(settings.redrive_rate)
    desk = Desk(writer, rate)
    return Parts(
        database=database,
        intake=Intake(writer, lambda: projector.is_caught_up, limits, settings.key_ttl_s),
        canceller=Canceller(writer),
        desk=desk,
        bulk=BulkRedrive(writer, desk, rate),
        eraser=Eraser(writer, lambda names: look_at_topics(kafka, names)),
        writer=writer,
        projector=projector,
        notifier=to.notifier,
        compute=to.compute,
        settings=settings,
        limits=limits,
        signer=await database.write(load_signer),
        sending=told.sending,
        past=to.past,
        records=to.records,
    )


async def look_at_topics(kafka: KafkaSettings, names: Collection[str]) -> dict[str, TopicState]:
    """What the broker says of topics."""
    async with open_admin(kafka) as admin:
        return await admin.describe(names)


def list_work(told: Configuration, to: Connections, parts: Parts) -> Sequence[Run]:
    """What a gateway does beside serving and projecting, most of it where it leads."""
    settings, kafka, database = told.gateway, told.kafka, to.database
    on_duty = (utc_now, lambda: to.share.is_lead)
    of_logs = (lambda: open_admin(kafka), kafka.topics, utc_now)
    find = JobWait(database, to.notifier, settings.streams).find
    of_jobs = (Retrier(database, parts.desk), Promoter(parts.writer, find))
    performer = Performer(database, parts.canceller, parts.desk, *of_jobs)
    clock = DeadlineClock(parts.writer, to.records, parts.projector.has_folded, on_duty[1])
    lag = LagProbe(to.records, *of_logs, settings.probe_s, on_duty[1])
    canary = Canary(parts.intake, database, utc_now, settings.canary_s, on_duty[1])
    standing = Standing(database, utc_now, 2 * settings.probe_s, on_duty[1])
    watch = RetentionWatch(database, to.records, *of_logs, 4 * settings.probe_s, on_duty[1])
    pruner = Pruner(database, settings.keep_days, *on_duty, (forget_bulk, forget_replay))
    bulk = BulkRunner(database, performer, *on_duty)
    replays = ReplayRunner(database, parts.canceller, TopicRuns(kafka), *on_duty)
    work = (clock, lag, canary, standing, watch, pruner, bulk, replays)
    return tuple(one.run for one in work)
