"""Says whether a release may be made: whether CHANGELOG.md tells what its version holds.

python docs/changelog.py     ends with 1 and a line that says why, where it may not
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
DATED = re.compile(r"(\S+) - \d{4}-\d{2}-\d{2}")
ITEM = re.compile(r"^- ", re.MULTILINE)
UNRELEASED = "Unreleased"


def find_fault(text: str, version: str) -> str | None:
    """What does not allow a release of a version; None where nothing does."""
    heads = HEADING.findall(text)
    if heads[:1] != [UNRELEASED]:
        return f"CHANGELOG.md begins with {heads[:1] or 'no section'}: `## {UNRELEASED}` goes first"
    dated = [DATED.fullmatch(head) for head in heads[1:]]
    odd = [head for head, match in zip(heads[1:], dated, strict=True) if match is None]
    if odd:
        return f"CHANGELOG.md: `## {odd[0]}` is no version with its day (1.2.3 - 2026-01-31)"
    versions = [match[1] for match in dated if match]
    if version not in versions:
        return (
            f"CHANGELOG.md has no section {version}, the version of pyproject.toml: name what is"
            f" under {UNRELEASED} after it, with the day"
        )
    if versions[0] != version:
        return f"CHANGELOG.md tells of {versions[0]}, pyproject.toml of {version}: raise it there"
    if not count_items(text, version):
        return f"CHANGELOG.md says nothing of {version}"
    return None


def count_items(text: str, name: str) -> int:
    """How many changes a section tells, found by its version or as Unreleased."""
    parts = HEADING.split(text)[1:]
    bodies = dict(zip((head.split(" ")[0] for head in parts[::2]), parts[1::2], strict=True))
    return len(ITEM.findall(bodies.get(name, "")))


def main() -> int:
    """Say it. Returns the exit status."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if fault := find_fault(text, project["version"]):
        sys.stderr.write(f"error: {fault}\n")
        return 1
    if later := count_items(text, UNRELEASED):
        sys.stderr.write(
            f"note: {later} changes are under {UNRELEASED}, and in what is built now as"
            f" {project['version']}: for a release give them a version of their own\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
