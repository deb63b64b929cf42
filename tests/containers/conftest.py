"""An engine, or the reason why there is none; the image that is built; and what runs from it."""

import os
from collections.abc import Iterator

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config

from tests.containers.engine import NoEngineError, build_image, find_engine
from tests.containers.house import House, running_house


@pytest.fixture(scope="session")
def image() -> str:
    """The image of this source. Without an engine tests are skipped, where it is not required."""
    try:
        find_engine()
    except NoEngineError as error:
        is_required = os.environ.get("REQUIRE_CONTAINERS") == "1"  # noqa: TID251 - not a setting
        (pytest.fail if is_required else pytest.skip)(str(error))
    return build_image()


@pytest.fixture(scope="session")
def house(image: str) -> Iterator[House]:
    """Kafka, PostgreSQL, the model, three agents and a gateway."""
    # What is started has a context that ends it; and its ports are this host's, a container or not.
    testcontainers_config.ryuk_disabled = True
    testcontainers_config.connection_mode_override = ConnectionMode.docker_host
    with running_house(image) as running:
        yield running
