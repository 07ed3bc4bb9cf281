"""A feed's health in words."""

from __future__ import annotations

from datetime import timedelta

from bot.core.feed import FeedState
from bot.i18n.catalog import Catalog
from bot.telegram.text import feeds
from tests.builders import NOW, make_feed, make_health

ENGLISH, GERMAN = Catalog.load().speak("en"), Catalog.load().speak("de")


def test_a_healthy_feed_tells_its_pace_and_its_next_poll() -> None:
    """In one line."""
    health = make_health(make_feed(next_poll_at=NOW + timedelta(minutes=7)), per_day=12.4)

    assert feeds.describe(health, ENGLISH, NOW, operator=False) == "works · 12 entries a day · next look in 7 min"
    assert feeds.describe(health, GERMAN, NOW, operator=False).startswith("funktioniert · 12 Einträge am Tag")


def test_what_went_wrong_is_for_operators() -> None:
    """A reader must not learn what answered inside the operator's network."""
    feed = make_feed(
        failures=2,
        state=FeedState.FAILING,
        error="The server at 10.0.0.1 said <no>.",
        last_polled_at=NOW - timedelta(hours=3),
    )
    health = make_health(feed, per_day=0.2)

    told = feeds.describe(health, ENGLISH, NOW, operator=True)
    assert told.startswith("cannot be read at the moment, last tried 3 h ago · less than one entry a day")
    assert "10.0.0.1 said &lt;no&gt; ·" in told
    assert "10.0.0.1" not in feeds.describe(health, ENGLISH, NOW, operator=False)


def test_a_feed_that_is_gone_has_no_next_poll() -> None:
    """And a new one no pace."""
    gone = make_health(make_feed(state=FeedState.GONE, failures=1))
    new = make_health(make_feed(last_polled_at=None), per_day=None)
    dead = make_health(make_feed(failures=40, last_success_at=NOW - timedelta(days=5)), per_day=None)

    assert feeds.describe(gone, ENGLISH, NOW, operator=False) == (
        "is gone for good, says its publisher · 0 entries a day"
    )
    assert feeds.describe(new, ENGLISH, NOW, operator=False) == "is read for the first time soon · next look now"
    assert feeds.condition(dead, ENGLISH, NOW) == "has not been readable since Dec 31, 2025"
    assert [feeds.mark(each, NOW) for each in (gone, new, dead)] == ["✗", "○", "✗"]
