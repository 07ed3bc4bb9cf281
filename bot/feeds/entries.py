"""Turns an entry as the parser gave it into an `Entry`: plain text, absolute links, key points, no boilerplate."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import TypeVar
from urllib.parse import urlsplit

from bot.core.feed import Entry
from bot.feeds import links, paywall
from bot.feeds.cleaning import boilerplate, key_points, plain_text
from bot.language import language_data, sentences
from bot.language.word_tables import LanguageNames

MOST = 500
"""Entries of one document; a feed that lists more is read from its newest."""
_TITLE, _SUMMARY, _CONTENT, _HTML, _GUID = 500, 5_000, 50_000, 100_000, 1_000
_TAGS, _TAG = 20, 100
_MARK = 200
"""Characters of a description's HTML whose beginning may be the mark of a paid article."""
_MOST_TAGS = 200_000
"""
Tags in the texts of a document whose tree is built: 500 full texts of 400 each, some 2 s. What is beyond loses its tags
and with them its key points, but no word.
"""
_STAND_IN = 150
_PARTS = re.compile(r"\s[|–—:»›-]\s|:\s")
_GOES_ON = re.compile(r"(?<=[:,;])\n")
"""Where a line ends and its sentence does not."""
_PLACEHOLDERS = frozenset("n/a none null nil undefined nan unknown tbd tba - – — ? #".split())
"""Values that programs write for a missing guid or link."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no database and no message takes; XML forbids it, entities and JSON bring it in."""


@cache
def _languages() -> Mapping[str, str]:
    """Give languages by other codes and by their names."""
    tables = language_data.find_all(LanguageNames)
    return {name: language for language, words in tables.items() for name in words.names}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry in the feed's own words; texts are HTML unless said otherwise."""

    guid: str | None
    links: tuple[str, ...]
    """Its addresses, the best one first."""
    title: str
    is_title_plain: bool
    summary: str
    content: str
    published_at: datetime | None
    language: str | None
    tags: tuple[str, ...]
    is_day: bool = False
    """As in `Entry`."""
    is_paid: bool = False
    """The document says so in an element of its own."""


_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Losses:
    """
    The entries of one document that could not be read.

    Whatever a single entry provokes in our code or a library costs that entry alone, never the others of its feed.
    """

    errors: list[str] = field(default_factory=list)
    """The type of the exception, once for each lost entry; never its text, which may quote the entry."""

    def attempt(self, read: Callable[[], _Read]) -> _Read | None:
        """Return what `read` returns, or note its exception and return None; a `MemoryError` is raised."""
        try:
            return read()
        except MemoryError:
            raise
        except Exception as error:
            self.errors.append(type(error).__name__)
            return None


def clean(raw: RawEntry, base: str, outlets: frozenset[str] = frozenset()) -> Entry | None:
    """
    Clean an entry; None when it holds too little to be one.

    `base` is the address links are relative to, `outlets` are the feed's own names, which some put after headlines.
    """
    guid = _given(raw.guid)[:_GUID] or None
    link = links.choose(map(_given, raw.links), base)
    headline = line(raw.title, is_plain=raw.is_title_plain)
    title = boilerplate.clean_title(headline, outlets)[:_TITLE]
    description, full = scrub(raw.summary)[:_HTML], scrub(raw.content)[:_HTML]
    set_off = boilerplate.set_off_byline
    summary, content, points, places = _texts(set_off(description), set_off(full), title)
    if not title:
        title = _stand_in(summary or content, language(raw.language))
        summary = summary.removeprefix(title).lstrip()
    if not title:
        return None
    tags = tuple(tag for each in raw.tags[:_TAGS] if (tag := line(each)[:_TAG]))
    return Entry(
        guid=guid,
        link=link,
        title=title,
        summary=summary[:_SUMMARY],
        content=content[:_CONTENT],
        key_points=points,
        html=full if raw.content else description,
        published_at=raw.published_at,
        is_day=raw.is_day,
        is_paid=raw.is_paid or paywall.is_marked(headline, line(raw.summary[:_MARK]), tags),
        language=language(raw.language),
        tags=tuple(dict.fromkeys([*tags, *places])),
    )


