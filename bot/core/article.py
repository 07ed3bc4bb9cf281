"""
An article: a feed's entry, cleaned, with an identity that survives tracking links and changing guids.

Revisions: publishers fill in a stub, rewrite a headline, count comments, render their whole archive anew. The words of
an entry are its state; times, counters, punctuation and the word "Update" are not. States are remembered as digests, so
that going back and forth between two of them announces nothing, and no entry is announced for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from bot.core import identity, redirectors
from bot.core.feed import Entry, Feed, ParsedFeed
from bot.core.identity import SHORT, Trait, Traits
from bot.core.ids import ArticleId, ChatId, FeedId
from bot.language import language_data, stop_words
from bot.language.word_tables import MarkWords

DETECTED = 1_000
"""Letters of which a language is told: some 150 words, more than any guess needs."""
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_TRACKING = frozenset(
    (
        "fbclid gclid dclid gbraid wbraid msclkid yclid twclid igshid igsh mc_cid mc_eid ref_src ref_url cmpid cmp "
        "ocid ito wt_mc wtmc wt_zmc at_medium at_campaign at_custom1 at_custom2 xtor _hsenc _hsmi ns_campaign "
        "ns_mchannel ns_source ns_linkname partner_id traffic_source smid srnd guccounter guce_referrer "
        "feature_id rss_source phpsessid jsessionid sessionid session_id cfid cftoken ftag mkcid mkrid mkevt "
    ).split()
)
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "itm_", "hsa_", "stm_", "trk_", "matomo_", "piwik_")
_WHENCE = frozenset("ref source src from via origin mode channel partner emc".split())
"""Names that may be part of an address, unless the value says that we came through a feed or from the site itself."""
_SELVES = frozenset("ref via".split())
"""Names of those that also take a site's short name and its newsletter ("ref=paper-newsletter")."""
_OTHER_FORMS = {
    "output": ("amp",),
    "outputtype": ("amp",),
    "amp": ("", "1", "true"),
    "share": ("twitter", "facebook", "x"),
}
"""Values that ask for the same article as a page for phones, or open a button of it."""
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/]*", re.IGNORECASE)
_SAFE = "/:@!$&'()*+,;=~"
_NOON_TO_LAST_MIDNIGHT = timedelta(hours=24)
"""From noon UTC to the end of that day twelve hours west of Greenwich."""
_LANGUAGE_SAMPLE = 2_000
"""Characters of an article's text that tell its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """An article before the store gave it a number."""

    feed_id: FeedId
    owner: ChatId | None
    """The one chat that may see it, for a reader's own feed."""
    key: str
    """The same for the same article in any feed: at most one alert per chat and key."""
    guid_key: str | None
    """Recognises the entry in its own feed when its link has changed."""
    url: str | None
    title: str
    lead: str
    body: str
    key_points: tuple[str, ...]
    html: str
    tags: tuple[str, ...]
    language: str | None
    published_at: datetime
    """Clamped to what can be; else when it was first seen."""
    seen_at: datetime
    source_title: str
    source_host: str
    traits: Traits | None = None
    """What its feed identifies it by; not stored with it, but with what the feed has brought."""
    is_day: bool = False
    """Of `published_at` only the day is known; it is that day's noon (UTC)."""
    updated_at: datetime | None = None
    """When it was seen that the publisher had changed it, the last time that was announced."""
    state: str = ""
    """What stands for its words (`state_of`); not stored with it, but with what the feed has brought."""
    is_paid: bool = False
    """Only subscribers can read it, as its feed or its page says."""

    @property
    def published_until(self) -> datetime:
        """The latest moment it may have come out; a day without an hour lasts until it ends in the last time zone."""
        return self.published_at + _NOON_TO_LAST_MIDNIGHT if self.is_day else self.published_at

    @property
    def age_when_seen(self) -> timedelta:
        """How old it was at least when it was first seen, or seen to have changed."""
        return (self.updated_at or self.seen_at) - self.published_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(ArticleDraft):
    """A stored article."""

    id: ArticleId


def canonical_link(url: str, *, keep_fragment: bool = False) -> str:
    """
    Give the form of an address under which the same article is recognised; for comparing, not for opening.

    A fragment is a place in the page, but on a few sites (`#!`, `#/`) the page itself is named there. Of a redirector
    the target counts, where its address holds that.
    """
    url = redirectors.unwrap(url.strip())
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    host = host.removeprefix("www.").removeprefix("m.") or host
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    wanted = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _is_tracking(name, value, host)
    )
    path = quote(unquote(_SESSION.sub("", parts.path)), safe=_SAFE).rstrip("/") or "/"
    fragment = parts.fragment if keep_fragment or parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit(("", host, path, urlencode(wanted), fragment)).removeprefix("//")


