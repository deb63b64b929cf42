"""A gateway whose jobs come to an end, and one whose jobs go on for as long as a test wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.api.key import Role
from services.gateway.settings import Auth
from services.lifecycle.clock import utc_now
from tests.conformance.stages import Stages
from tests.live_gateway import LiveGateway

TENANT = "acme"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    """Asks for keys; of four jobs two complete, one fails and one goes on."""
    folder = tmp_path_factory.mktemp("played")
    beside = (Stages().run, lambda gateway: gateway.runner.run())
    gateway = LiveGateway(folder, "", Auth.REQUIRED, now=utc_now, beside=beside)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def key(played: LiveGateway) -> str:
    """The key of an admin."""
    return played.make_key(Role.ADMIN, TENANT)


@pytest.fixture
def still(tmp_path: Path) -> Iterator[LiveGateway]:
    """Asks for no key; nothing happens but what the test lets happen."""
    gateway = LiveGateway(tmp_path, "")
    gateway.start()
    yield gateway
    gateway.stop()
