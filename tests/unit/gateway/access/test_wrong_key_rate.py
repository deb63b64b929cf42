"""Who tries many keys is not listened to for a while; who has a good one is, wherever it is."""

import pytest
from structlog.testing import capture_logs

from services.gateway.access import wrong_key_rate
from services.gateway.access.permission import SIGN_IN
from services.gateway.access.wrong_key_rate import MINUTE_S, WrongKeyRate
from services.gateway.api.problem import ProblemError
from services.gateway.compute.compute import Compute
from services.gateway.database.database import Database
from services.gateway.settings import Auth, GatewaySettings
from tests.unit.gateway.caller import make_caller
from tests.unit.gateway.conftest import FakeClock, serve_in_process
from tests.unit.gateway.console.visitor import send_key

HERE = "192.0.2.1"
JOBS = "/v1/jobs"
UNKNOWN = f"bsk_{'0' * 12}_{'A' * 43}"


def note(rate: WrongKeyRate, address: str, times: int) -> None:
    for _ in range(times):
        rate.note(address)


def is_admitted(rate: WrongKeyRate, address: str) -> bool:
    try:
        rate.admit(address)
    except ProblemError:
        return False
    return True


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        (HERE, False),
        (f"::ffff:{HERE}", False),
        ("192.0.2.2", True),
        ("2001:db8:0:1::1", False),
        ("2001:db8:0:1:ffff::1%eth0", False),
        ("2001:db8:0:2::1", True),
        ("no address", True),
        ("", True),
    ],
)
def test_an_address_that_has_sent_many_wrong_keys_is_not_heard(
    address: str, admitted: bool
) -> None:
    rate = WrongKeyRate(3, FakeClock().read)
    note(rate, HERE, 3)
    note(rate, "2001:db8:0:1::1", 3)
    assert is_admitted(rate, address) is admitted


async def test_it_is_heard_again_once_the_minute_is_over_and_is_told_when() -> None:
    clock = FakeClock()
    rate = WrongKeyRate(3, clock.read)
    note(rate, HERE, 2)
    await clock.wait(20.5)
    with capture_logs() as lines:
        note(rate, HERE, 2)
    with pytest.raises(ProblemError) as refused:
        rate.admit(HERE)
    await clock.wait(MINUTE_S - 20.5)
    rate.admit(HERE)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "40"})
    assert [line["address"] for line in lines] == [HERE]


def test_without_a_limit_nothing_is_counted() -> None:
    rate = WrongKeyRate(0, FakeClock().read)
    note(rate, HERE, 1000)
    assert is_admitted(rate, HERE)
    assert not rate._counts


def test_of_many_addresses_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_key_rate, "MOST_ADDRESSES", 3)
    rate = WrongKeyRate(1, FakeClock().read)
    for last in (1, 2, 3, 1, 4):
        rate.note(f"192.0.2.{last}")
    assert [*rate._counts] == ["192.0.2.3", "192.0.2.1", "192.0.2.4"]


@pytest.mark.parametrize("door", ["API", "form"])
async def test_many_wrong_keys_are_429_at_either_door_and_a_good_one_goes_on(
    database: Database, compute: Compute, door: str
) -> None:
    settings = GatewaySettings(auth=Auth.REQUIRED, wrong_keys_per_minute=3)
    async with serve_in_process(database, compute, settings) as served:
        await served.projector.prepare("cluster")
        good, other = [await make_caller(database) for _ in range(2)]
        assert (await served.client.get(JOBS, headers=good)).status_code == 200

        async def send(key: str) -> tuple[int, bool]:
            if door == "form":
                answer = await send_key(served, key)
            else:
                headers = {"Authorization": f"Bearer {key}"}
                answer = await served.client.get(JOBS, headers=headers)
            return answer.status_code, 0 < int(answer.headers.get("retry-after", 0)) <= MINUTE_S

        assert [await send(UNKNOWN) for _ in range(5)] == [(401, False)] * 3 + [(429, True)] * 2
        secrets = [one["Authorization"].removeprefix("Bearer ") for one in (good, other)]
        welcome = 303 if door == "form" else 200
        assert [await send(secret) for secret in secrets] == [(welcome, False), (429, True)]
        statuses = [(await served.client.get(path)).status_code for path in ("/healthz", SIGN_IN)]
        assert statuses == [200, 200]
