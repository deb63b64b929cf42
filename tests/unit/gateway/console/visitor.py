"""Who looks at the console by a browser: what it sends with each request."""

import re

import httpx2

from schemas.api.key import Role
from services.gateway.access.permission import SIGN_IN
from services.gateway.access.session import COOKIE
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway

ORIGIN = {"Origin": "http://localhost"}
"""What a form of a page of ours comes with."""

LINKS = re.compile(r'\b(?:href|action|src|formaction)="([^"]+)"')


async def sign_in(
    gateway: Gateway, role: Role = Role.ADMIN, tenant: str = "acme"
) -> dict[str, str]:
    """The headers of somebody who has signed in."""
    key = (await make_caller(gateway.database, role, tenant))["Authorization"]
    answer = await send_key(gateway, key.removeprefix("Bearer "))
    assert answer.status_code == 303, answer.text
    gateway.client.cookies.clear()
    return ORIGIN | {"Cookie": f"{COOKIE}={read_cookie(answer)}"}


async def send_key(gateway: Gateway, key: str, **more: str) -> httpx2.Response:
    """Send the form of the sign-in."""
    return await gateway.client.post(SIGN_IN, data={"key": key, **more}, headers=ORIGIN)


def read_cookie(answer: httpx2.Response) -> str:
    """What a browser keeps of an answer."""
    return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]


def list_links(page: str) -> set[str]:
    """Wherever a page leads."""
    return {*LINKS.findall(page)}
