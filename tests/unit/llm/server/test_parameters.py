"""Settings by which a question may be answered otherwise have another name."""

import pytest

from services.llm.server.parameters import name_parameters
from services.llm.server.settings import LlmSettings

USUAL = {"OPENAI_API_KEY": "sk-1", "LLM_MODEL": "m-1", "OPENAI_BASE_URL": "http://one/v1"}


def name(monkeypatch: pytest.MonkeyPatch, **env: str) -> str | None:
    with monkeypatch.context() as told:
        for key, value in (USUAL | env).items():
            told.setenv(key, value)
        return name_parameters(LlmSettings())


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("LLM_MODEL", "m-2"),
        ("OPENAI_BASE_URL", "http://two/v1"),
        ("LLM_MAX_COMPLETION_TOKENS", "100"),
        ("LLM_REASONING_TOKENS", "100"),
        ("LLM_SERVICE_TIER", "flex"),
        ("LLM_JSON_LEVEL", "text"),
        ("LLM_PROFILE", "vllm"),
    ],
)
def test_what_may_change_an_answer_changes_the_name(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    assert name(monkeypatch, **{setting: value}) != name(monkeypatch)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("OPENAI_API_KEY", "sk-2"),
        ("LLM_TIMEOUT_S", "5"),
        ("LLM_STREAM", "true"),
        ("LLM_REQUESTS_PER_MINUTE", "5"),
        ("LLM_DAILY_BUDGET_USD", "5"),
    ],
)
def test_what_does_not_leaves_it(monkeypatch: pytest.MonkeyPatch, setting: str, value: str) -> None:
    assert name(monkeypatch, **{setting: value}) == name(monkeypatch)


def test_it_is_short_and_nothing_can_be_read_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    named = name(monkeypatch)
    assert named is not None
    assert (len(named), int(named, 16) > 0) == (12, True)


def test_where_the_server_chooses_the_model_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_PROFILE", "vllm")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("LLM_MODEL", raising=False)
    assert name_parameters(LlmSettings()) is None
