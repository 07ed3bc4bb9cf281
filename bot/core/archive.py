"""
The archive: the words of stored articles, kept so that a query can be asked of all of them at once.

A word is analysed once, when it first appears anywhere, and filed under the keys under which the live index would look
it up. So a search finds the same candidates and decides about them by the same rules. What a chat found is kept, so
that it can turn the pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.ids import ArticleId, ChatId, MessageId, SearchId, StoryId
from bot.core.query.patterns import Document, TextField, scan
from bot.language.analyser import Analyser, WordReading

ENGLISH = "en"
"""What every chat reads beside its own language, unless it was changed."""
_HALF = 1 << 31


class WordSpelling(NamedTuple):
    """A word as it stands in texts of one language."""

    text: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedWord:
    """A word with all that a search needs of it."""

    spelling: WordSpelling
    folded: str
    keys: frozenset[int]
    firsts: tuple[str, ...]
    """The nouns it may begin with, if it is put together; finding them takes long, so they are kept."""
    lasts: tuple[str, ...]


class StoredWord(NamedTuple):
    """A word the archive knows."""

    id: int
    spelling: WordSpelling
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]


class Posting(NamedTuple):
    """The articles a word stands in, and in which headlines."""

    anywhere: frozenset[ArticleId]
    in_title: frozenset[ArticleId]


class ArticleRef(NamedTuple):
    """An article that may be in several feeds, and when it came out."""

    article_id: ArticleId
    key: str
    published_at: datetime


class ArticleTeller(NamedTuple):
    """An article as one that tells a story: which, and where it stands."""

    story_id: StoryId | None
    """None: not placed in a story yet."""
    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """The words of an article, and which of them stand in its headline."""

    article_id: ArticleId
    words: Mapping[WordSpelling, bool]


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """What a chat can see of the past: its feeds, the languages it reads, and how far back."""

    chat_id: ChatId
    languages: tuple[str, ...]
    since: datetime


def view(chat: Chat, since: datetime) -> ArchiveView:
    """Return which articles a chat would have been alerted to."""
    return ArchiveView(chat.id, chat.reads or ((chat.language, ENGLISH) if chat.language else (ENGLISH,)), since)


def contents(article_id: ArticleId, document: Document) -> ArticleWords:
    """List the words of an article, each once."""
    words: dict[str, bool] = {}
    for passage in scan(document):
        in_title = passage.place is TextField.TITLE
        for text in passage.words:
            words.setdefault(text, in_title)
    language = document.language
    return ArticleWords(article_id, {WordSpelling(text, language): in_title for text, in_title in words.items()})


def analyse(analyser: Analyser, spelling: WordSpelling) -> ArchivedWord:
    """Find out all about a word."""
    reading = analyser.read(spelling.text, spelling.language)
    keys = analyser.reading_keys(reading) | analyser.compound_keys(reading)
    firsts, lasts = reading.parts or ((), ())
    return ArchivedWord(
        spelling=spelling,
        folded=reading.folded,
        keys=frozenset(map(number, keys)),
        firsts=tuple(sorted(firsts)),
        lasts=tuple(sorted(lasts)),
    )


def read(analyser: Analyser, word: StoredWord) -> WordReading:
    """Read a stored word; its parts, which take long to find, come from the store."""
    reading = analyser.read(*word.spelling)
    return replace(reading, parts=(frozenset(word.firsts), frozenset(word.lasts)))


def number(key: str) -> int:
    """
    Make a small number of a key, which costs a third of the room.

    Two keys may share one: whatever is found is judged afterwards.
    """
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) - _HALF


class ArchiveRepository(Protocol):
    """Stored articles by their words."""

    async def list_waiting(self, limit: int) -> tuple[Article, ...]:
        """List articles whose words are not stored yet, oldest first."""
        ...

    async def list_unknown(self, spellings: Collection[WordSpelling]) -> frozenset[WordSpelling]:
        """Say which words no article had before."""
        ...

    async def store(self, articles: Sequence[ArticleWords], new: Iterable[ArchivedWord]) -> bool:
        """
        Store the words of articles, once, and with them the words that are new.

        Does nothing and returns False when a word is neither known nor among the new: look again.
        """
        ...

    async def find_by_keys(self, keys: Collection[int], limit: int) -> tuple[tuple[int, StoredWord], ...]:
        """Find the words filed under any of these keys, each with the key."""
        ...

    async def find_by_letters(
        self, letters: str, *, open_start: bool, open_end: bool, limit: int
    ) -> tuple[StoredWord, ...]:
        """Find words whose folded form begins, ends or goes on with these letters; without their parts."""
        ...

    async def find_postings(self, word_ids: Collection[int]) -> Mapping[int, Posting]:
        """Find where words stand, whoever may see it."""
        ...

    async def find_similar(
        self, initial: str, shortest: int, longest: int, where: ArchiveView, limit: int
    ) -> tuple[tuple[int, str, str], ...]:
        """Find words (id, text, folded) by first letter and length of the folded form, in the view's languages."""
        ...

    async def list_visible(self, where: ArchiveView, *, language: str | None = None) -> frozenset[ArticleId]:
        """List visible articles, all or those of one language."""
        ...

    async def list_sources(self, where: ArchiveView) -> Mapping[tuple[str, str], frozenset[ArticleId]]:
        """List visible articles by title and host of their feed."""
        ...

    async def is_empty(self, where: ArchiveView) -> bool:
        """Say whether nothing at all is visible."""
        ...

    async def count_visible(self, where: ArchiveView) -> int:
        """Count visible articles."""
        ...

    async def list_sightings(
        self, article_ids: Collection[ArticleId] | None, where: ArchiveView, limit: int | None = None
    ) -> tuple[ArticleRef, ...]:
        """Say when articles came out, those that are visible of some or (None) of all, newest first."""
        ...

    async def load(self, article_ids: Collection[ArticleId]) -> tuple[Article, ...]:
        """Load articles, newest first."""
        ...

    async def list_tellers(self, article_ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleTeller]:
        """Say of which stories articles are and where they stand."""
        ...

    async def list_alerted(self, chat_id: ChatId, limit: int) -> frozenset[ArticleId]:
        """List the articles of the newest alerts for a chat, whatever became of them."""
        ...

    async def find_by_links(self, keys: Sequence[str], chat_id: ChatId) -> Article | None:
        """
        Find an article the chat may see by its address, whatever its language and age.

        It is known by what its feed last gave as its link too; the first of the keys counts most.
        """
        ...

    async def find_alerted(self, chat_id: ChatId, message_id: MessageId) -> Article | None:
        """Find the article of an alert by its message."""
        ...

    async def refile(self, after: int, limit: int) -> tuple[tuple[int, WordSpelling], ...]:
        """List words with a greater id, to be filed anew."""
        ...

    async def file(self, words: Sequence[tuple[int, ArchivedWord]]) -> None:
        """File known words under what is newly known of them."""
        ...

    async def bind(self) -> bool:
        """Join the words of the oldest articles to a block, if there are enough of them; True when there were."""
        ...

    async def sweep(self, part: int, parts: int) -> int:
        """
        Forget, in one of so many parts, what belongs to no article any more; returns how many rows went.

        Until then it is never visible.
        """
        ...


