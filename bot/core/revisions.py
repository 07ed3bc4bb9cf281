"""
Revisions: what counts as a change of an entry, and which changes are announced.

Publishers fill in a stub, rewrite a headline, count comments, render their whole archive anew. The words of an entry
are its state; times, counters, punctuation and the word "Update" are not. States are remembered as digests, so that
going back and forth between two of them announces nothing, and no entry is announced for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.core import identity
from bot.core.identity import SHORT, Traits

MOST = 5
"""Changes of one entry that are announced; a live ticker rewrites its headline every few minutes."""
_FEW = 5
_READ = 20_000
"""Characters of a text that are compared; a change further down is none."""
_MARK = re.compile(r"\b(?:updated?|aktualisiert|aktualisierung|mise? à jour|màj|maj|aggiornat[oa]|aggiornamento)\b")
_TIME = re.compile(
    r"^\W*\d{1,2}[:.]\d{2}\b|\b\d{1,2}(?:[:.]\d{2})?\s?(?:uhr|h|am|pm|utc)\b|[(\[]\s*\d[^)\]]{0,20}[)\]]"
)
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")


def headline_state(title: str) -> str:
    """Give what a headline says: its words and numbers, without times, counters and marks of an update."""
    return " ".join(_WORD.findall(_MARK.sub(" ", _TIME.sub(" ", title[:_READ].casefold()))))


def state_of(title: str, lead: str, key_points: Iterable[str], body: str) -> str:
    """Give what stands for the words of an entry, in 16 hexadecimal digits; numbers count in the headline alone."""
    text = "\n".join((lead, *key_points, body))[:_READ].casefold()
    words = " ".join(_LETTERS.findall(_MARK.sub(" ", text)))
    return identity.digest(f"{headline_state(title)}\n{words}")[:SHORT]


def advance(states: Sequence[str], state: str, *, silent: bool = False) -> tuple[tuple[str, ...], bool]:
    """
    Take note of the state an entry has now.

    Args:
        states: those it has had, the latest first, as this function returned them.
        state: what `state_of` gives.
        silent: the change is not to be announced; then it takes none of the places of those that are.

    Returns:
        The states to keep, and whether the change is announced: a state it never had before, `MOST` times at most.
    """
    if state in states:
        return (state, *(each for each in states if each != state)), False
    if silent or len(states) > MOST:
        return (state, *states[1:]), False
    return (state, *states), True


def is_rendered_anew(changed: Sequence[tuple[Traits, Traits]], listed: int) -> bool:
    """
    Say whether a publisher wrote its whole document differently, which is no news in any of its entries.

    Args:
        changed: the entries that changed at one poll, each before and after.
        listed: how many entries the document has.

    Many of them changed at once, and were not dated anew, or all got one and the same date.
    """
    dates = {after.date for before, after in changed if after.date > before.date}
    redated = sum(after.date > before.date for before, after in changed) if len(dates) > 1 else 0
    count = len(changed) - redated
    return count > _FEW and 4 * count > listed
