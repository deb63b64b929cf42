"""Starts a client, or says in one line that no broker answers."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.helpers import create_ssl_context

from services.kafka.batch import let_batches_stand
from services.kafka.settings import KafkaSettings
from services.kafka.value import BrokerUnavailableError

REQUEST_OVERHEAD_BYTES = 64 * 1024
"""Of a produce request, on top of the largest record."""

METADATA_AGE_MS = 10_000
"""A group that a topic was taken from has it again so soon after it was made; a client's 5 minutes
would be a stage that stands for as long."""

PARTITION_FETCH_BYTES = 256 * 1024
"""Asked for of one partition at a time: what aiokafka holds ready of each. A larger record comes
whole all the same, when its partition is the first of a request, and their order is shuffled."""


SEND = AIOKafkaConnection.send


def address(settings: KafkaSettings) -> dict[str, Any]:
    """Where the brokers are, and how they are spoken to: the options that every client shares.

    Raises:
        BrokerUnavailableError: A certificate or a key cannot be read.
    """
    password = settings.sasl_password
    return {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol.value,
        "sasl_mechanism": settings.sasl_mechanism.value,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": None if password is None else password.get_secret_value(),
        "ssl_context": make_tls(settings),
    }


def make_tls(settings: KafkaSettings) -> ssl.SSLContext | None:
    """The certificates of every connection; None where everything is in the clear.

    Raises:
        BrokerUnavailableError: A certificate or a key cannot be read.
    """
    if not settings.security_protocol.is_encrypted:
        return None
    try:
        return _load(settings.ssl_ca_file, settings.ssl_cert_file, settings.ssl_key_file)
    except (OSError, ssl.SSLError) as error:
        files = (settings.ssl_ca_file, settings.ssl_cert_file, settings.ssl_key_file)
        named = ", ".join(str(file) for file in files if file is not None)
        is_none = isinstance(error, ssl.SSLError)
        why = "one is none, or a key is another's" if is_none else error.strerror
        raise BrokerUnavailableError(
            f"the certificates for Kafka cannot be read ({why}): look at {named or 'the system'}"
        ) from error


@lru_cache(maxsize=4)
def _load(ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    made: ssl.SSLContext = create_ssl_context(cafile=ca, certfile=cert, keyfile=key)
    return made


async def start_client(
    client: AIOKafkaProducer | AIOKafkaConsumer | AIOKafkaAdminClient,
    settings: KafkaSettings,
    within_s: float | None = None,
) -> None:
    """Start a client.

    Args:
        within_s: How long a broker is waited for that says nothing; None as long as the client
            library does, which is 40 s.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    let_batches_stand()
    let_closed_connections_be_told()
    try:
        async with asyncio.timeout(within_s):
            await client.start()
    except (KafkaError, TimeoutError) as error:
        await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())
        raise BrokerUnavailableError(_tell(error, settings, within_s)) from error


@contextmanager
def telling(question: str) -> Iterator[None]:
    """Tell what was asked where a broker does not answer as needed.

    Raises:
        BrokerUnavailableError: It does not.
    """
    try:
        yield
    except KafkaError as error:
        raise BrokerUnavailableError(f"{question}: {error!r}") from error


def let_closed_connections_be_told() -> None:
    """Let a connection that its broker has closed be an error of Kafka's.

    uvloop raises RuntimeError where asyncio raises OSError. aiokafka knows only the latter, so that
    its task for metadata ended without a word, and its client then waited for ever
    (aio-libs/aiokafka#1038).
    """
    if AIOKafkaConnection.send is not _send:
        AIOKafkaConnection.send = _send


def _send(connection: AIOKafkaConnection, *args: Any, **options: Any) -> Any:
    try:
        return SEND(connection, *args, **options)
    except RuntimeError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN)
        where = f"{connection.host}:{connection.port}"
        raise KafkaConnectionError(f"connection at {where} broken: {error}") from error


def _tell(error: KafkaError | TimeoutError, settings: KafkaSettings, within_s: float | None) -> str:
    if isinstance(error, KafkaConnectionError | TimeoutError):
        bound = f" within {within_s:g} s" if isinstance(error, TimeoutError) and within_s else ""
        return (
            f"no Kafka broker answers at {settings.bootstrap_servers}{bound}: start one with"
            " `brainshare up`, or name another in KAFKA_BOOTSTRAP_SERVERS"
        )
    return f"the Kafka brokers at {settings.bootstrap_servers} answer, but not as needed: {error}"


def harden(consumer: AIOKafkaConsumer) -> AIOKafkaConsumer:
    """Let a consumer that somebody else makes read as ours do.

    It passes over what no transaction has committed, and survives what cannot be read.
    """
    let_batches_stand()
    let_closed_connections_be_told()
    consumer._isolation_level = "read_committed"
    return consumer
