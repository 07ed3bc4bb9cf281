"""
What somebody outside said of an article: one answer per story, kept as long as the article, shown again word for word.

Nothing is an answer too. What a reader saw once must look the same after every edit, whatever has become of the model
and the process that asked it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.core.ids import ArticleId


@dataclass(frozen=True, slots=True)
class KeptSummary:
    """What was decided for this very article; empty: nothing is to be shown."""

    text: str


@dataclass(frozen=True, slots=True)
class KnownSummary:
    """What was said of the same text, or of another article of the same story; empty: it was asked in vain."""

    text: str


class SummaryTurn(Enum):
    """Whose turn it is to ask."""

    OURS = "ours"
    BUSY = "busy"
    """Somebody is asking already, about this article or another of its story."""


class SummaryRepository(Protocol):
    """The answers, and who is asking at this moment; they are forgotten with their articles."""

    async def find(self, article_id: ArticleId) -> str | None:
        """Find what is shown of an article; None or empty: nothing."""
        ...

    async def claim(
        self, article_id: ArticleId, key: str, now: datetime, lasting: timedelta
    ) -> KeptSummary | KnownSummary | SummaryTurn:
        """
        Say what is known, or whose turn it is to ask; of all who call this for one story at once, one gets `OURS`.

        `key` is the same for the same text. A claim that is older than `lasting`, because its owner died, has had its
        call: the article stays without.
        """
        ...

    async def keep(self, article_id: ArticleId, key: str, text: str, now: datetime) -> str:
        """Keep an answer, unless there is one; returns the one that counts."""
        ...

    async def release(self, article_ids: Collection[ArticleId]) -> None:
        """Give up claims, so that the next one may ask; answers stay."""
        ...
