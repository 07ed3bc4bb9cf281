"""
What one paper lists twice: other news, or the same article again under another link.

Entries that a feed lists with links and guids of their own are different news, however alike their headlines are:
papers make headlines of patterns ("Zeugenaufruf nach Einbruch in Thun", "… nach Brand in Thun"), status pages and
columns use one headline again and again. Only where headline and text say the same within hours is the second taken
for the first one published again; everything that tells the two apart, be it one word, makes them two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

from bot.core.ids import FeedId, StoryId
from bot.language import headlines, language_data, stop_words, tokens
from bot.language.headline_claims import HeadlineClaims
from bot.language.tokens import fold
from bot.language.word_tables import MarkWords

OPENING = 400
"""Characters of a text that are compared."""
_WITHIN = timedelta(hours=12)
"""A daily column comes back after a day."""
_TELLING_TEXT = 8
"""Words, stop words apart, from which a text says what happened; "We are investigating this issue." is a label."""
_TELLING_TITLE = 6
"""Words from which a headline says it, where there is no such text; names of columns are shorter."""
_CUT_TEXT = 0.6
"""How much of a text its shortened form must still have."""
_WORD = 7
"""Letters to which words are cut, so that "verletzte" in a headline is found as "verletzt" in a text."""
_USUAL = 2
"""Earlier entries under the same headline from which on that is the name of a column."""
_MOST_COMPARED = 20
_HEAD = 8
"""Words under which texts are found again."""
_AGGREGATORS = frozenset(("google.com", "bing.com", "msn.com", "yahoo.com"))
"""Sites that list other papers' articles under addresses of their own, with the paper's name behind the headline."""
_SECOND_LEVEL = frozenset("ac co com edu gob gouv gov ne net or org".split())


@cache
def _marks() -> frozenset[str]:
    """Give words of a headline that say something about the article and nothing about the news."""
    return frozenset(fold(word)[:_WORD] for word in language_data.every(MarkWords, "words"))


Slot = TypeVar("Slot", bound=Hashable)


class PaperIdentity(NamedTuple):
    """Who lists an entry: a publisher in one feed; an aggregator's feed lists entries of many."""

    feed_id: FeedId
    publisher: str


_Key = tuple[PaperIdentity, str, str]