def _is_tracking(name: str, value: str, host: str) -> bool:
    name = name.lower()
    if name in _WHENCE:
        return (
            value.lower().startswith(("rss", "feed"))
            or _names_host(value, host)
            or (name in _SELVES and _names_site(value, host))
        )
    if name in _OTHER_FORMS:
        return value.lower() in _OTHER_FORMS[name]
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _names_host(value: str, host: str) -> bool:
    """Say whether a value is the host itself, as publishing systems write it behind every link (`?ref=zeitung.ch`)."""
    named = value.lower().rpartition("://")[2].rstrip("/").removeprefix("www.")
    return "." in named and (named == host or host.endswith(f".{named}") or named.endswith(f".{host}"))


def _names_site(value: str, host: str) -> bool:
    """Say whether a value is the name of the site without its domain, or of its newsletter."""
    name = value.lower().removesuffix("-newsletter")
    return name == max(host.split(".")[:-1], key=len, default="") or name != value.lower()


def _names_an_article(link: str) -> bool:
    """A bare host is where a site lives, not an article; some feeds link every entry there."""
    return "/" in link and not link.endswith("/")


def traits_of(entry: Entry) -> Traits:
    """Give what an entry can be recognised by."""
    link = canonical_link(entry.link) if entry.link else ""
    exact = canonical_link(entry.link, keep_fragment=True) if entry.link else ""
    page = link.partition("?")[0]  # the query may be another one with every answer
    return Traits(
        link=identity.digest(f"l:{link}") if _names_an_article(link) else "",
        fragment=identity.digest(f"l:{exact}") if exact != link else "",
        guid=identity.digest(f"g:{entry.guid}") if entry.guid else "",
        title=identity.text_digest(entry.title),
        lead=identity.text_digest(entry.summary),
        date=identity.seconds(entry.published_at),
        page=identity.digest(page)[:SHORT] if _names_an_article(page) else "",
    )


def draft(feed: Feed, entry: Entry, *, language: str | None, now: datetime) -> ArticleDraft:
    """
    Make an article of an entry.

    Its key is the one it gets where nothing else the feed has brought has it too (`bot.core.recognition`).
    """
    state = state_of(entry.title, entry.summary, entry.key_points, entry.content)
    traits = replace(traits_of(entry), state=state)
    return ArticleDraft(
        feed_id=feed.id,
        owner=feed.owner,
        key=traits.link or traits.fragment or identity.digest(f"{feed.id}:{traits.guid or traits}"),
        guid_key=traits.guid or None,
        url=entry.link,
        title=entry.title,
        lead=entry.summary,
        body=entry.content,
        key_points=entry.key_points,
        html=entry.html,
        tags=entry.tags,
        language=language,
        published_at=clamp_date(entry.published_at, now),
        is_day=entry.is_day and clamp_date(entry.published_at, now) == entry.published_at,
        is_paid=entry.is_paid,
        seen_at=now,
        source_title=feed.title,
        source_host=(urlsplit(feed.url).hostname or ""),
        traits=traits,
        state=state,
    )


def draft_all(
    feed: Feed,
    parsed: ParsedFeed,
    *,
    detect: Callable[[str], str | None],
    now: datetime,
    part: slice = slice(None),
) -> tuple[tuple[ArticleDraft, ...], tuple[str, ...]]:
    """
    Make articles of the entries of a document, or of a part of them.

    `detect` tells the language of a text that nobody names; it gets its beginning, at most `DETECTED` letters.
    An entry that raises costs itself alone: the second part of the answer names the type of each such exception.
    """
    drafts: list[ArticleDraft] = []
    lost: list[str] = []
    for entry in parsed.entries[part]:
        try:
            article = draft(
                feed,
                entry,
                language=_language(feed, entry, parsed, detect),
                now=now,
            )
        except Exception as error:
            lost.append(type(error).__name__)
        else:
            drafts.append(article)
    return tuple(drafts), tuple(lost)


