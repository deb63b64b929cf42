"""Runs a PostgreSQL server of a test run's own, in a temporary folder, as an ordinary user."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.supervisor.child_process import die_with_parent
from services.cli.supervisor.port import HOST, PortPicker
from tests.stack import wait_until

START_S = 60.0
STOP_S = 30.0
USER = "brainshare"
ORDINARY = ("postgres", "nobody")
"""Root may not run a server; Debian's package brings the first one, every system has the second."""

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
NO_FORCE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class NoServerError(Exception):
    """There is no PostgreSQL here."""


@dataclass
class PostgresServer:
    """A server on a port of its own. It can be ended and started again."""

    bin: Path
    folder: Path
    port: int
    settings: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def url(self, database: str, schema: str | None = None) -> str:
        """Where a database is, or a schema of one."""
        path = f"?options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://{USER}@{HOST}:{self.port}/{database}{path}"

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        told = [f"-c{name}" for name in (*NO_FORCE, f"port={self.port}", "max_connections=100")]
        told += [f"-c{name.format(folder=self.folder)}" for name in self.settings]
        own = ["-D", str(self._data), "-k", str(self.folder), "-h", HOST]
        user, group = _find_owner()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.bin / "postgres"), *own, *told],
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(),
                user=user,
                group=group,
                extra_groups=None if user is None else [],
            )
        wait_until(self.is_ready, START_S, f"PostgreSQL is up; see {self.folder}/log")

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT cuts connections, SIGQUIT ends it like a crash."""
        assert self.process is not None, "it was not started"
        self.process.send_signal(how)
        self.process.wait(STOP_S)

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "log").read_text(errors="replace")[-2000:])
        argv = [str(self.bin / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(argv, check=False).returncode == 0

    def format(self) -> None:
        """Make its storage. The order of words is a country's, as on most servers, where it can."""
        initdb, (user, group) = str(self.bin / "initdb"), _find_owner()
        argv = [initdb, "-D", str(self._data), "-U", USER, "-A", "trust", "--no-sync"]
        helped = subprocess.run([initdb, "--help"], capture_output=True, text=True, check=True)
        icu = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"]
        argv += [*(icu if "--icu-locale" in helped.stdout else ["--no-locale"]), "--encoding=UTF8"]
        groups = None if user is None else list[int]()
        subprocess.run(
            argv, check=True, capture_output=True, user=user, group=group, extra_groups=groups
        )

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def find_server() -> Path:
    """The folder of the newest server's programs.

    Raises:
        NoServerError: There is none.
    """
    known = shutil.which("initdb")
    folders = [Path(known).resolve().parent] if known else []
    folders += [path for place in PLACES for path in Path("/").glob(place.lstrip("/"))]
    whole = [folder for folder in folders if (folder / "postgres").exists()]
    if not whole:
        raise NoServerError("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
    return max(whole, key=_version)


@contextmanager
def running_postgres(
    *settings: str, prepare: Callable[[Path], object] = lambda _: None
) -> Iterator[PostgresServer]:
    """Start a new server on a free port, and remove it at the end.

    Args:
        settings: Of its own: `autovacuum=off`; `{folder}` in one is the server's folder.
        prepare: Puts files that it needs into its folder; they are then the server's.

    Raises:
        NoServerError: There is none on this machine.
    """
    programs = find_server()
    folder = Path(tempfile.mkdtemp(prefix="brainshare-pg-"))  # a socket's path has a bound
    prepare(folder)
    hand_over(folder)
    server = PostgresServer(programs, folder, PortPicker().pick(), settings)
    try:
        server.format()
        server.start()
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.end()
        shutil.rmtree(folder, ignore_errors=True)


def hand_over(folder: Path) -> None:
    """Let a folder and what is in it be the server's."""
    owner, _ = _find_owner()
    if owner is not None:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, owner)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", str(folder))))


def _find_owner() -> tuple[int | None, int | None]:
    """Who runs the server, and its group; None for who we are."""
    if os.geteuid() != 0:
        return None, None
    known = {user.pw_name: user for user in pwd.getpwall()}
    found = next((known[name] for name in ORDINARY if name in known), None)
    if found is None:
        raise NoServerError("root may not run a server, and there is no other user")
    return found.pw_uid, found.pw_gid
