"""The project can be installed in any folder, and runs from there in any locale."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_PTH = re.compile(r"^\t@(for pth in .*)$", re.MULTILINE)


def test_it_is_found_in_a_folder_of_any_name_where_the_locale_is_c(tmp_path: Path) -> None:
    """Python reads .pth files in the locale's encoding, and ends where it cannot (before 3.13)."""
    project = tmp_path / "Jürgen's clone"
    project.mkdir()
    (project / "found.py").write_text("print('found')")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    (site,) = (project / ".venv" / "lib").glob("python*/site-packages")
    (site / "_editable_impl_brainshare.pth").write_text(str(project), encoding="utf-8")
    recipe = OF_PTH.findall((ROOT / "Makefile").read_text())[0]
    shell = recipe.replace("$(VENV)", ".venv").replace("$$", "$")
    subprocess.run(["sh", "-c", shell], cwd=project, check=True)

    done = subprocess.run(
        [project / ".venv" / "bin" / "python", "-c", "import found"],
        cwd=tmp_path,
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("found\n", "")


def test_the_readme_sets_the_command_up_before_it_is_used() -> None:
    _, _, use = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Use it")
    assert use.split()[:2] == ["make", "install"]
    assert "\ninstall: $(VENV)/.runtime ## " in (ROOT / "Makefile").read_text()
