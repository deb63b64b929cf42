"""A comparison over HTTP is handed out as CSV and as one page, too, and neither runs anywhere."""

from typing import Any

import pytest

from schemas.api.key import Role
from services.gateway.replay.past import PastIsBusyError
from services.replay.comparison.control import ControlError
from services.replay.manifest import Manifest
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.replay.test_control_route import plan_control
from tests.unit.gateway.replay.test_replay_route import PATH, plan, slug

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CLOSED = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'; sandbox"
)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("csv", "text/csv; charset=utf-8; header=present"), ("html", "text/html; charset=utf-8")],
)
async def test_it_is_a_file_to_keep_that_a_browser_shows_nothing_of(
    form: str, kind: str, gateway: Gateway
) -> None:
    planned = await plan(gateway)
    path = f"{planned['links']['comparison']}.{form}"
    answer = await gateway.client.get(path, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.content) == (200, f"a report in {form}".encode())
    (asked,) = gateway.past.compared
    assert str(Manifest.from_json(asked.manifest).replay_id) == planned["id"]
    said = {name: answer.headers.get(name) for name in ("content-type", "content-disposition")}
    name = f'attachment; filename="comparison-{planned["id"]}.{form}"'
    assert said == {"content-type": kind, "content-disposition": name}
    assert answer.headers["content-security-policy"] == CLOSED
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_the_page_is_of_as_many_cases_and_beside_the_control_that_are_named(
    gateway: Gateway,
) -> None:
    planned = await plan(gateway)
    control = await plan_control(gateway, planned)
    path = f"{planned['links']['comparison']}.html"
    answer = await gateway.client.get(path, params={"show": 7, "control": control["id"]})
    assert answer.status_code == 200
    (asked,) = gateway.past.compared
    assert asked.control is not None
    assert str(Manifest.from_json(asked.control).replay_id) == control["id"]
    assert (asked.shown, asked.limits) == (7, None)


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        ("html", {"show": "101"}),
        ("html", {"show": "x"}),
        ("html", {"control": "x"}),
        ("html", {"control": "00000000-0000-4000-8000-00000000dead"}),
        ("html", {"failIf": "worse>2%"}),
        ("csv", {"show": "3"}),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    file: str, asked: dict[str, str], gateway: Gateway
) -> None:
    planned = await plan(gateway)
    refused = await gateway.client.get(f"{planned['links']['comparison']}.{file}", params=asked)
    assert (refused.status_code, slug(refused)) == (422, "invalid-parameter")
    assert not gateway.past.compared


@pytest.mark.parametrize("form", ["csv", "html"])
@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (PastIsBusyError(), 503, "busy"),
        (ControlError("the control is of other jobs"), 422, "invalid-parameter"),
    ],
)
async def test_what_cannot_be_compared_now_is_a_problem_and_no_file(
    form: str, error: Exception, status: int, kind: str, gateway: Gateway
) -> None:
    planned = await plan(gateway)
    gateway.past.fails = error
    refused = await gateway.client.get(f"{planned['links']['comparison']}.{form}")
    assert (refused.status_code, slug(refused)) == (status, kind)
    assert "content-disposition" not in refused.headers


@pytest.mark.parametrize(
    ("file", "accept"), [("csv", "application/json"), ("html", "text/csv"), ("", "text/html")]
)
async def test_each_form_has_its_own_path_and_no_other(
    file: str, accept: str, gateway: Gateway
) -> None:
    planned = await plan(gateway)
    path = planned["links"]["comparison"] + (f".{file}" if file else "")
    refused = await gateway.client.get(path, headers={"Accept": accept})
    assert (refused.status_code, slug(refused)) == (406, "not-acceptable")


async def test_another_tenant_s_comparison_does_not_exist(keyed_gateway: Gateway) -> None:
    mine = await make_caller(keyed_gateway.database, Role.OPERATE, "acme")
    other = await make_caller(keyed_gateway.database, Role.OPERATE, "rival")
    body: dict[str, Any] = {"stage": "column"}
    planned = (await keyed_gateway.client.post(PATH, json=body, headers=mine)).json()
    for form in ("csv", "html"):
        path = f"{planned['links']['comparison']}.{form}"
        refused = await keyed_gateway.client.get(path, headers=other)
        assert (refused.status_code, slug(refused)) == (404, "no-such-replay")
    assert not keyed_gateway.past.compared
