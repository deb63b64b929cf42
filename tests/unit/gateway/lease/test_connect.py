"""A file is for one gateway, a server for many."""

from pathlib import Path

import pytest

from services.gateway.lease.connect import SecondGatewayError, hold_database, open_share
from services.gateway.lease.share import WholeShare
from tests.unit.gateway.conftest import read_metric


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/gateway.db"


def test_a_second_gateway_on_one_file_is_refused_in_a_line(database_url: str) -> None:
    with hold_database(database_url):
        refusal = pytest.raises(
            SecondGatewayError, match=r"^[^\n]*SQLite is for one gateway[^\n]*$"
        )
        with refusal, hold_database(database_url):
            pass
    with hold_database(database_url):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://u@h/d"])
def test_what_is_no_file_is_not_held(url: str) -> None:
    with hold_database(url), hold_database(url):
        pass


async def test_who_is_alone_has_all_of_it(database_url: str) -> None:
    async with open_share(database_url, 6) as share:
        assert isinstance(share, WholeShare)
        assert share.holds(5)
        assert share.is_lead
        assert read_metric("brainshare_gateways_live") == 1
        assert read_metric("brainshare_leases_held") == 6
