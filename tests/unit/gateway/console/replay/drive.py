"""Plans and drives replays by the forms of the console."""

from typing import Any

import httpx2

from services.gateway.console.replay.plan_page import PLAN
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.visitor import ORIGIN

HOSTILE = '<script>alert(1)</script>"><img src=x> \u202e'
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"


async def send(
    gateway: Gateway, path: str, visitor: dict[str, str] | None = None, /, **fields: str
) -> httpx2.Response:
    """Send a form of a page of ours."""
    told = {"reason": ""} | fields
    return await gateway.client.post(path, data=told, headers=visitor or ORIGIN)


async def plan(gateway: Gateway, visitor: dict[str, str] | None = None, /, **fields: str) -> str:
    """Plan a replay: the path of its page."""
    answer = await send(gateway, PLAN, visitor, **({"stage": "column"} | fields))
    assert answer.status_code == 303, answer.text
    path, _, said = answer.headers["location"].partition("?")
    assert said == "done=planned"
    return str(path)


async def read(gateway: Gateway, path: str, visitor: dict[str, str] | None = None) -> str:
    """A page."""
    answer = await gateway.client.get(path, headers=visitor)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return str(answer.text)


async def list_acts(gateway: Gateway) -> list[dict[str, Any]]:
    """The log of acts, the latest first."""
    acts: list[dict[str, Any]] = (await gateway.client.get("/v1/acts")).json()["acts"]
    return acts
