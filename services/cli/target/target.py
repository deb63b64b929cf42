"""Finds the gateway and the broker that a command means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from services.cli.client.settings import CommandSettings
from services.cli.stack.running_stacks import RunningStacks
from services.cli.stack.settings import DATA_DIR_NAME, StackOptions
from services.cli.stack.stack_file import Stack, load_running_stack
from services.cli.target.address import check_address
from services.cli.terminal.error import CliError, GatewayUnreachable
from services.cli.view.time import NOW, show_age
from services.lifecycle.clock import utc_now
from services.lifecycle.settings import read_settings

if TYPE_CHECKING:
    from services.kafka import KafkaSettings

DEFAULT_URL = "http://127.0.0.1:8000"
LOOPBACK = {"127.0.0.1", "localhost", "::1", "0.0.0.0"}
"""All the same machine's own."""
ASK_AGAIN = "`brainshare doctor` says what it waits for; ask again when it is ready"


@dataclass(frozen=True)
class Target:
    """What a command talks to.

    Attributes:
        data_dir: Of the stack, or where one would be.
        stack: The one that runs there; None where none runs, or only a gateway was named.
        named_url: The gateway, when it was named by an option or a setting.
        is_other: Whether that gateway is of no stack that runs here, so that nobody knows its
            broker and its database.
        why: Where this comes from, for people.
        named_servers: The broker, when a setting names it.
        is_named: Whether the folder was named: then no other stack is meant.
        is_elsewhere: Whether the stack was found only because no other one runs on this machine.
    """

    data_dir: Path
    stack: Stack | None
    named_url: str | None
    why: str
    named_servers: str | None = None
    is_elsewhere: bool = False
    is_named: bool = False
    is_other: bool = False

    @property
    def is_starting(self) -> bool:
        """Whether a stack is there whose services have not all been ready once."""
        return self.stack is not None and not self.stack.is_ready

    @property
    def starting(self) -> str:
        """That it starts, and since when, for people."""
        since = self.stack.started_at if self.stack else None
        age = NOW if since is None else show_age(since, utc_now())
        how = "is starting" if age == NOW else f"has been starting for {age}"
        return f"the stack in {self.data_dir} {how}"

    @property
    def url(self) -> str:
        """The gateway's address.

        Raises:
            CliError: A folder was named in which no stack runs, or it is only starting.
        """
        if self.is_starting and self.names_default:
            raise GatewayUnreachable(f"{self.starting}: {ASK_AGAIN}")
        if self.is_named and self.stack is None and self.named_url is None:
            raise CliError(f"no stack runs in {self.data_dir}: `brainshare up` starts one there")
        address = self.stack.find_address("gateway") if self.stack else None
        return self.named_url or (f"http://{address}" if address else DEFAULT_URL)

    @property
    def shown_url(self) -> str:
        """The gateway's address, for people."""
        if self.names_default and self.is_named and self.stack is None:
            return "none"
        is_there = not (self.is_starting and self.names_default)
        return self.url if is_there else "not started yet"

    @property
    def names_default(self) -> bool:
        """Whether the gateway's address is a mere guess."""
        address = self.stack.find_address("gateway") if self.stack else None
        return self.named_url is None and address is None

    @property
    def kafka(self) -> "KafkaSettings":
        """The broker that is named, or else the one of the running stack.

        Raises:
            CliError: It is meant to be that of a gateway of which nobody here knows it, or of a
                stack that does not run.
        """
        if self.is_named and self.stack is None and self.named_servers is self.named_url is None:
            raise CliError(
                f"no stack runs in {self.data_dir}: `brainshare up` starts one there, and"
                " KAFKA_BOOTSTRAP_SERVERS names a broker without one"
            )
        if self.is_other and self.named_servers is None:
            raise CliError(
                f"no stack that runs here has the gateway {self.named_url} ({self.why}), so its"
                " broker is not known: name it with KAFKA_BOOTSTRAP_SERVERS, or the stack with"
                " --data-dir"
            )
        return self._broker

    @property
    def _broker(self) -> "KafkaSettings":
        from services.kafka import KafkaSettings  # slow to import, and most commands need none

        servers = self.named_servers or (self.stack and self.stack.broker.bootstrap_servers)
        given = {"bootstrap_servers": servers} if servers else {}
        return read_settings(KafkaSettings, **given)

    @property
    def shown_broker(self) -> str:
        """The broker's addresses, and why they are taken, for people."""
        if self.named_servers is not None:
            why = "KAFKA_BOOTSTRAP_SERVERS"
        elif self.is_other:
            return "not known"
        else:
            why = f"of the stack in {self.data_dir}" if self.stack else "the default"
        return f"{self._broker.bootstrap_servers} ({why})"

    def again(self) -> "Target":
        """As it is now: a stack that was started again may have other ports."""
        return replace(self, stack=load_running_stack(self.data_dir))

    @property
    def servers(self) -> str:
        """The broker's addresses.

        Raises:
            CliError: As of `kafka`.
        """
        return self.kafka.bootstrap_servers


