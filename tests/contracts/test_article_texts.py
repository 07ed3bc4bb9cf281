"""What the repository of full texts promises, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.article import Article
from bot.core.repositories import Fanout
from bot.core.web_page import PageText
from storage.store import Store
from tests.builders import NOW, make_draft
from tests.contracts.scenes import LEASE, OWNER, add_feed, poll
from tests.fakes.stores import recent_articles

BOUND = timedelta(seconds=20)
TEXT = PageText(body="Erster Absatz.\nZweiter Absatz.", key_points=("Ein Punkt.",), is_reserved=False)


async def arrive(store: Store, **changes: object) -> Article:
    """Let an article of a feed that wants full text arrive, and claim it."""
    feed = await add_feed(store, full_text="always")
    (article,) = await poll(store, feed, make_draft(feed, **changes))
    (fanout,) = await claim(store)
    assert (fanout.full_text, fanout.was_asked_for) == ("always", False)
    await store.full_texts.put_aside(article.id, OWNER, NOW, NOW + BOUND)
    return article


async def claim(store: Store, later: timedelta = timedelta(0)) -> tuple[Fanout, ...]:
    """Claim what waits for its readers."""
    return await store.articles.claim_fanouts(OWNER, NOW + later, LEASE, 10)


async def test_an_article_waits_for_its_text_and_no_longer_than_its_bound(store: Store) -> None:
    """When the text never comes, the article goes on without; and it is known that it was tried."""
    await arrive(store)

    assert await claim(store, BOUND - timedelta(seconds=1)) == ()
    (fanout,) = await claim(store, BOUND)
    assert fanout.was_asked_for


async def test_the_text_goes_into_the_article_and_out_again(store: Store) -> None:
    """What the feed itself gave is put back when the text is given up; key points of the feed are never replaced."""
    article = await arrive(store, body="Anriss.")
    await store.full_texts.resume(article.id, TEXT, NOW)
    await store.full_texts.resume(article.id, TEXT, NOW)

    (fanout,) = await claim(store)
    assert (fanout.article.body, fanout.article.key_points) == (TEXT.body, TEXT.key_points)
    assert await store.full_texts.drop(NOW, limit=10) == 0
    assert await store.full_texts.drop(NOW + timedelta(days=3), limit=10) == 1
    assert await store.full_texts.drop(NOW + timedelta(days=3), limit=10) == 0
    (found,) = await recent_articles(store, since=NOW, limit=1)
    assert (found.body, found.key_points) == ("Anriss.", ())


async def test_what_a_page_says_of_its_price_stays_when_its_text_goes(store: Store) -> None:
    """The mark is not the publisher's text; a page that says nothing takes none away that the feed gave."""
    article = await arrive(store)
    await store.full_texts.resume(article.id, replace(TEXT, is_paid=True), NOW)
    await store.full_texts.drop(NOW + timedelta(days=3), limit=10)
    (found,) = await recent_articles(store, since=NOW, limit=1)
    assert (found.is_paid, found.body) == (True, article.body)


async def test_a_page_takes_no_mark_away(store: Store) -> None:
    """What the feed marks stays marked whatever the page says."""
    article = await arrive(store, is_paid=True)
    await store.full_texts.resume(article.id, TEXT, NOW)
    (found,) = await recent_articles(store, since=NOW, limit=1)
    assert found.is_paid


async def test_a_page_without_text_changes_nothing(store: Store) -> None:
    """The article goes on at once, as the feed gave it."""
    article = await arrive(store, key_points=("Vom Feed.",))
    await store.full_texts.resume(article.id, None, NOW)

    (fanout,) = await claim(store)
    assert (fanout.article.body, fanout.article.key_points, fanout.was_asked_for) == ("", ("Vom Feed.",), True)
    assert await store.full_texts.drop(NOW + timedelta(days=3), limit=10) == 1
    (found,) = await recent_articles(store, since=NOW, limit=1)
    assert found.key_points == ("Vom Feed.",)
