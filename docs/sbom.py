"""Says what a release is made of: a bill of materials (CycloneDX) and a list of licences.

python docs/sbom.py FOLDER     writes sbom.json and licences.md there
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata, version
from pathlib import Path

from packaging.requirements import Requirement

from services.cli.broker.jar import load_lock

LOCK = Path(__file__).parents[1] / "requirements.lock"
UNKNOWN = "not declared"
CLASSIFIER = "License :: "
OF_JARS = "Apache Kafka and what it needs"


@dataclass(frozen=True)
class Component:
    """A package of a release.

    Attributes:
        purl: Its address, in the form that tools of supply chains read.
        licence: In its own words.
        sha256: Of its one file, where it has one.
    """

    name: str
    version: str
    purl: str
    licence: str
    sha256: str = ""


def list_packages() -> Iterator[Component]:
    """What the lock file names and this platform needs."""
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if not re.match(r"[a-zA-Z0-9]", line):
            continue
        wanted = Requirement(line.removesuffix("\\").strip())
        if wanted.marker is None or wanted.marker.evaluate():
            number = next(iter(wanted.specifier)).version
            purl = f"pkg:pypi/{wanted.name}@{number}"
            yield Component(wanted.name, number, purl, _licence(wanted.name))


def list_jars() -> Iterator[Component]:
    """The embedded Kafka's jars, which are fetched at the first start."""
    for jar in load_lock():
        group, name, number = jar.group, jar.artifact, jar.version
        purl = f"pkg:maven/{group}/{name}@{number}"
        yield Component(f"{group}:{name}", number, purl, OF_JARS, jar.sha256)


def _licence(name: str) -> str:
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN
    return told.get("License-Expression") or _from_classifiers(told) or _first_line(told) or UNKNOWN


def _from_classifiers(told: PackageMetadata) -> str:
    named = [c for c in told.get_all("Classifier") or () if c.startswith(CLASSIFIER)]
    return ", ".join(c.rpartition(" :: ")[2] for c in named)


def _first_line(told: PackageMetadata) -> str:
    return (told.get("License") or "").strip().partition("\n")[0]


def write_bill(components: list[Component]) -> str:
    """The bill of materials as CycloneDX 1.6."""
    number = version("brainshare")
    ours = {"type": "application", "name": "brainshare", "version": number}
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours | {"bom-ref": f"brainshare@{number}"}},
        "components": [_describe(part) for part in components],
    }
    return json.dumps(bill, indent=1) + "\n"


def _describe(part: Component) -> dict[str, object]:
    known = {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [{"license": {"name": part.licence}}],
    }
    return known | ({"hashes": [{"alg": "SHA-256", "content": part.sha256}]} if part.sha256 else {})


def write_licences(components: list[Component]) -> str:
    """The licences as a table for people."""
    rows = "".join(f"| {c.name} | {c.version} | {c.licence} |\n" for c in components)
    return f"# Licences\n\n| package | version | licence |\n|---|---|---|\n{rows}"


def main(arguments: list[str]) -> int:
    """Write both into a folder. Returns the exit status."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    components = [*list_packages(), *list_jars()]
    (folder / "sbom.json").write_text(write_bill(components), encoding="utf-8")
    (folder / "licences.md").write_text(write_licences(components), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
