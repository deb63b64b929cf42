"""A tree of source files as the rules see it: folders that are rooms, files that import."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

OURS = ("brainshare_client", "schemas", "services")
APART = "versions"
"""A folder of migrations grows with every release and is no room of its own."""


@dataclass(frozen=True)
class SourceFile:
    """One Python file.

    Attributes:
        name: Its path below the root, with slashes.
    """

    root: Path
    name: str

    @cached_property
    def text(self) -> str:
        """What it holds."""
        return (self.root / self.name).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """What it says."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The folder that it is in."""
        return self.name.rpartition("/")[0].removesuffix(f"/{APART}")

    def imported(self) -> Iterator[str]:
        """Every module or name that it imports, also inside functions, with dots.

        A relative import begins with a dot.
        """
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = "." * node.level + (node.module or "")
                yield from (f"{package}.{alias.name}" for alias in node.names)


class House:
    """The source files below a root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        paths = (path for top in OURS for path in (root / top).rglob("*.py"))
        names = sorted(path.relative_to(root).as_posix() for path in paths)
        self.files = [SourceFile(root, name) for name in names]
        self._names = {file.name for file in self.files}

    @property
    def rooms(self) -> list[str]:
        """Every folder that holds Python files."""
        return sorted({file.room for file in self.files})

    def of(self, room: str) -> list[SourceFile]:
        """The files of a room, its `__init__` left out."""
        return [f for f in self.files if f.room == room and not f.name.endswith("__init__.py")]

    def sentence(self, room: str) -> str:
        """What a room's `__init__` says of it; empty where there is none."""
        init = f"{room}/__init__.py"
        said = ast.get_docstring(SourceFile(self.root, init).tree) if init in self._names else None
        return said or ""

    def rooms_imported(self, file: SourceFile, passed: re.Pattern[str] | None = None) -> set[str]:
        """The rooms, others than its own, that a file imports from.

        Args:
            passed: Names that are passed over.
        """
        names = (name for name in file.imported() if not (passed and passed.search(name)))
        return {room for name in names if (room := self._room_of(name))} - {file.room}

    def _room_of(self, imported: str) -> str | None:
        path = imported.replace(".", "/")
        while path:
            for name in (f"{path}.py", f"{path}/__init__.py"):
                if name in self._names:
                    return SourceFile(self.root, name).room
            path = path.rpartition("/")[0]
        return None
