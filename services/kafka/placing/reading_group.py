"""Whether agents read topics that are about to be filled.

One that does would take on a request before the answer to it is there, and call again.
"""

from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER
from services.kafka.admin import TopicAdmin


async def find_reading_group(admin: TopicAdmin, names: TopicNames) -> tuple[str, int] | None:
    """A group of the stages that has clients, and how many; None where none has.

    Raises:
        BrokerUnavailableError: The broker does not answer as needed.
    """
    for stage in STAGE_ORDER:
        for group in (names.group(stage), names.forwarder_group(stage)):
            if count := await admin.count_members(group):
                return group, count
    return None
