"""How large that is which pages load."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import services.gateway.embed
from tests.bench.gateway.figure import Figure

FOLDER = Path(services.gateway.embed.__file__).parent
MODULES = {"brainshare.js": "<= 4 KB", "brainshare-job.js": ""}
HOOK = "brainshare-react.js"


async def measure_sizes() -> AsyncIterator[Figure]:
    """The modules as they are sent, and the hook as it is read."""
    for name, asked in MODULES.items():
        size = len(gzip.compress((FOLDER / name).read_bytes(), 9))
        yield Figure(f"{name}, gzipped", size, "bytes", asked)
    lines = len((FOLDER / HOOK).read_text().splitlines())
    yield Figure(f"{HOOK}, the hook", lines, "lines", "<= 80 lines")
