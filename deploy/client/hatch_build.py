"""What the wheel of the Python client is made of; hatchling reads it.

The contracts of `schemas` that the client needs go below `brainshare_client`: many an app has a
`schemas` of its own, which would be found in their place.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).resolve().parents[2]
CLIENT, CONTRACTS = "brainshare_client", "schemas"
NEEDED = ("httpx2", "pydantic")
TAKEN_OVER = ("version", "license", "requires-python")
IMPORT = re.compile(rf"^(\s*from ){CONTRACTS}\b", re.MULTILINE)


class ClientMetadata(MetadataHookInterface):
    """Version and bounds are those of the whole project."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Say what pyproject.toml leaves open."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        metadata.update({name: project[name] for name in TAKEN_OVER})
        metadata["dependencies"] = [
            bound for bound in project["dependencies"] if re.split(r"[^\w-]", bound)[0] in NEEDED
        ]


class ClientFiles(BuildHookInterface[Any]):
    """The client, with a copy of the contracts that it imports."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Lay out what goes in."""
        self._made = TemporaryDirectory()
        write_client(Path(self._made.name))
        build_data["force_include"][self._made.name] = CLIENT

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw that away."""
        self._made.cleanup()


def write_client(folder: Path) -> None:
    """Write the client into a folder, complete by itself."""
    for file in find_files():
        name = file.relative_to(ROOT)
        target = folder / (name.relative_to(CLIENT) if name.parts[0] == CLIENT else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8")
        target.write_text(IMPORT.sub(rf"\1{CLIENT}.{CONTRACTS}", text), encoding="utf-8")


def find_files() -> set[Path]:
    """The files of the client, and those of the contracts that it leads to."""
    found, left = set[Path](), [*(ROOT / CLIENT).rglob("*.py")]
    while left:
        if (file := left.pop()) not in found:
            found.add(file)
            left += (path for name in _read_imports(file) for path in _find_modules(name))
    return found | {*(ROOT / CLIENT).rglob("py.typed")}


def _read_imports(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports, perhaps with a name in them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            assert not [name for name in names if name.startswith(CONTRACTS)], f"{file}: use `from`"


def _find_modules(name: str) -> Iterator[Path]:
    """The files of a module and of the packages that it is in; none of what is not ours."""
    parts = name.split(".")
    if parts[0] not in (CLIENT, CONTRACTS):
        return
    for count in range(1, len(parts) + 1):
        path = ROOT.joinpath(*parts[:count])
        yield from (p for p in (path / "__init__.py", path.with_suffix(".py")) if p.is_file())
