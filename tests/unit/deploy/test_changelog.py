"""No release without a section of the changelog that tells what is in it."""

import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest

from tests.unit.deploy.compose import ROOT

SCRIPT = ROOT / "docs" / "changelog.py"
NEXT = "# Changelog\n\n## Unreleased\n\n### Added\n\n- Tea.\n"
FIRST = "\n## 0.1.0 - 2026-11-27\n\n### Added\n\n- Water.\n"
EMPTY = "\n## 0.2.0 - 2026-12-01\n"
SECOND = f"{EMPTY}\n### Fixed\n\n- Milk.\n"


@pytest.fixture(scope="module")
def changelog() -> ModuleType:
    """The script, which is in no package."""
    spec = spec_from_file_location("changelog", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "version", "told"),
    [
        (NEXT + FIRST, "0.1.0", None),
        (NEXT + SECOND + FIRST, "0.2.0", None),
        (NEXT + FIRST, "0.2.0", "no section 0.2.0"),
        (NEXT + FIRST, "0.1", "no section 0.1,"),
        (NEXT, "0.1.0", "no section 0.1.0"),
        (NEXT + SECOND + FIRST, "0.1.0", "raise it there"),
        (NEXT + EMPTY + FIRST, "0.2.0", "says nothing of 0.2.0"),
        (NEXT + FIRST.replace(" - 2026-11-27", ""), "0.1.0", "no version with its day"),
        (FIRST, "0.1.0", "`## Unreleased` goes first"),
        ("", "0.1.0", "`## Unreleased` goes first"),
    ],
)
def test_which_changelog_allows_a_release(
    changelog: ModuleType, text: str, version: str, told: str | None
) -> None:
    fault = changelog.find_fault(text, version)
    assert (fault is None) == (told is None)
    assert (told or "") in (fault or "")


def test_the_changelog_tells_of_the_version_that_is_built() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_make_release_asks_the_changelog_before_it_removes_or_builds_anything() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^release: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe.splitlines()[0] == "\t@$(RUN) docs/changelog.py"
