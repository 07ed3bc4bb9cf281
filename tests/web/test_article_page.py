"""The page that says why an article was not alerted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from bot.core.article_fate import ArticleFate
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from bot.core.errors import StorageError
from bot.core.feed import FeedState
from bot.web import article_page
from bot.web.article_page import ArticleAnswer
from bot.web.server import WebServer
from bot.web.status import Readiness
from tests.builders import NOW, make_article, make_feed, make_health
from tests.demo import browser
from tests.demo.browser import chromium
from tests.web.test_server import FakeInsight, opened

__all__ = ["chromium"]

FATE = ArticleFate(
    article=make_article(title="Putin & Kim"),
    feed_title="SRF <News>",
    first_success_at=NOW - timedelta(days=9),
    is_pending=False,
    queries=2,
    alerts={
        (DeliveryState.SENT, None): 1200,
        (DeliveryState.HELD, UnsentReason.QUIET): 1,
        (DeliveryState.DEAD, UnsentReason.SAME_STORY): 3,
    },
)
_BAD = ("error", "warning")  # a policy that is broken is an error
ANSWER = ArticleAnswer(at=NOW, fates=(FATE,), max_age=timedelta(hours=48))


def test_alerts_are_told_by_where_they_stand_and_why() -> None:
    """The most first; nothing of a publisher is read as HTML."""
    page = article_page.render('"><b>', ANSWER)

    lines = (
        "1,200 alerts sent",
        "3 alerts not sent: the chat already had an alert of the same story",
        "1 alert held: quiet hours",
    )
    assert [page.index(line) for line in lines] == sorted(page.index(line) for line in lines)
    assert "Putin &amp; Kim" in page
    assert "SRF &lt;News&gt;" in page
    assert "2 queries match" in page
    assert 'value="&quot;&gt;&lt;b&gt;"' in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"queries": 0}, "No keyword of any chat matches it."),
        ({"is_pending": True}, "still being looked for"),
        ({"first_success_at": NOW}, "read for the first time"),
        ({"article": make_article(published_at=NOW - timedelta(days=3))}, "alerts.max_age"),
        ({}, "each has switched the feed off"),
    ],
)
def test_what_kept_it_from_the_queue_is_one_sentence(changes: dict[str, object], told: str) -> None:
    """Where no alert is on record."""
    fate = replace(FATE, alerts={}, **changes)  # type: ignore[arg-type]
    assert told in article_page.render("Kim", replace(ANSWER, fates=(fate,)))


def test_what_was_never_seen_leads_to_the_feeds_that_should_have_brought_it() -> None:
    """With their last error; a site without a feed is told apart."""
    failing = make_health(make_feed(title="NZZ", state=FeedState.FAILING, failures=2, error="No <answer>."))
    nothing = ArticleAnswer(at=NOW, fates=(), max_age=timedelta(hours=48), suspects=(failing,), is_host_known=True)

    page = article_page.render("https://nzz.example/a", nothing)
    assert "no feed brought an article with this address" in page
    assert "<b>NZZ</b>: failing, No &lt;answer&gt;.; last success" in page
    assert "add its feed" in article_page.render("x", replace(nothing, suspects=(), is_host_known=False))
    assert "cannot be read at the moment" in article_page.render("x", replace(nothing, is_host_known=None))


def test_every_reason_has_words() -> None:
    """The page would fail on one that has none."""
    assert all(article_page.tell_reason(reason) for reason in UnsentReason)


async def test_the_page_is_guarded_and_takes_a_question_of_bounded_length() -> None:
    """Without a question it is the form alone."""
    async with opened(Readiness(), "secret token") as desk:
        assert (await desk.get("/articles?q=Kim"))[0] == 401
        key = {"Authorization": "Bearer secret token"}
        assert (await desk.get("/articles", **key))[0] == 503
        desk.server.show(desk.insight)
        code, form = await desk.get("/articles", **key)
        assert (code, "Never seen" in form) == (200, False)
        assert "Never seen" in (await desk.get("/articles?q=Kim", **key))[1]
        assert (await desk.get(f"/articles?q={'x' * 2001}", **key))[0] == 414
        desk.insight.error = StorageError("away")
        assert (await desk.get("/articles?q=Kim", **key)) == (503, "the database cannot be reached\n")


class Told(FakeInsight):
    """Finds one article, whatever is asked for."""

    async def find_articles(self, question: str) -> ArticleAnswer:
        """Find it."""
        return ANSWER


@browser.needed
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_an_operator_signs_in_and_asks_with_the_keyboard_on_a_phone(chromium: Browser, *, dark: bool) -> None:
    """Nothing is wider than 360 pixels, axe finds nothing on any page, and no policy is broken."""
    health = Readiness()
    server = WebServer(listen="127.0.0.1:0", token="secret token", health=health)
    url = await server.start()
    server.show(Told())
    size = {"width": 360, "height": 740}
    context = await chromium.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        bypass_csp=False,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in _BAD else None)

    async def look() -> None:
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        assert (await Axe().run(page)).response["violations"] == []

    await page.goto(url)
    await look()
    await page.keyboard.type("secret token")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="SRF").wait_for()
    await look()
    await page.goto(f"{url}/sources/1")
    await page.get_by_text("Entries are told apart by").wait_for()
    await look()
    await page.goto(url)
    await page.get_by_role("link", name="Why was an article not alerted?").focus()
    await page.keyboard.press("Enter")
    await page.locator("#q").focus()
    await page.keyboard.type("Putin")
    await page.keyboard.press("Enter")
    await page.get_by_text("1 alert held: quiet hours").wait_for()
    await look()
    assert [line for line in complaints if "401" not in line] == []
    await context.close()
    await server.stop()
    await health.close()


async def test_an_answer_names_no_other_machine() -> None:
    """Nothing on the page is loaded from anywhere."""
    async with opened(Readiness()) as desk, ClientSession(desk.url) as session:
        desk.server.show(Told())
        async with session.get("/articles?q=Kim") as answer:
            assert "src=" not in await answer.text()
