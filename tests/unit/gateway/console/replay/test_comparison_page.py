"""/console/replays/{id}/comparison: what a replay has changed, beside its control and as files."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.gateway.access.permission import CONSOLE
from services.gateway.replay.past import PastIsBusyError
from services.replay.comparison.control import ControlError
from services.replay.manifest import Manifest
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.console.replay.drive import HOSTILE, SHOWN, plan, read, send
from tests.unit.gateway.console.visitor import list_links
from tests.unit.gateway.example import JOB_ID
from tests.unit.gateway.replay.test_control_route import NOISE
from tests.unit.replay.comparison.pairs import compare


async def test_the_counts_what_it_took_and_the_worst_cases(gateway: Gateway) -> None:
    path = await plan(gateway)
    page = await read(gateway, f"{path}/comparison")
    for name in ("neutral", "better", "worse", "failing", "missing"):
        assert f'<span class="key key-{name}"></span>{name}' in page
    assert 'aria-label="missing 100 %"' in page
    assert "0.0 to 100.0 %" in page
    assert "not known" in page
    assert "None, among the answers" in page
    assert f"{CONSOLE}/jobs/{JOB_ID}" in list_links(page)
    (asked,) = gateway.past.compared
    assert (asked.shown, asked.control, asked.limits) == (3, None, None)


async def test_fields_that_differ_are_counted_and_cells_are_text(gateway: Gateway) -> None:
    path = await plan(gateway)
    before, now = {"columns": [{HOSTILE: "a"}]}, {"columns": [{HOSTILE: "b"}]}
    gateway.past.found = compare(before, now)
    page = await read(gateway, f"{path}/comparison")
    field = page[page.index('id="fields"') :]
    for told in (SHOWN, "Changed", "Cells that differ", "<article>"):
        assert told in field
    assert "<script>alert" not in page
    assert "<img" not in page


async def test_without_a_control_no_difference_is_called(gateway: Gateway) -> None:
    path = await plan(gateway)
    page = await read(gateway, f"{path}/comparison")
    assert ('id="no-control"' in page, 'id="noise"' in page) == (True, False)


async def test_beside_a_control_what_is_outside_of_the_noise_is_called(gateway: Gateway) -> None:
    path = await plan(gateway)
    control = (await send(gateway, f"{path}/control")).headers["location"]
    control_id = control.partition("?")[0].rpartition("/")[2]
    gateway.past.noise = NOISE
    gateway.past.calls = (f"outside of the noise: {HOSTILE}",)
    query = f"control={control_id}&failIf=worse%3E2%25&show=7"
    page = await read(gateway, f"{path}/comparison?{query}")
    assert f"outside of the noise: {SHOWN}" in page
    assert "+42.0 % (+31.0 to +52.0 %)" in page
    assert "1 of 1 answers are missing" in page
    assert f'<option value="{control_id}" selected>' in page
    (asked,) = gateway.past.compared
    assert asked.control is not None
    assert str(Manifest.from_json(asked.control).replay_id) == control_id
    assert (asked.shown, asked.limits) == (7, "worse>2%")


async def test_a_comparison_that_passes_its_limits_says_so(gateway: Gateway) -> None:
    path = await plan(gateway)
    gateway.past.failures = []
    assert "It passes its limits." in await read(gateway, f"{path}/comparison?failIf=worse%3E2%25")


@pytest.mark.parametrize(
    ("form", "kind", "body"),
    [
        ("csv", "text/csv; charset=utf-8; header=present", b"a report in csv"),
        ("html", "text/html; charset=utf-8", b"a report in html"),
        ("json", "application/json", None),
    ],
)
async def test_it_is_handed_out_as_a_file_with_the_same_limits(
    gateway: Gateway, form: str, kind: str, body: bytes | None
) -> None:
    path = await plan(gateway)
    page = await read(gateway, f"{path}/comparison?failIf=cost%3E1%25&show=9")
    (link,) = (one for one in list_links(page) if f"/comparison.{form}" in one)
    link = link.replace("&amp;", "&")
    assert parse_qs(urlsplit(link).query) == {"failIf": ["cost>1%"], "show": ["9"]}
    answer = await gateway.client.get(link)
    name = f"comparison-{path.rpartition('/')[2]}.{form}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == kind
    if body is None:
        by_api = f"/v1/replays/{path.rpartition('/')[2]}/comparison?failIf=cost%3E1%25&show=9"
        body = (await gateway.client.get(by_api)).content
    assert answer.content == body
    assert {(asked.shown, asked.limits) for asked in gateway.past.compared} == {(9, "cost>1%")}


async def test_its_manifest_is_the_one_that_the_api_gives(gateway: Gateway) -> None:
    path = await plan(gateway)
    answer = await gateway.client.get(f"{path}/manifest.json")
    by_api = await gateway.client.get(f"/v1/replays/{path.rpartition('/')[2]}/manifest")
    assert answer.content == by_api.content
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "asked",
    ["?show=x", "?show=101", "?control=x", "?failIf=worse", f"?control={JOB_ID}", ".xlsx"],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    gateway: Gateway, asked: str
) -> None:
    path = await plan(gateway)
    answer = await gateway.client.get(f"{path}/comparison{asked}")
    assert answer.status_code == 422
    assert "Something in that is not right" in answer.text
    assert not gateway.past.compared


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (PastIsBusyError(), 503, "another plan or comparison is in hand"),
        (ControlError("the control is of other jobs"), 422, "of other jobs"),
    ],
)
async def test_what_the_past_says_is_a_page(
    gateway: Gateway, error: Exception, status: int, told: str
) -> None:
    path = await plan(gateway)
    gateway.past.fails = error
    for form in ("", ".csv"):
        answer = await gateway.client.get(f"{path}/comparison{form}")
        assert (answer.status_code, told in answer.text) == (status, True)
