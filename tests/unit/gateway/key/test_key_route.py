"""A key is replaced without a gap: the old one goes on for the overlap, and for no longer."""

from datetime import timedelta

import pytest

from schemas.api.key import Role
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.settings import Auth, GatewaySettings
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import serve_in_process
from tests.unit.gateway.sending import MovedClock

KEYS = "/v1/keys"
KEYED = GatewaySettings(auth=Auth.REQUIRED)
DAY_S = 86_400


@pytest.mark.parametrize(
    ("overlap_s", "after_s", "goes"),
    [(0, 0, False), (60, 59, True), (60, 60, False), (2 * DAY_S, DAY_S, False)],
    ids=["no overlap", "within it", "after it", "never beyond its own end"],
)
async def test_the_old_one_goes_on_for_the_overlap(
    database: Database, compute: Compute, overlap_s: int, after_s: int, goes: bool
) -> None:
    clock = MovedClock()
    async with serve_in_process(database, compute, KEYED, now=clock.read) as served:
        await served.projector.prepare("cluster")
        admin = await make_caller(database, Role.ADMIN, at=clock.now + timedelta(days=2))
        asked = {"name": "the app", "tenant": "acme", "role": "submit", "expiresInDays": 1}
        old = (await served.client.post(KEYS, json=asked, headers=admin)).json()
        path, body = f"{KEYS}/{old['id']}/rotate", {"overlapS": overlap_s}
        new = (await served.client.post(path, json=body, headers=admin)).json()
        clock.move(seconds=after_s)

        async def is_let(secret: str) -> bool:
            headers = {"Authorization": f"Bearer {secret}"}
            return (await served.client.get("/v1/jobs", headers=headers)).status_code == 200

        assert await is_let(old["secret"]) is goes
        assert await is_let(new["secret"]) is (after_s < DAY_S)
        same = [{n: key[n] for n in ("name", "tenant", "role")} for key in (old, new)]
        assert same[0] == same[1]


async def test_what_was_replaced_or_has_ended_is_not_replaced_again(
    database: Database, compute: Compute
) -> None:
    async with serve_in_process(database, compute, KEYED) as served:
        admin = await make_caller(database, Role.ADMIN)
        old = (await served.client.post(KEYS, json={"name": "x"}, headers=admin)).json()
        path = f"{KEYS}/{old['id']}"
        new = (await served.client.post(f"{path}/rotate", json={}, headers=admin)).json()
        await served.client.post(f"{KEYS}/{new['id']}/revoke", headers=admin)
        refused = [
            await served.client.post(f"{KEYS}/{i}/rotate", json={}, headers=admin)
            for i in (old["id"], new["id"], "000000000000")
        ]
        kinds = [(one.status_code, one.json()["type"].rpartition(":")[2]) for one in refused]
        assert kinds == [(409, "key-has-ended")] * 2 + [(404, "no-such-key")]
        [listed] = [
            key
            for key in (await served.client.get(KEYS, headers=admin)).json()["keys"]
            if key["id"] == old["id"]
        ]
        assert listed["replacedBy"] == new["id"]
