"""
The page of one feed of everybody's: how its polls go, how its entries are told apart, and what became of the last ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from bot.core.article_fate import ArticleFate
from bot.core.identity import IdentityRule, Trait
from bot.core.polling import FeedCondition, FeedHealth
from bot.web import article_page, frame, status

_MAIN = frame.read_template("feed.html")
_TRAITS = {trait: trait.value.replace("_", " ").replace("-", " ") for trait in Trait}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDetails:
    """A feed with its last articles."""

    at: datetime
    health: FeedHealth
    state: str
    """In a few words."""
    fates: tuple[ArticleFate, ...]
    """Of the last articles, the newest first."""
    max_age: timedelta


def render(details: FeedDetails) -> str:
    """Write the page."""
    feed = details.health.feed
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _facts(details))
    fates = "".join(article_page.render_fate(fate, details.at, details.max_age) for fate in details.fates)
    title = escape(feed.title or status.find_host(feed.url))
    none = '<p class="remark">It has brought no article that is still stored.</p>'
    main = _MAIN.substitute(facts=rows, articles=fates or none)
    return frame.render_page(main, topic=title, heading=title, head=frame.HOME)


def _facts(details: FeedDetails) -> list[tuple[str, str]]:
    health, now = details.health, details.at
    feed = health.feed
    is_gone = health.condition(now) is FeedCondition.GONE
    facts = [
        ("State", escape(details.state)),
        ("Site", escape(status.find_host(feed.url))),
        ("Last poll", status.tell_time(feed.last_polled_at, now)),
        ("Last success", status.tell_time(feed.last_success_at, now)),
        ("Next poll", "never" if is_gone else status.tell_time(feed.next_poll_at, now)),
        ("Interval", status.tell_length(feed.interval)),
        ("First read", status.tell_time(feed.first_success_at, now)),
        ("Entries are told apart by", _rule(feed.identity)),
    ]
    if feed.failures:
        facts.insert(1, ("Last error", f"{escape(feed.error or 'unknown')} ({feed.failures:,} in a row)"))
    return facts


def _rule(rule: IdentityRule | None) -> str:
    if rule is None:
        return "not learned yet"
    believed = ", ".join(_TRAITS[trait] for trait in Trait if trait in rule.traits) or "title and date"
    refuted = ", ".join(_TRAITS[trait] for trait in Trait if trait in rule.refuted)
    return f"{believed}; not by {refuted}, which changed for the same entry" if refuted else believed
