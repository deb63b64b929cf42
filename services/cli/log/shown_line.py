"""A line of a log as a person reads it on a terminal; those of several services by their time."""

from collections.abc import Iterator, Mapping, Sequence

from services.cli.log.line import KNOWN, parse_line, tell_fields

TIME_OF_DAY = slice(11, 23)
"""Of a moment in ISO 8601, to the millisecond."""


def show_line(at: str, service: str, level: str, action: str, told: str) -> str:
    """What one of our services says, in columns.

    Args:
        at: ISO 8601, UTC.
        told: What it says besides.
    """
    return f"{at[TIME_OF_DAY]:<12} {service:<14} {level:<7} {action} {told}".rstrip()


def show_lines(logs: Mapping[str, Sequence[str]]) -> list[str]:
    """The lines of some logs, by the name of each, in the order in which they were written.

    A line of another program, such as Kafka, says no time that we read: it stays behind the one
    before it in its log.
    """
    dated = [line for name, lines in logs.items() for line in _date(name, lines)]
    return [text for _, text in sorted(dated, key=lambda line: line[0])]


def _date(name: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    at = ""
    for line in lines:
        said = parse_line(line)
        if said is None or not isinstance(said.get("action"), str):
            yield at, show_line("", name, "", "", line)
            continue
        at, service, level = (str(said.get(key, "")) for key in ("at", "service", "level"))
        told = tell_fields(said, KNOWN)
        yield at, show_line(at, service or name, level, said["action"], told)
