"""The page of one feed."""

from __future__ import annotations

from datetime import timedelta

from bot.core.article_fate import ArticleFate
from bot.core.errors import StorageError
from bot.core.feed import FeedState
from bot.core.identity import IdentityRule, Trait
from bot.web import feed_page
from bot.web.feed_page import FeedDetails
from bot.web.status import Readiness
from tests.builders import NOW, make_article, make_feed, make_health
from tests.web.test_server import opened

DAY = timedelta(days=1)


def test_it_tells_polls_error_rule_and_what_became_of_the_articles() -> None:
    """Without the address, which may hold a password."""
    feed = make_feed(
        7,
        title="Blatt <7>",
        url="https://me:pw@blatt.example/rss?key=abc",
        state=FeedState.FAILING,
        failures=3,
        error="The server says <no>.",
        next_poll_at=NOW + timedelta(minutes=20),
        identity=IdentityRule(frozenset((Trait.GUID,)), frozenset((Trait.LINK,))),
    )
    fate = ArticleFate(
        article=make_article(title="Putin & Kim"),
        feed_title="Blatt",
        first_success_at=NOW - DAY,
        is_pending=False,
        queries=0,
        alerts={},
    )
    page = feed_page.render(
        FeedDetails(at=NOW, health=make_health(feed), state="fails", fates=(fate,), max_age=2 * DAY)
    )

    assert "<h1>Blatt &lt;7&gt;</h1>" in page
    assert "The server says &lt;no&gt;. (3 in a row)" in page
    assert "in 20 min" in page
    assert "<dd>guid; not by link, which changed for the same entry</dd>" in page
    assert "Putin &amp; Kim" in page
    assert "No keyword of any chat matches it." in page
    assert not any(secret in page for secret in ("me:pw", "key=abc", "<script"))


def test_a_feed_that_was_never_read_has_a_page_too() -> None:
    """It has learned no rule and brought nothing."""
    feed = make_feed(title="", url="https://blatt.example/rss", first_success_at=None, last_success_at=None)
    page = feed_page.render(FeedDetails(at=NOW, health=make_health(feed), state="new", fates=(), max_age=DAY))

    assert "<h1>blatt.example</h1>" in page
    assert "not learned yet" in page
    assert "no article that is still stored" in page


async def test_an_unknown_feed_is_an_unknown_page() -> None:
    """So is a reader's own, which the source does not give; the page is guarded like the others."""
    async with opened(Readiness(), "secret token") as desk:
        assert (await desk.get("/sources/1"))[0] == 401
        key = {"Authorization": "Bearer secret token"}
        assert (await desk.get("/sources/1", **key))[0] == 503
        desk.server.show(desk.insight)
        code, page = await desk.get("/sources/1", **key)
        assert (code, "SRF &amp; Söhne" in page) == (200, True)
        for unknown in ("2", "x", "-1", "9" * 40):
            assert (await desk.get(f"/sources/{unknown}", **key))[0] == 404
        desk.insight.error = StorageError("away")
        assert (await desk.get("/sources/1", **key)) == (503, "the database cannot be reached\n")
