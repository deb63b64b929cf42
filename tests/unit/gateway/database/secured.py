"""A PostgreSQL server that speaks TLS and asks who one is, with what its clients need."""

import asyncio
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from services.gateway.database.database import open_database
from tests.certificate import certify, make_authority
from tests.postgres import PostgresServer, hand_over, running_postgres

ADDRESS = "127.0.0.1"
PASSWORD = "right-horse"
BY_CERTIFICATE = "certified"
ENTRIES = f"""
local   all all trust
hostssl all {BY_CERTIFICATE} {ADDRESS}/32 cert
hostssl all all {ADDRESS}/32 scram-sha-256
"""
SETTINGS = (
    "ssl=on",
    "ssl_cert_file={folder}/server.pem",
    "ssl_key_file={folder}/server.key",
    "ssl_ca_file={folder}/ca.pem",
    "hba_file={folder}/hba",
)


@dataclass(frozen=True)
class Secured:
    """A server that speaks TLS, and what a client has: its folder holds ca.pem and the like."""

    server: PostgresServer
    folder: Path

    def url(self, **told: str | Path) -> str:
        """Where the tables are, as DATABASE_URL says it; `user` and `host` go to their places."""
        given: dict[str, str | Path] = {"user": "brainshare", "host": ADDRESS}
        given |= {"sslmode": "verify-full", "sslrootcert": self.folder / "ca.pem"}
        given |= told
        place = f"{given.pop('user')}@{given.pop('host')}:{self.server.port}"
        options = "&".join(f"{name}={value}" for name, value in given.items())
        return f"postgresql://{place}/postgres?{options}"

    @property
    def password_file(self) -> Path:
        """Who comes with a password has it in a file."""
        return self.folder / "pgpass"

    def write_password(self, password: str) -> None:
        """Put it there, in libpq's form; nobody else may read it."""
        self.password_file.write_text(f"*:*:*:*:{password}\n", encoding="utf-8")
        self.password_file.chmod(0o600)

    def set_password(self, password: str) -> None:
        """Give the user of the tables another password on the server."""
        self.run(f"ALTER ROLE brainshare PASSWORD '{password}'")

    def run(self, statement: str) -> None:
        """Run a statement as who may do everything, over the server's socket."""
        asyncio.run(self._run(statement))

    async def _run(self, statement: str) -> None:
        server = self.server
        url = f"postgresql://brainshare@/postgres?host={server.folder}&port={server.port}"
        async with open_database(url) as database:
            await database.write(lambda c: c.execute(text(statement)) and None)

    def renew(self) -> None:
        """Let the server have a certificate of a new authority, which clients are told of."""
        _make_files(self.server.folder)
        hand_over(self.server.folder)
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGHUP)  # what `pg_ctl reload` does
        _take(self.server.folder, self.folder)


def _make_files(folder: Path) -> None:
    make_authority(folder)
    certify(folder, "server", address=ADDRESS)
    certify(folder, BY_CERTIFICATE)
    (folder / "hba").write_text(ENTRIES, encoding="utf-8")


def _take(folder: Path, mine: Path) -> None:
    for name in ("ca.pem", f"{BY_CERTIFICATE}.pem", f"{BY_CERTIFICATE}.key"):
        shutil.copy(folder / name, mine / name)


@contextmanager
def running_secured(mine: Path) -> Iterator[Secured]:
    """Start one, and put what a client needs into a folder of the client's."""
    with running_postgres(*SETTINGS, prepare=_make_files) as server:
        _take(server.folder, mine)
        found = Secured(server, mine)
        found.run(f"CREATE ROLE {BY_CERTIFICATE} LOGIN")
        found.set_password(PASSWORD)
        found.write_password(PASSWORD)
        yield found
