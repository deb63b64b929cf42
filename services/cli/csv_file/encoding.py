"""Text that is not UTF-8: how a person makes it so. Here it would be a guess."""

import shlex
from pathlib import Path

ZERO = b"\0"
UTF_16 = ("UTF-16LE", "UTF-16BE")
WESTERN = "WINDOWS-1252"
SAMPLE = 4096


def is_utf_16(content: bytes) -> bool:
    """Whether it looks like UTF-16 without the mark that says so: every other byte is zero."""
    sample = content[:SAMPLE]
    return len(sample) > 1 and sample.count(ZERO) >= len(sample) // 3


def tell_conversion(content: bytes, name: str) -> str:
    """How a file is made UTF-8, as a sentence without an end."""
    is_wide = is_utf_16(content)
    likely = UTF_16[content[:1] == ZERO] if is_wide else WESTERN
    file = shlex.quote(name) if Path(name).exists() else "FILE"
    where = "as which it looks" if is_wide else "if that is what it is"
    command = f"`iconv -f {likely} -t UTF-8 {file} > utf8.csv`, {where}"
    return f"save it as CSV UTF-8, or use {command}; no letter is guessed here"
