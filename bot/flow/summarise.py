"""Summarise an alert: the lines below its headline, with the forms that matched in bold."""

from __future__ import annotations

from functools import lru_cache

from bot.core import matching, query, summary
from bot.core.alert import Alert, Summary
from bot.core.errors import Refusal
from bot.core.ports import Abstractor
from bot.core.query import Query
from bot.language import sentences
from bot.language.analyser import Analyser

Spans = tuple[tuple[int, int], ...]


class Summarise:
    """Knows the analyser, so that a summary marks exactly the forms the matcher accepts."""

    def __init__(self, analyser: Analyser, abstractor: Abstractor | None = None) -> None:
        self._analyser = analyser
        self._abstractor = abstractor

    async def __call__(self, alert: Alert) -> Summary:
        """Give the summary of the alert's article for the subscriptions it hit."""
        article, language = alert.article, alert.article.language
        headline_only = all(match.subscription.headline_only for match in alert.matches)
        abstract = None
        if self._abstractor is not None and not headline_only and summary.needs_abstract(article):
            abstract = await self._abstractor.abstract(article, language)

        def highlight(text: str) -> Spans:
            found = [
                span
                for match in alert.matches
                if (parsed := _parse(match.subscription.normal))
                for span in matching.highlight(self._analyser, parsed, match.subscription.mode, text, language)
            ]
            return _join(found)

        return summary.summarise(
            article,
            highlight,
            headline_only=headline_only,
            sentences=lambda text: sentences.split(text, language),
            abstract=abstract or "",
        )


@lru_cache(maxsize=4096)
def _parse(normal: str) -> Query | None:
    try:
        return query.parse(normal)
    except Refusal:
        return None


def _join(spans: list[tuple[int, int]]) -> Spans:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
