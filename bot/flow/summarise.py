"""Summarise an alert: the lines below its headline, with the forms that matched in bold."""

from __future__ import annotations

from functools import lru_cache

from bot.core import query, shown, summary
from bot.core.abstract import SummaryRepository
from bot.core.alert import Alert, Summary
from bot.core.errors import Refusal
from bot.core.marks import Highlighter
from bot.core.ports import ModelSummariser
from bot.core.query import MatchMode, Query
from bot.language import sentences
from bot.language.analyser import Analyser

Wishes = tuple[tuple[str, MatchMode], ...]
_WISHES = 1_000
"""Wishes, alone or together, whose marks stay prepared; the next article may match the same."""


class AlertSummariser:
    """Knows the analyser, so that a summary marks exactly the forms the matcher accepts."""

    def __init__(
        self, analyser: Analyser, abstractor: ModelSummariser | None = None, abstracts: SummaryRepository | None = None
    ) -> None:
        self._analyser = analyser
        self._abstractor = abstractor
        self._marks = lru_cache(_WISHES)(self._make_marks)
        self._abstracts = abstracts

    async def __call__(self, alert: Alert) -> Summary:
        """Give the summary of the alert's article for the subscriptions it hit."""
        abstract = None
        if self._abstractor is not None and _needs_abstract(alert):
            abstract = await self._abstractor.abstract(alert.article)
        return self._sum_up(alert, abstract)

    async def again(self, alert: Alert) -> Summary:
        """Give the summary of an alert that is out, as it was: nobody outside is asked or waited for."""
        abstract = None
        if self._abstracts is not None and _needs_abstract(alert):
            abstract = await self._abstracts.find(alert.article.id)
        return self._sum_up(alert, abstract)

    def _sum_up(self, alert: Alert, abstract: str | None) -> Summary:
        article, language = alert.article, alert.article.language

        wishes = tuple((match.subscription.normal, match.subscription.mode) for match in alert.matches)
        return summary.summarise(
            article,
            self._marks(wishes, language),
            headline_only=_headline_only(alert),
            sentences=lambda text: sentences.split(text, language),
            abstract=abstract or "",
            foot=shown.foot_length(alert),
        )

    def _make_marks(self, wishes: Wishes, language: str | None) -> Highlighter:
        asked = ((_parse(normal), mode) for normal, mode in wishes)
        return Highlighter(self._analyser, [(query, mode) for query, mode in asked if query], language, together=True)


def _needs_abstract(alert: Alert) -> bool:
    return not _headline_only(alert) and summary.needs_abstract(alert.article)


def _headline_only(alert: Alert) -> bool:
    return all(match.subscription.headline_only for match in alert.matches)


def _parse(normal: str) -> Query | None:
    try:
        return query.parse(normal)
    except Refusal:
        return None
