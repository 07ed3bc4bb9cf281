"""
Stories: which articles report the same event, and what a reader who knows the story should still get.

An article belongs to the story of an earlier one with its address or guid, or of another paper's with the same headline
or one that is similar enough and makes no other claim: a count that rose, the next match, the third part of a series or
an accident in the next town is news. Several addresses of one paper are several stories, however similar their
headlines are, so no article joins a story that its paper has told, also by way of another paper. What is very likely
the same article again (see `republication`) is a story that knows the first.

Only articles that match a query are compared; all articles of the window count for how rare a word is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple, Protocol, TypeVar

from bot.core import republication
from bot.core.article import Article
from bot.core.ids import ArticleId, ChatId, FeedId, StoryId
from bot.core.republication import PaperIdentity, PublishedText, PublishedTexts, StoryPublishers
from bot.core.story_similarity import ComparedHeadline, HeadlineSimilarity, SimilarHeadline
from bot.language import headline_claims, headline_pairs, headlines
from bot.language.headline_claims import HeadlineClaims, Locate
from bot.language.headline_pairs import PairModel

_HEADLINE = "headline"
_SHORTEST_SAME = 3
"""Fewest words from which on an equal headline means the same story; "Die Lage" does not."""
_MOST_ABSORBED = 20
_NEAREST = 2
"""Articles of a story that are asked: one that is alike by chance does not make a chain."""
_LEAST = 0.3
"""The lowest probability that counts for the mean of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPolicy:
    """When two articles tell one story."""

    window: timedelta = timedelta(hours=72)
    same: float = 0.55
    related: float = 0.45

    @property
    def least(self) -> float:
        """The lowest similarity at which stories are related at all; `same` may be set below `related`."""
        return min(self.same, self.related)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowHeadline:
    """A headline of the window, which counts for how rare words are."""

    article_id: ArticleId
    title: str
    language: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlacement:
    """Where an article belongs."""

    story_id: StoryId
    """The number of the story's first article."""
    related_id: StoryId | None = None
    """The story it may belong to; only where it begins one of its own."""
    absorbed: tuple[StoryId, ...] = ()
    """Stories of readers' own feeds that turn out to be this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedArticle:
    """An article that was placed; numbers count up in the order of placing, whoever placed."""

    number: int
    article_id: ArticleId
    placement: StoryPlacement
    owner: ChatId | None
    feed_id: FeedId
    key: str
    guid_key: str | None
    url: str | None
    source_host: str
    title: str
    opening: str
    """The beginning of its text."""
    language: str | None
    published_at: datetime
    seen_at: datetime


class NearestStory(NamedTuple):
    """The story an article most likely belongs to; the greater one is the better one."""

    score: float
    """The likeness, on the scale of `StoryPolicy`."""
    age: int
    story: StoryId


class StoryWindow:
    """The stories of the window; can be rebuilt from the store at any time, belongs to one thread."""

    def __init__(self, policy: StoryPolicy, locate: Locate, model: PairModel | None = None) -> None:
        self._policy = policy
        self._model = model or headline_pairs.load()
        self._read = lru_cache(maxsize=64)(
            partial(headline_claims.read, locate=locate)
        )  # one article is compared and filed
        self._likeness: dict[str | None, HeadlineSimilarity] = {}
        self._tellings: dict[tuple[str | None, int], PlacedArticle] = {}
        """By language and slot."""
        self._claims: dict[tuple[str | None, int], HeadlineClaims] = {}
        """What has any."""
        self._exact: dict[tuple[object, ...], PlacedArticle] = {}
        self._editions = PublishedTexts[tuple[str | None, int]]()
        self._tellers = StoryPublishers()
        self._members = Counter[StoryId]()
        """How many articles of everybody's feeds each story has."""
        self._own_members = Counter[tuple[StoryId, ChatId]]()
        """How many of a reader's own feeds."""
        self._alias: dict[StoryId, StoryId] = {}
        self._private = 0

    def count(self, headline: WindowHeadline) -> None:
        """Count a headline for how rare words are, once."""
        likeness = self._likeness.setdefault(headline.language, HeadlineSimilarity(self._model))
        likeness.count(headlines.features(headline.title, headline.language), headline.seen_at)

    def file(self, telling: PlacedArticle) -> None:
        """Add an article that was assigned, by this process or another."""
        paper, story = republication.paper(telling), telling.placement.story_id
        for absorbed in telling.placement.absorbed:
            self._alias[absorbed] = story
            self._tellers.merge(absorbed, story)
            for known in [known for known in self._own_members if known[0] == absorbed]:
                self._own_members[story, known[1]] += self._own_members.pop(known)
        likeness = self._likeness.setdefault(telling.language, HeadlineSimilarity(self._model))
        claimed = self._read(telling.title, telling.language)
        slot = likeness.file(compared(telling, claimed, telling.opening), telling.seen_at)
        self._tellings[telling.language, slot] = telling
        if (kept := claimed.without_names()) is not headline_claims.NOTHING:
            self._claims[telling.language, slot] = _shared(kept)
        self._private += telling.owner is not None
        self._tellers.add(self._story(telling), paper)
        self._recount(self._story(telling), telling.owner, 1)
        self._editions.file((telling.language, slot), paper, telling.title, telling.opening)
        for key in _keys(telling):
            self._exact[telling.owner, *key] = telling  # the newest: it is in the window longest

    def forget(self, now: datetime) -> None:
        """Forget what is older than the window."""
        before = now - self._policy.window
        for language, likeness in self._likeness.items():
            for slot in likeness.forget(before):
                telling = self._tellings.pop((language, slot))
                self._claims.pop((language, slot), None)
                self._private -= telling.owner is not None
                paper, story = republication.paper(telling), self._story(telling)
                self._tellers.drop(story, paper)
                self._recount(story, telling.owner, -1)
                self._editions.forget((language, slot), paper, telling.title, telling.opening)
                for key in _keys(telling):
                    if self._exact.get((telling.owner, *key)) is telling:
                        del self._exact[telling.owner, *key]
        if not self._private:
            self._alias.clear()

    def place(self, article: Article) -> StoryPlacement:
        """
        Say where an article belongs among the filed ones.

        A reader's own feed is compared with everybody's and with his; everybody's only among themselves, because what
        one reader brings in must not change what others get. His story is absorbed when everybody's comes later.
        """
        found, related = self._belongs(article)
        story = found or StoryId(article.id)
        return StoryPlacement(story_id=story, related_id=related, absorbed=self._absorbed(article, story))

    def _belongs(self, article: Article) -> tuple[StoryId | None, StoryId | None]:
        """Find the story of an article, else that which it may belong to."""
        exact = next((found for key in _keys(article) if (found := self._find(article, key))), None)
        if exact is not None:
            return self._story(exact), None
        likeness = self._likeness.get(article.language)
        again = self._again(article)
        if again is not None or likeness is None:
            return None, again
        owners = frozenset((None, article.owner))
        nearest, others_differ = self._nearest(likeness, article, owners)
        if nearest is not None and nearest.score >= self._policy.same:
            return nearest.story, None
        if others_differ and (nearest is None or nearest.score < self._policy.least):
            # a count that rose, the next town, a comment: it hangs on what it goes on from
            nearest, _ = self._nearest(likeness, article, owners, claims_count=False)
        return None, None if nearest is None or nearest.score < self._policy.least else nearest.story

    def _again(self, article: Article) -> StoryId | None:
        """Find the story of which its paper very likely publishes this article again."""
        opening = republication.opening(article.lead, article.body)
        for place in self._editions.candidates(republication.paper(article), article.title, opening):
            telling = self._tellings[place]
            new = PublishedText.of(article, opening, self._read(article.title, article.language))
            old = PublishedText.of(telling, telling.opening, self._read(telling.title, telling.language))
            if republication.is_again(new, old):
                return self._story(telling)
        return None

    def _find(self, article: Article, key: tuple[object, ...]) -> PlacedArticle | None:
        found = self._exact.get((None, *key)) or self._exact.get((article.owner, *key))
        if found is None or key[0] != _HEADLINE:
            return found
        if republication.paper(article) in self._tellers.of(self._story(found)):
            return None
        # What was cut off both may be what tells them apart: "Bern: …", "Teil 3: …".
        ours, theirs = (self._read(telling.title, telling.language) for telling in (article, found))
        return None if ours.differ(theirs) else found

    def _story(self, telling: PlacedArticle) -> StoryId:
        story = telling.placement.story_id
        while story in self._alias:
            story = self._alias[story]
        return story

    def _nearest(
        self,
        likeness: HeadlineSimilarity,
        article: Article,
        owners: frozenset[ChatId | None],
        *,
        claims_count: bool = True,
        papers: Container[PaperIdentity] = (),
    ) -> tuple[NearestStory | None, bool]:
        """
        Find the likeliest story, by the mean of its two likeliest headlines, and whether claims spoke against any.

        What the article's own paper told, or any of these, is never looked at.
        """
        own, told_by = self._read(article.title, article.language), republication.paper(article)
        if own.is_roundup:
            return None, False
        passed_over = False

        def may_be(slot: int) -> bool:
            nonlocal passed_over
            place = article.language, slot
            telling, claimed = self._tellings[place], self._claims.get(place, headline_claims.NOTHING)
            if telling.owner not in owners or claimed.is_roundup:
                return False
            tellers = self._tellers.of(self._story(telling))
            if told_by in tellers or any(paper in papers for paper in tellers):
                return False
            if claims_count and differ(article, own, telling, claimed):
                passed_over = True
                return False
            return True

        similar = likeness.likely(compared(article, own, _teaser(article)), _LEAST, may_be, names_count=claims_count)
        return self._likeliest(article.language, similar, owners), passed_over

    def _likeliest(
        self, language: str | None, similar: Iterable[SimilarHeadline], owners: frozenset[ChatId | None]
    ) -> NearestStory | None:
        """Find the story with the largest mean of its two likeliest headlines; of equals the oldest."""
        found: dict[StoryId, list[SimilarHeadline]] = {}
        for headline in similar:
            found.setdefault(self._story(self._tellings[language, headline.slot]), []).append(headline)
        best: NearestStory | None = None
        for story, members in found.items():
            of_story = sum(self._count_members(story, owner) for owner in owners)
            two = [headline.probability for headline in members[:_NEAREST]]
            score = self._model.likeness(sum(two) / min(of_story, _NEAREST))
            nearest = NearestStory(score, -members[0].slot, story)
            best = nearest if best is None or nearest > best else best
        return best

    def _count_members(self, story: StoryId, owner: ChatId | None) -> int:
        return self._members[story] if owner is None else self._own_members[story, owner]

    def _recount(self, story: StoryId, owner: ChatId | None, by: int) -> None:
        """Count a member more or less."""
        if owner is None:
            self._members[story] += by
            if not self._members[story]:
                del self._members[story]
        else:
            self._own_members[story, owner] += by
            if not self._own_members[story, owner]:
                del self._own_members[story, owner]

    def _absorbed(self, article: Article, story: StoryId) -> tuple[StoryId, ...]:
        """Find stories readers' own feeds told before everybody's did, one each, none by a paper that told this one."""
        likeness = self._likeness.get(article.language)
        if article.owner is not None or not self._private or likeness is None:
            return ()
        owners = {telling.owner for telling in self._tellings.values() if telling.owner is not None}
        absorbed: dict[StoryId, None] = {}
        tellers = set(self._tellers.of(story))
        for owner in sorted(owners)[:_MOST_ABSORBED]:
            nearest, _ = self._nearest(likeness, article, frozenset((owner,)), papers=tellers)
            if nearest is None or nearest.score < self._policy.same:
                continue
            if nearest.story not in self._alias and self._is_private(nearest.story):
                absorbed[nearest.story] = None
                tellers |= set(self._tellers.of(nearest.story))
        return tuple(absorbed)

    def _is_private(self, story: StoryId) -> bool:
        return all(
            telling.owner is not None for telling in self._tellings.values() if telling.placement.story_id == story
        )


