"""
How the process does: whether its database takes what is written and its loops succeed, and the status page.

The page tells of the bot and its feeds without a word about any person; it needs no JavaScript.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from bot.core.health import LoggedError, StoredCounts
from bot.core.polling import FeedCondition, FeedHealth
from bot.core.process_state import DatabaseState, LoopProgress
from bot.web import frame, throughput
from bot.web.throughput import Throughput

_LIMIT = timedelta(minutes=1)
_PATIENCE_SECONDS = 3.0
_IDLE_SECONDS = 30.0
"""After so long without a write nobody would notice that none is possible any more."""
_LARGE, _SMALL = 65_536, 64
"""
Bytes of a probe. After a failed write it takes as much room as ordinary work, since on a full disk small writes go
through; while nothing is wrong it is not to wear the disk out.
"""


class DatabaseHealth(Protocol):
    """What is asked of the database."""

    @property
    def state(self) -> DatabaseState:
        """What the last attempts say."""
        ...

    async def ping(self) -> None:
        """Ask for a sign of life; raises `StorageError`."""
        ...

    async def probe(self, size: int) -> None:
        """Write about so many bytes, and note in the state that this was possible; raises `StorageError`."""
        ...


class Readiness:
    """What `/readyz` says; before `begin` the process is still starting."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._database: DatabaseHealth | None = None
        self._progress: LoopProgress | None = None
        self._asked: dict[str, asyncio.Future[object]] = {}
        self._is_ending = False
        self._is_probe_missing = False
        self._writes = 0
        self._written_at = seconds()
        self.is_database_away = False
        """What the last look found; may be read from another thread."""

    def begin(self, database: DatabaseHealth, progress: LoopProgress) -> None:
        """Say that everything is open and the loops run."""
        self._database, self._progress = database, progress

    def end(self) -> None:
        """Say that the process winds down, so that nobody sends it more work."""
        self._is_ending = True

    async def look(self) -> None:
        """
        Ask the database for a sign of life, and for a write where none succeeded of late; note what came of it.

        A write that is not answered within its bound is one that failed; it is asked again once it is answered.
        """
        if self._database is None:
            return
        database = self._database
        self.is_database_away = not await self._ask("ping", database.ping)
        size = 0 if self.is_database_away else self._find_probe(database.state)
        self._is_probe_missing = size > 0 and not await self._ask("probe", lambda: database.probe(size))

    async def find_problem(self) -> str | None:
        """Say in one sentence why the process is not ready; None: it is."""
        if self._is_ending:
            return "stopping"
        if self._progress is None:
            return "still starting"
        await self.look()
        if (problem := self.find_database_problem()) is not None:
            return problem
        if still := self._progress.list_still(_LIMIT):
            return f"no progress for a minute: {', '.join(still)}"
        return None

    def find_database_problem(self) -> str | None:
        """Say what the last look found wrong with the database; may be asked from another thread."""
        state = self._database.state if self._database is not None else DatabaseState()
        if state.damage is not None:
            return "the database is damaged"
        if self.is_database_away:
            return "the database cannot be reached"
        if state.is_failing or self._is_probe_missing:
            return "the database cannot be written to"
        return None

    async def close(self) -> None:
        """Let go of a question that still waits."""
        for asked in self._asked.values():
            asked.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def _ask(self, what: str, question: Callable[[], Awaitable[object]]) -> bool:
        """
        Say whether a question was answered in time and well.

        One that hangs is not asked again, and not cut off either: the driver would have to throw away a connection.
        """
        asking = self._asked.get(what)
        if asking is None or asking.done():
            asking = self._asked[what] = asyncio.ensure_future(question())
        await asyncio.wait((asking,), timeout=_PATIENCE_SECONDS)
        return asking.done() and not asking.cancelled() and asking.exception() is None

    def _find_probe(self, state: DatabaseState) -> int:
        """Give the size of the probe that is due now; 0: none is."""
        if state.writes != self._writes:
            self._writes, self._written_at = state.writes, self._seconds()
        if state.is_failing:
            return _LARGE
        return _SMALL if self._seconds() - self._written_at >= _IDLE_SECONDS else 0


