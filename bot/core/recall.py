"""
What the words of texts answered lately.

When something is filed or dropped, what was remembered is not thrown away: it grows old, and is brought up to date word
by word, when a word comes again, by looking at the few changes since.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.core.ids import QueryId
from bot.core.terms import PhrasePattern, Sought
from bot.language.rules import FormRule

_REMEMBERED = 200_000
"""Words remembered per language; some 45 MB when full."""
_GENERATIONS = 64
"""With more changes than this between two uses of a word it is looked up afresh."""


class MatchTarget:
    """One thing sought, shared by all queries that seek it."""

    __slots__ = ("alone", "sought", "uses", "watchers")

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self.uses = 0
        self.alone: tuple[QueryId, ...] = ()
        """Queries that ask for this and nothing else."""
        self.watchers: tuple[QueryId, ...] = ()
        """Queries that ask for more, and are looked at when this is found."""


class WordAnswers(NamedTuple):
    """What one word of a text answers: targets by their rule, and rows of words it may be part of."""

    targets: tuple[tuple[MatchTarget, FormRule], ...]
    rows: dict[tuple[int, str], list[tuple[MatchTarget, PhrasePattern]]]
    """By where the row goes on (1: behind, -1: before) and the first letter of the word there."""


NOTHING = WordAnswers((), {})


class WordCache:
    """What words of one language answered: by the word as it stands."""

    def __init__(self) -> None:
        self.fresh: dict[str, WordAnswers] = {}
        self._older: list[tuple[dict[str, WordAnswers], int]] = []

    def __bool__(self) -> bool:
        return bool(self.fresh or self._older)

    def grow_old(self, changes: int) -> None:
        """Note that after a number of changes there was one more."""
        if self.fresh:
            self._older.append((self.fresh, changes))
            self.fresh = {}
            del self._older[:-_GENERATIONS]

    def take_older(self, word: str) -> tuple[WordAnswers, int] | None:
        """Take out what a word answered before the last change, and how many changes there had been by then."""
        for answers, changes in reversed(self._older):
            found = answers.pop(word, None)
            if found is not None:
                return found, changes
        return None

    def keep(self, word: str, answers: WordAnswers) -> None:
        """Remember what a word answers."""
        if len(self.fresh) >= _REMEMBERED:
            self.fresh.clear()
            self._older.clear()
        self.fresh[word] = answers