SEARCH_PAGE = 8
"""Articles on a page."""
MOST_FOUND = 200
"""Articles of a search whose pages can be turned, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """What a search found when it was made."""

    id: SearchId
    words: str
    """The query in its normal form; empty where the newest articles were asked for."""
    article_ids: frozenset[ArticleId]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of a search, newest articles first."""

    search_id: SearchId | None
    """What the buttons for the other pages name; None where nothing was found."""
    words: str
    articles: tuple[Article, ...] = ()
    offset: int = 0
    total: int = 0
    checked_since: datetime | None = None
    """Older articles were not looked at, because too many come into question; None: all were."""

    @property
    def is_cut(self) -> bool:
        """Whether older articles than these may have been found, too."""
        return self.total >= MOST_FOUND

    @property
    def has_newer(self) -> bool:
        """Whether a page comes before this one."""
        return self.offset > 0

    @property
    def has_older(self) -> bool:
        """Whether a page comes after this one."""
        return self.offset + SEARCH_PAGE < self.total


def once(sightings: Iterable[ArticleRef]) -> tuple[ArticleRef, ...]:
    """Keep one of what is the same article in several feeds, in the order given."""
    kept: dict[str, ArticleRef] = {}
    for sighting in sightings:
        kept.setdefault(sighting.key, sighting)
    return tuple(kept.values())


def page_start(offset: int, total: int) -> int:
    """Return where the page with this position begins; behind the end it is the last page."""
    last = max(0, total - 1) // SEARCH_PAGE * SEARCH_PAGE
    return min(max(0, offset) // SEARCH_PAGE * SEARCH_PAGE, last)


class SearchRepository(Protocol):
    """Searches whose pages may be turned for some days; of a chat only the newest are kept."""

    async def save(self, chat_id: ChatId, words: str, article_ids: Collection[ArticleId], now: datetime) -> SearchId:
        """Store what a search of a chat found."""
        ...

    async def find(self, chat_id: ChatId, search_id: SearchId) -> SavedSearch | None:
        """Find a search of this chat."""
        ...
