"""Which model server is meant."""

from typing import Any

import pytest
from pydantic import SecretStr

from services.llm.exchange.output_mode import OutputMode
from services.llm.limit.price import FREE
from services.llm.server.profile import DEMO_BASE_URL, PROFILES, ProfileName
from services.llm.server.settings import DEMO_KEY, LlmSettings, ModelSettingsError

KEY = SecretStr("sk-1")
URL = "http://10.0.0.7:9/v1"

MEANT = [
    ({}, ProfileName.DEMO),
    ({"api_key": KEY}, ProfileName.OPENAI),
    ({"base_url": URL}, ProfileName.CUSTOM),
    ({"base_url": URL, "api_key": KEY}, ProfileName.CUSTOM),
    ({"base_url": URL, "api_key": DEMO_KEY}, ProfileName.DEMO),
    ({"profile": "ollama"}, ProfileName.OLLAMA),
    ({"profile": "ollama", "api_key": KEY}, ProfileName.OLLAMA),
    ({"profile": "demo", "api_key": KEY}, ProfileName.DEMO),
]


@pytest.mark.parametrize(("given", "profile"), MEANT)
def test_which_server_is_meant(given: dict[str, Any], profile: ProfileName) -> None:
    assert LlmSettings(**given).effective_profile is profile


def test_without_a_key_and_an_address_the_demo_server_is_meant() -> None:
    settings = LlmSettings()
    assert settings.is_demo
    assert (settings.effective_base_url, settings.effective_model) == (
        DEMO_BASE_URL,
        "demo-table-1",
    )
    assert settings.why == "OPENAI_API_KEY is not set"


def test_a_demo_server_elsewhere_is_never_called_with_a_key_or_an_address_of_another() -> None:
    demo = "http://demo-llm:8000/v1"
    called = [
        LlmSettings(demo_url=demo, **given).effective_base_url
        for given in ({}, {"api_key": KEY}, {"base_url": URL}, {"profile": "ollama"})
    ]
    assert called == [demo, None, URL, PROFILES[ProfileName.OLLAMA].base_url]


def test_with_a_key_the_provider_is_meant_and_the_key_is_shown_nowhere() -> None:
    settings = LlmSettings(api_key=SecretStr("sk-1"))
    assert not settings.is_demo
    assert settings.effective_base_url is None
    assert "sk-1" not in repr(settings)


def test_an_address_without_a_key_is_that_server_and_not_the_demo() -> None:
    settings = LlmSettings(base_url=URL)
    assert not settings.is_demo
    assert (settings.effective_base_url, settings.effective_model) == (URL, "")
    assert settings.effective_key != ""
    settings.refuse_unfit()


def test_what_is_given_goes_before_what_the_profile_knows() -> None:
    settings = LlmSettings(profile=ProfileName.OLLAMA, base_url=URL, model="m")
    assert (settings.effective_base_url, settings.effective_model) == (URL, "m")


def test_the_demo_server_is_sent_no_key() -> None:
    assert "sk" not in LlmSettings(profile=ProfileName.DEMO, api_key=KEY).effective_key


def test_every_profile_is_known() -> None:
    assert set(PROFILES) == set(ProfileName)


UNFIT = [
    ({"profile": "openai"}, "openai needs OPENAI_API_KEY"),
    ({"profile": "vllm"}, "vllm needs OPENAI_BASE_URL"),
    ({"profile": "custom"}, "custom needs OPENAI_BASE_URL"),
    ({"environment": "production"}, "refused in production"),
    ({"environment": "production", "profile": "demo", "api_key": KEY}, "LLM_PROFILE is demo"),
]


@pytest.mark.parametrize(("given", "message"), UNFIT)
def test_settings_with_which_no_call_may_be_made_are_refused(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelSettingsError, match=message):
        LlmSettings(**given).refuse_unfit()


def test_the_demo_may_run_in_production_where_that_is_said() -> None:
    LlmSettings(environment="production", allow_demo=True).refuse_unfit()


def test_a_provider_may_run_in_production() -> None:
    LlmSettings(environment="production", api_key=KEY).refuse_unfit()


@pytest.mark.parametrize(
    ("url", "is_near"),
    [
        ("http://127.0.0.1:8001/v1", True),
        ("http://localhost:1/v1", True),
        ("http://[::1]:1/v1", True),
        (URL, False),
    ],
)
def test_no_proxy_is_meant_for_a_server_on_this_host(url: str, is_near: bool) -> None:
    assert LlmSettings(base_url=url).is_near is is_near


def test_a_server_of_ones_own_costs_nothing_unless_it_is_said() -> None:
    assert LlmSettings(profile=ProfileName.OLLAMA).price == FREE
    priced = LlmSettings(
        profile=ProfileName.OLLAMA, price_input_per_mtok=1, price_output_per_mtok=2
    )
    assert priced.price.input_per_mtok == 1
    assert LlmSettings(base_url=URL).price != FREE


def test_the_step_of_the_ladder_is_read_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_JSON_LEVEL", "json-object")
    assert LlmSettings().level is OutputMode.OBJECT


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8080/v1",
        "ftp://host/v1",
        "http://",
        "//host/v1",
        "http://[::1/v1",
        "http://h:0x/",
    ],
)
def test_an_address_that_is_none_is_refused_with_one_that_is(address: str) -> None:
    settings = LlmSettings(base_url=address, model="m")
    with pytest.raises(ModelSettingsError, match=r"no address: set it to one such as http://"):
        settings.refuse_unfit()


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    settings = LlmSettings(base_url="https://user:hunter2@host/v1", model="m")
    with pytest.raises(ModelSettingsError, match="set the key in OPENAI_API_KEY") as raised:
        settings.refuse_unfit()
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("address", ["http://[::1]:8080/v1", "https://host/v1/", "http://h:80"])
def test_an_address_is_taken(address: str) -> None:
    LlmSettings(base_url=address, model="m").refuse_unfit()
