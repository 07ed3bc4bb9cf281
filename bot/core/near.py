"""How far apart two spellings are: letters missing, added, wrong, or in the wrong order."""

from __future__ import annotations

_SHORT, _LONG = 4, 6


def reach(length: int) -> int:
    """Return how many slips a word of this length may hold and still be the same word to a reader."""
    return 0 if length < _SHORT else 1 if length < _LONG else 2


def is_likely(letters: set[str], other: str, most: int) -> bool:
    """Tell cheaply whether a word can be near one with these letters."""
    return len(letters.symmetric_difference(other)) <= 2 * most


def distance(first: str, second: str, most: int) -> int | None:
    """Count the slips between two words; None when there are more than `most`."""
    if abs(len(first) - len(second)) > most:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        older, before, row = before, row, [at]
        for to, other in enumerate(second, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == second[to - 2] and first[at - 2] == other:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
