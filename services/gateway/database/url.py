"""Tells the two databases apart by their URL. What is wrong with one is said without its text."""

SCHEMES = ("postgresql://", "postgres://")
"""Both are libpq's, which reads all that follows; hosting services write the second one."""

SQLITE = "sqlite://"
FORMS = "sqlite:///FOLDER/gateway.db or postgresql://USER:PASSWORD@HOST:5432/DATABASE"


def read_url(text: str) -> str:
    """A URL as it is given to the database's client.

    Raises:
        ValueError: It is none of ours. It may hold a password, so the line does not show it.
    """
    url = text.strip().replace("postgresql+psycopg://", SCHEMES[0], 1)
    if not url.startswith((*SCHEMES, SQLITE)):
        raise ValueError(f"it must be {FORMS}")
    return url


def is_postgresql(url: str) -> bool:
    """Whether it is a server, which more than one gateway may use."""
    return read_url(url).startswith(SCHEMES)
