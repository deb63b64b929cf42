"""Nobody opens the gateway to the network by accident."""

import pytest

from services.gateway.settings import Auth, DatabaseSettings, GatewaySettings
from services.lifecycle.settings import SettingsError, read_settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_on_this_machine_nobody_is_asked_for_a_key_unless_that_was_wanted(host: str) -> None:
    assert not GatewaySettings(host=host).asks_for_keys
    assert GatewaySettings(host=host).who_is_asked == "nobody: it listens on loopback only"
    wanted = GatewaySettings(host=host, auth=Auth.REQUIRED)
    assert (wanted.asks_for_keys, wanted.who_is_asked) == (True, "everybody")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a.db",
        "postgresql://u:p@h/d",
        "postgres://u:p@h:5/d?sslmode=require",
        "postgresql+psycopg://u@/d?host=/run",
        "postgresql://h1:5432,h2:5432/d?target_session_attrs=read-write",
    ],
)
def test_a_database_is_named_in_its_usual_forms(url: str) -> None:
    assert DatabaseSettings(url=url).url == url
    assert "p@h" not in repr(DatabaseSettings(url=url))


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/d", "hunter2", "", "postgresql+psycopg2://h"])
def test_another_database_is_refused_without_showing_the_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: it must be sqlite:///") as refused:
        read_settings(DatabaseSettings)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "gateway.example"])
def test_elsewhere_everybody_is(host: str) -> None:
    assert GatewaySettings(host=host).asks_for_keys


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_where_it_was_said_that_nobody_else_is_there_nobody_is_asked(host: str) -> None:
    settings = GatewaySettings(host=host, auth=Auth.OFF)
    assert not settings.asks_for_keys
    assert settings.who_is_asked == "nobody: GATEWAY_AUTH is off"


def test_names_of_hosts_are_separated_by_commas() -> None:
    assert GatewaySettings(hosts=" A.example,b ,").host_names == {"a.example", "b"}
