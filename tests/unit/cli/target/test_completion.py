"""The shells themselves complete commands, options, and ids of the running stack."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.supervisor.environment import inherited_env
from services.cli.terminal.shell import SHELLS
from tests.unit.contract.picture.gateway import serving
from tests.unit.contract.picture.history import ALL, FAILED

PROGRAMS = Path(sys.executable).parent
SHELL_S = 20.0
BASH = """
. "$SCRIPT"
COMP_WORDS=({words} ""); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
[ -n "{last}" ] && COMP_WORDS[$COMP_CWORD]="{last}"
_brainshare_completion brainshare
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
FISH = """
source $SCRIPT
complete -C "{words} {last}" | string split -f1 \\t
"""
# A terminal of its own, as completion of zsh runs in its line editor only.
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; stty rows 50 cols 200; . "$SCRIPT"; bindkey "^T" list-choices; print REA""DY'
zpty -r shell seen '*READY*'
zpty -w -n shell $'{words} {last}\\C-t'
zpty -r shell seen '*{until}*'
print -r -- $seen
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("gateway")) as address:
        yield address


def complete(shell: str, folder: Path, url: str, words: str, last: str, until: str) -> str:
    """What a shell offers after some words, once it has been told by our script."""
    if shutil.which(shell) is None:
        if inherited_env().get("CI"):
            pytest.fail(f"{shell} is not installed")
        pytest.skip(f"{shell} is not installed")
    script = folder / f"script.{shell}"
    script.write_text(CliRunner().invoke(main, ["completion", shell]).stdout)
    env = {
        "PATH": f"{PROGRAMS}:{os.defpath}:/usr/local/bin",
        "HOME": str(folder),
        "TERM": "dumb",
        "SCRIPT": str(script),
        "BRAINSHARE_URL": url,
    }
    text = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell]
    asked = text.format(words=words, last=last, until=until)
    done = subprocess.run(
        [shell, "-c", asked], env=env, capture_output=True, timeout=SHELL_S, check=False, text=True
    )
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "last", "offered"),
    [
        ("brainshare", "re", ["restart", "result"]),
        ("brainshare watch", "", ["last", *map(str, reversed(ALL))]),
        ("brainshare result", str(FAILED)[:3], [str(FAILED)]),
        ("brainshare dead-letters show", "", ["column-0-0"]),
        ("brainshare submit", "--dry", ["--dry-run"]),
    ],
    ids=["commands", "jobs", "a job's beginning", "letters", "options"],
)
def test_a_shell_completes(
    shell: str, words: str, last: str, offered: list[str], url: str, tmp_path: Path
) -> None:
    shown = complete(shell, tmp_path, url, words, last, offered[-1])
    assert [item for item in offered if item not in shown] == []


def test_a_prompt_is_told_no_error(tmp_path: Path) -> None:
    shown = complete("bash", tmp_path, "http://127.0.0.1:9", "brainshare watch", "", "")
    assert shown.strip() == ""


@pytest.mark.parametrize(
    ("shell", "written"),
    [
        ("bash", [".local/share/brainshare/completion.bash", ".bashrc"]),
        ("zsh", [".local/share/brainshare/completion.zsh", ".zshrc"]),
        ("fish", [".config/fish/completions/brainshare.fish"]),
    ],
)
def test_one_command_makes_it_known_and_twice_is_as_once(
    shell: str, written: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / ".bashrc").write_text("alias ll='ls -l'")
    for _ in range(2):
        done = CliRunner().invoke(main, ["completion", "--install"])
        assert done.exit_code == 0
    start = (tmp_path / ".bashrc").read_text()
    assert start.startswith("alias ll='ls -l'")
    assert start.count("# completion of brainshare") == (shell == "bash")
    assert [name for name in written if not (tmp_path / name).is_file()] == []


def test_a_shell_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/dash")
    refused = CliRunner().invoke(main, ["completion"])
    assert (refused.exit_code, "dash is none of bash, zsh, fish" in refused.stderr) == (1, True)
