"""What a person should know of a table's header: names that stand twice, and columns without one.

Neither is changed: what is proposed for such a table names columns by these very words.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.cli.terminal.text import plain

MOST_NAMES = 5
MOST_NUMBERS = 8
MOST_CHARS = 40


def note_header(names: Sequence[str], name: str) -> Iterator[str]:
    """A line on each name that several columns have, and one on the columns that have none.

    Args:
        names: Of the columns, in their order. Case and inner spaces make another name.
        name: The table's, for messages.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, column in enumerate(names, 1):
        places[column.strip()].append(number)
    nameless = places.pop("", [])
    twice = [(column, numbers) for column, numbers in places.items() if len(numbers) > 1]
    for column, numbers in twice[:MOST_NAMES]:
        called = plain(column)[:MOST_CHARS]
        yield (
            f"{name}: {_count(numbers)} have the same name, “{called}”: nothing is changed, but"
            " what is proposed cannot tell them apart"
        )
    if len(twice) > MOST_NAMES:
        yield f"{name}: and {len(twice) - MOST_NAMES} more names stand more than once"
    if nameless:
        have = "has" if len(nameless) == 1 else "have"
        yield f"{name}: {_count(nameless)} {have} no name: nothing is changed"


def _count(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"column {numbers[0]}"
    more = len(numbers) - MOST_NUMBERS
    *first, last = [*map(str, numbers[:MOST_NUMBERS]), *([f"{more} more"] if more > 0 else [])]
    return f"columns {', '.join(first)} and {last}"
