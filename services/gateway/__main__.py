"""Run the gateway: `python -m services.gateway`. The composition root; only here is connected."""

import asyncio
import platform
import sys
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

import uvloop

from services.gateway.app import make_app
from services.gateway.bulk.performer import Performer
from services.gateway.bulk.runner import BulkRunner
from services.gateway.cancel.canceller import Canceller
from services.gateway.compute.compute import Compute, open_compute
from services.gateway.configuration import Configuration, read_configuration
from services.gateway.database.database import (
    Database,
    DatabaseUnavailableError,
    UnusableDatabaseError,
    open_database,
)
from services.gateway.dead_letter.bulk_redrive import BulkRedrive
from services.gateway.dead_letter.desk import Desk
from services.gateway.deadline.clock import DeadlineClock
from services.gateway.error_group.keeper import ErrorKeeper
from services.gateway.error_group.own_error import ErrorBook
from services.gateway.lease.connect import (
    SecondGatewayError,
    hold_database,
    make_locks,
    open_share,
)
from services.gateway.lease.keeper import Keeper
from services.gateway.lease.listener import Listener
from services.gateway.lease.share import WholeShare
from services.gateway.migration.start import prepare_tables
from services.gateway.migration.upgrade import LaterDatabaseError
from services.gateway.operation.stillness_guard import StillnessGuard
from services.gateway.outbox.rate import Rate
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.probe.canary import Canary
from services.gateway.probe.lag import LagProbe
from services.gateway.probe.standing import Standing
from services.gateway.projection.history import project
from services.gateway.projection.projector import Projector
from services.gateway.recovery import Recovery
from services.gateway.removal.eraser import Eraser
from services.gateway.removal.pruner import Pruner
from services.gateway.replay.past import Past, open_past
from services.gateway.replay.runner import ReplayRunner
from services.gateway.replaying import TopicRuns
from services.gateway.retention.watch import RetentionWatch
from services.gateway.retry.retrier import Retrier
from services.gateway.server import Server, make_config, stop
from services.gateway.signing.store import load_signer
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.change_poll import ChangePoll
from services.gateway.submission.intake import Intake
from services.gateway.webhook.projection import WebhookNoter
from services.gateway.webhook_sending import open_sender
from services.kafka import (
    BrokerUnavailableError,
    KafkaSettings,
    Landmarks,
    LogReader,
    Publisher,
    RecordReader,
    TopicState,
    open_admin,
    open_log_reader,
    open_publisher,
    open_record_reader,
)
from services.kafka.topic_check import TopicMismatchError, check_topics
from services.lifecycle import exit_status
from services.lifecycle.clock import utc_now
from services.lifecycle.failpoint import Failpoints, FailpointSettings
from services.lifecycle.settings import SettingsError
from services.lifecycle.shutdown import end_on_failure, on_stop, refuse
from services.lifecycle.stillness import Stillness
from services.lifecycle.watchdog import Watchdog
from services.telemetry.error_report import ReporterError, report_errors
from services.telemetry.log import configure_logging, get_log, tap
from services.telemetry.metric import tell_build
from services.telemetry.trace.process import TracingError, trace_process

SERVICE = "gateway"
Run = Callable[[], Coroutine[Any, Any, None]]

REFUSALS = (
    SecondGatewayError,
    SettingsError,
    TopicMismatchError,
    LaterDatabaseError,
    UnusableDatabaseError,
    ReporterError,
    TracingError,
)

