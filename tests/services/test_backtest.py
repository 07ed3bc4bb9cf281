"""A query asked of the stored past finds what it would have found live, on every database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.core.archive import ArchiveView
from bot.core.article import Article
from bot.core.backtest import BacktestResult
from bot.core.errors import Refusal
from bot.core.ids import ChatId
from bot.core.query import parser
from bot.core.query.matcher import explain
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import widen
from bot.services.alerts import document
from bot.services.backtest import ArchiveSearch, Backtest, SearchPolicy
from bot.services.search import WordIndexing, WordReindexing, WordSweep
from storage.archive_index import archived, blocks, postings, word_keys
from storage.store import Store, open_store
from storage.tables import articles, entries, feeds
from tests.builders import NOW, make_draft, the_analyser
from tests.contracts.scenes import add_feed, meet, poll
from tests.core.query.test_matcher_properties import query_text, sentence
from tests.fakes.clock import FakeClock
from tests.fakes.stores import url

__all__ = ["url"]

ANALYSER = the_analyser()
EVERYTHING = ArchiveView(ChatId(1), ("de", "en", "fr", "it", "es"), NOW - timedelta(days=30))
PATIENT = timedelta(minutes=1)
POLICIES = (SearchPolicy(timeout=PATIENT), SearchPolicy(timeout=PATIENT, words=2))
"""With few words allowed, most is found by looking at texts."""

text = st.fixed_dictionaries(
    {
        "title": sentence,
        "lead": sentence,
        "body": sentence,
        "language": st.sampled_from(["de", "de", "de", "en", "fr", "it", "es", None]),
        "source_title": st.sampled_from(["SRF News", "NZZ"]),
    }
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(text, min_size=1, max_size=6),
    asked=st.lists(st.tuples(query_text, st.sampled_from(list(MatchMode))), min_size=1, max_size=6),
    policy=st.sampled_from(POLICIES),
    size=st.integers(1, 7),
)
def test_the_past_is_judged_as_the_present(
    url: str, texts: list[dict[str, Any]], asked: list[tuple[str, MatchMode]], policy: SearchPolicy, size: int
) -> None:
    """Random queries and articles: the search finds what a look at every word of every article finds."""
    asyncio.run(_compare(url, texts, asked, policy, size))


async def _compare(
    url: str, texts: list[dict[str, Any]], asked: list[tuple[str, MatchMode]], policy: SearchPolicy, size: int
) -> None:
    store = await open_store(url)
    try:
        await _empty(store)
        feed = await add_feed(store)
        stored = await poll(store, feed, *(make_draft(feed, f"n{at}", **each) for at, each in enumerate(texts)))
        assert await WordIndexing(archive=store.archive, analyser=ANALYSER)() == len(stored)
        await store.archive.bind(size)
        for typed, mode in asked:
            try:
                parsed = parser.parse(typed)
            except Refusal:
                continue
            search = ArchiveSearch(archive=store.archive, analyser=ANALYSER, where=EVERYTHING, mode=mode, policy=policy)
            found = await search(parsed, widen(ANALYSER, parsed.root))
            expected = {each.id for each in stored if explain(ANALYSER, parsed, mode, document(each))}
            hits = {each.article_id for each in found.sightings}
            assert (parsed.normal, mode, hits) == (parsed.normal, mode, expected)
            assert found.forms.keys() == hits
            assert found.checked_since is None
    finally:
        await store.close()


async def _empty(store: Store) -> None:
    async with store._database.write() as connection:
        for table in (archived, postings, blocks, entries, articles, feeds):
            await connection.execute(delete(table))


@pytest.fixture
def backtest(store: Store, clock: FakeClock) -> Backtest:
    """Ask the store in memory."""
    return Backtest(archive=store.archive, analyser=ANALYSER, clock=clock)


async def keep(store: Store, *titles: str, **changes: Any) -> tuple[Article, ...]:
    """Store articles with these headlines, one an hour old, the next two hours, and remember their words."""
    known = await store.feeds.list_all()
    feed = known[0] if known else await add_feed(store)
    drafts = [
        make_draft(feed, title, title=title, lead="", published_at=NOW - timedelta(hours=hour), **changes)
        for hour, title in enumerate(titles, 1)
    ]
    stored = await poll(store, feed, *drafts)
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()
    return stored


async def ask(store: Store, backtest: Backtest, typed: str, mode: MatchMode = MatchMode.COMPOUNDS) -> BacktestResult:
    """Ask for a German chat."""
    return await backtest(await meet(store), parser.parse(typed), mode)


async def test_the_last_week_and_month_are_counted(store: Store, backtest: Backtest) -> None:
    """By the time articles came out; the newest are given as examples."""
    await keep(store, "Nordkorea lenkt ein", "Nordkoreas Führung", "Der nordkoreanische Weg", "Der Zug nach Nordkorea")
    feed = (await store.feeds.list_all())[0]
    for days in (8, 29, 31):
        name = f"Nordkorea vor {days} Tagen"
        await poll(store, feed, make_draft(feed, name, title=name, published_at=NOW - timedelta(days=days)))
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()

    past = await ask(store, backtest, "Nordkorea")

    assert (past.week, past.month, past.checked_since, past.near) == (4, 6, None, None)
    assert [each.title for each in past.newest][:2] == ["Nordkorea lenkt ein", "Nordkoreas Führung"]
    assert [(each.form, each.count) for each in past.forms] == [
        ("Nordkorea", 4),
        ("nordkoreanische", 1),
        ("Nordkoreas", 1),
    ]


async def test_an_article_in_two_feeds_counts_once(store: Store, backtest: Backtest) -> None:
    """As it would alert once."""
    await keep(store, "Nordkorea lenkt ein")
    other = await add_feed(store, "nzz")
    await poll(store, other, make_draft(other, "Nordkorea lenkt ein", title="Nordkorea, lenkt es ein?"))
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()

    past = await ask(store, backtest, "Nordkorea")

    assert (past.week, past.month, len(past.newest)) == (1, 1, 1)
    assert [(each.form, each.count) for each in past.forms] == [("Nordkorea", 1)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nrodkorea", "Nordkorea"),
        ("Nordkorae", "Nordkorea"),
        ("nordkora", "Nordkorea"),
        ("Kim Nordkorae", "Kim Nordkorea"),
        ("Nordkorae -Kim", "Nordkorea -Kim"),
        ("Sudkorea", None),
        ("=Nordkorae", None),
        ("Wo", None),
    ],
)
async def test_a_slip_is_guessed_from_what_really_occurs(
    store: Store, backtest: Backtest, typed: str, meant: str | None
) -> None:
    """The nearest word, of several the most frequent; only where nothing was found in a month."""
    await keep(store, "Nordkorea und Kim", "Mehr aus Nordkorea", "Nordkoreas Weg", "Nordkoreer gibt es nicht")

    past = await ask(store, backtest, typed)

    assert (past.month, past.near) == (0, meant)


@pytest.mark.parametrize("typed", ["Bern", "Hbaen"])
async def test_no_stop_word_is_guessed_and_no_word_that_we_know_is_a_slip(
    store: Store, backtest: Backtest, typed: str
) -> None:
    """Bern is a town and not "been"; "Hbaen" is a slip, but nobody looks for "haben"."""
    await keep(store, "Es haben been")

    assert (await ask(store, backtest, typed)).near is None


async def test_no_past_is_not_nothing_found(store: Store, backtest: Backtest) -> None:
    """Of a chat whose feeds have brought nothing yet, or only what it does not read, nothing can be said."""
    assert (await ask(store, backtest, "Nordkorea")).is_empty
    await keep(store, "La Corée du Nord", language="fr")
    assert (await ask(store, backtest, "Nordkorea")).is_empty
    await keep(store, "Ein anderes Thema")
    assert not (await ask(store, backtest, "Nordkorea")).is_empty


async def test_what_is_in_too_many_articles_is_counted_as_far_as_was_looked(store: Store, clock: FakeClock) -> None:
    """From the newest back; whether the week is whole is said."""
    await keep(store, *(f"Nordkorea, Folge {number}, Nordkoreas Ende" for number in range(8)))
    search = ArchiveSearch(
        archive=store.archive,
        analyser=ANALYSER,
        where=EVERYTHING,
        mode=MatchMode.COMPOUNDS,
        policy=SearchPolicy(words=1, texts=5, timeout=PATIENT),
    )
    parsed = parser.parse("Nordkorea")

    hits = await search(parsed, parsed.root)

    assert len(hits.sightings) == 5
    assert hits.checked_since == NOW - timedelta(hours=5)


async def test_a_word_forgotten_meanwhile_is_looked_up_again(store: Store) -> None:
    """The next time; until then the article waits."""
    (article,) = await poll(store, await add_feed(store), make_draft())
    hasty = Hasty(store.archive)

    assert await WordIndexing(archive=hasty, analyser=ANALYSER)() == 0  # type: ignore[arg-type] # a stand-in by delegation
    assert [each.id for each in await store.archive.list_waiting(9)] == [article.id]
    assert await WordIndexing(archive=store.archive, analyser=ANALYSER)() == 1


class Hasty:
    """An archive that says it knows every word, as if one had been forgotten right after."""

    def __init__(self, archive: object) -> None:
        self._archive = archive

    def __getattr__(self, name: str) -> Any:
        return getattr(self._archive, name)

    async def list_unknown(self, spellings: object) -> frozenset[object]:
        """Say that nothing is new."""
        return frozenset()


async def test_words_are_filed_anew_once_per_version(store: Store, backtest: Backtest) -> None:
    """After an update words may have other keys."""
    await keep(store, "Nordkorea lenkt ein")
    refile = WordReindexing(archive=store.archive, analyser=ANALYSER, key_value=store.key_value, version="2")
    async with store._database.write() as connection:
        await connection.execute(delete(word_keys))
    assert (await ask(store, backtest, "Nordkorea")).month == 0

    assert await refile() == 3
    assert await refile() == 0

    assert (await ask(store, backtest, "Nordkorea")).month == 1


async def test_sweeping_takes_turns(store: Store, clock: FakeClock) -> None:
    """Every part has its five minutes; nothing that is needed goes."""
    await keep(store, "Nordkorea lenkt ein")
    sweep = WordSweep(archive=store.archive, clock=clock)
    for _ in range(3):
        assert await sweep() == 0
        clock.move(minutes=5)
