"""
From a stored article to the alerts of everybody who asked for it.

The matcher and the stored queries stay in step.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.article import Article
from bot.core.delivery.delivery import DeliveryKind
from bot.core.errors import StorageError
from bot.core.ids import ChatId, QueryId, ThreadId
from bot.core.query import parser
from bot.core.query.matcher import Matcher
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import Document
from bot.core.repositories import StoredQuery
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.language.analyser import Analyser
from bot.services.alerts import AlertLoop, FanOut, FanOutPolicy, FanOutPorts, MatcherSync, document
from bot.services.retry import StoreRetry
from storage.store import Store
from tests.builders import NOW, make_article, make_draft
from tests.contracts.scenes import add_feed, claim, poll, subscribe
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.stores import recent_articles
from tests.fakes.unsteady_store import Unsteady
from tests.services.conftest import eventually

QUICK = timedelta(milliseconds=1)
PROCESS = "process"


class Fragile(Matcher):
    """A matcher that breaks on one article."""

    breaks_on = ""

    def match(self, document: Any) -> Any:
        """Match, or break."""
        if self.breaks_on and self.breaks_on in document.title:
            raise ValueError("a text nobody expected")
        return super().match(document)


@dataclass(kw_only=True)
class Desk:
    """Everything around the announcing."""

    store: Store
    articles: Unsteady
    subscriptions: Unsteady
    matcher: Fragile
    clock: FakeClock
    counters: FakeCounters
    rings: list[int]
    announce: FanOut

    async def publish(self, *titles: str, catch_up: bool = False, age: timedelta = timedelta(0)) -> tuple[Article, ...]:
        """Let a poll bring articles."""
        feeds = await self.store.feeds.list_all()
        feed = feeds[0] if feeds else await add_feed(self.store)
        drafts = [
            make_draft(feed, title, title=title, lead="", published_at=NOW - age + timedelta(seconds=number))
            for number, title in enumerate(titles)
        ]
        return await poll(self.store, feed, *drafts, catch_up=catch_up)

    async def told(self) -> list[tuple[int, int]]:
        """Claim what is queued: who is told of which article."""
        return [(each.chat_id, each.article_id or 0) for each in await claim(self.store, now=self.clock.now())]


@pytest.fixture
def desk(store: Store, clock: FakeClock, analyser: Analyser, counters: FakeCounters) -> Desk:
    """A desk where nobody has subscribed yet."""
    articles, subscriptions, matcher = Unsteady(store.articles), Unsteady(store.subscriptions), Fragile(analyser)
    rings: list[int] = []
    announce = FanOut(
        ports=FanOutPorts(
            articles=articles, clock=clock, counters=counters, retry=StoreRetry(clock=clock, pause=QUICK)
        ),
        policy=FanOutPolicy(owner=PROCESS, max_age=timedelta(hours=24), receivers_at_once=2),
        matcher_sync=MatcherSync(subscriptions, matcher),
        queued=lambda: rings.append(1),
    )
    return Desk(
        store=store,
        articles=articles,
        subscriptions=subscriptions,
        matcher=matcher,
        clock=clock,
        counters=counters,
        rings=rings,
        announce=announce,
    )


async def test_a_single_article_waits_for_five_of_a_burst_at_most(desk: Desk) -> None:
    """What comes in while a burst is announced is among the next few, however long the burst is."""
    await subscribe(desk.store, 1)
    await desk.publish(*(f"Nordkorea meldet Treffer {number}" for number in range(30)))
    assert await desk.announce() == 5

    other = await add_feed(desk.store, url="https://other.example/rss")
    (single,) = await poll(desk.store, other, make_draft(other, "single", title="Nordkorea lädt ein", lead=""))
    assert await desk.announce() == 5
    assert (1, single.id) in await desk.told()


async def test_whoever_asked_is_told_in_chunks_with_a_ring_after_each(desk: Desk) -> None:
    """Sending starts while readers are still being found; who asked for something else is left alone."""
    for chat in range(1, 6):
        await subscribe(desk.store, chat)
    await subscribe(desk.store, 9, "Bahnhof")
    (article,) = await desk.publish("Nordkorea lädt ein")

    assert await desk.announce() == 1
    assert sorted(await desk.told()) == [(chat, article.id) for chat in range(1, 6)]
    assert len(desk.rings) >= 2
    assert desk.counters.counts["matches_total"] == 1
    assert await desk.announce() == 0


async def test_an_article_that_was_old_when_it_was_first_seen_is_only_stored(desk: Desk) -> None:
    """A feed that fills up with its archive floods nobody."""
    await subscribe(desk.store)
    await desk.publish("Nordkorea gestern", age=timedelta(hours=25))
    await desk.announce()
    assert await desk.told() == []


async def test_what_came_out_while_we_were_away_is_owed_and_an_archive_listed_anew_is_not(desk: Desk) -> None:
    """What bears a date since we last saw the feed is told, however old; what is older was never missed."""
    await subscribe(desk.store)
    feed = await add_feed(desk.store)
    await poll(desk.store, feed, now=NOW - timedelta(days=3))

    (owed,) = await desk.publish("Nordkorea vorgestern", age=timedelta(hours=48), catch_up=True)
    await desk.announce()
    assert await desk.told() == [(1, owed.id)]

    await desk.publish("Nordkorea vor Jahren", age=timedelta(days=4000), catch_up=True)
    await desk.announce()
    assert await desk.told() == []


async def rewrite(desk: Desk, title: str, *, age: timedelta = timedelta(0)) -> None:
    """Let the feed list its entry "Stummel", beside another one, with this title."""
    feeds = await desk.store.feeds.list_all()
    feed = feeds[0] if feeds else await add_feed(desk.store)
    seen: dict[str, Any] = {"published_at": NOW - age, "seen_at": desk.clock.now(), "lead": ""}
    drafts = [make_draft(feed, "Anderes", **seen), make_draft(feed, "Stummel", title=title, **seen)]
    await poll(desk.store, feed, *drafts, now=desk.clock.now())
    await desk.announce()


async def alerts(desk: Desk) -> dict[int, datetime]:
    """List whom there is an alert for, and since when what it tells is known."""
    found = await claim(desk.store, now=desk.clock.now() + timedelta(hours=1))
    return {each.chat_id: each.seen_at for each in found if each.kind is DeliveryKind.ALERT}


async def test_a_stub_that_is_filled_in_is_told_to_whom_it_meets_only_now(desk: Desk) -> None:
    """Once; a wish that met the stub already is not told again, nor one that came later for what was there."""
    await subscribe(desk.store, 1, "Seilbahn")
    await subscribe(desk.store, 2, "Zwischenfall")
    await rewrite(desk, "Zwischenfall am Berg")
    assert [chat for chat, _ in await desk.told()] == [2]
    await subscribe(desk.store, 3, "Berg")
    desk.clock.move(minutes=5)
    await rewrite(desk, "Zwischenfall am Berg: Seilbahn steht still")
    met = await alerts(desk)
    assert met == {1: desk.clock.now(), 2: NOW}
    for title in ("Zwischenfall am Berg", "Zwischenfall am Berg: Seilbahn steht still"):
        desk.clock.move(minutes=5)
        await rewrite(desk, title)
    assert await alerts(desk) == met


async def test_what_is_old_when_it_changes_is_only_stored(desk: Desk) -> None:
    """An entry of last week that is corrected is no news."""
    await subscribe(desk.store, 1, "Seilbahn")
    await rewrite(desk, "Zwischenfall am Berg", age=timedelta(hours=20))
    desk.clock.move(hours=5)
    await rewrite(desk, "Seilbahn steht still", age=timedelta(hours=20))
    assert await desk.told() == []
    titles = {each.title for each in await recent_articles(desk.store, since=NOW, limit=9)}
    assert "Seilbahn steht still" in titles


async def test_a_broken_article_stops_no_other(desk: Desk) -> None:
    """It is left to its lease and tried again; the others are told at once, each time."""
    await subscribe(desk.store)
    desk.matcher.breaks_on = "kaputt"
    broken, fine = await desk.publish("Nordkorea kaputt", "Nordkorea heil")
    assert await desk.announce() == 2
    assert await desk.told() == [(1, fine.id)]

    desk.clock.move(minutes=6)
    desk.matcher.breaks_on = ""
    assert await desk.announce() == 1
    assert (1, broken.id) in await desk.told()


@pytest.mark.parametrize("step", ["record_matches", "enqueue"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_store_that_is_away_for_a_moment_costs_no_alert_and_doubles_none(
    desk: Desk, step: str, *, after: bool
) -> None:
    """Every step bears repetition, and what was claimed is not left to its lease."""
    for chat in (1, 2, 3):
        await subscribe(desk.store, chat)
    (article,) = await desk.publish("Nordkorea lädt ein")
    (desk.articles.break_after if after else desk.articles.break_before)(step, 2)

    await desk.announce()

    assert sorted(await desk.told()) == [(chat, article.id) for chat in (1, 2, 3)]


async def test_queries_that_cannot_be_read_for_a_moment_are_not_missed(desk: Desk) -> None:
    """Another process stored the query; without a look at the store this one would not know of it."""
    await subscribe(desk.store)
    (article,) = await desk.publish("Nordkorea lädt ein")
    desk.subscriptions.break_before("list_queries", 2)

    await desk.announce()

    assert await desk.told() == [(1, article.id)]


async def test_a_store_that_stays_away_ends_the_attempt_and_not_the_article(desk: Desk) -> None:
    """After a lease's time the work is left to whoever claims it next."""
    await subscribe(desk.store)
    (article,) = await desk.publish("Nordkorea lädt ein")
    desk.articles.break_before("enqueue", 10_000)
    announcing = asyncio.create_task(desk.announce())

    async def tried() -> bool:
        return desk.articles.failed["enqueue"] > 1

    await eventually(tried)
    desk.clock.move(minutes=6)
    assert await asyncio.wait_for(announcing, HANG_SECONDS) == 1
    desk.articles.mend()

    assert await desk.announce() == 1
    assert await desk.told() == [(1, article.id)]


