"""On what terms a load is carried: the settings that decide what it takes."""

from dataclasses import dataclass

from services.gateway.settings import DatabaseSettings, GatewaySettings
from services.kafka.settings import KafkaSettings
from services.lifecycle.settings import read_settings
from services.stage_runtime.settings import StageSettings


@dataclass(frozen=True)
class Terms:
    """Settings that count for a plan.

    Attributes:
        concurrency: STAGE_CONCURRENCY, records that a worker handles at a time.
        replicas: KAFKA_REPLICATION_FACTOR, copies of every record.
        keep_days: GATEWAY_KEEP_DAYS, how long jobs stay in the tables; 0 for ever.
        pool_size: DATABASE_POOL_SIZE, connections of a gateway to a server, besides those of the
            lease and of what it hears of the others.
    """

    concurrency: int
    replicas: int
    keep_days: int
    pool_size: int


def read_terms() -> Terms:
    """Those that are in force.

    Raises:
        SettingsError: A setting is not what it may be.
    """
    return Terms(
        concurrency=read_settings(StageSettings).concurrency,
        replicas=read_settings(KafkaSettings).replication_factor,
        keep_days=read_settings(GatewaySettings).keep_days,
        pool_size=read_settings(DatabaseSettings).pool_size,
    )
