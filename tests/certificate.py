"""Makes certificates for tests, by the openssl command: an authority, and what it signs."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

SIGNED = ("-CA", "ca.pem", "-CAkey", "ca.key")


def make_authority(folder: Path) -> None:
    """An authority of its own: ca.pem, and its key."""
    _make(folder, "ca", "test-ca", ())


def certify(folder: Path, name: str, *, address: str | None = None) -> None:
    """A certificate of the folder's authority: NAME.pem with the name as its CN, and NAME.key.

    Args:
        address: Of a server that is reached by it.
    """
    of = ("-addext", f"subjectAltName=IP:{address}") if address else ()
    _make(folder, name, name, (*SIGNED, *of))


def _make(folder: Path, name: str, common_name: str, options: Sequence[str]) -> None:
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-subj", f"/CN={common_name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
    argv = ["openssl", "req", "-x509", *curve, *files, *options]
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)