async def test_told_to_stop_it_leaves_the_rest_for_later(desk: Desk) -> None:
    """Nothing is begun any more; the leases are given back by a release."""
    await subscribe(desk.store)
    first, second = await desk.publish("Nordkorea eins", "Nordkorea zwei")
    wanted = iter((True, True, True, False))

    await desk.announce(lambda: next(wanted, False))
    assert await desk.told() == [(1, first.id)]
    await desk.store.outbox.release(PROCESS, NOW)
    await desk.announce()

    assert await desk.told() == [(1, second.id)]


async def test_the_loop_announces_at_a_ring_and_now_and_then(desk: Desk) -> None:
    """A fault is a pause, and a stop ends it in order."""
    await subscribe(desk.store)
    desk.articles.break_before("claim_fanouts")
    announcer = AlertLoop(desk.announce, wakeup := asyncio.Event(), rest=timedelta(seconds=0.01))
    running = asyncio.create_task(announcer.run())
    await desk.publish("Nordkorea eins")
    wakeup.set()

    async def queued() -> bool:
        return ((await desk.store.status.take_stock(NOW)).queue)["alert"] == 1

    await eventually(queued)
    announcer.stop()
    await asyncio.wait_for(running, HANG_SECONDS)


async def test_rounds_with_nothing_left_hide_no_articles_that_fail(desk: Desk) -> None:
    """What failed is put aside, and looks as if there were nothing to do; one that gets through proves the rest."""
    await subscribe(desk.store)
    desk.matcher.breaks_on = "Nordkorea"
    await desk.publish("Nordkorea kaputt")
    beats: list[bool] = []
    announcer = AlertLoop(desk.announce, wakeup := asyncio.Event(), rest=timedelta(seconds=0.01), beat=beats.append)
    running = asyncio.create_task(announcer.run())

    async def has_gone_round() -> bool:
        return len(desk.announce.failed) == 1 and len(beats) > 20

    await eventually(has_gone_round)
    assert not any(beats)

    desk.matcher.breaks_on = "kaputt"
    await desk.publish("Nordkorea heil")
    beats.clear()
    wakeup.set()

    async def has_got_on() -> bool:
        return beats.count(True) > 3

    await eventually(has_got_on)
    announcer.stop()
    await asyncio.wait_for(running, HANG_SECONDS)


