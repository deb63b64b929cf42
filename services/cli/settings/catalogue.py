"""Every fragment of settings, of all services. The one file here that knows theirs."""

from pydantic_settings import BaseSettings

from services.cli.client.settings import CommandSettings
from services.cli.stack.settings import StackOptions
from services.demo_llm.settings import DemoSettings
from services.failure.settings import RetrySettings
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.settings import DatabaseSettings, GatewaySettings
from services.gateway.tenant.settings import TenantSettings
from services.kafka.settings import KafkaSettings
from services.lifecycle.failpoint import FailpointSettings
from services.lifecycle.settings import SecretSettings
from services.llm.server.settings import LlmSettings
from services.stage_runtime.settings import StageSettings
from services.telemetry.error_report import ReportSettings
from services.telemetry.log_settings import LogSettings
from services.telemetry.trace.settings import TraceSettings

FRAGMENTS: dict[str, type[BaseSettings]] = {
    "Kafka clients (every service)": KafkaSettings,
    "Stages": StageSettings,
    "Retries": RetrySettings,
    "Model calls": LlmSettings,
    "Gateway": GatewaySettings,
    "Limits of each tenant": TenantSettings,
    "Webhooks": WebhookSettings,
    "Gateway's database": DatabaseSettings,
    "Demo model": DemoSettings,
    "`brainshare up` and `demo`": StackOptions,
    "Commands that talk to a gateway, and the Python client": CommandSettings,
    "Secrets in files (every service)": SecretSettings,
    "Logs (every service)": LogSettings,
    "Reports of errors (every service)": ReportSettings,
    "Traces (every service)": TraceSettings,
    "Crash tests": FailpointSettings,
}
