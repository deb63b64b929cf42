"""Whether spans are exported, and to whom: OpenTelemetry's own settings."""

from typing import Any
from urllib.parse import unquote

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

NONE, OTLP, HTTP = "none", "otlp", "http/protobuf"
TRACES_PATH = "/v1/traces"
BY_PROTOCOL = {HTTP: "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""The exporters by the names under which OpenTelemetry's packages register them."""


class TraceSettings(BaseSettings):
    """Where spans go, from OTEL_* in the environment.

    What is not here is read by OpenTelemetry itself: the sampler (OTEL_TRACES_SAMPLER), batches
    (OTEL_BSP_*), names (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES), certificates, compression.
    """

    model_config = SettingsConfigDict(
        env_prefix="OTEL_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    sdk_disabled: bool = Field(False, description="Whether nothing is exported, whatever is set.")
    traces_exporter: str = Field(
        "",
        pattern=r"^[a-z0-9_,. -]*$",
        description="What takes spans: `otlp`, which needs `brainshare[otlp]`, `console`, or any"
        " other exporter that is installed; `none` for nothing. Empty is `otlp` where an endpoint"
        " is set, else nothing. OpenTelemetry reads its other settings itself: OTEL_TRACES_SAMPLER,"
        " OTEL_BSP_*, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_*.",
    )
    exporter_otlp_endpoint: str = Field(
        "", description="Address of an OTLP receiver, to which `/v1/traces` is added."
    )
    exporter_otlp_traces_endpoint: str = Field(
        "", description="The same for traces alone, taken as it is."
    )
    exporter_otlp_protocol: str = Field(
        HTTP,
        description="`http/protobuf`, or `grpc` where its exporter is installed besides.",
    )
    exporter_otlp_traces_protocol: str = Field("", description="The same for traces alone.")
    exporter_otlp_headers: SecretStr = Field(
        SecretStr(""),
        description="What is sent along, as `name=value,name=value` with each value URL-encoded: a"
        " key of the receiver, as a rule.",
    )
    exporter_otlp_traces_headers: SecretStr = Field(
        SecretStr(""), description="The same for traces alone."
    )

    @field_validator("exporter_otlp_protocol", "exporter_otlp_traces_protocol")
    @classmethod
    def _know_protocol(cls, protocol: str) -> str:
        if protocol and protocol not in BY_PROTOCOL:
            raise ValueError(f"it must be {' or '.join(BY_PROTOCOL)}")
        return protocol

    @field_validator("exporter_otlp_headers", "exporter_otlp_traces_headers")
    @classmethod
    def _know_headers(cls, given: SecretStr) -> SecretStr:
        parts = [part for part in given.get_secret_value().split(",") if part.strip()]
        if not all(part.partition("=")[0].strip() and "=" in part for part in parts):
            raise ValueError("it must be name=value, several of them with a comma between")
        return given

    @property
    def exporters(self) -> tuple[str, ...]:
        """The exporters by their registered names; none where nothing is exported."""
        has_endpoint = self.exporter_otlp_endpoint or self.exporter_otlp_traces_endpoint
        asked = self.traces_exporter or (OTLP if has_endpoint else NONE)
        names = [name.strip() for name in asked.split(",") if name.strip()]
        if self.sdk_disabled or NONE in names:
            return ()
        protocol = self.exporter_otlp_traces_protocol or self.exporter_otlp_protocol
        return tuple(BY_PROTOCOL[protocol] if name == OTLP else name for name in names)

    def tell_exporter(self, name: str) -> dict[str, Any]:
        """What an exporter is told beside what it reads itself; that may stand in a file, here."""
        if name not in BY_PROTOCOL.values():
            return {}
        base = self.exporter_otlp_endpoint.rstrip("/")
        if base and name == BY_PROTOCOL[HTTP]:
            base += TRACES_PATH
        told = {"endpoint": self.exporter_otlp_traces_endpoint or base, "headers": self._headers}
        return {field: value for field, value in told.items() if value}

    @property
    def _headers(self) -> dict[str, str]:
        given = self.exporter_otlp_traces_headers.get_secret_value()
        given = given or self.exporter_otlp_headers.get_secret_value()
        pairs = (part.partition("=") for part in given.split(",") if part.strip())
        return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}
