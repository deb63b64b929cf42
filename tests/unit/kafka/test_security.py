"""A broker is spoken to as the settings say, and never less safely than they say."""

import ssl
from pathlib import Path
from typing import Any

import faust
import pytest
from pydantic import SecretStr

from services.kafka import BrokerUnavailableError, KafkaSettings, make_tls
from services.kafka.connection import address
from services.kafka.settings import SecurityProtocol
from services.lifecycle.settings import SettingsError, read_settings
from services.stage_runtime.transport.credentials import make_credentials

USER: dict[str, Any] = {"sasl_username": "gateway", "sasl_password": SecretStr("hunter2")}
UNFIT = [
    ({"security_protocol": "SASL_SSL"}, "set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"),
    ({"security_protocol": "SASL_SSL", "sasl_username": "a"}, "set KAFKA_SASL_USERNAME and"),
    ({"security_protocol": "SSL", "ssl_cert_file": "a.pem"}, "go together"),
    ({"security_protocol": "SSL", "ssl_key_file": "a.key"}, "go together"),
    ({"ssl_ca_file": "ca.pem"}, "which sends everything in the clear"),
    ({**USER, "security_protocol": "SASL_PLAINTEXT", "ssl_ca_file": "a"}, "in the clear"),
    ({"security_protocol": "TLS"}, "KAFKA_SECURITY_PROTOCOL"),
]


@pytest.mark.parametrize(("given", "told"), UNFIT)
def test_settings_that_do_not_fit_together_are_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(KafkaSettings, **given)
    assert told in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_by_default_a_broker_is_asked_for_nothing() -> None:
    settings = KafkaSettings()
    assert address(settings)["security_protocol"] == "PLAINTEXT"
    assert make_tls(settings) is None
    assert make_credentials(settings) is None


@pytest.mark.parametrize("protocol", [SecurityProtocol.SASL_SSL, SecurityProtocol.SASL_PLAINTEXT])
def test_every_client_and_faust_s_show_the_same_user(protocol: SecurityProtocol) -> None:
    settings = KafkaSettings(security_protocol=protocol, **USER)
    told, shown = address(settings), make_credentials(settings)
    assert isinstance(shown, faust.SASLCredentials)
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("gateway", "hunter2")
    assert (shown.username, shown.password) == ("gateway", "hunter2")
    assert told["sasl_mechanism"] == shown.mechanism.value == "SCRAM-SHA-512"
    assert told["security_protocol"] == shown.protocol.value == protocol.value
    assert told["ssl_context"] is shown.ssl_context
    assert "hunter2" not in repr(settings)


def test_where_tls_is_spoken_the_broker_s_name_and_certificate_are_looked_at() -> None:
    settings = KafkaSettings(security_protocol=SecurityProtocol.SSL)
    tls, shown = make_tls(settings), make_credentials(settings)
    assert tls is not None
    assert isinstance(shown, faust.SSLCredentials)
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert shown.context is tls


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    for file in (broken, tmp_path / "absent.pem"):
        settings = KafkaSettings(security_protocol=SecurityProtocol.SSL, ssl_ca_file=file)
        with pytest.raises(BrokerUnavailableError, match=file.name):
            make_tls(settings)
        with pytest.raises(SystemExit):
            make_credentials(settings)


def test_a_secret_may_stand_in_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "KAFKA_SASL_PASSWORD").write_text("from-a-file\n")
    (tmp_path / "KAFKA_SASL_USERNAME").write_text("nobody")
    monkeypatch.setenv("BRAINSHARE_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "gateway")
    settings = read_settings(KafkaSettings)
    assert settings.sasl_username == "gateway"
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == "from-a-file"


def test_where_there_is_no_folder_of_secrets_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAINSHARE_SECRETS_DIR", str(tmp_path / "none"))
    assert read_settings(KafkaSettings).sasl_password is None
