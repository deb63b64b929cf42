"""Entity tags: a client that has a job's latest version is not sent it again."""

import re

TAG = re.compile(r'(?:W/)?("[^"]*")')


def write_etag(version: object) -> str:
    """The strong tag of a version."""
    return f'"{version}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a request's If-None-Match names the tag."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in TAG.findall(if_none_match)
