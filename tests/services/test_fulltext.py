"""Articles that wait for the text of their pages, and what that never costs: the alert."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.core.article import Article
from bot.core.ids import ChatId
from bot.core.query.matcher import Matcher
from bot.core.web_page import PageText
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.language.analyser import Analyser
from bot.services.alerts import FanOut, FanOutPolicy, FanOutPorts, MatcherSync
from bot.services.fulltext import FullTextPolicy, FullTextService
from bot.services.retry import StoreRetry
from storage.store import Store
from tests.builders import MAIN, NOW, make_draft
from tests.contracts.scenes import add_feed, claim, poll, subscribe
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.stores import recent_articles
from tests.fakes.unsteady_store import Unsteady

PROCESS = "process"
FILLER = "Ein Absatz über das Wetter und den Verkehr am Morgen."


@dataclass
class Pages:
    """Pages that answer when they are let go."""

    text: PageText | Exception | None = None
    asked: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, article: Article) -> PageText | None:
        """Give the text, when the test says so."""
        self.asked.append(article.title)
        await self.open.wait()
        if isinstance(self.text, Exception):
            raise self.text
        return self.text


@dataclass(kw_only=True)
class Desk:
    """Everything around the pages."""

    store: Store
    texts: Unsteady
    pages: Pages
    clock: FakeClock
    complete: FullTextService
    announce: FanOut
    resumed: asyncio.Event

    async def publish(self, title: str, full_text: str, lead: str = "", **changes: Any) -> Article:
        """Let an article of a feed arrive and announce what can be."""
        feeds = {feed.full_text: feed for feed in await self.store.feeds.list_all()}
        feed = feeds.get(full_text) or await add_feed(self.store, full_text, full_text=full_text)  # type: ignore[call-overload]
        (article,) = await poll(self.store, feed, make_draft(feed, title, title=title, lead=lead, **changes))
        await self.announce()
        await asyncio.sleep(0)  # whoever asks for the page begins
        return article

    async def answer(self, *paragraphs: str, points: tuple[str, ...] = ()) -> None:
        """Let the page answer, and announce what then may go on."""
        self.pages.text = PageText(body="\n".join(paragraphs), key_points=points, is_reserved=False)
        await self.go_on()

    async def go_on(self) -> None:
        """Let the page answer as it is."""
        self.pages.open.set()
        await asyncio.wait_for(self.resumed.wait(), HANG_SECONDS)
        await self.announce()

    async def told(self) -> list[int]:
        """Claim who is told of something."""
        return [each.chat_id for each in await claim(self.store, now=self.clock.now())]

    async def body(self) -> str:
        """Give the body of the only article."""
        (article,) = await recent_articles(self.store, since=NOW, limit=5)
        return article.body


@pytest.fixture
async def desk(store: Store, clock: FakeClock, analyser: Analyser, counters: FakeCounters) -> AsyncIterator[Desk]:
    """A desk with one reader who looks for Nordkorea."""
    pages, resumed, texts = Pages(), asyncio.Event(), Unsteady(store.full_texts)
    complete = FullTextService(
        texts=texts,
        source=pages,
        analyser=analyser,
        clock=clock,
        owner=PROCESS,
        policy=FullTextPolicy(at_once=2),
        resumed=resumed.set,
    )
    announce = FanOut(
        ports=FanOutPorts(
            articles=store.articles,
            clock=clock,
            counters=counters,
            retry=StoreRetry(clock=clock, pause=timedelta(milliseconds=1)),
        ),
        policy=FanOutPolicy(owner=PROCESS, max_age=timedelta(hours=24)),
        matcher_sync=MatcherSync(store.subscriptions, Matcher(analyser)),
        queued=lambda: None,
        full_text=complete,
    )
    await subscribe(store, 1, "Nordkorea")
    yield Desk(
        store=store, texts=texts, pages=pages, clock=clock, complete=complete, announce=announce, resumed=resumed
    )
    await complete.close()


async def test_a_match_without_description_waits_for_its_page(desk: Desk) -> None:
    """The text is in the article when the alert goes out; nobody else was kept waiting."""
    await desk.publish("Nordkorea startet Rakete", "on-match")
    await desk.publish("Nordkorea schweigt", "never")
    assert desk.pages.asked == ["Nordkorea startet Rakete"]
    assert len(await desk.told()) == 1
    await desk.answer("Der erste Absatz.", "Der zweite Absatz.", points=("Ein Punkt.",))

    assert await desk.told() == [1]
    found = {each.title: each for each in await recent_articles(desk.store, since=NOW, limit=5)}
    assert found["Nordkorea startet Rakete"].body == "Der erste Absatz.\nDer zweite Absatz."
    assert found["Nordkorea startet Rakete"].key_points == ("Ein Punkt.",)


@pytest.mark.parametrize(
    ("title", "full_text", "changes"),
    [
        ("Wahl in Bern", "on-match", {}),
        ("Nordkorea startet Rakete", "on-match", {"lead": "Ein Satz, der lang genug ist, " * 3}),
        ("Nordkorea startet Rakete", "on-match", {"key_points": ("Ein Punkt.",)}),
        ("Nordkorea startet Rakete", "on-match", {"url": None}),
        ("Nordkorea startet Rakete", "never", {}),
        ("Wahl in Bern", "always", {"body": FILLER * 20}),
        ("Wahl in Bern", "always", {"published_at": NOW - timedelta(days=3)}),
    ],
)
async def test_a_page_is_asked_for_only_where_it_is_of_use(
    desk: Desk, title: str, full_text: str, changes: dict[str, Any]
) -> None:
    """Not without a match, not where the feed says enough, not for old news."""
    await desk.publish(title, full_text, **changes)

    assert desk.pages.asked == []
    assert await desk.told() == ([1] if "Nordkorea" in title else [])


@pytest.mark.parametrize(
    ("paragraphs", "told"),
    [
        ([FILLER, FILLER, "Auch Nordkorea war dabei.", FILLER], [1]),
        ([FILLER, FILLER, FILLER, "Auch Nordkorea war dabei.", FILLER], []),
        ([FILLER, FILLER, FILLER, "Auch Nordkorea war dabei.", "Nordkoreas Führung schweigt."], [1]),
        ([FILLER, "Bern wählt.", FILLER], []),
    ],
)
async def test_a_passing_mention_far_down_is_no_hit(desk: Desk, paragraphs: list[str], told: list[int]) -> None:
    """With `always` the page is matched: its first three paragraphs, further down only what is said twice."""
    await desk.publish("Gipfel der Minister", "always")
    assert await desk.told() == []
    await desk.answer(*paragraphs)

    assert await desk.told() == told


@pytest.mark.parametrize("failure", [None, ValueError("nobody expected that")])
async def test_a_page_that_fails_costs_no_alert(desk: Desk, failure: Exception | None) -> None:
    """The article goes on at once, as the feed gave it, and its page is not asked for again."""
    desk.pages.text = failure
    await desk.publish("Nordkorea startet Rakete", "on-match")
    await desk.go_on()

    assert await desk.told() == [1]
    assert await desk.body() == ""
    await desk.announce()
    assert len(desk.pages.asked) == 1


async def test_a_slow_page_costs_no_more_than_its_bound(desk: Desk) -> None:
    """Twenty seconds later the alert goes out without; a text that comes after that is kept."""
    await desk.publish("Nordkorea startet Rakete", "on-match")
    desk.clock.move(seconds=19)
    await desk.announce()
    assert await desk.told() == []
    desk.clock.move(seconds=1)
    await desk.announce()
    assert await desk.told() == [1]
    await desk.answer("Ein Absatz.")
    assert await desk.told() == []
    assert await desk.body() == "Ein Absatz."


async def test_too_many_at_once_go_on_without(desk: Desk) -> None:
    """A burst is told in time; two of these three wait."""
    for number in range(3):
        await desk.publish(f"Nordkorea startet Rakete {number}", "on-match")

    assert len(desk.pages.asked) == 2
    assert await desk.told() == [1]


async def test_a_store_that_is_away_costs_the_text_only(desk: Desk) -> None:
    """When the article cannot be put aside, it is announced at once."""
    desk.texts.break_before("put_aside")
    await desk.publish("Nordkorea startet Rakete", "on-match")

    assert desk.pages.asked == []
    assert await desk.told() == [1]


async def test_a_process_that_dies_leaves_the_alert_to_the_next(desk: Desk) -> None:
    """Its leases are given back at the next start; the page is not asked for again."""
    await desk.publish("Nordkorea startet Rakete", "on-match")
    await desk.complete.close()
    await desk.store.outbox.release(PROCESS, desk.clock.now())
    await desk.announce()

    assert await desk.told() == [1]
    assert len(desk.pages.asked) == 1


async def test_texts_are_given_up_when_their_story_is_over(desk: Desk) -> None:
    """After 72 hours the article holds again what the feed gave."""
    await desk.publish("Nordkorea startet Rakete", "on-match", body="Anriss.")
    await desk.answer("Ein Absatz.")
    desk.clock.move(hours=71)
    await desk.complete.tidy()
    assert await desk.body() == "Ein Absatz."
    desk.clock.move(hours=2)
    await desk.complete.tidy()
    assert await desk.body() == "Anriss."


async def test_no_page_is_asked_for_while_nobody_asks_for_anything(desk: Desk) -> None:
    """Even with `always`: there is nobody to tell."""
    (wish,) = await desk.store.subscriptions.list_for(ChatId(1), MAIN)
    await desk.store.subscriptions.remove([wish.id])
    await desk.publish("Gipfel der Minister", "always")

    assert desk.pages.asked == []
