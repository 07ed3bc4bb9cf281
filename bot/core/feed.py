"""
A feed, what one fetch of it brought, its entries, and feeds that share one address.

Readers may each have added the same feed, also by other spellings of its address. It is fetched once for all of them,
but the feeds stay separate, because a reader's own feed is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from bot.core.identity import IdentityRule, Traits
from bot.core.ids import ChatId, FeedId

FullText = Literal["never", "on-match", "always"]


class Origin(StrEnum):
    """Who brought the feed in; it decides who sees its articles and which addresses it may live on."""

    CATALOGUE = "catalogue"
    """Named in the configuration (or the starter catalogue): every chat starts with it."""
    OPERATOR = "operator"
    """Added on the command line or by an operator: every chat sees it, a restart keeps it."""
    CHAT = "chat"
    """A reader's own: its articles are visible to that chat alone."""


class FeedState(StrEnum):
    """Whether a feed is polled."""

    ACTIVE = "active"
    FAILING = "failing"
    """Polled with back-off since the last polls failed."""
    GONE = "gone"
    """Answered 410: never polled again."""
    REMOVED = "removed"
    """No longer in the catalogue, or deleted by its owner; its history stays until retention ends."""


def address_key(url: str) -> str:
    """Give what is the same for all spellings of an address: http or https, default port, capitals, a last slash."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.strip()
    user = parts.netloc.rpartition("@")[0]
    place = f"{host}:{port}" if port not in (None, 80, 443) else host
    query = f"?{parts.query}" if parts.query else ""
    return (f"{user}@" if user else "") + place + parts.path.rstrip("/") + query


def host_of(url: str) -> str:
    """Name the host of an address, which all its ports share."""
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWish:
    """A feed somebody wants polled, before the store knows it."""

    url: str
    title: str = ""
    language: str | None = None
    full_text: FullText = "never"
    origin: Origin = Origin.CATALOGUE
    owner: ChatId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source we poll."""

    id: FeedId
    url: str
    title: str
    language: str | None
    """What the operator said; beats whatever the feed or its items declare."""
    declared_language: str | None
    full_text: FullText
    origin: Origin
    owner: ChatId | None
    state: FeedState
    etag: str | None
    last_modified: str | None
    validators_url: str | None
    """The address (after redirects) that gave the validators; they are sent to no other."""
    body_hash: str | None
    interval: timedelta
    """The adaptive distance between two polls."""
    next_poll_at: datetime
    first_success_at: datetime | None
    """None until the first successful poll, which stores without alerting."""
    last_success_at: datetime | None
    last_polled_at: datetime | None
    failures: int
    """Failed polls since the last success."""
    error: str | None
    site_url: str | None = None
    ttl: timedelta | None = None
    """What the document itself asked for when it was last read; holds as well while it is unchanged."""
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    listed_at: datetime | None = None
    """When the document was last read whole."""
    moved_to: str | None = None
    """Where permanent redirects lead, as long as they have not been believed."""
    moved_since: datetime | None = None
    moved_times: int = 0
    strikes: int = 0
    """Two for each time reading it took too long or too much memory, one less for each good reading."""
    identity: IdentityRule | None = None
    """What tells its entries apart; None until it listed two different ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheHeaders:
    """What the publisher asks for in the headers of an answer."""

    max_age: timedelta | None = None
    """How long the answer stays fresh from now on; never zero."""
    revalidate: bool = False
    """no-cache or no-store: be conditional, but that is no reason to come back sooner."""


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Fetched:
    """A 200 with a body within the cap; large bodies are few at a time, so nobody keeps one for long."""

    body: bytes
    url: str
    """Where the body came from, after redirects."""
    content_type: str
    etag: str | None
    last_modified: str | None
    cache: CacheHeaders = CacheHeaders()
    permanent_url: str | None = None
    """Set when every hop on the way was a 301 or 308, and none led from https to http."""
    is_reserved: bool = False
    """The headers of the answer ask machines not to use its text."""
    is_readers: bool = False
    """It was asked for on behalf of a single reader, who may have chosen it to be slow to read."""
    owner: ChatId | None = None
    """Whose feed it is, where it is a reader's."""
    hub: str | None = None
    """The WebSub hub that the headers name, and below the address under which it knows the feed."""
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304; validators are None where the answer named none."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    cache: CacheHeaders = CacheHeaders()
    permanent_url: str | None = None


