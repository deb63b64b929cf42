"""What is said of settings before anything starts."""

import pytest

from services.cli.settings.in_force import list_in_force
from services.cli.settings.inspection import find_unread, refuse_wrong_settings
from services.cli.terminal.error import SettingsWrong, error_line


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("GATEWAY_PORT", "abc", "GATEWAY_PORT is 'abc': it must be a whole number from 0 to 65535"),
        (
            "GATEWAY_PORT",
            "99999",
            "GATEWAY_PORT is '99999': it must be a whole number from 0 to 65535",
        ),
        (
            "STAGE_CONCURRENCY",
            "abc",
            "STAGE_CONCURRENCY is 'abc': it must be a whole number from 1 to 4096",
        ),
        ("LLM_PROFILE", "foo", "LLM_PROFILE is 'foo': it must be demo, openai, ollama"),
        ("LLM_TIMEOUT_S", "-1", "LLM_TIMEOUT_S is '-1': it must be a number of seconds, above 0"),
        ("RETRY_TIERS", "soon", "RETRY_TIERS is 'soon': "),
        ("BRAINSHARE_ENV", "production", "the demo engine is refused in production"),
        ("GATEWAY_AUTH", "no", "GATEWAY_AUTH is 'no': it must be loopback, required or off"),
    ],
)
def test_a_wrong_one_is_a_line_with_name_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsWrong) as refused:
        refuse_wrong_settings({variable: value})
    assert error_line(refused.value).startswith(f"error: {line}")


def test_several_wrong_ones_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "abc")
    monkeypatch.setenv("STAGE_DRAIN_S", "0")
    with pytest.raises(SettingsWrong) as refused:
        refuse_wrong_settings({})
    named = [line.partition(" is ")[0] for line in error_line(refused.value).split("\n")]
    assert named == ["error: STAGE_DRAIN_S", "error: GATEWAY_PORT"]


def test_right_ones_are_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "8123")
    refuse_wrong_settings({"GATEWAY_PORT": "8123"})


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("KAFKA_BOOTSTRAP_SERVER", ["did you mean KAFKA_BOOTSTRAP_SERVERS?"]),
        ("OPENAI_APIKEY", ["did you mean OPENAI_API_KEY?"]),
        ("STAGE_NONSENSE", ["`brainshare settings` lists all"]),
        ("KAFKA_HOME", []),
        ("OPENAI_ORG_ID", []),
        ("PATH", []),
        ("GATEWAY_PORT", []),
    ],
)
def test_what_nobody_reads_is_named_where_it_looks_like_ours(name: str, lines: list[str]) -> None:
    assert [line.partition(": ")[2] for line in find_unread({name: "1"})] == lines


def test_a_secret_is_shown_as_its_fingerprint_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    shown = {s.variable: s for s in list_in_force({"OPENAI_API_KEY": "sk-very-secret"})}
    assert (shown["OPENAI_API_KEY"].value or "").startswith("sha256:")
    assert shown["OPENAI_API_KEY"].source == "environment"
    assert shown["GATEWAY_PORT"].source == "default"
    assert "very-secret" not in str(shown)
