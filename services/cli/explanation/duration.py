"""Durations as a sentence holds them."""


def say_s(seconds: float) -> str:
    """A duration in two words."""
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"
