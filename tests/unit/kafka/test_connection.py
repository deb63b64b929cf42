"""What Kafka's client raises is told with what was asked."""

import pytest
from aiokafka.errors import KafkaTimeoutError, LeaderNotAvailableError, NodeNotReadyError

from services.kafka import BrokerUnavailableError
from services.kafka.connection import telling


@pytest.mark.parametrize("error", [NodeNotReadyError, LeaderNotAvailableError, KafkaTimeoutError])
def test_a_broker_that_does_not_answer_as_needed_is_told_with_the_question(
    error: type[Exception],
) -> None:
    told = rf"^which topics there are: .*{error.__name__}"
    with pytest.raises(BrokerUnavailableError, match=told), telling("which topics there are"):
        raise error


def test_what_is_no_fault_of_a_broker_passes() -> None:
    with pytest.raises(KeyError), telling("which topics there are"):
        raise KeyError("topic")
