"""Whether a stage's process is alive and ready, for its health port."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.lifecycle.watchdog import Watchdog
from services.stage_runtime.consumer.faust_app import StageApp
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.settings import StageSettings
from services.telemetry.health import HEARTBEAT_LIMIT_S, serve_health


@contextmanager
def serve_stage_health(
    settings: StageSettings, app: StageApp, watchdog: Watchdog, park: Park
) -> Iterator[None]:
    """Serve health and metrics of a stage on its port."""
    with serve_health(
        settings.health_host,
        settings.health_port,
        alive=lambda: _alive(watchdog),
        ready=lambda: _ready(app, park),
    ):
        yield


def _alive(watchdog: Watchdog) -> tuple[bool, dict[str, object]]:
    age = watchdog.heartbeat_age_s
    return age < HEARTBEAT_LIMIT_S, {"heartbeatAgeS": round(age, 3)}


def _ready(app: StageApp, park: Park) -> tuple[bool, dict[str, object]]:
    # Parked is ready: starting it again would not help.
    return app.is_ready, {
        "partitions": sorted(app.assigned_partitions),
        "parked": park.reason,
        "probeInS": round(park.wait_s, 1) if park.is_parked else None,
    }