def test_the_matcher_reads_key_points_description_text_and_tags() -> None:
    """Whatever the publisher says about an article may hold the word."""
    article = replace(
        make_article(), key_points=("Kurz gesagt.",), lead="Beschreibung.", body="Text.", tags=("Politik", "Asien")
    )

    read = document(article)

    assert (read.title, read.lead, read.body) == (
        article.title,
        "Kurz gesagt.\nBeschreibung.",
        "Text.\nPolitik · Asien",
    )


async def test_articles_whose_claim_was_lost_on_the_way_are_claimed_again(desk: Desk) -> None:
    """They are leased to us, and only the store knows; one that breaks is left to its lease all the same."""
    await subscribe(desk.store)
    desk.matcher.breaks_on = "kaputt"
    _, fine = await desk.publish("Nordkorea kaputt", "Nordkorea heil")
    desk.articles.break_after("claim_fanouts")
    with pytest.raises(StorageError):
        await desk.announce()

    assert await desk.announce() == 2
    assert await desk.told() == [(1, fine.id)]
    assert await desk.announce() == 0


ARTICLE = Document(
    title="Nordkorea lädt ein", lead="", body="", language="de", source_title="SRF", source_host="srf.ch"
)


async def test_a_look_learns_what_is_new_and_only_that(store: Store, analyser: Analyser) -> None:
    """Two chats with the same wish share one query."""
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    await subscribe(store, 1)
    await subscribe(store, 2)
    await subscribe(store, 2, "Bahnhof")

    assert await matcher_sync.refresh() == 2
    assert await matcher_sync.refresh() == 0
    assert len(matcher_sync.matcher.match(ARTICLE)) == 1


