"""What the store promises of entries that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.core.article import Article
from bot.core.delivery.delivery import DeliveryKind, Finished
from bot.core.feed import Feed
from bot.core.ids import ChatId, MessageId
from bot.core.web_page import PageText
from storage.archive_index import blocks
from storage.store import Store
from storage.tables import deliveries, matches
from tests.builders import MAIN, NOW, make_draft, make_hit
from tests.contracts.scenes import LEASE, add_feed, announce, claim, poll, publish, subscribe
from tests.contracts.test_archive import found, index
from tests.fakes.stores import recent_articles

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
STUB, FILLED = "Eilmeldung: Zwischenfall am Berg", "Seilbahn am Säntis steht still"


async def list_berg(store: Store, feed: Feed, at: timedelta, title: str, **changes: Any) -> tuple[Article, ...]:
    """Let the feed list an entry with this title beside another one."""
    seen = {"published_at": NOW, "seen_at": NOW + at}
    drafts = [make_draft(feed, "anderes", **seen), make_draft(feed, "berg", title=title, **seen | changes)]
    return await poll(store, feed, *drafts, now=NOW + at)


async def change(store: Store, feed: Feed, title: str = FILLED, *, minutes: float = 5, **changes: Any) -> None:
    """Let the entry say something else, some minutes later."""
    assert await list_berg(store, feed, minutes * MINUTE, title, **changes) == ()


async def stub(store: Store) -> tuple[Feed, Article]:
    """Let a feed bring a stub beside what nobody wants."""
    feed = await add_feed(store)
    article, other = await list_berg(store, feed, timedelta(0), STUB)
    await announce(store, other)
    return feed, article


async def told_of_stub(store: Store, *chats: int) -> tuple[Feed, Article]:
    """Tell these chats of the stub."""
    feed, article = await stub(store)
    await announce(store, article, *[await subscribe(store, chat, "Berg") for chat in chats])
    return feed, article


async def article_of(store: Store) -> Article:
    """Give the article of the stub."""
    listed = await recent_articles(store, since=NOW - 30 * HOUR, limit=9)
    return next(each for each in listed if each.url == "https://news.example/berg")


async def tasks(store: Store, minutes: float = 5) -> list[tuple[str, str]]:
    """Claim what is to be announced: what it says, and said."""
    waiting = await store.articles.claim_fanouts("a", NOW + minutes * MINUTE, LEASE, 9)
    return [(each.article.title, each.before.title if each.before else "") for each in waiting]


async def test_an_entry_that_changes_is_announced_again(store: Store) -> None:
    """Its article says what it says now, and the task what it said; it is no new article."""
    feed, first = await told_of_stub(store)
    await change(store, feed, lead="Die Bahn steht.", key_points=("Niemand ist verletzt.",), language="fr")
    article = await article_of(store)
    assert (article.id, article.key, article.seen_at, article.published_at) == (first.id, first.key, NOW, NOW)
    assert (article.title, article.lead, article.key_points) == (FILLED, "Die Bahn steht.", ("Niemand ist verletzt.",))
    assert (article.updated_at, article.language) == (NOW + 5 * MINUTE, "fr")
    assert await tasks(store) == [(FILLED, STUB)]


async def test_only_who_is_met_by_the_change_is_told(store: Store) -> None:
    """Nobody who had an alert, nor who subscribed later to what had matched before."""
    feed, article = await told_of_stub(store, 1)
    await subscribe(store, 2, "Berg")
    both, new = await subscribe(store, 1, "Seilbahn"), await subscribe(store, 3, "Seilbahn")
    await change(store, feed)
    assert await announce(store, article, both, new, now=NOW + 5 * MINUTE) == 1
    alerts = [each for each in await claim(store, now=NOW + HOUR) if each.kind is DeliveryKind.ALERT]
    assert sorted((each.chat_id, each.seen_at) for each in alerts) == [(1, NOW), (3, NOW + 5 * MINUTE)]


async def test_what_matches_nothing_and_changes_meanwhile_begins_anew(store: Store) -> None:
    """The change may be what somebody waits for; it is free for whoever comes next."""
    feed, _ = await told_of_stub(store)
    await change(store, feed)
    later = NOW + 6 * MINUTE
    (taken,) = await store.articles.claim_fanouts("a", later, LEASE, 9)
    await change(store, feed, "Seilbahn fährt wieder", minutes=6)

    await store.articles.close_unmatched([taken.article.id])

    (again,) = await store.articles.claim_fanouts("b", later, LEASE, 9)
    assert again.article.title == "Seilbahn fährt wieder"
    await store.articles.close_unmatched([again.article.id])
    assert await store.articles.is_announced(again.article.id)


async def test_evidence_of_what_matched_before_is_renewed(store: Store) -> None:
    """The message is written anew from it; who matched first stays known."""
    feed, article = await told_of_stub(store, 1)
    (wish,) = await store.subscriptions.list_for(ChatId(1), MAIN)
    await change(store, feed)
    hit = make_hit(wish.query_id, "Säntis")
    await store.articles.record_matches(article.id, (), (hit, make_hit(wish.query_id + 1)))
    async with store._database.read() as connection:
        rows = (await connection.execute(select(matches))).all()
    assert [(row.evidence, row.revision) for row in rows] == [(hit.evidence, 0)]


async def test_the_same_state_is_announced_once(store: Store) -> None:
    """Back and forth, and written differently; and no entry more than five times."""
    feed, article = await told_of_stub(store)
    announced = []
    titles = [FILLED, STUB, f"UPDATE: {FILLED}", FILLED, *(f"{FILLED} seit {n} Stunden" for n in range(9))]
    for minutes, title in enumerate(titles, 1):
        await change(store, feed, title, minutes=minutes)
        if waiting := await tasks(store, minutes):
            announced.append(waiting[0][0])
            await announce(store, article, now=NOW + minutes * MINUTE)
    assert announced == [FILLED, *(f"{FILLED} seit {n} Stunden" for n in range(4))]
    assert (await article_of(store)).title == titles[-1]


async def test_a_publisher_that_writes_all_anew_announces_nothing(store: Store) -> None:
    """The texts are kept, and what changes later for real is announced."""
    feed = await add_feed(store)
    names = [f"nr{number}" for number in range(8)]
    stored = await publish(store, feed, *names)
    for article in stored:
        await announce(store, article)
    anew = [make_draft(feed, name, title=f"Nordkorea: {name} | Zeitung", published_at=NOW) for name in names]
    await poll(store, feed, *anew, now=NOW + MINUTE)
    assert await tasks(store, 1) == []
    listed = await recent_articles(store, since=NOW, limit=9)
    assert all(each.title.endswith("| Zeitung") and each.updated_at is None for each in listed)
    await poll(store, feed, replace(anew[0], title=FILLED), *anew[1:], now=NOW + 2 * MINUTE)
    assert [title for title, _ in await tasks(store, 2)] == [FILLED]


async def test_a_first_poll_announces_no_change(store: Store) -> None:
    """Of a feed that was away and is met again, say; what its entries say is stored."""
    feed, _ = await told_of_stub(store)
    drafts = [make_draft(feed, name, title=title) for name, title in (("anderes", "Anderes"), ("berg", FILLED))]
    await poll(store, feed, *drafts, alert=False, now=NOW + MINUTE)
    assert await tasks(store, 1) == []
    assert (await article_of(store)).title == FILLED


async def test_a_change_while_readers_are_looked_for_is_announced_afterwards(store: Store) -> None:
    """Nothing of the first task is lost, and nobody gets two."""
    feed, article = await stub(store)
    old, new = await subscribe(store, 1, "Berg"), await subscribe(store, 2, "Seilbahn")
    assert await tasks(store, 0) == [(STUB, "")]
    await store.articles.record_matches(article.id, [make_hit(old.query_id)])
    await change(store, feed)
    at = NOW + 5 * MINUTE
    queued = []
    while (count := await store.articles.enqueue(article.id, at, limit=1)) is not None:
        queued.append(count)
    assert sum(queued) == 1
    assert await tasks(store) == [(FILLED, STUB)]
    assert await announce(store, article, new, now=at) == 1
    assert await tasks(store, 60) == []


async def sent(store: Store, *, at: timedelta = timedelta(0)) -> None:
    """Send what is queued."""
    for each in await claim(store, now=NOW + at):
        await store.outbox.start([each.id], NOW + at)
        await store.outbox.finish(each, Finished(MessageId(each.id + 70)), NOW + at)


async def edits(store: Store, at: timedelta) -> list[tuple[int, str]]:
    """Claim the edits that are due."""
    return [(each.chat_id, each.payload) for each in await claim(store, now=NOW + at) if each.is_edit]


async def test_messages_with_the_older_headline_are_edited(store: Store) -> None:
    """In steps; not what went out since, nor what is not an alert of this article."""
    feed, article = await told_of_stub(store, 1, 2, 3)
    await sent(store)
    await change(store, feed)
    at = 6 * MINUTE
    await store.articles.record_matches(article.id, [])
    steps = 0
    while await store.articles.enqueue(article.id, NOW + at, limit=2) is not None:
        steps += 1
    assert steps == 2
    async with store._database.read() as connection:
        ids = {row.chat_id: str(row.id) for row in await connection.execute(select(deliveries)) if row.kind == "alert"}
    assert sorted(await edits(store, at)) == sorted(ids.items())


async def test_only_another_headline_edits_and_only_for_two_days(store: Store) -> None:
    """A text that changes is nothing to edit a message for."""
    feed, article = await told_of_stub(store, 1)
    await sent(store)
    await change(store, feed, STUB, lead="Jetzt steht hier etwas mehr.")
    await announce(store, article, now=NOW + 5 * MINUTE)
    assert await edits(store, HOUR) == []
    await change(store, feed, minutes=49 * 60)
    await announce(store, article, now=NOW + 49 * HOUR)
    assert await edits(store, 50 * HOUR) == []
    assert (await article_of(store)).title == FILLED


async def test_an_alert_in_flight_is_edited_when_it_is_out(store: Store) -> None:
    """It was made of the older headline; one that is claimed later is not."""
    feed, article = await told_of_stub(store, 1)
    (alert,) = await claim(store, now=NOW + 4 * MINUTE)
    await change(store, feed)
    await announce(store, article, now=NOW + 5 * MINUTE)
    assert await edits(store, 5 * MINUTE) == []
    await store.outbox.start([alert.id], NOW + 5 * MINUTE)
    await store.outbox.finish(alert, Finished(MessageId(7)), NOW + 5 * MINUTE)
    assert await edits(store, 6 * MINUTE) == [(1, str(alert.id))]
    message = await store.stories.find_sent(alert.id)
    assert message is not None
    assert message.version == NOW + 4 * MINUTE
    await store.stories.note_look(alert.id, version=NOW + 5 * MINUTE)
    message = await store.stories.find_sent(alert.id)
    assert message is not None
    assert (message.version, message.named) == (NOW + 5 * MINUTE, 0)


async def test_the_page_of_an_article_that_changed_is_read_again(store: Store) -> None:
    """One that was only written anew keeps the page's text, and gets its own new one back with time."""
    feed = await add_feed(store)
    names = [f"nr{number}" for number in range(8)]
    first, *_ = await publish(store, feed, *names)
    await store.full_texts.put_aside(first.id, "a", NOW, NOW + MINUTE)
    await store.full_texts.resume(first.id, PageText(body="Von der Seite.", key_points=(), is_reserved=False), NOW)
    anew = [make_draft(feed, name, title=f"{name} anders", body="Vom Feed.", published_at=NOW) for name in names]
    await poll(store, feed, *anew, now=NOW + MINUTE)
    listed = {each.id: each for each in await recent_articles(store, since=NOW, limit=9)}
    assert (listed[first.id].title, listed[first.id].body) == ("nr0 anders", "Von der Seite.")
    anew[0] = replace(anew[0], body="Neu vom Feed.")
    await poll(store, feed, *anew, now=NOW + 2 * MINUTE)
    listed = {each.id: each for each in await recent_articles(store, since=NOW, limit=9)}
    assert listed[first.id].body == "Neu vom Feed."
    waiting = await store.articles.claim_fanouts("a", NOW + HOUR, LEASE, 9)
    assert [(each.was_asked_for, each.has_page_text) for each in waiting if each.article.id == first.id] == [
        (False, False)
    ]


async def test_what_changed_is_found_by_its_new_words(store: Store) -> None:
    """Also where its words were bound already, and are bound again beside others."""
    feed, article = await told_of_stub(store)
    assert await index(store, article)
    assert await store.archive.bind(1)
    await change(store, feed)
    waiting = next(each for each in await store.archive.list_waiting(9) if each.id == article.id)
    assert waiting.title == FILLED
    assert await index(store, waiting)
    assert await found(store, "seilbahn") == {article.id}
    assert await store.archive.bind(1)
    assert await found(store, "seilbahn") == {article.id}
    await store.archive.sweep(0, 1)
    async with store._database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(blocks)) == 1
    assert await found(store, "seilbahn") == {article.id}