class PaperEntry(Protocol):
    """An article, as far as it says which paper lists it, and when."""

    @property
    def feed_id(self) -> FeedId:
        """The feed that lists it."""
        ...

    @property
    def url(self) -> str | None:
        """Its address."""
        ...

    @property
    def title(self) -> str:
        """Its headline."""
        ...

    @property
    def source_host(self) -> str:
        """The host of the feed."""
        ...

    @property
    def published_at(self) -> datetime:
        """When it says it came out."""
        ...

    @property
    def seen_at(self) -> datetime:
        """When it was new in its feed; the same for all that one document brought."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedText:
    """One entry of a paper, as far as it is compared with others of the same paper."""

    title: str
    opening: str
    """The beginning of its text; see `opening`."""
    published_at: datetime
    seen_at: datetime
    claims: HeadlineClaims

    @classmethod
    def of(cls, entry: PaperEntry, opening: str, claims: HeadlineClaims) -> PublishedText:
        """Take of an article what is compared."""
        return cls(
            title=entry.title,
            opening=opening,
            published_at=entry.published_at,
            seen_at=entry.seen_at,
            claims=claims,
        )


def paper(entry: PaperEntry) -> PaperIdentity:
    """Say which paper lists an entry: by feed, and by the site its link leads to."""
    return PaperIdentity(entry.feed_id, _publisher(entry.url or "", entry.source_host, entry.title))


def opening(lead: str, body: str) -> str:
    """Give the beginning of what a feed says of an article beside the headline; empty where it says nothing."""
    return (lead.strip() or body.strip())[:OPENING]


def is_again(new: PublishedText, old: PublishedText) -> bool:
    """Say whether an entry is very likely an earlier one of the same paper, published again."""
    if abs(new.published_at - old.published_at) >= _WITHIN or new.seen_at - old.seen_at >= _WITHIN:
        return False
    if new.claims.figures != old.claims.figures or new.claims.differ(old.claims):
        return False
    title, other_title = _words(new.title), _words(old.title)
    text, other_text = _words(new.opening), _words(old.opening)
    if not _say_the_same(text, other_text):
        return False
    if min(len(text), len(other_text)) >= _TELLING_TEXT:
        apart = {word for word in title ^ other_title if word not in _marks()}
        return apart <= (text & other_text)
    is_telling = len(tokens.words(new.title)) >= _TELLING_TITLE
    return title - _marks() == other_title - _marks() and is_telling and new.seen_at != old.seen_at


class PublishedTexts(Generic[Slot]):
    """The entries of each paper by headline and by text, oldest first; belongs to one thread."""

    def __init__(self) -> None:
        self._slots: dict[_Key, list[Slot]] = {}

    def file(self, slot: Slot, listed_by: PaperIdentity, title: str, opening: str) -> None:
        """Add an entry."""
        for key in _keys(listed_by, title, opening):
            self._slots.setdefault(key, []).append(slot)

    def forget(self, slot: Slot, listed_by: PaperIdentity, title: str, opening: str) -> None:
        """Remove an entry."""
        for key in _keys(listed_by, title, opening):
            self._slots[key].remove(slot)
            if not self._slots[key]:
                del self._slots[key]

    def candidates(self, listed_by: PaperIdentity, title: str, opening: str) -> tuple[Slot, ...]:
        """
        List the earlier entries that this may be again, newest first.

        None where the paper uses the headline as a matter of course: it is that of a column.
        """
        found = [self._slots.get(key, []) for key in _keys(listed_by, title, opening)]
        if len(found[0]) >= _USUAL:
            return ()
        newest = (slot for slots in found for slot in reversed(slots[-_MOST_COMPARED:]))
        return tuple(dict.fromkeys(newest))


class StoryPublishers:
    """Which papers told each story; belongs to one thread."""

    def __init__(self) -> None:
        self._papers: dict[StoryId, Counter[PaperIdentity]] = {}

    def add(self, story: StoryId, teller: PaperIdentity) -> None:
        """Note once more that a paper reported a story."""
        self._papers.setdefault(story, Counter())[teller] += 1

    def drop(self, story: StoryId, teller: PaperIdentity) -> None:
        """Remove one such note."""
        papers = self._papers[story]
        papers[teller] -= 1
        if not papers[teller]:
            del papers[teller]
        if not papers:
            del self._papers[story]

    def merge(self, story: StoryId, into: StoryId) -> None:
        """Let the papers of a story count for another one."""
        self._papers.setdefault(into, Counter()).update(self._papers.pop(story, Counter()))

    def of(self, story: StoryId) -> Collection[PaperIdentity]:
        """Return the papers that reported a story."""
        return self._papers.get(story, ())


def _keys(listed_by: PaperIdentity, title: str, opening: str) -> tuple[_Key, ...]:
    """Give the keys of an entry: its headline, and the first words of its text where it has any."""
    head = _normal(opening, _HEAD)
    return (listed_by, "title", _normal(title)), *((listed_by, "text", each) for each in (head,) if each)


def _normal(text: str, words: int | None = None) -> str:
    return " ".join(map(fold, tokens.words(text[:OPENING])[:words]))


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    """List the words of a text, cut as headlines are, without those that say nothing by themselves."""
    words = (word for word in tokens.words(text[:OPENING]) if not stop_words.is_stop(word))
    return frozenset(fold(word)[:_WORD] for word in words)


def _say_the_same(text: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two texts are the same, or one is the other cut short."""
    less, more = sorted((text, other), key=len)
    return less == more or (len(less) >= _TELLING_TEXT and less <= more and len(less) >= _CUT_TEXT * len(more))


@lru_cache(maxsize=256)
def _publisher(url: str, source_host: str, title: str) -> str:
    try:
        host = urlsplit(url.strip()).hostname or source_host
    except ValueError:
        host = source_host
    site = _site(host)
    return headlines.outlet(title) or site if site in _AGGREGATORS else site


def _site(host: str) -> str:
    """Give what a publisher's hosts have in common: "sport.zeitung.ch" and "www.zeitung.ch" are one site."""
    labels = host.lower().rstrip(".").split(".")
    if all(label.isdigit() for label in labels):
        return host
    length = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-length:])