def clean_newest(
    raw: Sequence[RawEntry | None], base: str, outlets: frozenset[str], losses: Losses
) -> tuple[Entry | None, ...]:
    """
    Clean the newest entries of a document, each in its place; without dates its first ones count as the newest.

    Choosing comes first, because cleaning is the dearer part. None stands for one that was lost before, that was not
    chosen, that raised (noted in `losses`), or that is no entry.
    """
    chosen = set(range(min(MOST, len(raw))))
    if len(raw) > MOST:
        dated = [(entry.published_at, -index) for index, entry in enumerate(raw) if entry and entry.published_at]
        if len(dated) == sum(entry is not None for entry in raw):
            chosen = {-index for _, index in sorted(dated)[-MOST:]}

    cleaned: list[Entry | None] = []
    tags = 0
    for index, entry in enumerate(raw):
        if entry is None or index not in chosen:
            cleaned.append(None)
            continue
        tags += sum(text.count(sign) for text in (entry.summary, entry.content) for sign in ("<", "&lt;"))
        small = _flat(entry) if tags > _MOST_TAGS else entry
        cleaned.append(losses.attempt(partial(clean, small, base, outlets)))
    return tuple(cleaned)


def _flat(entry: RawEntry) -> RawEntry:
    return replace(entry, summary=plain_text.flatten(entry.summary), content=plain_text.flatten(entry.content))


def dates(raw: Sequence[RawEntry | None]) -> tuple[datetime | None, ...]:
    """Give the date of each entry; None where it has none or was lost."""
    return tuple(entry.published_at if entry else None for entry in raw)


def outlets(title: str, *urls: str | None) -> frozenset[str]:
    """Give the names of a feed, as `boilerplate.clean_title` compares them: its title, and its hosts."""
    names = {title, *(part for part in _PARTS.split(title) if " " in part.strip())}
    for url in urls:
        names.add(_host(url).removeprefix("www."))
    return frozenset(key for name in names if (key := boilerplate.name_key(name)))


def line(markup: str, *, is_plain: bool = False) -> str:
    """Give a headline, name or tag as one line of plain text."""
    return plain_text.to_line(scrub(markup)[: 4 * _TITLE], is_plain=is_plain)


def language(code: str | None) -> str | None:
    """Give the two letters of a language code."""
    code = re.split(r"[-_ (]", (code or "").strip().lower(), maxsplit=1)[0]
    code = _languages().get(code, code)
    return code if re.fullmatch(r"[a-z]{2}", code) else None


def scrub(text: str) -> str:
    """Remove characters that can be neither stored nor sent."""
    return _FORBIDDEN.sub("", text)


def _texts(summary: str, content: str, title: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Give description and full text without the key points, those, and the places their datelines named."""
    in_content = key_points.find(content)
    in_summary = key_points.find(summary)
    points = in_content.points or in_summary.points
    lead, body = boilerplate.clean(in_summary.rest, title), boilerplate.clean_body(in_content.rest)
    places = boilerplate.places(in_summary.rest) + boilerplate.places(in_content.rest)
    return lead, body, tuple(point[:_TITLE] for point in points), places


def _given(text: str | None) -> str:
    text = scrub(text or "").strip()
    return "" if text.lower() in _PLACEHOLDERS else text


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return ""


def _stand_in(text: str, language: str | None) -> str:
    """Head an entry that has no title with the first sentence of its text, or the start of a long one."""
    start = _GOES_ON.sub(" ", text[:_SUMMARY])
    sentence = next(iter(sentences.split(start, language)), "")
    if len(sentence) <= _STAND_IN:
        return sentence
    return sentence[: _STAND_IN - 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…"
