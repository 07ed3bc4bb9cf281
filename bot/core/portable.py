"""
What a chat has stored, as a document it can take away and bring back; docs/export.md describes it.

Whatever comes back may be written by anybody. So each part is read by itself, and one that cannot be read is reported
and hinders no other.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from bot.core import quiet_hours, shared_list, visible_text
from bot.core.chat import Chat, PictureSize
from bot.core.delivery import schedule
from bot.core.errors import Refusal
from bot.core.ids import ThreadId
from bot.core.query import parser
from bot.core.query.parser import MatchMode, Query
from bot.core.saved import LONGEST_ADDRESS, LONGEST_SUMMARY, SavedArticle
from bot.core.shared_list import SharedList
from bot.core.source import Source, read_address, without_password
from bot.core.subscription import Subscription, Urgency

FORMAT = 2
"""The version of the document; 1 had only keywords."""
MOST_BYTES = 5_000_000
MOST_PARTS = 1_000
"""Settings, sources and keywords that are read of one document."""
_LONGEST = 200
_PROGRAM = "stichwort"
_LANGUAGE = re.compile(r"[a-z]{2}")
_DEEPEST = "[{"
_HEAD = 2_000
_Word = TypeVar("_Word", MatchMode, Urgency, PictureSize)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionWish:
    """A subscription as its chat wants it, with all its settings."""

    query: Query
    mode: MatchMode = MatchMode.COMPOUNDS
    urgency: Urgency = Urgency.INSTANT
    urgency_before: Urgency | None = None
    """Of one in the digest: how it came before that."""
    title: str | None = None
    headline_only: bool = False
    paused: bool = False
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubscription:
    """A subscription together with what only the store knows of it."""

    subscription: Subscription
    urgency_before: Urgency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingPart:
    """One setting of a chat: the fields of `Chat` it changes."""

    name: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPart:
    """The digest hours of a chat, or of a topic of it."""

    thread_id: ThreadId
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePart:
    """A source to follow, or (not `followed`) one of everybody's to switch off."""

    url: str
    title: str = ""
    language: str | None = None
    followed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordPart:
    """A subscription."""

    thread_id: ThreadId
    wish: SubscriptionWish


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPart:
    """A saved article."""

    article: SavedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePart:
    """A part that cannot be read, and why."""

    text: str
    refusal: Refusal


PortablePart = SettingPart | DigestPart | SourcePart | KeywordPart | SavedPart | UnreadablePart


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatContents:
    """What a chat has stored."""

    chat: Chat
    digests: Mapping[ThreadId, str]
    sources: Sequence[Source]
    subscriptions: Sequence[StoredSubscription]
    saved: Sequence[SavedArticle]
    shared_lists: Sequence[SharedList]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    """Every stored row that names the chat, by table."""


def document(contents: ChatContents, now: datetime) -> dict[str, Any]:
    """Write everything as values of JSON."""
    own = [source.feed for source in contents.sources if source.is_own]
    off = [source.feed for source in contents.sources if not source.is_followed]
    return {
        "program": _PROGRAM,
        "format": FORMAT,
        "written_at": _time(now),
        "chat": _chat(contents.chat),
        "digests": [{"thread": thread, "hours": hours} for thread, hours in sorted(contents.digests.items())],
        "sources": {
            "own": [{"url": feed.url, "title": feed.title, "language": feed.language} for feed in own],
            "switched_off": [{"url": without_password(feed.url), "title": feed.title} for feed in off],
        },
        "subscriptions": [_subscription(stored) for stored in contents.subscriptions],
        "saved": [_saved(article) for article in contents.saved],
        "shared_lists": [_shared_list(shared) for shared in contents.shared_lists],
        "stored": contents.rows,
    }


def _chat(chat: Chat) -> dict[str, Any]:
    has_hours = chat.quiet_from is not None and chat.quiet_to is not None
    quiet = f"{quiet_hours.clock(chat.quiet_from or 0)}-{quiet_hours.clock(chat.quiet_to or 0)}"
    return {
        "id": chat.id,
        "kind": chat.kind.value,
        "language": chat.language,
        "reads": list(chat.reads),
        "timezone": chat.timezone,
        "quiet_hours": quiet if has_hours else None,
        "paused_until": _time(chat.paused_until),
        "one_per_story": chat.one_per_story,
        "pictures": chat.pictures.value,
        "created_at": _time(chat.created_at),
    }


def _subscription(stored: StoredSubscription) -> dict[str, Any]:
    subscription = stored.subscription
    return {
        "thread": subscription.thread_id,
        "number": subscription.number,
        "query": subscription.query.normal,
        "mode": subscription.mode.value,
        "urgency": subscription.urgency.value,
        "urgency_before": stored.urgency_before and stored.urgency_before.value,
        "title": subscription.title,
        "headline_only": subscription.headline_only,
        "paused": subscription.paused,
        "muted_until": _time(subscription.muted_until),
        "created_at": _time(subscription.created_at),
    }