log = get_log()


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    try:
        told = read_configuration()
        configure_logging(SERVICE, told.logs.number)
        report_errors(told.reports, SERVICE)
        tell_build(SERVICE)
        with (
            trace_process(told.traces, SERVICE, platform.node()),
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(run(told))
    except asyncio.CancelledError:
        log.info("gateway_stopped_while_starting")
    except REFUSALS as error:
        refuse(str(error))
    except (BrokerUnavailableError, DatabaseUnavailableError) as error:
        refuse(str(error), exit_status.UNAVAILABLE)


async def run(told: Configuration) -> None:
    """Connect everything, serve, and disconnect in the reverse order."""
    task, kafka = asyncio.current_task(), told.kafka
    on_stop(task.cancel if task else sys.exit)
    await check_topics(kafka, kafka.topics.all())
    async with open_admin(kafka) as admin:
        cluster_id = await admin.cluster_id()
    with hold_database(told.database.url):
        await connect(told, cluster_id)
    log.info("gateway_stopped")


async def connect(told: Configuration, cluster_id: str) -> None:
    """Connect everything, and serve."""
    kafka, database, topics = told.kafka, told.database, list(told.kafka.topics.roles)
    async with (
        open_database(database.url, database.pool_size) as tables,
        open_share(database.url, kafka.partitions) as share,
        open_compute() as compute,
        open_publisher(kafka) as publisher,
        open_record_reader(kafka, topics) as records,
        open_log_reader(kafka, topics, is_placed=False, landmarks=Landmarks(records)) as reader,
        open_sender(tables, share, kafka.partitions, told.sending) as sender,
        open_past(kafka) as past,
    ):
        await prepare_tables(tables)
        notifier = ChangeNotifier()
        errors = ErrorBook(utc_now)
        tap(errors.look)
        keeping = ErrorKeeper(tables, errors, utc_now).run
        beside = (*share_work(database.url, tables, share, notifier), sender.run, keeping)
        parts = (reader, records, cluster_id, tables, share, notifier, publisher, compute, past)
        await serve(told, *parts, beside)


def share_work(
    url: str, database: Database, share: Keeper | WholeShare, notifier: ChangeNotifier
) -> Sequence[Run]:
    """What keeps a gateway in touch with those beside it."""
    if not isinstance(share, Keeper):
        return ()
    listener = Listener(url, share.gateway_id, notifier.notify, notifier.notify_all)
    return share.run, listener.run, ChangePoll(database, notifier).run


async def look_at_topics(kafka: KafkaSettings, names: Collection[str]) -> dict[str, TopicState]:
    """What the broker says of topics."""
    async with open_admin(kafka) as admin:
        return await admin.describe(names)


async def serve(
    told: Configuration,
    reader: LogReader,
    records: RecordReader,
    cluster_id: str,
    database: Database,
    share: Keeper | WholeShare,
    notifier: ChangeNotifier,
    publisher: Publisher,
    compute: Compute,
    past: Past,
    besides: Sequence[Run],
) -> None:
    """Serve HTTP and project, until one of them ends."""
    settings, kafka, limits = told.gateway, told.kafka, told.limits
    failpoints = Failpoints(FailpointSettings().dir, SERVICE)
    filled = (reader, database, kafka.topics.roles, notifier, failpoints, share)
    projector = Projector(*filled, WebhookNoter(told.sending, limits, utc_now).note)
    of_writer = (settings.publish_timeout_s, utc_now, failpoints, make_locks(database, share))
    writer = RecordWriter(database, publisher, kafka.topics, *of_writer)
    rate = Rate(settings.redrive_rate)
    intake = Intake(writer, lambda: projector.is_caught_up, limits, settings.key_ttl_s)
    desk = Desk(writer, rate)
    bulk = BulkRedrive(writer, desk, rate)
    eraser = Eraser(writer, lambda names: look_at_topics(kafka, names))
    canceller = Canceller(writer)
    acts = (intake, canceller, desk, bulk, eraser, writer)
    signer = await database.write(load_signer)
    told_of = (settings, limits, signer, told.sending, past)
    app = make_app(database, *acts, projector, notifier, compute, *told_of, records)
    server = Server(make_config(app, settings))
    of_logs = (lambda: open_admin(kafka), kafka.topics, utc_now)
    clock = DeadlineClock(writer, records, projector.has_folded, lambda: share.is_lead)
    on_duty = (utc_now, lambda: share.is_lead)
    watch = RetentionWatch(database, records, *of_logs, 4 * settings.probe_s, on_duty[1])
    lag = LagProbe(records, *of_logs, settings.probe_s, on_duty[1])
    canary = Canary(intake, database, utc_now, settings.canary_s, on_duty[1])
    pruner = Pruner(database, settings.keep_days, *on_duty)
    performer = Performer(database, canceller, desk, Retrier(database, desk))
    runner = BulkRunner(database, performer, *on_duty)
    replays = ReplayRunner(database, canceller, TopicRuns(kafka), *on_duty)
    recovery = Recovery(intake, desk, share, settings.publish_timeout_s, utc_now)

    guard = StillnessGuard(projector, Stillness(settings.still_s))
    watchdog = Watchdog(guard.find_fault, loop=asyncio.get_running_loop())
    async with asyncio.TaskGroup() as tasks:
        projecting = project(lambda: projector.prepare(cluster_id), projector.run)
        guarding = guard.run(watchdog.beat)
        standing = Standing(database, utc_now, 2 * settings.probe_s, on_duty[1])
        looking = (lag.run, canary.run, standing.run, watch.run)
        runs = (clock.run, *looking, pruner.run, runner.run, replays.run, *besides)
        begun = (projecting, recovery.run(projector), guarding, *(run() for run in runs))
        beside = [tasks.create_task(run) for run in begun]
        for task in beside:
            task.add_done_callback(end_on_failure)
        watchdog.start()
        on_stop(lambda: stop(server, notifier, watchdog))
        asked = settings.who_is_asked
        log.info("gateway_started", host=settings.host, port=settings.port, asked_for_a_key=asked)
        await server.serve()
        for task in beside:
            task.cancel()


if __name__ == "__main__":
    main()
