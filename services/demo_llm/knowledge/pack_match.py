"""Which pack a table is about: by its title, then its description, its rows, its first header."""

from collections.abc import Iterator
from functools import lru_cache

from services.demo_llm.knowledge.pack import Pack, Phrase, Subset
from services.demo_llm.knowledge.wording import fold, split_words
from services.demo_llm.request.prompt_table import PromptTable

_HEAD_ENDS = frozenset(
    ("of", "by", "in", "for", "from", "with", "on", "to", "at", "per", "my", "we")
)
_KNOWN_ROWS_SHARE = 0.5
_ROWS_LOOKED_AT = 20


class PackShelf:
    """All packs, with an index of their keywords."""

    def __init__(self, packs: tuple[Pack, ...]) -> None:
        self.packs = packs
        self._strong = {phrase: pack for pack in packs for phrase in pack.phrases}
        self._weak = {phrase: pack for pack in packs for phrase in pack.weak_phrases}
        longest = max((len(phrase) for phrase in (*self._strong, *self._weak)), default=1)
        self._lengths = tuple(range(longest, 0, -1))
        self._match_text = lru_cache(maxsize=4096)(self._find_by_text)

    def find_pack(self, table: PromptTable) -> Pack | None:
        """Return the pack a table is about, or None."""
        return (
            self._match_text(table.title)
            or self._match_text(table.description)
            or (self._match_text(table.table.entity) if table.table else None)
            or self._find_by_rows(table)
            or (self._match_text(table.columns[0].name) if table.columns else None)
        )

    def _find_by_text(self, text: str) -> Pack | None:
        words = split_words(text[:500])
        end = next((i for i, word in enumerate(words) if i and word in _HEAD_ENDS), len(words))
        for index in (self._strong, self._weak):
            # The head noun of an English title is the last one before a preposition.
            for part in (words[:end], words):
                found = list(self._list_matches(part, index))
                if found:
                    return max(enumerate(found), key=lambda item: (item[1][0], item[0]))[1][1]
        return None

    def _list_matches(self, words: Phrase, index: dict[Phrase, Pack]) -> Iterator[tuple[int, Pack]]:
        for start in range(len(words)):
            for length in self._lengths:
                pack = index.get(words[start : start + length])
                if pack and start + length <= len(words):
                    yield length, pack

    def _find_by_rows(self, table: PromptTable) -> Pack | None:
        rows = [[fold(cell) for cell in row[1:]] for row in table.rows[:_ROWS_LOOKED_AT]]
        if not rows:
            return None
        counts = [sum(any(c in p.by_primary for c in row) for row in rows) for p in self.packs]
        best = max(range(len(counts)), key=counts.__getitem__, default=None)
        if best is None or counts[best] < _KNOWN_ROWS_SHARE * len(rows):
            return None
        return self.packs[best]


@lru_cache(maxsize=4096)
def order_rows(pack: Pack, title: str) -> tuple[tuple[str, ...], ...]:
    """Return the pack's rows that suit a title, those first that the title singles out."""
    wanted = _find_subsets(pack, split_words(title))
    if not wanted:
        return pack.rows
    chosen = [row for row in pack.rows if any(row[s.column] == s.value for s in wanted)]
    if not any(subset.is_open for subset in wanted):
        return tuple(chosen)
    return (*chosen, *(row for row in pack.rows if row not in chosen))


def _find_subsets(pack: Pack, words: Phrase) -> list[Subset]:
    phrases = [(phrase, subset) for subset in pack.subsets for phrase in subset.phrases]
    phrases.sort(key=lambda item: -len(item[0]))
    found = []
    start = 0
    while start < len(words):
        matches = (item for item in phrases if words[start : start + len(item[0])] == item[0])
        phrase, subset = next(matches, (words[start : start + 1], None))
        if subset:
            found.append(subset)
        start += len(phrase)
    return found