class FetchProblem(StrEnum):
    """Why a fetch failed, as a stable word."""

    GONE = "gone"
    NOT_FOUND = "not-found"
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    SERVER_ERROR = "server-error"
    HTTP_ERROR = "http-error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"
    REFUSED_ADDRESS = "refused-address"
    BROKEN = "broken"
    NOT_A_FEED = "not-a-feed"
    PARSER_DIED = "parser-died"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No usable body came back."""

    problem: FetchProblem
    detail: str
    """One clear sentence for the operator; never a secret."""
    status: int | None = None
    retry_after: timedelta | None = None


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed, as text; `html` keeps what the feed really sent."""

    guid: str | None
    link: str | None
    """Absolute http(s) address, or None."""
    title: str
    summary: str
    """The description as plain text, boilerplate cut away."""
    content: str
    """The full text, where the feed carries one, as plain text with newlines between paragraphs."""
    key_points: tuple[str, ...]
    """The publisher's own bullets («Das Wichtigste in Kürze»), at most as many as it gave."""
    html: str
    """The raw description or content."""
    published_at: datetime | None
    language: str | None
    tags: tuple[str, ...] = ()
    is_day: bool = False
    """Of `published_at` only the day is known; it is that day's noon (UTC)."""
    is_paid: bool = False
    """Its feed marks it as one that only subscribers can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document that is a feed."""

    title: str
    language: str | None
    site_url: str | None
    ttl: timedelta | None
    entries: tuple[Entry, ...]
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """0 is Monday."""
    is_whole: bool = True
    """False for a document that breaks off: its validators would freeze the feed as it is."""
    is_listing: bool = True
    """Whether `entries` are all the document lists; else they are those it never showed before."""
    dates: tuple[datetime, ...] | None = None
    """The newest dates of all that is listed; None: those of `entries`."""
    listed: tuple[Traits, ...] | None = None
    """What all that is listed can be recognised by, in short; None: that of `entries`."""
    marks: bytes | None = None
    """What recognises the listed entries in the next reading; None where they are not told apart."""
    audit: bool | None = None
    """When a short reading was compared with a whole one: whether they agreed."""
    hub: str | None = None
    """The WebSub hub that the document names, and below the address that the document calls its own."""
    topic: str | None = None
    lost: tuple[str, ...] = ()
    """Entries that could not be read and are missing in `entries`: the type of the exception, once for each."""


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """The document is no feed, or the parser died on it."""

    problem: FetchProblem
    detail: str


def unmet(wish: FeedWish, now: datetime) -> Feed:
    """Make the feed of a wish that no store knows yet, to fetch it with."""
    return Feed(
        id=FeedId(0),
        url=wish.url,
        title=wish.title,
        language=wish.language,
        declared_language=None,
        full_text=wish.full_text,
        origin=wish.origin,
        owner=wish.owner,
        state=FeedState.ACTIVE,
        etag=None,
        last_modified=None,
        validators_url=None,
        body_hash=None,
        interval=timedelta(0),
        next_poll_at=now,
        first_success_at=None,
        last_success_at=None,
        last_polled_at=None,
        failures=0,
        error=None,
    )


def same_address(feeds: Iterable[Feed]) -> tuple[tuple[Feed, ...], ...]:
    """Put feeds together that one request serves; what a reader may not fetch is not fetched for him by another."""
    groups: dict[tuple[str, bool], list[Feed]] = {}
    for feed in feeds:
        groups.setdefault((address_key(feed.url), feed.origin is Origin.CHAT), []).append(feed)
    return tuple(map(tuple, groups.values()))


def ask_for_all(group: tuple[Feed, ...]) -> Feed:
    """
    Give the feed to ask for in the name of all: one that has answered, and in the safer spelling.

    Only where all of them hold the same answer may the server be asked whether that has changed.
    """
    asked = max(group, key=lambda feed: (feed.first_success_at is not None, feed.url.startswith("https:"), -feed.id))
    known = {(feed.etag, feed.last_modified, feed.validators_url, feed.body_hash) for feed in group}
    return asked if len(known) == 1 else replace(asked, etag=None, last_modified=None, validators_url=None)
