"""
What a headline claims beside its words: figures, places, and whether it is an opinion.

Headlines that are alike in all else may differ in one of these and tell other news: a count that rose, an accident in
the next town, a comment on what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.language import headlines
from bot.language.figures import figures
from bot.language.locations import NOWHERE, Locations

Locate = Callable[[str, str | None], Locations]


class HeadlineClaims(NamedTuple):
    """Of one headline; each may be empty."""

    figures: frozenset[str] = frozenset()
    where: Locations = NOWHERE
    is_opinion: bool = False

    def differ(self, others: HeadlineClaims) -> bool:
        """Say whether both cannot be of the same news; figures that one leaves out do no harm."""
        if self.is_opinion != others.is_opinion or self.where.differ(others.where):
            return True
        ours, theirs = self.figures, others.figures
        return bool(ours and theirs) and not (ours <= theirs or theirs <= ours)


NOTHING = HeadlineClaims()


def read(title: str, language: str | None, locate: Locate) -> HeadlineClaims:
    """Read the claims of a headline."""
    claims = HeadlineClaims(figures(title), locate(title, language), headlines.is_opinion(title))
    return claims if claims != NOTHING else NOTHING