def _language(feed: Feed, entry: Entry, parsed: ParsedFeed, detect: Callable[[str], str | None]) -> str | None:
    """
    Give the language of an entry.

    What is declared (by the operator, the entry, the document) outranks a guess, since a guess from a headline of names
    is often wrong. Only a long text that hardly holds a word of the declared language is taken for what it is: many
    publishing systems declare English whatever they publish.
    """
    text = f"{entry.title}. {entry.summary}"[:DETECTED]
    if feed.language:
        return feed.language
    declared = entry.language or parsed.language
    if declared is None:
        return detect(text)
    return stop_words.find_other_language(text + entry.content[:_LANGUAGE_SAMPLE], declared) or declared


def listing(parsed: ParsedFeed) -> tuple[Traits, ...]:
    """Give what all entries of a document can be recognised by, those that were skipped too."""
    return tuple(traits_of(entry) for entry in parsed.entries) if parsed.listed is None else parsed.listed


def ambiguous(parsed: ParsedFeed, entries: Iterable[Entry]) -> frozenset[tuple[Trait, str]]:
    """Give the traits of these entries that the document gives to other entries too."""
    listed = listing(parsed)
    values = {(trait, value) for trait in Trait for value in identity.shared(trait, listed)}
    own = {(trait, identity.value_of(entry, trait)[:SHORT]) for entry in map(traits_of, entries) for trait in Trait}
    return frozenset(own & values)


def clamp_date(date: datetime | None, now: datetime) -> datetime:
    """Give a publication date that can be true; feeds hold year 1, year 2099 and none at all."""
    if date is None or not _OLDEST <= date <= now + timedelta(days=1):
        return now
    return date


def link_keys(link: str) -> tuple[str, ...]:
    """Give the keys of the article at an address, where its address is its identity; the best one first."""
    exact = canonical_link(link, keep_fragment=True)
    return tuple(dict.fromkeys(identity.digest(f"l:{address}") for address in (exact, canonical_link(link))))


def link_key(link: str) -> str:
    """Give the key of the article at an address without its fragment."""
    return link_keys(link)[-1]


MOST_REVISIONS = 5
"""Changes of one entry that are announced; a live ticker rewrites its headline every few minutes."""
_FEW = 5
_READ = 20_000
"""Characters of a text that are compared; a change further down is none."""
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{language_data.alternatives(MarkWords, 'updated')})\b")


@cache
def _time() -> re.Pattern[str]:
    oclock = language_data.alternatives(MarkWords, "oclock")
    return re.compile(
        rf"^\W*\d{{1,2}}[:.]\d{{2}}\b|\b\d{{1,2}}(?:[:.]\d{{2}})?\s?(?:{oclock})\b|[(\[]\s*\d[^)\]]{{0,20}}[)\]]"
    )


def headline_state(title: str) -> str:
    """Give what a headline says: its words and numbers, without times, counters and marks of an update."""
    return " ".join(_WORD.findall(_mark().sub(" ", _time().sub(" ", title[:_READ].casefold()))))


def state_of(title: str, lead: str, key_points: Iterable[str], body: str) -> str:
    """Give what stands for the words of an entry, in 16 hexadecimal digits; numbers count in the headline alone."""
    text = "\n".join((lead, *key_points, body))[:_READ].casefold()
    words = " ".join(_LETTERS.findall(_mark().sub(" ", text)))
    return identity.digest(f"{headline_state(title)}\n{words}")[:SHORT]


def advance(states: Sequence[str], state: str, *, silent: bool = False) -> tuple[tuple[str, ...], bool]:
    """
    Take note of the state an entry has now.

    Args:
        states: those it has had, the latest first, as this function returned them.
        state: what `state_of` gives.
        silent: the change is not to be announced; then it takes none of the places of those that are.

    Returns:
        The states to keep, and whether the change is announced: a state it never had before, at most
        `MOST_REVISIONS` times.
    """
    if state in states:
        return (state, *(earlier for earlier in states if earlier != state)), False
    if silent or len(states) > MOST_REVISIONS:
        return (state, *states[1:]), False
    return (state, *states), True


def is_rendered_anew(changed: Sequence[tuple[Traits, Traits]], listed: int) -> bool:
    """
    Say whether a publisher wrote its whole document differently, which is no news in any of its entries.

    Args:
        changed: the entries that changed at one poll, each before and after.
        listed: how many entries the document has.

    Many of them changed at once, and were not dated anew, or all got one and the same date.
    """
    dates = {after.date for before, after in changed if after.date > before.date}
    redated = sum(after.date > before.date for before, after in changed) if len(dates) > 1 else 0
    count = len(changed) - redated
    return count > _FEW and 4 * count > listed
