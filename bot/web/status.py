"""The status page: how the bot and its feeds are doing, without a word about any person; it needs no JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from bot.core.polling import FeedCondition, FeedHealth
from bot.core.repositories import StoredCounts

_PAGE = Path(__file__).parent / "page"
_ORDER = (FeedCondition.GONE, FeedCondition.DEAD, FeedCondition.FAILING, FeedCondition.NEW, FeedCondition.WELL)
"""What needs somebody's eyes comes first."""
_MOST_ROWS = 500
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
    """Those of everybody; what a reader follows alone is nobody else's business."""
    own_feeds: int
    """How many feeds readers follow alone."""
    say: Callable[[FeedHealth], str]
    """Tell the state of a feed in a few words."""


def render(status: Status | None, problem: str | None) -> str:
    """Write the page; without a status there is only the problem on it."""
    return Template(_PAGE.joinpath("status.html").read_text("utf-8")).substitute(
        style=_PAGE.joinpath("status.css").read_text("utf-8"),
        state="bad" if problem else "good",
        headline=escape(problem or "the bot works"),
        body=_body(status) if status else "",
        foot=_foot(status) if status else "",
    )


def _body(status: Status) -> str:
    return f'<section class="figures">{_figures(status)}</section>{_table(status)}'


def _figures(status: Status) -> str:
    stock, judged = status.stock, [each.condition(status.at) for each in status.feeds]
    well, waiting = judged.count(FeedCondition.WELL), sum(stock.queue.values())
    oldest = f"the oldest {_ago(status.at - stock.oldest_at)}" if stock.oldest_at else "nothing is due"
    classes = ", ".join(f"{count:,} {_CLASSES[name]}" for name, count in stock.queue.items() if count) or oldest
    silent = stock.chats["blocked"] + stock.chats["gone"]
    figures = (
        ("Feeds", f"{well}<small> of {len(judged)}</small>", f"work; {status.own_feeds} more of readers"),
        ("Entries a day", f"{sum(each.per_day or 0 for each in status.feeds):,.0f}", "of the last two weeks"),
        ("Chats", f"{stock.chats['active']:,}", f"{silent:,} cannot be reached"),
        ("Queue", f"{waiting:,}", f"{classes}; {oldest}" if classes != oldest else oldest),
    )
    return "".join(
        f'<div><h2>{name}</h2><p class="figure">{figure}</p><p>{escape(remark)}</p></div>'
        for name, figure, remark in figures
    )


def _table(status: Status) -> str:
    if not status.feeds:
        return '<p class="empty">No feeds.</p>'
    rank = {condition: place for place, condition in enumerate(_ORDER)}
    ordered = sorted(status.feeds, key=lambda each: (rank[each.condition(status.at)], _title(each).lower()))
    rest = len(ordered) - _MOST_ROWS
    more = f'<p class="empty">And {rest:,} more; the metrics count them all.</p>' if rest > 0 else ""
    heads = ("Feed", "State", "Last success", "Next poll", "Entries a day")
    return (
        "<table><caption>Feeds</caption><thead><tr>"
        + "".join(f'<th scope="col">{head}</th>' for head in heads)
        + f"</tr></thead><tbody>{_rows(ordered[:_MOST_ROWS], status)}</tbody></table>{more}"
    )


def _rows(feeds: Iterable[FeedHealth], status: Status) -> str:
    return "".join(_row(each, status) for each in feeds)


def _row(health: FeedHealth, status: Status) -> str:
    feed, condition = health.feed, health.condition(status.at)
    error = f'<span class="error">{escape(feed.error)}</span>' if feed.error and feed.failures else ""
    pace = "–" if health.per_day is None else f"{health.per_day:.0f}" if health.per_day >= 1 else "under 1"
    pace = "0" if health.per_day == 0 else pace
    due = "now" if feed.next_poll_at <= status.at else _when(feed.next_poll_at, status.at)
    upcoming = "never" if condition is FeedCondition.GONE else due
    name = f"{escape(_title(health))}<small>{escape(_host(feed.url))}</small>"
    return (
        f'<tr class="{condition.value}"><th scope="row">{name}</th>'
        f'<td data-name="State"><span class="state">{escape(status.say(health))}</span>{error}</td>'
        f'<td data-name="Last success">{_when(feed.last_success_at, status.at)}</td>'
        f'<td data-name="Next poll">{upcoming}</td>'
        f'<td data-name="Entries a day">{pace}</td></tr>'
    )


def _foot(status: Status) -> str:
    role = "receives and sends" if status.is_speaking else "polls; another process receives and sends"
    running = _length(status.running_for)
    return f"Stichwort {escape(status.version)} · running for {running} · {role} · {status.at:%Y-%m-%d %H:%M:%S} UTC"


def _title(health: FeedHealth) -> str:
    return health.feed.title or _host(health.feed.url)


def _host(url: str) -> str:
    """Name the host only: an address may hold a password or a key."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _when(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "never"
    words = _ago(now - at) if at <= now else f"in {_length(at - now)}"
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}" title="{at:%Y-%m-%d %H:%M:%S} UTC">{words}</time>'


def _ago(length: timedelta) -> str:
    return "just now" if length < timedelta(seconds=5) else f"{_length(length)} ago"


def _length(length: timedelta) -> str:
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if length >= 2 * unit:
            return f"{length // unit} {name}"
    return f"{int(length.total_seconds())} s"
