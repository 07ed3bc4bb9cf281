"""Ports of the services to the outside world; those to the store are in `bot.core.repositories`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import Delivery, SendOutcome, SendPriority
from bot.core.delivery.rules import SentAlert
from bot.core.feed import Feed, Fetched, FetchOutcome, ParsedFeed, ParseFailed
from bot.core.ids import ChatId
from bot.core.polling import HostHold
from bot.core.repositories import Fanout as Fanout
from bot.core.repositories import StoredQuery as StoredQuery


class Clock(Protocol):
    """Time, so that tests and demos can move it."""

    def now(self) -> datetime:
        """Give the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Give seconds that only run forward and that no clock change touches."""
        ...


class Fetcher(Protocol):
    """Gets feed documents; never raises for anything a server or network can do."""

    async def fetch(self, feed: Feed, *, subscribers: int, written: str | None = None) -> FetchOutcome:
        """
        Ask once for the feed, conditionally where the feed has validators.

        `written` is the address that a person wrote or a feed listed, where a document found there led to this one;
        None: the feed's own. What its owner may do beyond public addresses, he may do on that address's host alone.
        """
        ...


class FeedRateLimiter(Protocol):
    """What publishers may be asked, and when: whoever polls feeds asks this one object."""

    def count_startable(self) -> int:
        """Return how many polls may start now, so that a backlog of due feeds is spread over time."""
        ...

    def note_need(self, polls_a_second: float) -> None:
        """Note how many polls a second all feeds need at their intervals: so many are never a backlog."""
        ...

    def note_started(self, started: int, still_due: int) -> None:
        """Note how many polls were started, and how many feeds are due beside them."""
        ...

    def defer(self, feed: Feed, *, patience: timedelta) -> timedelta:
        """
        Return when to come back, if the turn of this feed's host does not come within `patience`; else zero.

        Whoever is sent away has that time promised, so that a crowd does not come back all at once.
        """
        ...

    def note_throttled(self, feed: Feed, retry_after: timedelta | None, now: datetime) -> HostHold | None:
        """Note a 429 for a feed; returns the hosts to leave alone, where several 429s speak for more than one feed."""
        ...


class Parser(Protocol):
    """Parses feed documents in isolation; never raises for any document."""

    async def parse(self, fetched: Fetched, marks: bytes = b"") -> ParsedFeed | ParseFailed:
        """
        Read the document.

        With the `marks` of the feed's last reading, entries that are unchanged since then may be left out
        (`ParsedFeed.is_listing`).
        """
        ...


class Messenger(Protocol):
    """Sends alerts and notices to Telegram; every outcome is a value."""

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Render in the chat's current language and send."""
        ...

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Render an alert that was sent anew and edit its message; one that has this content already counts as done."""
        ...

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Send a notice of the bot, which no reader asked for."""
        ...


class ModelSummariser(Protocol):
    """
    Sums an article up in words of its own, from outside; asked only where the publisher gave no line worth showing.

    Answers within 10 seconds and never raises: None when it has nothing to say, is off, broken or over its budget. What
    it gives has been checked against the article, and is kept: for one article it says one thing, ever. Several alerts
    of one story ask several times, and must not pay several times.
    """

    async def abstract(self, article: Article) -> str | None:
        """Return one or two sentences of plain text in the article's language, or None."""
        ...


class SendRateLimiter(Protocol):
    """The rate limits that all who send to Telegram share, as the sender of queued messages asks them, in seconds."""

    def next_call(self, under_way: int, most: int) -> float:
        """Return how long no further call may begin while so many are under way, and `most` may be; 0: now."""
        ...

    def begin(self) -> None:
        """Note that the sender begins with a message: it is prepared, and sent when its turn comes."""
        ...

    def wait(self, chat: ChatId | None, rank: SendPriority) -> float:
        """Estimate how long such a call must wait; 0 means it may go."""
        ...

    def chat_wait(self, chat: ChatId, rank: SendPriority, *, is_edit: bool = False) -> float:
        """Return how long a call must wait because of the chat alone; an edit waits for floods only."""
        ...

    def take(self, chat: ChatId | None, rank: SendPriority = SendPriority.ALERT) -> None:
        """Spend one message."""
        ...

    def ended(self, chat: ChatId, outcome: SendOutcome, began: float, *, is_edit: bool) -> SendOutcome:
        """
        Note the outcome of a call that began at this monotonic time.

        Returns the outcome with the pause that is kept: of a `RetryAfter` it may differ from what Telegram asked for.
        """
        ...


class Counters(Protocol):
    """Counts what happens; the names are the public metrics."""

    def count(self, name: str, /, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        ...

    def observe(self, name: str, seconds: float, /) -> None:
        """Add a duration to a histogram."""
        ...