def _saved(article: SavedArticle) -> dict[str, Any]:
    return {
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "summary": article.summary,
        "published_at": _time(article.published_at),
        "is_day": article.is_day,
        "is_paid": article.is_paid,
        "saved_at": _time(article.saved_at),
    }


def _shared_list(shared: SharedList) -> dict[str, Any]:
    return {
        "thread": shared.thread_id,
        "payload": shared_list.write_payload(shared.id),
        "keywords": [{"query": keyword.query.normal, "mode": keyword.mode.value} for keyword in shared.keywords],
        "created_at": _time(shared.created_at),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def read_words(text: str, thread_id: ThreadId) -> Iterator[PortablePart]:
    """Read a plain list for this topic: queries as /sub separates them, by lines, commas and semicolons."""
    place = _Place(thread_id=thread_id)
    for query in parser.split(text):
        yield _part(query, partial(_keyword, {"query": query}, place))


def read_document(text: str, chat_id: int, thread_id: ThreadId) -> Iterator[PortablePart]:
    """
    Read a document that `document` wrote; topics are kept only where it comes back to its own chat.

    Raises `Refusal`: "import.json" (line=…, column=… where it is no JSON), "import.format".
    """
    content = _json(text)
    chat = _mapping(content, "chat")
    place = _Place(thread_id=thread_id, keeps_topics=chat.get("id") == chat_id)
    yield from _settings(chat)
    for item in _items(content, "digests"):
        yield _part(_shown(item, "hours"), partial(_digest, item, place))
    sources = _mapping(content, "sources")
    for name in ("own", "switched_off"):
        for item in _items(sources, name):
            yield _part(_shown(item, "url"), partial(_source, item, followed=name == "own"))
    for item in _items(content, "subscriptions"):
        yield _part(_shown(item, "query"), partial(_keyword, item, place))
    for item in _items(content, "saved"):
        yield _part(_shown(item, "title"), partial(_saved_part, item))


def read_sources(listed: Iterable[tuple[str, str]]) -> Iterator[PortablePart]:
    """Read sources, each an address and a title."""
    for url, title in listed:
        yield _part(url, partial(_source, {"url": url, "title": title}, followed=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where keywords and hours come: the topic in which the file was sent, or each to its own."""

    thread_id: ThreadId
    keeps_topics: bool = False


def _json(text: str) -> dict[str, Any]:
    if sum(map(text.count, _DEEPEST)) > MOST_BYTES // 50:
        raise Refusal("import.json")  # no export has so many parts, and reading them would take all the memory
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refusal("import.json", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise Refusal("import.json") from None
    if not isinstance(content, dict) or content.get("program") != _PROGRAM:
        raise Refusal("import.json")
    if content.get("format") not in range(1, FORMAT + 1):
        raise Refusal("import.format")
    return content


def _part(text: str, read: Callable[[], PortablePart]) -> PortablePart:
    try:
        return read()
    except Refusal as refusal:
        return UnreadablePart(text=text, refusal=refusal)


def _items(content: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    listed = content.get(name)
    for item in listed if isinstance(listed, list) else ():
        yield item if isinstance(item, dict) else {}


def _mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _shown(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else "?"


def _settings(chat: Mapping[str, Any]) -> Iterator[PortablePart]:
    for name, read in _SETTINGS.items():
        if chat.get(name) not in (None, []):
            yield _part(name, partial(_setting, name, read, chat))


def _setting(name: str, read: Callable[[Mapping[str, Any]], Mapping[str, Any]], chat: Mapping[str, Any]) -> SettingPart:
    return SettingPart(name=name, changes=read(chat))


def _quiet(chat: Mapping[str, Any]) -> Mapping[str, Any]:
    begin, end = quiet_hours.read_quiet(_text(chat, "quiet_hours") or "")
    return {"quiet_from": begin, "quiet_to": end}


_SETTINGS: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "language": lambda chat: {"language": _language(chat, "language")},
    "reads": lambda chat: {"reads": _reads(chat["reads"])},
    "timezone": lambda chat: {"timezone": _timezone(chat)},
    "quiet_hours": _quiet,
    "paused_until": lambda chat: {"paused_until": _moment(chat, "paused_until")},
    "one_per_story": lambda chat: {"one_per_story": _flag(chat, "one_per_story", unless=True)},
    "pictures": lambda chat: {"pictures": _word(chat, "pictures", PictureSize, PictureSize.OFF)},
}


def _thread(item: Mapping[str, Any], place: _Place) -> ThreadId:
    return ThreadId(_integer(item, "thread")) if place.keeps_topics else place.thread_id


def _digest(item: Mapping[str, Any], place: _Place) -> DigestPart:
    hours = _text(item, "hours") or ""
    schedule.read(hours)
    return DigestPart(thread_id=_thread(item, place), hours=hours)


def _keyword(item: Mapping[str, Any], place: _Place) -> KeywordPart:
    return KeywordPart(thread_id=_thread(item, place), wish=_wish(item))


def _source(item: Mapping[str, Any], *, followed: bool) -> SourcePart:
    url = read_address(_text(item, "url", longest=1_000) or "")
    if url is None:
        raise Refusal("feed.address")
    title = (_text(item, "title", longest=MOST_BYTES) or "")[:_LONGEST]
    return SourcePart(url=url, title=title, language=_language(item, "language"), followed=followed)


def _saved_part(item: Mapping[str, Any]) -> SavedPart:
    title, url = _text(item, "title"), _text(item, "url", longest=LONGEST_ADDRESS)
    if title is None:
        raise Refusal("import.value", name="title")
    if url is not None and visible_text.address(url) is None:
        raise Refusal("import.value", name="url")
    article = SavedArticle(
        title=title,
        url=url,
        source=_text(item, "source") or "",
        summary=_text(item, "summary", longest=LONGEST_SUMMARY) or "",
        published_at=_needed_moment(item, "published_at"),
        is_day=_flag(item, "is_day"),
        is_paid=_flag(item, "is_paid"),
        saved_at=_needed_moment(item, "saved_at"),
    )
    return SavedPart(article=article)


def _wish(item: Mapping[str, Any]) -> SubscriptionWish:
    before = item.get("urgency_before")
    return SubscriptionWish(
        query=parser.parse(_text(item, "query", longest=MOST_BYTES) or ""),
        mode=_word(item, "mode", MatchMode, MatchMode.COMPOUNDS),
        urgency=_word(item, "urgency", Urgency, Urgency.INSTANT),
        urgency_before=None if before is None else _word(item, "urgency_before", Urgency, Urgency.INSTANT),
        title=_text(item, "title"),
        headline_only=_flag(item, "headline_only"),
        paused=_flag(item, "paused"),
        muted_until=_moment(item, "muted_until"),
    )


def _text(item: Mapping[str, Any], name: str, longest: int = _LONGEST) -> str | None:
    value = item.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise Refusal("import.value", name=name)
    return " ".join(value.split()) or None


def _flag(item: Mapping[str, Any], name: str, *, unless: bool = False) -> bool:
    value = item.get(name, unless)
    if not isinstance(value, bool):
        raise Refusal("import.value", name=name)
    return value


def _integer(item: Mapping[str, Any], name: str) -> int:
    value = item.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**52:
        raise Refusal("import.value", name=name)
    return value


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(item, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal("import.value", name=name)


def _needed_moment(item: Mapping[str, Any], name: str) -> datetime:
    moment = _moment(item, name)
    if moment is None:
        raise Refusal("import.value", name=name)
    return moment


def _language(item: Mapping[str, Any], name: str) -> str | None:
    text = _text(item, name)
    if text is not None and not _LANGUAGE.fullmatch(text):
        raise Refusal("import.value", name=name)
    return text


def _reads(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 30:
        raise Refusal("import.value", name="reads")
    if not all(isinstance(code, str) and _LANGUAGE.fullmatch(code) for code in value):
        raise Refusal("import.value", name="reads")
    return tuple(value)


def _timezone(chat: Mapping[str, Any]) -> str:
    name = _text(chat, "timezone") or ""
    if not quiet_hours.is_zone(name):
        raise Refusal("import.value", name="timezone")
    return name


def _word(item: Mapping[str, Any], name: str, words: type[_Word], unless: _Word) -> _Word:
    value = item.get(name)
    if value is None:
        return unless
    if value not in tuple(words):
        raise Refusal("import.value", name=name)
    return words(value)


class ContentKind(StrEnum):
    """What a file may be that a chat brings."""

    DOCUMENT = "document"
    OPML = "opml"
    WORDS = "words"


def decode(content: bytes) -> tuple[ContentKind, str]:
    """
    Find out what a file is by what is in it, and return its text.

    Raises `Refusal`: "import.size" (limit=… in bytes), "import.empty", "import.kind" for anything but text.
    """
    if len(content) > MOST_BYTES:
        raise Refusal("import.size", limit=MOST_BYTES)
    text = _characters(content)
    begin = text.lstrip()[:_HEAD].lower()
    if not begin:
        raise Refusal("import.empty")
    if begin.startswith(("{", "[")):
        return ContentKind.DOCUMENT, text
    if begin.startswith("<"):
        if "<opml" not in begin:
            raise Refusal("import.kind")
        return ContentKind.OPML, text
    if any(not char.isprintable() and not char.isspace() for char in text[: _HEAD * 10]):
        raise Refusal("import.kind")
    return ContentKind.WORDS, text


def _characters(content: bytes) -> str:
    marked = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
    encoding = next((name for mark, name in marked.items() if content.startswith(mark)), "utf-8")
    for tried in (encoding, "cp1252"):  # what text editors on Windows write
        try:
            return content.decode(tried)
        except UnicodeDecodeError:
            continue
    raise Refusal("import.kind")
