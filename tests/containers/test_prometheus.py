"""`docker compose --profile prometheus up`: our rules, and every process is looked at."""

import re
from collections import Counter
from typing import Any

import httpx2
import pytest

from schemas.stage import STAGE_ORDER
from tests.containers.compose import Compose, composed
from tests.containers.engine import has_image
from tests.stack import wait_until
from tests.unit.deploy.compose import read_services
from tests.unit.deploy.query import name_rules, read_rules

SEEN_S = 120.0
ASK_S = 10.0
ANY = "prom/prometheus:latest"
"""Where the release that the compose file names cannot be had, one that is here will do."""

EACH = {"brainshare-gateway": 1, "brainshare-agent": len(STAGE_ORDER)}


def choose_image() -> str:
    (pinned,) = re.findall(r":-(.*)}", read_services()["prometheus"].told["image"])
    return ANY if has_image(ANY) and not has_image(pinned) else pinned


def ask(compose: Compose, path: str, **told: str) -> Any:
    url = f"{compose.prometheus_url}/api/v1/{path}"
    return httpx2.get(url, params=told, timeout=ASK_S, trust_env=False).json()["data"]


def count_up(compose: Compose) -> Counter[str]:
    found = ask(compose, "query", query='up{job=~"brainshare-.*"} == 1')["result"]
    return Counter(one["metric"]["job"] for one in found)


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("image")
def test_prometheus_takes_the_rules_and_reaches_every_process() -> None:
    with composed("prometheus", env={"PROMETHEUS_IMAGE": choose_image()}) as compose:
        compose.up()
        wait_until(lambda: count_up(compose) == EACH, SEEN_S, "every process is looked at")
        groups = ask(compose, "rules")["groups"]
    loaded = [rule for group in groups for rule in group["rules"]]
    assert {rule["name"] for rule in loaded} == set(name_rules(read_rules()))
    assert {rule["health"] for rule in loaded} <= {"ok", "unknown"}
