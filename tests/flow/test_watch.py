"""The matcher and the stored queries stay in step."""

from __future__ import annotations

from bot.core.ids import ChatId, QueryId, ThreadId
from bot.core.matching import Matcher
from bot.core.query import MatchMode
from bot.core.scan import Document
from bot.core.shelves import StoredQuery
from bot.flow.watch import MatcherSync
from bot.language.analyser import Analyser
from storage.store import Store
from tests.contracts.scenes import subscribe

ARTICLE = Document(
    title="Nordkorea lädt ein", lead="", body="", language="de", source_title="SRF", source_host="srf.ch"
)


async def test_a_look_learns_what_is_new_and_only_that(store: Store, analyser: Analyser) -> None:
    """Two chats with the same wish share one query."""
    watch = MatcherSync(store.subscriptions, Matcher(analyser))
    await subscribe(store, 1)
    await subscribe(store, 2)
    await subscribe(store, 2, "Bahnhof")

    assert await watch.refresh() == 2
    assert await watch.refresh() == 0
    assert len(watch.matcher.match(ARTICLE)) == 1


async def test_a_query_of_another_grammar_is_passed_over(analyser: Analyser, store: Store) -> None:
    """It stays listed and can be replaced."""
    watch = MatcherSync(store.subscriptions, Matcher(analyser))

    assert not watch.learn(StoredQuery(QueryId(1), "((", MatchMode.COMPOUNDS))
    assert watch.matcher.match(ARTICLE) == ()


async def test_what_nobody_wants_any_more_is_forgotten_and_can_be_wanted_again(
    store: Store, analyser: Analyser
) -> None:
    """Who asks for the same later is told again."""
    watch = MatcherSync(store.subscriptions, Matcher(analyser))
    first = await subscribe(store, 1)
    other = await subscribe(store, 2, "Bahnhof")
    await watch.refresh()
    assert await watch.forget_unused() == 0

    await store.subscriptions.remove([first.id, other.id])
    assert await watch.forget_unused() == 2
    assert watch.matcher.match(ARTICLE) == ()
    assert await watch.forget_unused() == 0

    await subscribe(store, 1)
    assert await watch.refresh() == 1
    assert len(watch.matcher.match(ARTICLE)) == 1
    assert await store.subscriptions.list_for(ChatId(2), ThreadId(0)) == ()
