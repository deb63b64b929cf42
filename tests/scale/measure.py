"""Measures what a setup carries, after it was predicted."""

import asyncio
from contextlib import suppress
from pathlib import Path

import aiohttp

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from tests.crash.drill import STAGES, count
from tests.scale.load import CLIENTS, Amount, Carried, Load
from tests.scale.prediction import Prediction, predict, read_load
from tests.scale.setup import CALL_MS, Setup
from tests.scale.site import BODY, Site, running_site
from tests.scale.verdict import Measured
from tests.stack import wait_until

DEEP = 6
"""Jobs under way for each slot of all stages: so many wait that none is ever idle."""

SHOWN_S = 120.0
MINUTE_S = 60


def measure(folder: Path, setup: Setup, seconds: float) -> Measured:
    """Run a setup for about so many seconds of counted jobs.

    Raises:
        NoServerError: It wants PostgreSQL, and there is none on this machine.
    """
    with running_site(folder, setup) as site:
        predicted, carried = asyncio.run(_carry(site, choose_amount(setup, seconds)))
        shown = {url: _count_shown(url, carried.posted) for url in site.urls}
        report, calls = site.audit(), site.demo.calls_begun
    return Measured(
        setup=setup,
        predicted=predicted,
        per_s=carried.per_s,
        posted=carried.posted,
        completed=report["completed"],
        repeated=calls - STAGES * carried.posted,
        shown=shown,
        posts=carried.posts,
    )


def choose_amount(setup: Setup, seconds: float) -> Amount:
    """As many jobs as fill the slots for so long; a limit's first minute comes at once."""
    full_per_s = setup.slots * 1000 / CALL_MS
    under_way = setup.slots * STAGES * DEEP
    if setup.calls_per_min is None:
        return Amount(under_way, under_way // 2, round(full_per_s * seconds))
    limited_per_s = setup.workers * setup.calls_per_min / MINUTE_S
    at_once = setup.workers * setup.calls_per_min * full_per_s / (full_per_s - limited_per_s)
    return Amount(under_way, under_way + round(at_once), round(limited_per_s * seconds))


async def _carry(site: Site, amount: Amount) -> tuple[Prediction, Carried]:
    predicted = list[Prediction]()

    async def foresee() -> None:
        metrics = await asyncio.to_thread(lambda: [site.read(name) for name in site.agents])
        predicted.append(predict(site.setup, read_load(BODY, metrics)))

    connector = aiohttp.TCPConnector(limit=CLIENTS)
    async with aiohttp.ClientSession(connector=connector) as http:
        carried = await Load(http, site.urls, BODY).carry(site.kafka, amount, foresee)
    return predicted[0], carried


def _count_shown(url: str, posted: int) -> int:
    """How many jobs a gateway shows as completed, once they are all or it has had its time."""
    with connect(url) as gateway:
        shown = [0]

        def look() -> bool:
            shown[0] = count(gateway, JobState.COMPLETED)
            return shown[0] >= posted

        with suppress(AssertionError):  # the verdict says how many there were
            wait_until(look, SHOWN_S, f"{url} shows {posted} jobs as completed")
        return shown[0]
