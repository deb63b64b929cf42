"""Which release of ours this process runs."""

from functools import cache
from importlib.metadata import version


@cache
def find_release() -> str:
    """The release, as a package index has it."""
    return version("brainshare")
