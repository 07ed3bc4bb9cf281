"""What the repository of summaries promises, on every database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.core.article import Article
from bot.core.ids import StoryId
from bot.core.story import StoryPlacement
from bot.core.summary import KeptSummary, KnownSummary, SummaryTurn
from storage.store import Store
from tests.builders import NOW, make_draft
from tests.contracts.scenes import add_feed, poll

LASTING = timedelta(seconds=12)
SAID = "Putin und Kim haben in Wladiwostok über Weizen gesprochen."


async def bring(store: Store, number: int = 1, *, one_story: bool = False) -> tuple[Article, ...]:
    """Store articles, each a story of its own or all one."""
    feed = await add_feed(store)
    found = await poll(store, feed, *(make_draft(feed, f"Nummer {each}") for each in range(number)))
    for article in found:
        story = StoryId(found[0].id if one_story else article.id)
        await store.stories.assign(
            article, after=0, since=NOW, place=lambda _, story=story: StoryPlacement(story_id=story, related_id=None)
        )
    return found


async def claim(
    store: Store, article: Article, key: str = "text", after: float = 0
) -> KeptSummary | KnownSummary | SummaryTurn:
    """Claim some seconds after the beginning."""
    return await store.summaries.claim(article.id, key, NOW + timedelta(seconds=after), LASTING)


async def test_an_answer_is_kept_and_the_first_one_counts(store: Store) -> None:
    """Nothing is an answer too; a second one changes nothing, for the first may have been shown."""
    first, second = await bring(store, 2)
    assert await store.summaries.find(first.id) is None
    assert await claim(store, first) is SummaryTurn.OURS
    assert await store.summaries.find(first.id) is None
    assert await store.summaries.keep(first.id, "text", SAID, NOW) == SAID
    assert await store.summaries.keep(first.id, "text", "Anders.", NOW) == SAID
    assert await store.summaries.keep(second.id, "other", "", NOW) == ""
    assert await store.summaries.keep(second.id, "other", SAID, NOW) == ""
    assert await store.summaries.find(first.id) == SAID
    assert await claim(store, first, "changed since") == KeptSummary(SAID)
    assert await claim(store, second) == KeptSummary("")


async def test_of_all_who_ask_about_a_story_at_once_one_does(stores: tuple[Store, Store]) -> None:
    """Whichever article of it they mean, and whichever process they are."""
    found = await bring(stores[0], 4, one_story=True)
    turns = await asyncio.gather(
        *(claim(stores[at % 2], article, f"text {article.id}") for at, article in enumerate(found * 2))
    )
    assert sorted(turn.value for turn in turns if isinstance(turn, SummaryTurn)) == ["busy"] * 7 + ["ours"]


async def test_what_was_said_of_a_text_or_a_story_is_offered_to_its_other_articles(store: Store) -> None:
    """Of the same text before that of the same story; other stories with other texts know nothing of it."""
    first, second, third = await bring(store, 3, one_story=True)
    await store.summaries.keep(first.id, "one", SAID, NOW)
    await store.summaries.keep(second.id, "two", "Zwei.", NOW)
    assert await claim(store, third, "three") == KnownSummary(SAID)
    assert await claim(store, third, "two") == KnownSummary("Zwei.")
    feed = await add_feed(store, "nzz")
    (other,) = await poll(store, feed, make_draft(feed, "anderes"))
    assert await claim(store, other, "one") == KnownSummary(SAID)
    assert await claim(store, other, "four") is SummaryTurn.OURS


async def test_a_text_that_was_asked_about_in_vain_is_not_asked_about_again(store: Store) -> None:
    """Another text of the same story is."""
    first, second, third = await bring(store, 3, one_story=True)
    await store.summaries.keep(first.id, "one", "", NOW)
    assert await claim(store, second, "one") == KnownSummary("")
    assert await claim(store, third, "three") is SummaryTurn.OURS


async def test_the_claim_of_a_dead_process_ends(store: Store) -> None:
    """Its call was spent: the article stays without, whenever it is looked at; another of its story may be asked."""
    first, second = await bring(store, 2, one_story=True)
    assert await claim(store, first, "one") is SummaryTurn.OURS
    assert await claim(store, first, "one", after=11) is SummaryTurn.BUSY
    assert await claim(store, second, "two", after=11) is SummaryTurn.BUSY
    assert await claim(store, first, "one", after=12) == KeptSummary("")
    assert await claim(store, first, "one", after=-60) == KeptSummary("")
    assert await claim(store, second, "two", after=12) is SummaryTurn.OURS


async def test_a_claim_that_is_given_up_is_free_at_once(store: Store) -> None:
    """Answers stay."""
    first, second = await bring(store, 2)
    await store.summaries.keep(first.id, "one", SAID, NOW)
    assert await claim(store, second, "two") is SummaryTurn.OURS
    await store.summaries.release([first.id, second.id])
    await store.summaries.release([])
    assert await claim(store, first, "one") == KeptSummary(SAID)
    assert await claim(store, second, "two") is SummaryTurn.OURS


async def test_an_abstract_is_forgotten_with_its_article(store: Store) -> None:
    """Retention."""
    (article,) = await bring(store)
    await store.summaries.keep(article.id, "one", SAID, NOW)
    async with store._database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM fanouts")
    assert await store.retention.drop_articles(NOW + timedelta(days=1), 10) == 1
    assert await store.summaries.find(article.id) is None
