"""All settings of the gateway's process, read once."""

from dataclasses import dataclass

from services.gateway.delivery.settings import WebhookSettings
from services.gateway.settings import DatabaseSettings, GatewaySettings
from services.gateway.tenant.settings import TenantSettings
from services.kafka import KafkaSettings
from services.lifecycle.settings import read_settings
from services.telemetry.error_report import ReportSettings
from services.telemetry.log_settings import LogSettings
from services.telemetry.trace.settings import TraceSettings


@dataclass(frozen=True)
class Configuration:
    """What a gateway is told.

    Attributes:
        limits: Of each tenant.
        sending: How webhooks are sent.
        logs: How much of the log is written.
        reports: Where errors are reported to.
        traces: Where spans are exported to.
    """

    gateway: GatewaySettings
    kafka: KafkaSettings
    database: DatabaseSettings
    limits: TenantSettings
    sending: WebhookSettings
    logs: LogSettings
    reports: ReportSettings
    traces: TraceSettings


def read_configuration() -> Configuration:
    """Read it from the environment.

    Raises:
        SettingsError: Something in it is wrong.
    """
    return Configuration(
        read_settings(GatewaySettings),
        read_settings(KafkaSettings),
        read_settings(DatabaseSettings),
        read_settings(TenantSettings),
        read_settings(WebhookSettings),
        read_settings(LogSettings),
        read_settings(ReportSettings),
        read_settings(TraceSettings),
    )
