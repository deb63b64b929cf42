"""Run the gateway: `python -m services.gateway`. The composition root; only here is connected."""

import asyncio
import platform
import sys
from collections.abc import Sequence

import uvloop

from services.gateway.app import make_app
from services.gateway.assembly import SERVICE, Connections, Run, list_work, make_parts
from services.gateway.compute.compute import open_compute
from services.gateway.configuration import Configuration, read_configuration
from services.gateway.database.database import (
    Database,
    DatabaseUnavailableError,
    UnusableDatabaseError,
    open_database,
)
from services.gateway.error_group.keeper import ErrorKeeper
from services.gateway.error_group.own_error import ErrorBook
from services.gateway.lease.connect import (
    SecondGatewayError,
    hold_database,
    open_share,
)
from services.gateway.lease.keeper import Keeper
from services.gateway.lease.listener import Listener
from services.gateway.lease.share import WholeShare
from services.gateway.migration.start import prepare_tables
from services.gateway.migration.upgrade import LaterDatabaseError
from services.gateway.operation.stillness_guard import StillnessGuard
from services.gateway.projection.history import project
from services.gateway.recovery import Recovery
from services.gateway.replay.past import open_past
from services.gateway.server import Server, make_config, stop
from services.gateway.stream.change_notifier import ChangeNotifier
from services.gateway.stream.change_poll import ChangePoll
from services.gateway.webhook_sending import open_sender
from services.kafka import (
    BrokerUnavailableError,
    Landmarks,
    open_admin,
    open_log_reader,
    open_publisher,
    open_record_reader,
)
from services.kafka.topic_check import TopicMismatchError, check_topics
from services.lifecycle import exit_status
from services.lifecycle.clock import utc_now
from services.lifecycle.settings import SettingsError
from services.lifecycle.shutdown import end_on_failure, on_stop, refuse
from services.lifecycle.stillness import Stillness
from services.lifecycle.watchdog import Watchdog
from services.telemetry.error_report import ReporterError, report_errors
from services.telemetry.log import configure_logging, get_log, tap
from services.telemetry.metric import tell_build
from services.telemetry.trace.process import TracingError, trace_process

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
        configure_logging(SERVICE, told.logs.number, told.logs.format)
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
        to = Connections(reader, records, tables, share, notifier, publisher, compute, past)
        await serve(told, to, cluster_id, beside)


def share_work(
    url: str, database: Database, share: Keeper | WholeShare, notifier: ChangeNotifier
) -> Sequence[Run]:
    """What keeps a gateway in touch with those beside it."""
    if not isinstance(share, Keeper):
        return ()
    listener = Listener(url, share.gateway_id, notifier.notify, notifier.notify_all)
    return share.run, listener.run, ChangePoll(database, notifier).run


async def serve(
    told: Configuration, to: Connections, cluster_id: str, besides: Sequence[Run]
) -> None:
    """Serve HTTP and project, until one of them ends."""
    parts, settings = await make_parts(told, to), told.gateway
    server = Server(make_config(make_app(parts), settings))
    recovery = Recovery(parts.intake, parts.desk, to.share, settings.publish_timeout_s, utc_now)
    projector = parts.projector
    guard = StillnessGuard(projector, Stillness(settings.still_s))
    watchdog = Watchdog(guard.find_fault, loop=asyncio.get_running_loop())
    async with asyncio.TaskGroup() as tasks:
        projecting = project(lambda: projector.prepare(cluster_id), projector.run)
        guarding = guard.run(watchdog.beat)
        runs = (*list_work(told, to, parts), *besides)
        begun = (projecting, recovery.run(projector), guarding, *(run() for run in runs))
        beside = [tasks.create_task(run) for run in begun]
        for task in beside:
            task.add_done_callback(end_on_failure)
        watchdog.start()
        on_stop(lambda: stop(server, to.notifier, watchdog))
        asked = settings.who_is_asked
        log.info("gateway_started", host=settings.host, port=settings.port, asked_for_a_key=asked)
        await server.serve()
        for task in beside:
            task.cancel()


if __name__ == "__main__":
    main()