def find_target(
    url: str | None = None,
    data_dir: Path | None = None,
    working_dir: Path | None = None,
    running: RunningStacks | None = None,
) -> Target:
    """Find what is meant: by option, by setting, from here upwards, or as the only one that runs.

    Raises:
        click.UsageError, SettingsWrong: An address is none.
        CliError: Several stacks run and none is named.
    """
    options, setting = read_settings(StackOptions), read_settings(CommandSettings).url
    named_url = check_address(url, "--url") or check_address(setting, "BRAINSHARE_URL")
    why_url = "--url" if url else "BRAINSHARE_URL"
    servers = options.bootstrap_servers
    named_dir = data_dir or (options.data_dir if "data_dir" in options.model_fields_set else None)
    here = (working_dir or Path.cwd()).absolute()
    running = running or RunningStacks()
    if named_url is not None and (url or data_dir is None):  # an option says more than a setting
        others = [] if data_dir else running.data_dirs()
        return _take_url(named_url, why_url, servers, named_dir, here, others)
    if named_dir is not None:
        stack = load_running_stack(named_dir)
        why = f"the stack in {named_dir}"
        return Target(named_dir, stack, None, why, servers, is_named=True)
    near = _search_upwards(here)
    found = near or _find_only(running, servers)
    place = found or here / DATA_DIR_NAME
    stack = load_running_stack(place) if found else None
    why = f"the stack in {place}" if stack else "no stack was found, so the default"
    is_elsewhere = stack is not None and near is None
    return Target(place, stack, None, why, servers, is_elsewhere)


def _take_url(
    url: str,
    why: str,
    servers: str | None,
    named_dir: Path | None,
    here: Path,
    others: Sequence[Path],
) -> Target:
    """A gateway that is named, and the stack whose it is, where one runs here."""
    near = named_dir or _search_upwards(here)
    behind = _find_behind(url, [*([near] if near else []), *others])
    place = behind or near
    stack = load_running_stack(place) if place else None
    is_told = named_dir is not None and stack is not None
    return Target(
        place or here / DATA_DIR_NAME,
        stack,
        url,
        f"{why}, the gateway of the stack in {behind}" if behind else why,
        servers,
        is_named=named_dir is not None,
        is_other=behind is None and not is_told,
    )


def _find_behind(url: str, places: Iterable[Path]) -> Path | None:
    """The data folder of the running stack whose gateway has this address."""
    for place in places:
        stack = load_running_stack(place)
        address = stack.find_address("gateway") if stack else None
        if address is not None and _is_at(url, address):
            return place
    return None


def _is_at(url: str, address: str) -> bool:
    """Whether a URL leads to an address of this machine."""
    parts, (host, _, port) = urlsplit(url), address.rpartition(":")
    default = 443 if parts.scheme == "https" else 80
    is_same_host = parts.hostname == host or {parts.hostname, host} <= LOOPBACK
    return is_same_host and (parts.port or default) == int(port)


def find_data_dir(data_dir: Path | None = None, working_dir: Path | None = None) -> Path:
    """The data folder that is named, or the nearest one from here upwards. Never one elsewhere:
    what it is asked for may remove it.
    """
    options = read_settings(StackOptions)
    named = data_dir or (options.data_dir if "data_dir" in options.model_fields_set else None)
    if named is not None:
        return named.absolute()
    here = (working_dir or Path.cwd()).absolute()
    places = [folder / DATA_DIR_NAME for folder in (here, *here.parents)]
    return next((place for place in places if place.is_dir()), places[0])


def _search_upwards(here: Path) -> Path | None:
    """The nearest data folder, from the working folder up, in which a stack runs."""
    places = (folder / DATA_DIR_NAME for folder in (here, *here.parents))
    return next((place for place in places if load_running_stack(place) is not None), None)


def _find_only(running: RunningStacks, servers: str | None) -> Path | None:
    data_dirs = running.data_dirs()
    if len(data_dirs) > 1 and servers is None:
        named = ", ".join(map(str, data_dirs))
        raise CliError(f"{len(data_dirs)} stacks run ({named}): name one with --data-dir or --url")
    return data_dirs[0] if len(data_dirs) == 1 else None
