"""stack.json in the data folder: which processes run, where, and under which pids."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.cli.supervisor.service import Service
from services.cli.terminal.error import CliError
from services.cli.terminal.os_error import tell_os_error
from services.lifecycle.clock import utc_now
from services.llm.limit.price import Price

FILE_NAME = "stack.json"


class RunningProcess(BaseModel):
    """One process of the stack.

    Attributes:
        pid: Changes when the process is started again.
        address: host:port where it answers, or None.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    pid: int
    address: str | None


class StackBroker(BaseModel):
    """The broker the stack uses.

    Attributes:
        embedded: Whether the stack started it; then it is also among the processes.
    """

    model_config = ConfigDict(frozen=True)

    bootstrap_servers: str
    embedded: bool


class StackModel(BaseModel):
    """The model that the stack's agents call.

    Attributes:
        finding: Which one, where, and why; or why it may not be called.
        name: "" where the server alone knows it.
        price: What its calls cost; None in the file of an earlier release.
    """

    model_config = ConfigDict(frozen=True)

    is_demo: bool
    finding: str
    name: str = ""
    price: Price | None = None


class Stack(BaseModel):
    """What stack.json holds.

    Attributes:
        pid: The supervisor's.
        started_at: None in the file of an earlier release.
        is_ready: Whether all services have been ready once.
        model: None in the file of an earlier release.
    """

    model_config = ConfigDict(frozen=True)

    pid: int
    broker: StackBroker
    started_at: AwareDatetime | None = None
    is_ready: bool = False
    model: StackModel | None = None
    processes: tuple[RunningProcess, ...] = ()

    def is_stale(self) -> bool:
        """Whether the supervisor that wrote it is gone without having removed it."""
        try:
            return psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def find_address(self, name: str) -> str | None:
        return next((process.address for process in self.processes if process.name == name), None)


def load_stack(data_dir: Path) -> Stack | None:
    """Read the file, or return None where there is none. It may be stale: ask is_stale.

    Raises:
        CliError: The file is there and is not a stack file.
    """
    path = data_dir / FILE_NAME
    try:
        return Stack.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise CliError(f"{path} is not a stack file: delete it") from error


def load_running_stack(data_dir: Path) -> Stack | None:
    """Read the file of a stack that runs, or return None.

    Raises:
        CliError: The file is there and is not a stack file.
    """
    stack = load_stack(data_dir)
    return None if stack is None or stack.is_stale() else stack


class StackFile:
    """A context that keeps stack.json: written at each change, removed when it is left."""

    def __init__(self, data_dir: Path, broker: StackBroker, model: StackModel) -> None:
        self._path = data_dir / FILE_NAME
        self.stack = Stack(pid=os.getpid(), broker=broker, started_at=utc_now(), model=model)

    def __enter__(self) -> Self:
        try:
            self._save()
        except OSError as error:
            raise CliError(f"{self._path} cannot be written: {tell_os_error(error)}") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._path.unlink(missing_ok=True)

    def write(self, services: Sequence[Service]) -> None:
        """Store the processes that have been started."""
        processes = tuple(
            RunningProcess(name=service.spec.name, pid=service.pid, address=service.spec.address)
            for service in services
            if service.pid is not None
        )
        self.stack = self.stack.model_copy(update={"processes": processes})
        self._save()

    def note_ready(self) -> None:
        """Store that all services have been ready."""
        self.stack = self.stack.model_copy(update={"is_ready": True})
        self._save()

    def _save(self) -> None:
        # Readers never see half a file.
        unfinished = self._path.with_name(f"{FILE_NAME}.unfinished")
        unfinished.write_text(self.stack.model_dump_json(indent=2) + "\n", encoding="utf-8")
        unfinished.replace(self._path)
