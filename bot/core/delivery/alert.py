"""An alert: one article for one chat, with everything its text is made of."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.delivery import UnsentReason
from bot.core.query.matcher import Evidence
from bot.core.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Match:
    """A subscription and why the article belongs to it."""

    subscription: Subscription
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class OtherSource:
    """Another source that tells the same, and where."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One article for one chat."""

    article: Article
    chat: Chat
    matches: tuple[Match, ...]
    """Only subscriptions that are active now, by number; empty when the reader has left them all meanwhile."""
    unheard: UnsentReason | None = None
    """Why `matches` is empty, where it is: unsubscribed, paused or muted."""
    subscription_count: int
    """All subscriptions of this receiver; from two on the alert names the ones that hit."""
    also: tuple[OtherSource, ...] = ()
    """Other sources this receiver is not told of with messages of their own."""


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A line of a summary; `bold` holds (start, end) spans of the matched forms in `text`, in characters."""

    text: str
    bold: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands below the headline; no lines means headline only."""

    lines: tuple[SummaryLine, ...]
    bulleted: bool = False
    rest: tuple[str, ...] = ()
    """The next sentences, for who asks for more."""
    by_machine: bool = False
    """A language model wrote it; the alert says so."""
