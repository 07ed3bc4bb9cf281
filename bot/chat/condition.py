"""How a feed is doing, in words: one for a list, sentences for who asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bot.core.health import FeedCondition, FeedHealth
from bot.texts.catalog import Translation
from bot.texts.markup import Html, join

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_MARKS = {
    FeedCondition.NEW: "○",
    FeedCondition.WELL: "●",
    FeedCondition.FAILING: "◐",
    FeedCondition.DEAD: "✗",
    FeedCondition.GONE: "✗",
}


def mark(health: FeedHealth, now: datetime) -> str:
    """Give a sign that stands before the feed in a list."""
    return _MARKS[health.condition(now)]


def condition(health: FeedHealth, speech: Translation, now: datetime) -> Html:
    """Say in one short sentence how it is."""
    match health.condition(now):
        case FeedCondition.NEW:
            return speech.t("is read for the first time soon")
        case FeedCondition.WELL:
            return speech.t("works")
        case FeedCondition.FAILING:
            return speech.t("cannot be read at the moment, last tried {ago}", ago=_ago(health, speech, now))
        case FeedCondition.DEAD:
            since = speech.day(health.silent_since.date(), now.date())
            return speech.t("has not been readable since {day}", day=since)
        case FeedCondition.GONE:
            return speech.t("is gone for good, says its publisher")
        case never:
            assert_never(never)


def describe(health: FeedHealth, speech: Translation, now: datetime, *, operator: bool) -> Html:
    """Say how it is, how much it brings and when it is asked next; only operators read what went wrong."""
    parts: list[str] = [condition(health, speech, now)]
    if health.per_day is not None:
        parts.append(pace(health, speech))
    if operator and health.feed.error and health.feed.failures:
        parts.append(health.feed.error.rstrip("."))
    if health.condition(now) is not FeedCondition.GONE:
        parts.append(upcoming(health, speech, now))
    return join(" · ", parts)


def pace(health: FeedHealth, speech: Translation) -> Html:
    """Say how many entries a day it brings."""
    rounded = round(health.per_day or 0)
    if rounded == 0 and health.per_day:
        return speech.t("less than one entry a day")
    return speech.n("{count} entry a day", "{count} entries a day", rounded)


def upcoming(health: FeedHealth, speech: Translation, now: datetime) -> Html:
    """Say when it is asked next."""
    ahead = health.feed.next_poll_at - now
    return speech.t("next look in {span}", span=span(ahead, speech)) if ahead > _MINUTE else speech.t("next look now")


def span(length: timedelta, speech: Translation) -> Html:
    """Say a length of time roughly, in a unit that needs no declension."""
    if length >= 2 * _HOUR:
        return speech.t("{hours} h", hours=length // _HOUR)
    return speech.t("{minutes} min", minutes=max(1, length // _MINUTE))


def _ago(health: FeedHealth, speech: Translation, now: datetime) -> Html:
    return speech.t("{span} ago", span=span(now - (health.feed.last_polled_at or now), speech))
