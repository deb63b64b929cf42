"""Takes secrets out of a document, and says where. Pure; twice is once.

A secret that was found is taken out wherever else it stands, too, also as the name of a field.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.gateway.job_file.secret import STAND_IN, find_secrets, is_telling

DONE = re.compile(rf"{STAND_IN}(\d{{1,9}})")
MAX_ANYWHERE = 100
"""So many secrets are looked for in every text; the rest where they look like some."""

MAX_ROUNDS = 10
"""What stands beside a stand-in may look like a secret only then."""

Replace = Callable[[str], str]


@dataclass(frozen=True)
class Redaction:
    """A document without its secrets.

    Attributes:
        pointers: Where something was taken out, as JSON Pointers, each once.
    """

    document: Any
    pointers: tuple[str, ...] = ()


def redact(document: Any) -> Redaction:
    """Take the secrets out of a document of objects, lists, texts and numbers."""
    pointers = dict[str, None]()
    for _ in range(MAX_ROUNDS):
        replace = _find_replacement(document)
        if replace is None:
            break
        document = _map_texts(document, "", replace, pointers)
    return Redaction(document, tuple(pointers))


def _find_replacement(document: Any) -> Replace | None:
    """Puts a stand-in for each secret of a document; None where it has none."""
    texts = list(_list_texts(document))
    # Numbers that are taken stand for something else already.
    taken = [int(number) for text in texts for number in DONE.findall(text)]
    secrets = dict.fromkeys(text[slice(*span)] for text in texts for span in find_secrets(text))
    numbered = enumerate(secrets, max(taken, default=0) + 1)
    stand_ins = {secret: f"{STAND_IN}{number}" for number, secret in numbered}
    anywhere = _join(islice(filter(is_telling, secrets), MAX_ANYWHERE))

    def replace(text: str) -> str:
        parts, last = list[str](), 0
        for begin, end in find_secrets(text):
            parts += [text[last:begin], stand_ins[text[begin:end]]]
            last = end
        whole = "".join([*parts, text[last:]])
        return anywhere.sub(lambda match: stand_ins[match.group()], whole)

    return replace if stand_ins else None


def _join(secrets: Iterable[str]) -> re.Pattern[str]:
    """Matches each of them; one that holds another goes first."""
    longest = sorted(secrets, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)) or r"(?!)")


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _list_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _list_texts(part)


def _map_texts(value: Any, pointer: str, replace: Replace, changed: dict[str, None]) -> Any:
    if isinstance(value, str):
        return _note(value, replace(value), pointer, changed)
    if isinstance(value, dict):
        mapped = {}
        for name, part in value.items():
            new = replace(name)
            below = f"{pointer}/{_escape(new)}"
            _note(name, new, below, changed)
            mapped[new] = _map_texts(part, below, replace, changed)
        return mapped
    if isinstance(value, list):
        parts = enumerate(value)
        return [_map_texts(part, f"{pointer}/{n}", replace, changed) for n, part in parts]
    return value


def _note(before: str, after: str, pointer: str, changed: dict[str, None]) -> str:
    if after != before:
        changed[pointer] = None
    return after


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
