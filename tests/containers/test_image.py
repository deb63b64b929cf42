"""Nothing in the image runs as root, is written to where it need not be, or is a secret."""

import re

import pytest

from tests.containers.engine import docker, inspect, run_in

OURS = "10001:10001"
WRITABLE = {"/data", "/tmp", "/var/tmp", "/run/lock"}
"""The volume, and what every Debian lets everybody write to; all but the volume are empty."""

SKIPPED = r"\( -path /proc -o -path /sys -o -path /dev \) -prune -o"
WORDS = re.compile(r"key|secret|password|token|credential", re.IGNORECASE)
SECRETS = (
    r"BEGIN ([A-Z]+ )?PRIVATE KEY|sk-(proj-)?[A-Za-z0-9]{32}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}"
)
PUBLIC = "GPG_KEY"
"""By which Python's own image says who has signed its release."""

pytestmark = pytest.mark.timeout(900)


def test_whoever_runs_it_is_nobody(image: str) -> None:
    assert inspect(image)["Config"]["User"] == OURS
    assert run_in(image, "echo $(id -u):$(id -g) $(id -G)") == [f"{OURS} 10001"]


def test_no_account_but_root_is_root_and_none_has_a_password(image: str) -> None:
    accounts = [line.split(":") for line in run_in(image, "cat /etc/passwd")]
    assert [account[0] for account in accounts if account[2] == "0"] == ["root"]
    shadow = [line.split(":") for line in run_in(image, "cat /etc/shadow", user="0")]
    assert {account[1] for account in shadow} <= {"*", "!", "!*", "!!"}


def test_no_program_makes_somebody_else_of_its_user(image: str) -> None:
    assert run_in(image, f"find / {SKIPPED} -type f -perm /6000 -print", user="0") == []


def test_nothing_but_the_volume_and_what_is_passing_can_be_written(image: str) -> None:
    # Folders that it may not even look into are its complaint, and end it with a status.
    look = f"find / {SKIPPED} \\( -type f -o -type d \\) -writable -print 2>/dev/null; true"
    found = set(run_in(image, look))
    assert found >= {"/data", "/tmp"}
    assert found - WRITABLE == set()
    assert run_in(image, "find /tmp /var/tmp /data /run/lock -mindepth 1 -print") == []


def test_the_code_belongs_to_root(image: str) -> None:
    assert run_in(image, "find /opt ! -user root -print", user="0") == []


def test_the_image_is_told_no_secret(image: str) -> None:
    told = [pair.split("=", 1) for pair in inspect(image)["Config"]["Env"]]
    assert [name for name, _ in told if WORDS.search(name) and name != PUBLIC] == []
    layers = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", image)
    assert re.findall(SECRETS, layers) == []


def test_no_file_holds_a_secret_or_is_of_the_folder_it_was_built_in(image: str) -> None:
    grep = f"grep -rlIE '{SECRETS}' /opt /data /etc /home /root /src 2>/dev/null"
    assert run_in(image, f"{grep}; true", user="0") == []
    strange = r"\( -name .env -o -name .git -o -name 'id_*sa' -o -name '*.pem' -o -name '*.key' \)"
    found = run_in(image, f"find /opt /data /home /root {strange} -print", user="0")
    assert [path for path in found if not path.endswith("/certifi/cacert.pem")] == []
