"""Packages of npm, by the hashes of the lock file, in a folder of the user's: never in the tree."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
CACHE = Path.home() / ".cache" / "brainshare" / "node"
INSTALL_S = 900


class NoNodeError(Exception):
    """Node, or what is installed by it, is missing."""


def install_packages(here: Path = HERE) -> Path:
    """The folder `node_modules` of the lock file in a folder; installed the first time.

    Raises:
        NoNodeError: There is no npm, or it could not fetch them.
    """
    if shutil.which("npm") is None:
        raise NoNodeError("npm is not installed")
    locked = b"".join((here / name).read_bytes() for name in FILES)
    folder = CACHE / hashlib.sha256(locked).hexdigest()[:12]
    if not (folder / "node_modules").is_dir():
        unfinished = folder.with_suffix(f".{os.getpid()}")
        unfinished.mkdir(parents=True)
        for name in FILES:
            shutil.copy(here / name, unfinished)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        told = {"cwd": unfinished, "capture_output": True, "text": True, "timeout": INSTALL_S}
        done = subprocess.run(command, check=False, **told)  # type: ignore[call-overload]
        if done.returncode:
            raise NoNodeError(f"npm ci failed: {done.stderr.strip()}")
        unfinished.replace(folder)
    return folder / "node_modules"