_ORDER = (FeedCondition.GONE, FeedCondition.DEAD, FeedCondition.FAILING, FeedCondition.NEW, FeedCondition.WELL)
"""What needs somebody's eyes comes first."""
_MOST_ROWS = 100
_MOST_REMEMBERED = 32_768
_MOST_PROBLEMS = 5
_MOST_DIGITS, _LONGEST_WORDS = 9, 200
_CLASSES = {"reply": "replies", "alert": "alerts", "bulk": "others"}
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What there is to tell."""

    at: datetime
    version: str
    running_for: timedelta
    is_speaking: bool
    """Whether this process is the one that receives and sends."""
    stock: StoredCounts
    feeds: tuple[FeedHealth, ...]
    """Those of everybody, in order; what a reader follows alone is nobody else's business."""
    own_feeds: int
    """How many feeds readers follow alone."""
    say: Callable[[FeedHealth], str]
    """Tell the state of a feed in a few words."""
    throughput: Throughput | None = None
    last_error: LoggedError | None = None
    """The last one in the log since the start."""


def order_feeds(feeds: Iterable[FeedHealth], now: datetime) -> tuple[FeedHealth, ...]:
    """Put the feeds that need somebody's eyes first."""
    rank = {condition: place for place, condition in enumerate(_ORDER)}
    return tuple(sorted(feeds, key=lambda health: (rank[health.condition(now)], _title(health).lower())))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSelection:
    """Which feeds the table shows."""

    words: str = ""
    """What their title or host has; empty: all of them."""
    page: int = 1

    @classmethod
    def read(cls, words: str, page: str) -> FeedSelection:
        """Read what an address says; anything that is no number of a page is the first."""
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < _MOST_DIGITS else 1
        return cls(words=words.strip()[:_LONGEST_WORDS], page=max(1, number))


def render(status: Status | None, problem: str | None, selection: FeedSelection | None = None) -> str:
    """Write the page; without a status there is only the problem on it."""
    pill = f'<p class="pill {"bad" if problem else "good"}">{escape(problem or "the bot works")}</p>'
    head = f'{pill}<nav><a href="/articles">Why was an article not alerted?</a></nav>'
    body = _body(status, selection or FeedSelection()) if status else ""
    return frame.render_page(body, head=head, foot=_foot(status) if status else "")


def _body(status: Status, selection: FeedSelection) -> str:
    search = _search(selection) if status.feeds else ""
    plots = throughput.render(status.throughput) if status.throughput else ""
    figures = f'<section class="figures">{_figures(status)}</section>'
    return f"{figures}{plots}{_problems(status)}{search}{_table(status, selection)}"


def _problems(status: Status) -> str:
    """Tell the last error of the log, and what most of the feeds that cannot be read have in common."""
    errors = Counter(health.feed.error or "unknown" for health in status.feeds if health.feed.failures)
    lines = [
        f"{'1 feed' if count == 1 else f'{count:,} feeds'}: {escape(error)}"
        for error, count in errors.most_common(_MOST_PROBLEMS)
    ]
    if (last := status.last_error) is not None:
        cause = f" ({escape(last.cause)})" if last.cause else ""
        times = "once" if last.count == 1 else f"{last.count:,} times"
        lines.insert(0, f"{escape(last.event)}{cause}: {times}, last {tell_time(last.last_at, status.at)}")
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<section class="fate"><h2>Recent problems</h2><ul>{items}</ul></section>' if items else ""


def _search(selection: FeedSelection) -> str:
    return (
        '<form class="search" action="/" role="search"><label for="q">Feed</label>'
        f'<input id="q" name="q" value="{escape(selection.words, quote=True)}" maxlength="{_LONGEST_WORDS}" '
        'placeholder="Words of its title or site"><button>Search</button></form>'
    )


def _figures(status: Status) -> str:
    stock, waiting = status.stock, sum(status.stock.queue.values())
    well = sum(health.condition(status.at) is FeedCondition.WELL for health in status.feeds)
    oldest = f"the oldest {_ago(status.at - stock.oldest_at)}" if stock.oldest_at else "nothing is due"
    classes = ", ".join(f"{count:,} {_CLASSES[name]}" for name, count in stock.queue.items() if count) or oldest
    silent = stock.chats["blocked"] + stock.chats["gone"]
    figures = (
        ("Feeds", f"{well}<small> of {len(status.feeds)}</small>", f"work; {status.own_feeds} more of readers"),
        ("Entries a day", f"{sum(each.per_day or 0 for each in status.feeds):,.0f}", "of the last two weeks"),
        ("Chats", f"{stock.chats['active']:,}", f"{silent:,} cannot be reached"),
        ("Queue", f"{waiting:,}", f"{classes}; {oldest}" if classes != oldest else oldest),
    )
    return "".join(
        f'<div><h2>{name}</h2><p class="figure">{figure}</p><p>{escape(remark)}</p></div>'
        for name, figure, remark in figures
    )


