"""Somebody who is told."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.sending import Sending, open_sending


@pytest.fixture
async def sending(gateway: Gateway) -> AsyncIterator[Sending]:
    async with open_sending(gateway) as opened:
        yield opened
