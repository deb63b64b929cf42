"""Which files can be read as a request, and what looks like a file although none is there."""

import re
from difflib import get_close_matches
from pathlib import Path

from services.cli.terminal.error import CliError
from services.cli.terminal.text import legible, to_bytes

REQUEST_SUFFIX = ".json"
TABLE_SUFFIXES = (".csv", ".tsv")
SHEET_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXT_SUFFIXES = (".txt", ".md")
READ = (REQUEST_SUFFIX, *TABLE_SUFFIXES, *SHEET_SUFFIXES, *TEXT_SUFFIXES)
NOT_READ = re.compile(
    r"\.(docx?|odt|rtf|pages|pdf|html?|xml|ya?ml|toml|jsonl|ndjson|zip|gz|tar|tgz|7z|parquet|avro"
    r"|feather|numbers|sql|sqlite|db|mdb|pptx?|png|jpe?g|gif|svg|webp)"
)
KINDS = "give a request (.json), a table (.csv, .tsv, .xlsx) or text (.txt, .md)"
SAY_TITLE = "a title that looks like a file goes with --title"
ONE_WORD = re.compile(r"\S+\.(?=\w*[A-Za-z])\w{1,5}")
FOLDERS = (".", "..", "~")
NEAR = 0.7
NEAR_NAMES = 3
LONGEST_NAME = 255


def names_file(given: str) -> bool:
    """Whether it is a file, or looks like the name of one, more than like a title."""
    suffix = Path(given).suffix.lower()
    has_suffix = suffix in READ or NOT_READ.fullmatch(suffix) is not None
    looks_so = has_suffix or "/" in given or given in FOLDERS
    return looks_so or ONE_WORD.fullmatch(given) is not None or _is_file(given)


def refuse_unreadable(path: Path) -> None:
    """Refuse a file of a kind that nobody here reads, there or not, and one that is not there.

    Raises:
        CliError: It says what may be meant, and what can be read.
    """
    is_there = path.exists() or path.is_symlink()
    if NOT_READ.fullmatch(path.suffix.lower()):
        more = "" if is_there else f"; {SAY_TITLE}"
        raise CliError(f"{legible(str(path))} is of a kind that is not read: {KINDS}{more}")
    if not is_there:
        near = list_near(path)
        meant = f" (did you mean {' or '.join(near)}?)" if near else ""
        raise CliError(f"{legible(str(path))} is not there{meant}: {KINDS}; {SAY_TITLE}")


def list_near(path: Path) -> list[str]:
    """Files beside it that have nearly its name, and may be read."""
    try:
        files = [file for file in path.parent.iterdir() if file.is_file()]
    except OSError:
        return []
    stems: dict[str, list[str]] = {}
    for file in files:
        if file.suffix.lower() in READ:
            stems.setdefault(file.stem.lower(), []).append(file.name)
    near = get_close_matches(path.stem.lower(), stems, n=NEAR_NAMES, cutoff=NEAR)
    found = [name for stem in near for name in sorted(stems[stem])][:NEAR_NAMES]
    whole = [str(path.parent / name) if path.parent != Path() else name for name in found]
    return list(map(legible, whole))


def list_same_named(title: str) -> list[str]:
    """Files here whose name is the title, but for the suffix: one of them may be meant."""
    if not title.strip() or len(to_bytes(title)) > LONGEST_NAME:
        return []
    near = list_near(Path(title))
    return [name for name in near if Path(name).stem.lower() == title.lower()]


def _is_file(given: str) -> bool:
    return len(to_bytes(given)) < LONGEST_NAME and Path(given).is_file()
