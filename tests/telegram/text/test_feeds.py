"""A feed's health in words."""

from __future__ import annotations

from datetime import timedelta

from bot.core.feed import FeedState
from bot.i18n.catalog import Catalog
from bot.telegram.text import feeds
from tests.builders import NOW, make_feed, make_health

ENGLISH, GERMAN = Catalog.load().speak("en"), Catalog.load().speak("de")


def test_the_health_of_a_feed_is_one_sentence() -> None:
    """For every condition there is, in the reader's language."""
    well = make_health(make_feed(next_poll_at=NOW + timedelta(minutes=7)), per_day=12.4)
    last = NOW - timedelta(hours=3)
    failing = make_health(make_feed(failures=2, state=FeedState.FAILING, last_polled_at=last), per_day=0.2)
    just_now = make_health(make_feed(failures=2, state=FeedState.FAILING, last_polled_at=NOW), per_day=0.2)
    gone = make_health(make_feed(state=FeedState.GONE, failures=1))
    new = make_health(make_feed(last_polled_at=None), per_day=None)
    dead = make_health(make_feed(failures=40, last_success_at=NOW - timedelta(days=5)), per_day=None)

    assert [feeds.condition(each, ENGLISH, NOW) for each in (well, failing, just_now, gone, new, dead)] == [
        "works",
        "cannot be read at the moment, last tried 3 h ago",
        "cannot be read at the moment, last tried 1 min ago",
        "is gone for good, says its publisher",
        "will soon be read for the first time",
        "has not been readable since 31 Dec 2025",
    ]
    assert feeds.condition(well, GERMAN, NOW) == "funktioniert"
