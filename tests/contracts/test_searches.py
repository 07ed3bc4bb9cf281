"""What the repository of searches promises."""

from __future__ import annotations

from datetime import timedelta

from bot.core.ids import ArticleId, ChatId, SearchId
from bot.core.search import SavedSearch
from storage.searches import KEPT
from storage.store import Store
from tests.builders import NOW

HERE, ELSEWHERE = ChatId(1), ChatId(2)


async def test_a_search_is_found_by_its_own_chat_alone(store: Store) -> None:
    """The id in a button is no key to what others look for."""
    search_id = await store.searches.save(HERE, "Nordkorea", [ArticleId(9), ArticleId(3)], NOW)

    expected = SavedSearch(id=search_id, words="Nordkorea", article_ids=frozenset({ArticleId(3), ArticleId(9)}))
    assert await store.searches.find(HERE, search_id) == expected
    assert await store.searches.find(ELSEWHERE, search_id) is None
    assert await store.searches.find(HERE, SearchId(search_id + 1)) is None


async def test_of_a_chat_only_the_newest_are_kept(store: Store) -> None:
    """Who searches all day fills no table, and pushes nobody else out."""
    other = await store.searches.save(ELSEWHERE, "Kim", [], NOW)
    made = [await store.searches.save(HERE, str(number), [], NOW) for number in range(KEPT + 3)]

    kept = [search_id for search_id in made if await store.searches.find(HERE, search_id)]

    assert kept == made[3:]
    assert await store.searches.find(ELSEWHERE, other) is not None


async def test_old_searches_are_forgotten(store: Store) -> None:
    """By the retention, a piece at a time."""
    old = await store.searches.save(HERE, "alt", [], NOW)
    fresh = await store.searches.save(HERE, "neu", [], NOW + timedelta(days=1))

    assert [await store.retention.drop_searches(NOW + timedelta(hours=1), 10) for _ in range(2)] == [1, 0]
    assert await store.searches.find(HERE, old) is None
    assert await store.searches.find(HERE, fresh) is not None
