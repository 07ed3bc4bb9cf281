"""Summarise an alert: the lines below its headline, with the forms that matched in bold."""

from __future__ import annotations

from functools import lru_cache

from bot.core import matching, query, summary
from bot.core.alert import Alert, Summary
from bot.core.errors import Refusal
from bot.core.query import Query
from bot.language import sentences
from bot.language.analyser import Analyser

Spans = tuple[tuple[int, int], ...]


class Summarise:
    """Knows the analyser, so that a summary marks exactly the forms the matcher accepts."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser

    def __call__(self, alert: Alert) -> Summary:
        """Give the summary of the alert's article for the subscriptions it hit."""
        language = alert.article.language

        def highlight(text: str) -> Spans:
            found = [
                span
                for match in alert.matches
                if (parsed := _parse(match.subscription.normal))
                for span in matching.highlight(self._analyser, parsed, match.subscription.mode, text, language)
            ]
            return _join(found)

        return summary.summarise(
            alert.article,
            highlight,
            headline_only=all(match.subscription.headline_only for match in alert.matches),
            sentences=lambda text: sentences.split(text, language),
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
