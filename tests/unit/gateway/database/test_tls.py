"""TLS to PostgreSQL: whoever cannot be proved is refused in a clear line, and what is new on disk
is read with the next connection.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.gateway.__main__ import REFUSALS
from services.gateway.database.database import (
    Database,
    DatabaseUnavailableError,
    UnusableDatabaseError,
    open_database,
)
from services.gateway.migration.start import prepare_tables
from tests.certificate import certify, make_authority
from tests.postgres import NoServerError
from tests.unit.gateway.database.secured import (
    BY_CERTIFICATE,
    PASSWORD,
    Secured,
    running_secured,
)

NEW_PASSWORD = "battery-staple"
OF_FILES = {"sslrootcert", "sslcert", "sslkey", "passfile"}


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    mine = tmp_path_factory.mktemp("client")
    try:
        with running_secured(mine) as server:
            yield server
    except NoServerError as error:
        if os.environ.get("CI"):  # noqa: TID251 - not a setting
            raise
        pytest.skip(str(error))


async def tell_connection(database: Database) -> tuple[str, bool]:
    """As whom we are connected, and whether over TLS."""
    asked = "SELECT usename, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
    found = await database.read(
        lambda c: c.execute(text(f"{asked} WHERE pid = pg_backend_pid()")).one()
    )
    return str(found[0]), bool(found[1])


async def test_a_server_that_is_proved_takes_a_password_from_a_file(secured: Secured) -> None:
    async with open_database(secured.url(passfile=secured.password_file)) as database:
        await prepare_tables(database)
        assert await tell_connection(database) == ("brainshare", True)


async def test_a_client_s_certificate_stands_for_its_user(secured: Secured) -> None:
    own = {"sslcert": f"{BY_CERTIFICATE}.pem", "sslkey": f"{BY_CERTIFICATE}.key"}
    files = {name: secured.folder / file for name, file in own.items()}
    async with open_database(secured.url(user=BY_CERTIFICATE, **files)) as database:
        assert await tell_connection(database) == (BY_CERTIFICATE, True)


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "an authority that has not signed it": (
        {"sslrootcert": "other/ca.pem"},
        "certificate verify failed: sslrootcert in DATABASE_URL has to name the authority",
    ),
    "another name than the certificate's": (
        {"host": "localhost"},
        'does not match host name "localhost": name the server in DATABASE_URL as its certificate',
    ),
    "an authority's file that is not there": (
        {"sslrootcert": "nothing.pem"},
        "does not exist: correct the path of sslrootcert in DATABASE_URL",
    ),
    "no certificate where one is asked for": (
        {"user": BY_CERTIFICATE},
        "connection requires a valid client certificate: set sslcert and sslkey in DATABASE_URL",
    ),
    "a certificate of an authority that the server does not know": (
        {"user": BY_CERTIFICATE, "sslcert": "other/certified.pem", "sslkey": "other/certified.key"},
        "alert unknown ca: the server has to know the authority that signed sslcert",
    ),
    "a key that others may read": (
        {"user": BY_CERTIFICATE, "sslcert": f"{BY_CERTIFICATE}.pem", "sslkey": "open.key"},
        "if owned by root: let only the gateway's user read the file of sslkey",
    ),
    "no TLS where nothing else is let in": ({"sslmode": "disable"}, "no pg_hba.conf entry"),
    "a wrong password": ({"passfile": "wrong"}, "password authentication failed"),
}


@pytest.mark.parametrize(("told", "said"), REFUSED.values(), ids=REFUSED)
async def test_what_is_not_proved_is_refused_in_a_line_that_says_what_to_do(
    secured: Secured, told: dict[str, str], said: str
) -> None:
    prepare_wrong_files(secured)
    named: dict[str, str | Path] = {"passfile": secured.password_file, **told}
    named |= {name: secured.folder / told[name] for name in told.keys() & OF_FILES}
    async with open_database(secured.url(**named)) as database:
        with pytest.raises(UnusableDatabaseError) as refused:
            await prepare_tables(database)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def prepare_wrong_files(secured: Secured) -> None:
    other, key, wrong = (secured.folder / name for name in ("other", "open.key", "wrong"))
    other.mkdir(exist_ok=True)
    make_authority(other)
    certify(other, BY_CERTIFICATE)
    shutil.copy(secured.folder / f"{BY_CERTIFICATE}.key", key)
    key.chmod(0o644)
    wrong.write_text("*:*:*:*:wrong\n", encoding="utf-8")
    wrong.chmod(0o600)


def test_a_gateway_does_not_start_with_what_is_refused() -> None:
    """It ends with status 78, and waits for nothing."""
    assert UnusableDatabaseError in REFUSALS


async def test_a_new_certificate_authority_and_password_need_no_restart(secured: Secured) -> None:
    """Each connection reads the files; one that is open goes on until somebody ends it."""
    async with open_database(secured.url(passfile=secured.password_file)) as database:
        assert await tell_connection(database) == ("brainshare", True)
        await asyncio.to_thread(secured.renew)
        await asyncio.to_thread(secured.set_password, NEW_PASSWORD)
        assert await tell_connection(database) == ("brainshare", True)
        secured.write_password(NEW_PASSWORD)
        secured.server.end()
        with pytest.raises(DatabaseUnavailableError):
            await tell_connection(database)
        secured.server.start()
        assert await tell_connection(database) == ("brainshare", True)
    await asyncio.to_thread(secured.set_password, PASSWORD)
    secured.write_password(PASSWORD)
