"""Members of a group that are gone for good, taken out of it at once."""

import asyncio
from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.group import LeaveGroupRequest

MEMBERS = 5
"""Where the members stand in what the broker says of a group."""


def remove_members(brokers: str, groups: Iterable[str], name: str) -> None:
    """Take members out of groups, by what their static name begins with.

    One that has stopped is kept a place until its session is over, and a group that is asked to
    divide its partitions meanwhile waits for it: so nobody comes and goes often.
    """
    asyncio.run(_remove(brokers, groups, name))


async def _remove(brokers: str, groups: Iterable[str], name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        for group in groups:
            (answer,) = await admin.describe_consumer_groups([group])
            coordinator = await admin.find_coordinator(group)
            for member, *_ in answer.groups[0][MEMBERS]:
                # The broker makes a member's id of its static name and a number of its own.
                if member.startswith(name):
                    await admin._send_request(LeaveGroupRequest(group, member), coordinator)
    finally:
        await admin.close()
