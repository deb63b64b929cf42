"""Who a stage's worker is to the brokers, in Faust's words."""

import faust

from services.kafka import BrokerUnavailableError, KafkaSettings, make_tls
from services.lifecycle.shutdown import refuse


def make_credentials(
    settings: KafkaSettings,
) -> faust.SASLCredentials | faust.SSLCredentials | None:
    """What Faust's consumer shows the brokers; None where they ask for nothing.

    Ends the process where a certificate or a key cannot be read.
    """
    try:
        tls, password = make_tls(settings), settings.sasl_password
    except BrokerUnavailableError as error:
        refuse(str(error))
    if settings.security_protocol.asks_for_a_password:
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=None if password is None else password.get_secret_value(),
            ssl_context=tls,
            mechanism=settings.sasl_mechanism.value,
        )
    return None if tls is None else faust.SSLCredentials(tls)
