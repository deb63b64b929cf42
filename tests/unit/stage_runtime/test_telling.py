"""A setting of traces or of error reports that may not be is one line, told before Faust runs."""

import pytest

from services.lifecycle import exit_status
from services.stage_runtime.telling import tell_of_process


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon", "it must be http/protobuf or grpc"),
        ("OTEL_TRACES_EXPORTER", "OTLP!", "it must"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "no-pair", "it must be name=value"),
        ("OTEL_SDK_DISABLED", "perhaps", "it must be"),
        ("BRAINSHARE_LOG_LEVEL", "loud", "it must be"),
    ],
)
def test_a_wrong_setting_is_one_line_before_anything_is_begun(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        tell_of_process("table", "table-agent-1")
    assert end.value.code == exit_status.REFUSED
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {name}")
    assert said in line
