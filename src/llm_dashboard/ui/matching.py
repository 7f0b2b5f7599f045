"""Fuzzy matching: how well texts fit what is typed, and which of their letters it is.

Each word that is typed must be found in one of the texts, in any case: as it is, or as letters in that order that begin at the
beginning of a word (`wst` in `WEATHER-STATION`). Textual's own matcher tries every combination of letters, which takes
seconds for some texts; this one takes each letter where it comes first, in time that is linear in the text.
"""

import re
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from llm_dashboard.ui.slices import at_once

RowT = TypeVar("RowT")

WHOLE, HEAD, START, INSIDE, SCATTERED = range(0, 10, 2)
"""Where a word was found, the best first: all of the text, its head, the start of a word, inside of one, as single letters.

Even numbers: one more is the same in a text that is not the first.
"""
STEP = 200
"""Rows that are looked at in one step of a search."""


class Pattern:
    """What is typed, ready to be looked for."""

    def __init__(self, typed: str) -> None:
        self.words = tuple(dict.fromkeys(typed.casefold().split()))

    def extends(self, other: "Pattern") -> bool:
        """Whether all that this one fits is among what the other one fits."""
        return all(any(mine.startswith(its) for mine in self.words) for its in other.words)

    def rank(self, texts: Sequence[str]) -> int | None:
        """How well the texts, which are in case-folded form, fit: 0 is best; None where they do not."""
        total = 0
        for word in self.words:
            best: int | None = None
            for number, text in enumerate(texts):
                place = _place(word, text)
                if place is not None and (best is None or place + (number > 0) < best):
                    best = place + (number > 0)
            if best is None:
                return None
            total += best
        return total

    def is_scattered(self, texts: Sequence[str]) -> bool:
        """Whether a word is in none of the texts as it is, so that only its letters can be."""
        folded = [text.casefold() for text in texts]
        return any(all(word not in text for text in folded) for word in self.words)

    def places(self, text: str) -> list[int]:
        """The letters of the text that were typed: their places, sorted."""
        folded = text.casefold()
        if len(folded) != len(text):
            return []
        found: set[int] = set()
        for word in self.words:
            found.update(_letters(word, folded))
        return sorted(found)


class Search(Generic[RowT]):
    """Looks for rows, again and again, as somebody types. What is typed on is looked for among what was found."""

    def __init__(self, rows: Sequence[RowT], texts: Callable[[RowT], Iterable[str]]) -> None:
        self.rows = rows
        self._texts = texts
        self._folded: list[tuple[str, ...]] = []
        """The texts of the first rows, as far as they were looked at."""
        self._pattern = Pattern("")
        self._found: Sequence[int] = range(len(rows))

    def steps(self, pattern: Pattern) -> Generator[None, None, Sequence[RowT]]:
        """The rows that fit, the best first, and in their order among equals. It yields after each `STEP` of them."""
        if not pattern.words:
            return self.rows
        among = self._found if pattern.extends(self._pattern) else range(len(self.rows))
        found: list[int] = []
        by_rank: dict[int, list[RowT]] = {}
        for count, number in enumerate(among, 1):
            row = self.rows[number]
            if number == len(self._folded):
                self._folded.append(tuple(text.casefold() for text in self._texts(row)))
            rank = pattern.rank(self._folded[number])
            if rank is not None:
                found.append(number)
                by_rank.setdefault(rank, []).append(row)
            if count % STEP == 0:
                yield
        self._pattern, self._found = pattern, found
        return [row for rank in sorted(by_rank) for row in by_rank[rank]]


def found(rows: Sequence[RowT], texts: Callable[[RowT], Iterable[str]], pattern: Pattern) -> Sequence[RowT]:
    """The rows that fit, the best first: a search at once, for the few rows of a short list."""
    return at_once(Search(rows, texts).steps(pattern))


def _place(word: str, text: str) -> int | None:
    at = text.find(word)
    if at < 0:
        return SCATTERED if len(word) > 1 and _scattered(word).search(text) else None
    if at == 0:
        return WHOLE if len(word) == len(text) else HEAD
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return START if at > 0 else INSIDE


def _letters(word: str, text: str) -> Iterable[int]:
    at = text.find(word)
    if at >= 0:
        start = at
        while start > 0 and text[start - 1].isalnum():
            start = text.find(word, start + 1)
        at = max(start, 0) if start >= 0 else at
        return range(at, at + len(word))
    match = _scattered(word).search(text)
    return [match.start(), *(match.end(group) - 1 for group in range(1, len(word)))] if match else ()


@lru_cache(64)
def _scattered(word: str) -> re.Pattern[str]:
    """The letters in that order, the first one at the start of a word; it never goes back over a text."""
    rest = "".join(f"([^{re.escape(letter)}]*+{re.escape(letter)})" for letter in word[1:])
    return re.compile(rf"(?<![^\W_]){re.escape(word[0])}{rest}")