def _table(status: Status, selection: FeedSelection) -> str:
    if not status.feeds:
        return '<p class="empty">No feeds.</p>'
    words = selection.words.casefold().split()
    ordered = status.feeds
    if words:
        ordered = tuple(each for each in ordered if _has(_searched_text(each.feed.title, each.feed.url), words))
    if not ordered:
        return '<p class="empty">No feed has these words in its title or site.</p>'
    pages = -(-len(ordered) // _MOST_ROWS)
    page = min(selection.page, pages)
    shown = ordered[(page - 1) * _MOST_ROWS : page * _MOST_ROWS]
    heads = ("Feed", "State", "Last success", "Next poll", "Entries a day")
    return (
        "<table><caption>Feeds</caption><thead><tr>"
        + "".join(f'<th scope="col">{head}</th>' for head in heads)
        + f"</tr></thead><tbody>{_rows(shown, status)}</tbody></table>{_pages(selection.words, page, pages)}"
    )


def _has(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _searched_text(title: str, url: str) -> str:
    return f"{title} {find_host(url)}".casefold()


def _pages(words: str, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    links = [("Previous", page - 1)] * (page > 1) + [("Next", page + 1)] * (page < pages)
    written = "".join(
        f' <a href="/?{escape(urlencode({"q": words, "page": number}))}">{name}</a>' for name, number in links
    )
    return f'<nav class="pages" aria-label="Pages">Page {page:,} of {pages:,}{written}</nav>'


def _rows(feeds: Iterable[FeedHealth], status: Status) -> str:
    return "".join(_row(each, status) for each in feeds)


def _row(health: FeedHealth, status: Status) -> str:
    feed, condition = health.feed, health.condition(status.at)
    error = f'<span class="error">{escape(feed.error)}</span>' if feed.error and feed.failures else ""
    pace = "–" if health.per_day is None else f"{health.per_day:.0f}" if health.per_day >= 1 else "under 1"
    pace = "0" if health.per_day == 0 else pace
    due = "now" if feed.next_poll_at <= status.at else tell_time(feed.next_poll_at, status.at)
    upcoming = "never" if condition is FeedCondition.GONE else due
    name = f'<a href="/sources/{feed.id}">{escape(_title(health))}</a>'
    name += f"<small>{escape(find_host(feed.url))}</small>"
    return (
        f'<tr class="{condition.value}"><th scope="row">{name}</th>'
        f'<td data-name="State"><span class="state">{escape(status.say(health))}</span>{error}</td>'
        f'<td data-name="Last success">{tell_time(feed.last_success_at, status.at)}</td>'
        f'<td data-name="Next poll">{upcoming}</td>'
        f'<td data-name="Entries a day">{pace}</td></tr>'
    )


def _foot(status: Status) -> str:
    role = "receives and sends" if status.is_speaking else "polls; another process receives and sends"
    running = tell_length(status.running_for)
    return f"Stichwort {escape(status.version)} · running for {running} · {role} · {status.at:%Y-%m-%d %H:%M:%S} UTC"


def _title(health: FeedHealth) -> str:
    return health.feed.title or find_host(health.feed.url)


@lru_cache(maxsize=_MOST_REMEMBERED)
def find_host(url: str) -> str:
    """Name the host only: an address may hold a password or a key."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def tell_time(at: datetime | None, now: datetime) -> str:
    """Say how far away a moment is, in HTML."""
    if at is None:
        return "never"
    words = _ago(now - at) if at <= now else f"in {tell_length(at - now)}"
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}" title="{at:%Y-%m-%d %H:%M:%S} UTC">{words}</time>'


def _ago(length: timedelta) -> str:
    return "just now" if length < timedelta(seconds=5) else f"{tell_length(length)} ago"


def tell_length(length: timedelta) -> str:
    """Say a length of time in its largest unit."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if length >= 2 * unit:
            return f"{length // unit} {name}"
    return f"{int(length.total_seconds())} s"
