"""Backtests a query on stored articles, by the same rules as if it had been subscribed to at that time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.core import archive, backtest
from bot.core.archive import ArchiveRepository, ArchiveView, ArticleRef
from bot.core.backtest import EVERYBODY, BacktestResult, FormCount
from bot.core.chat import Chat
from bot.core.ids import ArticleId
from bot.core.ports import Clock
from bot.core.query import preview
from bot.core.query.parser import MatchMode, Node, Query, Term, render
from bot.core.query.patterns import widen
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.tokens import fold
from bot.services.archive import ArchiveSearch, SearchHits

_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_EXAMPLES = 3
_FORMS = 12
_SIMILAR = 20_000
_TRIED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Runs one query on all articles stored in the last thirty days."""

    archive: ArchiveRepository
    analyser: Analyser
    clock: Clock

    async def __call__(self, chat: Chat, asked: Query, mode: MatchMode) -> BacktestResult:
        """Return what the query would have found for a chat: in feeds it sees and languages it reads."""
        now = self.clock.now()
        where = archive.view(chat, now - _MONTH)
        root = widen(self.analyser, asked.root)
        hits = await ArchiveSearch(self.archive, self.analyser, where, mode)(asked, root)
        sightings = _once(hits.sightings)
        if not sightings:
            return await self._nothing(asked.root, hits, where)
        week = now - _WEEK
        forms = _forms(sightings.values(), hits)
        newest = [story[0].article_id for story in list(sightings.values())[:_EXAMPLES]]
        shown = {
            each.id: each for each in await self.archive.load({*newest, *(article_id for _, _, article_id in forms)})
        }
        return BacktestResult(
            week=sum(each[0].published_at >= week for each in sightings.values()),
            month=len(sightings),
            checked_since=hits.checked_since,
            is_week_whole=hits.checked_since is None or hits.checked_since < week,
            newest=tuple(shown[each] for each in newest if each in shown),
            forms=tuple(FormCount(form, count, shown[each]) for form, count, each in forms if each in shown),
        )

    async def _nothing(self, root: Node, hits: SearchHits, where: ArchiveView) -> BacktestResult:
        if await self.archive.is_empty(where):
            return BacktestResult(week=0, month=0, is_empty=True)
        for term in filter(backtest.plain, backtest.wanted(root)):
            group = hits.answers[term].possible if term in hits.answers else EVERYBODY
            if group.others or await self.archive.list_sightings(group.ids, where):
                continue
            word = await self._similar(term.text, where)
            return BacktestResult(week=0, month=0, near=word and render(backtest.swapped(root, term, Term(word))))
        return BacktestResult(week=0, month=0)

    async def _similar(self, text: str, where: ArchiveView) -> str | None:
        """Find the most similar word that occurs in articles, and of several the most frequent."""
        folded = fold(text)
        most = preview.reach(len(folded))
        if not most or len(tokens.words(text)) > 1:
            return None
        known = await self.archive.find_similar(folded[0], len(folded) - most, len(folded) + most, where, _SIMILAR)
        letters = set(folded)
        likely = [(word_id, other) for word_id, _, other in known if preview.is_likely(letters, other, most)]
        distances = {word_id: preview.distance(folded, other, most) for word_id, other in likely}
        words = sorted((slips, word_id) for word_id, slips in distances.items() if slips)[:_TRIED]
        spelled = {word_id: text for word_id, text, _ in known}
        postings = await self.archive.find_postings([word_id for _, word_id in words])
        standing = [each.anywhere for each in postings.values()]
        seen = {each.article_id for each in await self.archive.list_sightings(frozenset().union(*standing), where)}
        counts = {word_id: len(each.anywhere & seen) for word_id, each in postings.items()}
        found = [(slips, -counts[word_id], spelled[word_id]) for slips, word_id in words if counts.get(word_id)]
        return min(found)[2] if found else None


Story = list[ArticleRef]


def _once(sightings: Iterable[ArticleRef]) -> dict[str, Story]:
    """Put together what is the same article in several feeds; newest first."""
    grouped: dict[str, Story] = defaultdict(list)
    for each in sightings:
        grouped[each.key].append(each)
    return grouped


def _forms(stories: Iterable[Story], hits: SearchHits) -> tuple[tuple[str, int, ArticleId], ...]:
    """Count each form once per article, whatever its capitals."""
    spelled: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    newest: dict[str, ArticleId] = {}
    for story in stories:
        forms = {form.casefold(): form for each in story for form in sorted(hits.forms[each.article_id])}
        for folded, form in forms.items():
            spelled.setdefault(folded, form)
            newest.setdefault(folded, story[0].article_id)
            counts[folded] += 1
    ranked = sorted(counts, key=lambda folded: (-counts[folded], folded))[:_FORMS]
    return tuple((spelled[each], counts[each], newest[each]) for each in ranked)
