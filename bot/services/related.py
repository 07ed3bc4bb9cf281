"""
Finds what can be proposed beside a new subscription: related words, its other reading, and compounds to exclude.

Related words come from the tables and rules of `bot.language.related`, from the names of a place, and from the archive
itself. What only the archive tells must look like a derivation or a long form of the keyword, and must stand beside it
in articles far more often than chance has it, so that a mere neighbour in the news is never proposed. The count of a
word is that of the articles the keyword does not find.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from bot.core import archive, backtest
from bot.core.archive import ArchiveRepository, ArchiveView
from bot.core.article import Article
from bot.core.backtest import BacktestResult
from bot.core.chat import Chat
from bot.core.errors import Refusal
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.query.parser import AllOf, MatchMode, NoneOf, Query, Term
from bot.core.query.patterns import widen
from bot.core.repositories import SubscriptionRepository
from bot.core.subscription import Subscription
from bot.language import tokens
from bot.language.related import RelatedWords
from bot.services.backtest import ArchiveSearch

_MONTH = timedelta(days=30)
_NAMES = 3
_SHORTEST_EXPLAINED = 6
"""Letters of a keyword for which an abbreviation is looked for in texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedPolicy:
    """How much is offered, how much is looked at, and what the archive must show for a word that only it knows."""

    offered: int = 3
    exclusions: int = 2
    candidates: int = 12
    learned: int = 6
    """Candidates that only the archive knows."""
    stored_words: int = 1_000
    """With one beginning."""
    texts: int = 30
    characters: int = 5_000
    """Of each text."""
    together: int = 3
    """Articles in which keyword and word stand both."""
    lift: float = 5.0
    """How many times more often than chance has it."""


