"""The environment that services inherit."""

import os


def inherited_env() -> dict[str, str]:
    """The environment of this process, which every service gets below its own variables."""
    return dict(os.environ)  # noqa: TID251 (passed on to services, not read)
