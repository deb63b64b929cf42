"""How the fetching of jars is shown: a bar on a terminal, two plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

MB = 1_000_000


class FetchProgress:
    """Counts jars and bytes. Its methods may be called from any thread."""

    def __init__(self, jar_count: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._jar_count = jar_count
        self._byte_count = 0
        self._bar = Progress(
            TextColumn("fetching Apache Kafka"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("jars, {task.fields[megabytes]:.1f} MB"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=jar_count, megabytes=0.0)

    def __enter__(self) -> Self:
        if not self._console.is_terminal:
            self._console.print(f"fetching {self._jar_count} jars of Apache Kafka")
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()
        if error is None and not self._console.is_terminal:
            self._console.print(f"fetched {self._jar_count} jars, {self._byte_count / MB:.1f} MB")

    @contextmanager
    def count_bytes(self, _name: str, _size: int) -> Iterator[Callable[[int], None]]:
        """What jgo calls around each download."""
        yield self._add_bytes

    def _add_bytes(self, count: int) -> None:
        self._byte_count += count
        self._bar.update(self._task, megabytes=self._byte_count / MB)

    def finish_jar(self) -> None:
        self._bar.advance(self._task)