@dataclass(frozen=True, slots=True)
class RelatedWord:
    """A word that can be proposed, and in how many stored articles it shows."""

    text: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What can be proposed beside a subscription."""

    words: tuple[RelatedWord, ...] = ()
    """Counted in articles that the keyword does not find."""
    other_reading: str | None = None
    exclusions: tuple[RelatedWord, ...] = ()
    """Counted in articles that the keyword finds."""


class _Origin(Enum):
    """From where a word is known."""

    PLACE = auto()
    """Another name of the same place; it is proposed also without articles."""
    TABLE = auto()
    ARCHIVE = auto()


NOTHING = Proposals()
Keys = frozenset[str]
"""Identities of articles; one that several feeds carry has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedSearch:
    """Proposes words for a subscription from what a chat could have read in the last thirty days."""

    archive: ArchiveRepository
    subscriptions: SubscriptionRepository
    related: RelatedWords
    clock: Clock
    policy: RelatedPolicy = RelatedPolicy()

    async def __call__(self, chat: Chat, subscription: Subscription, past: BacktestResult) -> Proposals:
        """Return what is worth proposing, given what the subscription itself would have found."""
        name = backtest.plain_name(subscription.query.root)
        if name is None:
            return NOTHING
        view = archive.view(chat, past.checked_since or self.clock.now() - _MONTH)
        words = await self._list_words(name, view, past)
        excludable = self.list_exclusions(subscription.query)
        articles = await self._find_articles((*words, *excludable), view)
        seen = frozenset(sighting.key for sighting in past.sightings)
        unlikely = await self._list_unlikely(words, articles, seen, view)
        known = await self._list_subscribed(subscription) if words else set()
        more = {
            word: articles.get(word, _NONE) - seen
            for word in words
            if word not in unlikely and word.casefold() not in known
        }
        names = [word for word in more if words[word] is _Origin.PLACE]
        return Proposals(
            words=_choose(more, names)[: self.policy.offered],
            other_reading=self._find_other_reading(subscription.query),
            exclusions=_count(excludable, articles, seen)[: self.policy.exclusions],
        )

    async def find_word(self, chat: Chat, subscription: Subscription, past: BacktestResult, number: str) -> str | None:
        """Find again the word that was offered under this number; see `identify`."""
        name = backtest.plain_name(subscription.query.root)
        if name is None:
            return None
        words = await self._list_words(name, archive.view(chat, self.clock.now() - _MONTH), past)
        return next((word for word in words if identify(word) == number), None)

    def reread(self, query: Query) -> Query | None:
        """Return a query with its keyword in the other reading, where it is a name that may be another word."""
        other = self._find_other_reading(query)
        term = next(backtest.wanted(query.root), None)
        if other is None or term is None:
            return None
        return parser.parse(parser.render(backtest.swapped(query.root, term, replace(term, text=other))))

    def _find_other_reading(self, query: Query) -> str | None:
        name = _single_word(query)
        return None if name is None else self.related.analyser.other_reading(name)

    def list_exclusions(self, query: Query) -> tuple[str, ...]:
        """Return the compounds that a query's keyword finds, may not mean, and does not exclude yet."""
        name = _single_word(query)
        compounds = () if name is None else self.related.analyser.doubtful_compounds(name)
        parts = query.root.parts if isinstance(query.root, AllOf) else ()
        return tuple(compound for compound in compounds if NoneOf(Term(compound)) not in parts)

    async def _list_words(self, name: str, view: ArchiveView, past: BacktestResult) -> Mapping[str, _Origin]:
        """Return the words that come into question, and from where."""
        names = self.related.analyser.places.names_in(name, view.languages)[:_NAMES]
        words = dict.fromkeys(names, _Origin.PLACE)
        for word in self.related.list_known(name, view.languages):
            words.setdefault(word, _Origin.TABLE)
        for word in await self._learn(name, view, past) if len(tokens.words(name)) == 1 else ():
            words.setdefault(word, _Origin.ARCHIVE)
        return dict(list(words.items())[: self.policy.candidates])

    async def _learn(self, name: str, view: ArchiveView, past: BacktestResult) -> Iterable[str]:
        """Read in stored words and articles what may be a derivation, a long form or an abbreviation."""
        if self.related.is_abbreviation(name):
            return self._long_forms(name, await self._load_newest(past))
        found = dict.fromkeys(await self._derived(name, view))
        if name[0].isupper() and len(name) >= _SHORTEST_EXPLAINED:
            found |= dict.fromkeys(self._short_forms(name, await self._load_newest(past)))
        return found

    async def _load_newest(self, past: BacktestResult) -> tuple[Article, ...]:
        return await self.archive.load([sighting.article_id for sighting in past.sightings[: self.policy.texts]])

    async def _derived(self, name: str, view: ArchiveView) -> Iterable[str]:
        stems = self.related.stems(name, view.languages)
        if not stems:
            return ()
        stored = await self.archive.find_by_letters(
            stems[-1], open_start=False, open_end=True, limit=self.policy.stored_words
        )
        found: Counter[str] = Counter()
        for word in stored:
            text, language = word.spelling
            base = self.related.derived(stems, text, language) if language in view.languages else None
            if base is not None and not self.related.analyser.word(base).name:
                found[base] += 1
        return [base for base, _ in found.most_common(self.policy.learned)]

    def _long_forms(self, abbreviation: str, articles: Iterable[Article]) -> Iterable[str]:
        explained: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for text in map(self._text, articles):
            explained.update(set(self.related.find_long_forms(abbreviation, text)))
            words.update(set(tokens.words(text)))
        often = [word for word, count in words.items() if count >= self.policy.together]
        explained.update({word: words[word] for word in often if self.related.spells(abbreviation, [word])})
        return [form for form, count in explained.most_common(self.policy.learned) if count >= self.policy.together]

    def _short_forms(self, name: str, articles: Iterable[Article]) -> Iterable[str]:
        found: Counter[str] = Counter()
        for text in map(self._text, articles):
            found.update(set(self.related.find_short_forms(name, text)))
        return [form for form, count in found.most_common(self.policy.learned) if count >= self.policy.together]

    def _text(self, article: Article) -> str:
        return "\n".join((article.title, article.lead, article.body))[: self.policy.characters]

    async def _find_articles(self, words: Collection[str], view: ArchiveView) -> Mapping[str, Keys]:
        """Find the articles that each word would find by itself."""
        analyser = self.related.analyser
        roots = {word: widen(analyser, query.root) for word in words if (query := _parse(word)) is not None}
        search = ArchiveSearch(archive=self.archive, analyser=analyser, where=view, mode=MatchMode.COMPOUNDS)
        sure = await search.find_sure(dict.fromkeys(roots.values()))
        visible = await self.archive.list_sightings(frozenset().union(*sure.values()), view)
        keys = {sighting.article_id: sighting.key for sighting in visible}
        return {
            word: frozenset(keys[article_id] for article_id in sure[root] if article_id in keys)
            for word, root in roots.items()
        }

    async def _list_unlikely(
        self, words: Mapping[str, _Origin], articles: Mapping[str, Keys], seen: Keys, view: ArchiveView
    ) -> set[str]:
        """List the words that only the archive knows and that do not clearly belong to the keyword."""
        learned = [word for word, origin in words.items() if origin is _Origin.ARCHIVE]
        total = await self.archive.count_visible(view) if learned else 0
        unlikely = set()
        for word in learned:
            own = articles.get(word, _NONE)
            together, by_chance = len(own & seen), len(own) * len(seen) / max(total, 1)
            if together < self.policy.together or together < self.policy.lift * by_chance:
                unlikely.add(word)
        return unlikely

    async def _list_subscribed(self, subscription: Subscription) -> set[str]:
        listed = await self.subscriptions.list_for(subscription.chat_id, subscription.thread_id)
        return {known.query.normal.casefold() for known in listed}


def identify(word: str) -> str:
    """Return a short number for a proposed word, which fits into a button."""
    return f"{zlib.crc32(word.encode()):08x}"


_NONE: Keys = frozenset()


def _choose(more: Mapping[str, Keys], names: Iterable[str]) -> tuple[RelatedWord, ...]:
    """Put the words first that find most, each something that those before it do not; then names without articles."""
    chosen: list[RelatedWord] = []
    covered: set[str] = set()
    for word in sorted(more, key=lambda word: -len(more[word])):
        if more[word] - covered:
            chosen.append(RelatedWord(word, len(more[word])))
            covered |= more[word]
    return (*chosen, *(RelatedWord(name, 0) for name in names if not more[name]))


def _count(words: Iterable[str], articles: Mapping[str, Keys], seen: Keys) -> tuple[RelatedWord, ...]:
    counted = [RelatedWord(word, len(articles.get(word, _NONE) & seen)) for word in words]
    return tuple(sorted(counted, key=lambda word: -word.count))


def _single_word(query: Query) -> str | None:
    """Return the keyword of a query that asks for one plain word, whatever it excludes."""
    name = backtest.plain_name(query.root)
    return name if name is not None and len(tokens.words(name)) == 1 else None


def _parse(word: str) -> Query | None:
    try:
        return parser.parse(word)
    except Refusal:
        return None
