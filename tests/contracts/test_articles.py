"""What `ArticleRepository` promises of articles and their tasks; who is told is in `test_enqueue.py`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import StorageError
from bot.core.ids import ArticleId
from bot.core.query.matcher import Evidence, QueryHit
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import TextField
from bot.language.analyser import FormRule
from storage.store import Store
from tests.builders import NOW, make_hit
from tests.contracts.scenes import LEASE, add_feed, announce, claim, publish, subscribe
from tests.fakes.stores import recent_articles


async def test_recent_articles_are_listed_newest_first(store: Store) -> None:
    """By the time they were seen; `since` belongs to it, and `limit` cuts the oldest."""
    feed = await add_feed(store)
    for hour, name in enumerate(("alt", "mittel", "neu")):
        at = NOW + timedelta(hours=hour)
        await publish(store, feed, name, now=at, seen_at=at)

    since = await recent_articles(store, since=NOW + timedelta(hours=1), limit=10)
    newest = await recent_articles(store, since=NOW, limit=1)

    assert [article.title for article in since] == ["Nordkorea: neu", "Nordkorea: mittel"]
    assert [article.title for article in newest] == ["Nordkorea: neu"]


async def test_tasks_are_leased_oldest_first_to_one_owner(store: Store) -> None:
    """Nobody else gets them until the lease ends or is given back."""
    feed = await add_feed(store)
    await publish(store, feed, "eins", "zwei", "drei")

    first = await store.articles.claim_fanouts("a", NOW, LEASE, 2)
    second = await store.articles.claim_fanouts("b", NOW, LEASE, 2)

    assert [each.article.title[11:] for each in (*first, *second)] == ["eins", "zwei", "drei"]
    assert await store.articles.claim_fanouts("c", NOW, LEASE, 9) == ()
    await store.outbox.release("b", NOW)
    assert [each.article.id for each in await store.articles.claim_fanouts("c", NOW, LEASE, 9)] == [
        second[0].article.id
    ]
    assert len(await store.articles.claim_fanouts("d", NOW + LEASE, LEASE, 9)) == 3


async def test_a_feed_with_many_articles_makes_others_wait_for_one(store: Store) -> None:
    """The oldest of all is taken, then those of feeds where few wait, however many another one brought before."""
    flood, small = await add_feed(store), await add_feed(store, "small")
    await publish(store, flood, *(str(number) for number in range(30)))
    await publish(store, small, "klein", "kleiner")

    first = await store.articles.claim_fanouts("a", NOW, LEASE, 2)
    second = await store.articles.claim_fanouts("a", NOW, LEASE, 3)

    assert [fanout.article.title[11:] for fanout in first] == ["0", "klein"]
    assert [fanout.article.title[11:] for fanout in second] == ["1", "kleiner", "2"]


async def test_many_feeds_with_many_articles_make_others_wait_for_no_claim(store: Store) -> None:
    """Where more feeds are behind than a claim takes articles, a feed with a single one comes all the same."""
    for name in ("eins", "zwei", "drei"):
        await publish(store, await add_feed(store, name), *(f"{name} {number}" for number in range(4)))
    await publish(store, await add_feed(store, "small"), "klein")

    claimed = await store.articles.claim_fanouts("a", NOW, LEASE, 3)

    assert [fanout.article.title[11:] for fanout in claimed] == ["eins 0", "klein", "zwei 0"]


async def test_articles_that_match_nothing_are_closed_together(store: Store) -> None:
    """Others keep their tasks."""
    feed = await add_feed(store)
    first, second, third = await publish(store, feed, "eins", "zwei", "drei")
    await store.articles.claim_fanouts("a", NOW, LEASE, 3)

    await store.articles.close_unmatched([first.id, third.id])

    assert await store.articles.is_announced(first.id)
    assert await store.articles.is_announced(third.id)
    (left,) = await store.articles.claim_fanouts("a", NOW + LEASE, LEASE, 3)
    assert left.article.id == second.id


async def test_a_task_says_whether_its_matches_are_stored(store: Store) -> None:
    """So that a crash between matching and queueing costs no second matching."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")

    await store.articles.record_matches(article.id, [])

    (fanout,) = await store.articles.claim_fanouts("a", NOW, LEASE, 2)
    assert fanout.matched


async def test_evidence_comes_back_as_it_was_recorded(store: Store) -> None:
    """Every field, in order, whatever letters it has; recording it twice changes nothing."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    wish = await subscribe(store, 1, "Nordkorea Übung")
    evidence = (
        Evidence(
            term="Nordkorea", form="nordkoreanische", place=TextField.TITLE, rule=FormRule.DERIVATION, start=3, end=18
        ),
        Evidence(term="Übung", form="Großübung", place=TextField.BODY, rule=FormRule.COMPOUND_LAST, start=0, end=9),
    )
    hit = QueryHit(query_id=wish.query_id, evidence=evidence)
    await store.articles.record_matches(article.id, [hit])
    await store.articles.record_matches(article.id, [make_hit(wish.query_id, "anders")])
    await store.articles.enqueue(article.id, NOW, limit=10)

    deliveries = await claim(store)
    (alert,) = (await store.outbox.load_alerts(deliveries)).values()

    assert [match.evidence for match in alert.matches] == [evidence]


async def test_thousands_of_matches_are_recorded(store: Store) -> None:
    """An article of a live ticker may answer very many queries."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    wish = await subscribe(store)

    await store.articles.record_matches(article.id, [make_hit(wish.query_id + number) for number in range(2500)])

    assert await store.articles.enqueue(article.id, NOW, limit=10) == 1


async def test_an_article_that_was_not_matched_yet_is_not_queued(store: Store) -> None:
    """Its task would be closed and its readers lost."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")

    with pytest.raises(StorageError):
        await store.articles.enqueue(article.id, NOW, limit=10)

    assert len(await store.articles.claim_fanouts("a", NOW, LEASE, 2)) == 1


async def test_an_article_without_a_task_has_nothing_left_to_queue(store: Store) -> None:
    """Whether the task is closed or there never was one."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    await announce(store, article)

    assert await store.articles.enqueue(article.id, NOW, limit=10) is None
    assert await store.articles.enqueue(ArticleId(4711), NOW, limit=10) is None
    assert await store.articles.claim_fanouts("a", NOW, LEASE, 2) == ()


async def test_one_query_in_two_modes_is_two_queries(store: Store) -> None:
    """Each with its own matches."""
    exact = await subscribe(store, 1, "Bahn", mode=MatchMode.EXACT)
    broad = await subscribe(store, 2, "Bahn", mode=MatchMode.COMPOUNDS)
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "Autobahn")

    assert exact.query_id != broad.query_id
    assert await announce(store, article, broad) == 1
    assert [delivery.chat_id for delivery in await claim(store)] == [2]


async def test_a_fanout_that_is_leased_to_us_and_not_in_hand_is_claimed_again(store: Store) -> None:
    """The answer to a claim was lost after its commit; what another process has is not free for that."""
    known, lost, _ = await publish(store, await add_feed(store), "eins", "zwei", "drei")
    await store.articles.claim_fanouts("us", NOW, LEASE, 2)
    await store.articles.claim_fanouts("other", NOW, LEASE, 9)

    assert await store.articles.claim_fanouts("us", NOW, LEASE, 9) == ()
    (again,) = await store.articles.claim_fanouts("us", NOW, LEASE, 9, [known.id])
    assert again.article.id == lost.id
