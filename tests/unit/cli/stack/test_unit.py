"""The unit that is printed is one that systemd takes, whatever the folder is named."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.stack.unit import write_unit
from services.cli.supervisor.environment import inherited_env


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("up", "up"),
        ("/a b/python", '"/a b/python"'),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ('say "x"', '"say \\"x\\""'),
        ("a\\b", '"a\\\\b"'),
        ("ü", "ü"),
        ("", '""'),
    ],
)
def test_a_word_means_itself(word: str, written: str) -> None:
    unit = write_unit(["/bin/x", word], Path("/"), Path("/env"))
    assert f"ExecStart=/bin/x {written}\n" in unit


def test_the_options_of_up_are_in_it(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    printed = CliRunner().invoke(
        main, ["service", "--data-dir", data, "--gateway-port", "0", "--with-demo"]
    )
    assert printed.exit_code == 0
    ends = f"up --data-dir {data} --gateway-port 0 --with-demo\n"
    assert ends in printed.stdout
    assert f"EnvironmentFile=-{tmp_path}/brainshare.env\n" in printed.stdout
    assert "User=" not in printed.stdout
    assert "WantedBy=default.target" in printed.stdout


def test_no_secret_of_the_environment_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody-may-see-it")
    assert "nobody-may-see-it" not in CliRunner().invoke(main, ["service"]).output


@pytest.mark.parametrize("scope", ["user", "system"])
@pytest.mark.parametrize("folder", ["data", "da ta", "dä'ta", "100% $HOME"])
def test_systemd_takes_it(tmp_path: Path, folder: str, scope: str) -> None:
    if shutil.which("systemd-analyze") is None:
        if inherited_env().get("CI"):
            pytest.fail("systemd is not installed")
        pytest.skip("systemd is not installed")
    (tmp_path / folder).mkdir()
    arguments = ["service", "--data-dir", str(tmp_path / folder / "data")]
    printed = CliRunner().invoke(main, arguments + (["--system"] if scope == "system" else []))
    unit = tmp_path / "brainshare.service"
    unit.write_text(printed.stdout)
    env = {"PATH": os.defpath, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    checked = subprocess.run(
        ["systemd-analyze", "verify", f"--{scope}", "--man=no", str(unit)],
        env=env,
        capture_output=True,
        check=False,
        text=True,
    )
    ours = [line for line in checked.stderr.splitlines() if "brainshare" in line]
    assert (checked.returncode, ours) == (0, []), checked.stderr
