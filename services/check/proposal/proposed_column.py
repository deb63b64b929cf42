"""A proposed column: header, type, and members of an enum."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from schemas.job.check import CheckOutcome
from schemas.table.context import DataType
from schemas.table.suggestion import ColumnSuggestion
from schemas.table.wire import WireColumn
from services.check.finding import DROPPED, FLAGGED, REPAIRED, find
from services.check.measure.unit import is_unit
from services.check.text.folding import fold, identify
from services.check.text.header import is_generic, is_taken, read_header
from services.check.text.hygiene import has_hidden, has_markup, write_line
from services.check.text.script import is_foreign

MIN_MEMBERS, MAX_MEMBERS = 2, 12
MAX_SENTENCE_CHARS = 500
SYNONYMS = {
    "string": DataType.TEXT,
    "str": DataType.TEXT,
    "number": DataType.DECIMAL,
    "float": DataType.DECIMAL,
    "double": DataType.DECIMAL,
    "currency": DataType.DECIMAL,
    "int": DataType.INTEGER,
    "year": DataType.INTEGER,
    "date": DataType.DATETIME,
    "timestamp": DataType.DATETIME,
    "bool": DataType.BOOLEAN,
    "select": DataType.ENUM,
    "choice": DataType.ENUM,
    "image": DataType.IMAGEURL,
}


@dataclass(frozen=True)
class Proposal:
    """What a proposed column came to.

    Attributes:
        column: None when it had to be dropped.
        found: What was repaired, or why it was dropped.
        doubts: Why another one would be better: it is asked for once, and then these are flags.
    """

    column: ColumnSuggestion | None
    found: tuple[CheckOutcome, ...] = ()
    doubts: tuple[CheckOutcome, ...] = ()


def read_proposal(
    said: WireColumn, where: str, taken: Collection[str], script: str | None
) -> Proposal:
    """Judge a proposed column.

    Args:
        taken: The folded headers of all other columns.
        script: The script that headers are written in; None for any.
    """
    header = read_header(said.name)
    if header is None:
        return Proposal(None, (find("C01", DROPPED, where, "the header is empty or too long"),))
    if is_taken(header, taken):
        return Proposal(None, (find("C02", DROPPED, where, "the header is there already"),))
    kind, members, found, doubts = _read_type(said, where)
    if header != said.name:
        found.append(find("C01", REPAIRED, where, "the header was tidied"))
    if is_generic(header):
        doubts.append(find("C03", FLAGGED, where, "the header says nothing"))
    if is_foreign(header, script):
        doubts.append(find("C15", FLAGGED, where, "the header is not in the table's script"))
    if any(has_hidden(text) or has_markup(text) for text in (said.why, said.description)):
        found.append(find("C18", REPAIRED, where, "links or markup were taken out"))
    column = ColumnSuggestion(
        why=read_sentence(said.why),
        name=header,
        data_type=kind,
        enum_values=members if kind is DataType.ENUM else None,
        description=read_sentence(said.description),
    )
    return Proposal(column, tuple(found), tuple(doubts))


def read_sentence(text: str) -> str:
    """Bring a sentence onto one clean line of bounded length."""
    return write_line(text)[:MAX_SENTENCE_CHARS].strip()


def read_members(said: Iterable[str]) -> tuple[str, ...]:
    """Clean the members of an enum: none empty, no word twice, whatever its case and spacing."""
    members: dict[str, str] = {}
    for member in map(write_line, said):
        if member:
            key = identify(member) if is_unit(member) else fold(member)
            members.setdefault(key, member)
    return tuple(members.values())


def read_type(name: str) -> DataType | None:
    """The data type that a model means; None when it is none of ours."""
    word = fold(name)
    return DataType(word) if word in set(DataType) else SYNONYMS.get(word)


def _read_type(
    said: WireColumn, where: str
) -> tuple[DataType, tuple[str, ...], list[CheckOutcome], list[CheckOutcome]]:
    kind, found, doubts = read_type(said.data_type), [], []
    if kind is None or kind.value != said.data_type:
        found.append(find("C10", REPAIRED, where, "the type's name was brought into form"))
    members = read_members(said.enum_values or ())
    if kind is DataType.ENUM:
        if not MIN_MEMBERS <= len(members) <= MAX_MEMBERS:
            # A column of free text is right for whatever cells come.
            kind = DataType.TEXT
            message = "an enum needs 2 to 12 different values, so it became a text column"
            doubts.append(find("C11", FLAGGED, where, message))
        elif members != said.enum_values:
            found.append(find("C11", REPAIRED, where, "the enum's values were tidied"))
    return kind or DataType.TEXT, members, found, doubts
