"""Tags: words of a client's own, by which it finds its jobs again."""

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

MAX_TAGS = 20
ONE_TAG = r"[^,\x00-\x20\x7f](?:[^,\x00-\x1f\x7f]{0,62}[^,\x00-\x20\x7f])?"
TAG_PATTERN = rf"^{ONE_TAG}$"
TAGS_PATTERN = rf"^{ONE_TAG}(?:,{ONE_TAG})*$"
"""Several, with commas between."""


def check_tag(tag: str) -> str:
    """Require that a text is a tag.

    Raises:
        ValueError: It is none.
    """
    if re.fullmatch(TAG_PATTERN, tag) is None:
        raise ValueError("a tag has 1 to 64 characters, none of them a comma, no space at its ends")
    return tag


Tag = Annotated[
    str,
    AfterValidator(check_tag),
    WithJsonSchema({"type": "string", "pattern": TAG_PATTERN}),
]
