"""Those who are to be told of jobs, and are not there."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.drill.fault.shape import Fault
from tests.drill.site import Site


@contextmanager
def _receiver_is_gone(site: Site) -> Iterator[None]:
    site.endpoint.receiver.stop()
    try:
        yield
    finally:
        site.endpoint.receiver.start()


WEBHOOK_FAULTS = (
    Fault(
        "webhook receiver dead",
        _receiver_is_gone,
        fires=("WebhookBacklog",),
        says="webhook's receiver",
        within="30m",
    ),
)