@lru_cache(maxsize=4096)
def _shared(claimed: HeadlineClaims) -> HeadlineClaims:
    """Return one object for equal claims, to save memory: most headlines claim the same."""
    return claimed


class Headlined(Protocol):
    """What has a headline."""

    @property
    def title(self) -> str:
        """The headline."""
        ...

    @property
    def language(self) -> str | None:
        """Its language."""
        ...


def compared(what: Article | PlacedArticle, claims: HeadlineClaims, teaser: str) -> ComparedHeadline:
    """Give a headline as it is compared."""
    features, names = headlines.features(what.title, what.language), claims.where.names
    return ComparedHeadline(
        features=features,
        names=headlines.bits(features.words, names.__contains__) if names else 0,
        figures=claims.figures,
        teaser=teaser,
        published_at=what.published_at,
    )


def _teaser(article: Article) -> str:
    return republication.opening(article.lead, article.body)


def differ(new: Headlined, own: HeadlineClaims, old: Headlined, claimed: HeadlineClaims) -> bool:
    """Say whether two headlines cannot be of the same news: by what they claim, or because both are opinions."""
    if own.is_opinion and claimed.is_opinion:
        return True
    if not own.differ(claimed):
        return False
    elsewhere = own.where.differ(claimed.where)
    if not elsewhere or own._replace(where=claimed.where).differ(claimed):
        return True
    # "Zürich-Oerlikon" and "Oerlikon": a town that the other headline has in it is no other place.
    said = (headlines.features(old.title, old.language).words, headlines.features(new.title, new.language).words)
    places = ((own.where, said[0]), (claimed.where, said[1]))
    return not any(headlines.key(town) in words for where, words in places for town in where.towns | where.countries)


def _keys(what: Article | PlacedArticle) -> Iterable[tuple[object, ...]]:
    """List by what an article is recognised for certain: its address or guid, then its headline."""
    yield "key", what.key
    if what.guid_key:
        yield "guid", what.guid_key, what.source_host
    normal = headlines.normalise(what.title)
    if normal.count(" ") + 1 >= _SHORTEST_SAME:
        yield _HEADLINE, what.language, normal


class Ranked(Protocol):
    """What several sources may have reported."""

    @property
    def sources(self) -> int:
        """How many sources told it."""
        ...

    @property
    def published_at(self) -> datetime:
        """When it was told first or last, whichever the list is about."""
        ...


R = TypeVar("R", bound=Ranked)


def rank(items: Iterable[R]) -> tuple[R, ...]:
    """Put first what most sources tell, and of those the newest."""
    return tuple(sorted(items, key=lambda item: (-item.sources, -item.published_at.timestamp())))
