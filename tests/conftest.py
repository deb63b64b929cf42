"""What every test shares: a clean environment."""

import os

import pytest

SETTING_PREFIXES = ("KAFKA_", "OPENAI_", "LLM_", "STAGE_", "GATEWAY_", "BRAINSHARE_", "DEMO_LLM_")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:  # noqa: TID251 - settings of the machine must not reach a test
        if name.startswith(SETTING_PREFIXES) or name == "DATABASE_URL":
            monkeypatch.delenv(name)
