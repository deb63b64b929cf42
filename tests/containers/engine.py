"""The engine of containers, as its own command asks it."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from services.cli.supervisor.environment import inherited_env
from tests.stack import ROOT

IMAGE = "brainshare:test"
ASK_S = 60.0
BUILD_S = 900.0


class NoEngineError(Exception):
    """No engine answers here, or it cannot do what is needed."""


def docker(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    timeout_s: float = ASK_S,
) -> str:
    """Run a command of the engine to its end, and give what it has printed."""
    done = subprocess.run(
        ["docker", *arguments],
        cwd=ROOT,
        env=inherited_env() | dict(env or {}),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


def find_engine() -> None:
    """See that an engine answers that can build.

    Raises:
        NoEngineError: With the reason.
    """
    for arguments, lack in (
        (["info", "--format", "{{.ServerVersion}}"], "no engine of containers answers"),
        (["compose", "version"], "docker has no `compose`"),
    ):
        try:
            docker(*arguments)
        except (OSError, AssertionError, subprocess.TimeoutExpired) as error:
            raise NoEngineError(f"{lack}: {str(error).strip()[:200]}") from error


def build_image() -> str:
    """Build the image as the compose file does, and give its name."""
    docker("compose", "build", "topics", env={"BRAINSHARE_IMAGE": IMAGE}, timeout_s=BUILD_S)
    return IMAGE


def has_image(name: str) -> bool:
    """Whether an image is on this machine."""
    return bool(docker("images", "--quiet", name))


def inspect(name: str) -> dict[str, Any]:
    """Everything that the engine knows of a container or an image."""
    (told,) = json.loads(docker("inspect", name))
    return dict(told)


def run_in(image: str, command: str, user: str | None = None) -> list[str]:
    """The lines that a shell's command prints in a new container without a network."""
    as_whom = () if user is None else ("--user", user)
    own = ("--rm", "--network", "none", *as_whom, "--entrypoint", "bash")
    return docker("run", *own, image, "-c", command, timeout_s=ASK_S).splitlines()
