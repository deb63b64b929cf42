"""How our processes end, as a supervisor sees it. The numbers are those of sysexits.h."""

STOPPED = 0
"""EX_OK: it was asked to stop, and has."""

BUG = 70
"""EX_SOFTWARE: it cannot go on; started again, it may."""

UNAVAILABLE = 69
"""EX_UNAVAILABLE: what it needs does not answer; started again later, it may."""

REFUSED = 78
"""EX_CONFIG: it refused to start; started again as it is, it will again."""