async def test_a_look_parses_no_query_that_is_known(store: Store, analyser: Analyser) -> None:
    """It happens before every fan-out, and goes back a thousand queries."""
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    for number in range(20):
        await subscribe(store, 1, f"Bahnhof{number}")
    assert await matcher_sync.refresh() == 20
    parser.stored.cache_clear()

    assert await matcher_sync.refresh() == 0
    assert parser.stored.cache_info().misses == 0


async def test_who_subscribes_while_the_queries_are_loaded_makes_none_be_missed(
    store: Store, analyser: Analyser
) -> None:
    """A start answers commands at once; what it learns from them says nothing about what is stored."""
    await subscribe(store, 1)
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    matcher_sync.learn(StoredQuery(QueryId(50_000), parser.stored("Bahnhof"), MatchMode.COMPOUNDS))
    assert not matcher_sync.is_loaded

    assert await matcher_sync.refresh() == 1

    assert matcher_sync.is_loaded
    assert len(matcher_sync.matcher.match(ARTICLE)) == 1


async def test_nothing_is_matched_before_all_queries_are_there(desk: Desk) -> None:
    """Also where there is nothing to announce yet: the first article is not to wait for them."""
    desk.subscriptions.break_before("list_queries", 2)
    await subscribe(desk.store)

    await desk.announce()

    assert desk.announce.matcher_sync.is_loaded


async def test_a_query_of_another_grammar_is_passed_over(analyser: Analyser, store: Store) -> None:
    """It stays listed and can be replaced."""
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))

    assert not matcher_sync.learn(StoredQuery(QueryId(1), parser.stored("(("), MatchMode.COMPOUNDS))
    assert matcher_sync.matcher.match(ARTICLE) == ()


async def test_what_nobody_wants_any_more_is_forgotten_and_can_be_wanted_again(
    store: Store, analyser: Analyser
) -> None:
    """Who asks for the same later is told again."""
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    first = await subscribe(store, 1)
    other = await subscribe(store, 2, "Bahnhof")
    await matcher_sync.refresh()
    assert await matcher_sync.forget_unused() == 0

    await store.subscriptions.remove([first.id, other.id])
    assert await matcher_sync.forget_unused() == 2
    assert matcher_sync.matcher.match(ARTICLE) == ()
    assert await matcher_sync.forget_unused() == 0

    await subscribe(store, 1)
    assert await matcher_sync.refresh() == 1
    assert len(matcher_sync.matcher.match(ARTICLE)) == 1
    assert await store.subscriptions.list_for(ChatId(2), ThreadId(0)) == ()
