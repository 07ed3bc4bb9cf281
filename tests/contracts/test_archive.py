"""What `ArchiveRepository` and `SearchRepository` promise; for a whole search see `tests/services/test_backtest.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from bot.core import archive
from bot.core.archive import ArchiveView, SavedSearch, WordSpelling
from bot.core.article import Article
from bot.core.ids import ArticleId, ChatId, MessageId, SearchId
from bot.services.alerts import document
from storage.archive import KEPT_SEARCHES
from storage.archive_index import blocks, postings, word_keys, words
from storage.chat_moves import move_chat
from storage.store import Store
from storage.tables import articles, deliveries
from tests.builders import NOW, the_analyser
from tests.contracts.scenes import add_feed, announce, claim, meet, publish, subscribe

ANALYSER = the_analyser()
ALL = ArchiveView(ChatId(1), ("de", "en"), NOW - timedelta(days=30))


async def index(store: Store, *stored: Article) -> bool:
    """Store the words of articles."""
    listed = [archive.contents(each.id, document(each)) for each in stored]
    spellings = {spelling for each in listed for spelling in each.words}
    unknown = await store.archive.list_unknown(spellings)
    return await store.archive.store(listed, [archive.analyse(ANALYSER, each) for each in unknown])


async def found(store: Store, key: str, where: ArchiveView = ALL) -> set[int]:
    """Give the visible articles with a word filed under a key."""
    pairs = await store.archive.find_by_keys({archive.number(key)}, 100)
    postings = await store.archive.find_postings({word.id for _, word in pairs})
    ids = frozenset().union(*(each.anywhere for each in postings.values()))
    return {each.article_id for each in await store.archive.list_sightings(ids, where)}


async def read_all(store: Store) -> dict[str, set[tuple[int, bool]]]:
    """Give the articles of every word, and whether it stands in their headline."""
    known = dict(await store.archive.refile(0, 1000))
    return {
        known[word_id].text: {(article_id, article_id in each.in_title) for article_id in each.anywhere}
        for word_id, each in (await store.archive.find_postings(known.keys())).items()
    }


async def count(store: Store, table: Any) -> int:
    """Count the rows of a table."""
    async with store._database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_articles_wait_for_their_words_from_the_moment_they_are_stored(store: Store) -> None:
    """Those of a first, silent poll too; oldest first, not twice, and they are not searched before."""
    feed = await add_feed(store)
    first, second = await publish(store, feed, "eins", "zwei")

    assert [each.id for each in await store.archive.list_waiting(10)] == [first.id, second.id]
    assert await store.archive.is_empty(ALL)
    assert await index(store, first)
    assert [each.id for each in await store.archive.list_waiting(10)] == [second.id]
    assert await store.archive.list_visible(ALL) == {first.id}


async def test_a_word_is_found_by_its_keys(store: Store) -> None:
    """As an inflected form and as a part of a compound; with what it is put together of."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "Atomwaffenprogramm wächst")
    await index(store, article)

    assert await found(store, "atomwaffen") == {article.id}
    assert await found(store, "nordkorea") == {article.id}
    assert await found(store, "suedkorea") == set()
    pairs = await store.archive.find_by_keys({archive.number("atomwaffen")}, 100)
    ((_, word),) = [pair for pair in pairs if pair[1].spelling.text == "Atomwaffenprogramm"]
    assert word.spelling.language == "de"
    assert "atomwaffe" in word.firsts
    assert "programm" in word.lasts
    assert archive.read(ANALYSER, word).parts == ANALYSER._parts(ANALYSER.read("Atomwaffenprogramm", "de"))


async def test_words_are_stored_once_whoever_brings_them(stores: tuple[Store, Store]) -> None:
    """Two processes may take up the same article, and one word may stand in many."""
    one, other = stores
    feed = await add_feed(one)
    first, second = await publish(one, feed, "eins", "zwei")
    listed = [archive.contents(each.id, document(each)) for each in (first, second)]
    new = [archive.analyse(ANALYSER, spelling) for each in listed for spelling in each.words]

    assert await one.archive.store(listed[:1], new)
    assert await other.archive.store(listed[:1], new)
    assert await other.archive.store(listed, new)

    assert await count(one, words) == len({each.spelling for each in new})
    assert (await read_all(one))["eins"] == {(first.id, True)}
    assert (await read_all(one))["Putin"] == {(first.id, False), (second.id, False)}


async def test_nothing_is_stored_while_a_word_is_missing(store: Store) -> None:
    """Half an article would never be found by its other half."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    listed = archive.contents(article.id, document(article))
    new = [archive.analyse(ANALYSER, spelling) for spelling in listed.words]

    assert not await store.archive.store([listed], new[1:])

    assert await count(store, words) == 0
    assert len(await store.archive.list_waiting(10)) == 1


async def test_many_articles_are_put_in_order_and_found_as_before(stores: tuple[Store, Store]) -> None:
    """The oldest first, and never fewer than are asked for; two processes do not get in each other's way."""
    one, other = stores
    feed = await add_feed(one)
    stored = await publish(one, feed, "eins", "zwei", "drei", "vier", "fünf")
    await index(one, *stored)
    before = await read_all(one)

    assert not await one.archive.bind(6)
    assert await one.archive.bind(2)
    assert await other.archive.bind(2)
    assert not await other.archive.bind(2)

    assert await count(one, blocks) == 2
    assert await read_all(other) == before
    assert await found(one, "nordkorea") == {each.id for each in stored}


async def test_letters_are_compared_byte_by_byte(store: Store) -> None:
    """On both databases a range of letters is the same range, and signs of patterns are letters."""
    feed = await add_feed(store)
    names = "Atom Atomwaffe atomar Atlas Waffenverbot Verbot Élysée élan 100"
    (article,) = await publish(store, feed, names, language="fr")
    await index(store, article)

    async def spelled(letters: str, **ends: bool) -> list[str]:
        ends = {"open_start": False, "open_end": False} | ends
        return sorted(word.spelling.text for word in await store.archive.find_by_letters(letters, **ends, limit=50))

    assert await spelled("atom", open_end=True) == ["Atom", "Atomwaffe", "atomar"]
    assert await spelled("verbot", open_start=True) == ["Verbot", "Waffenverbot"]
    assert await spelled("waffe", open_start=True, open_end=True) == ["Atomwaffe", "Waffenverbot"]
    assert await spelled("el", open_end=True) == ["Élysée", "élan"]
    assert await spelled("at%m", open_start=True, open_end=True) == []
    assert len(await store.archive.find_by_letters("a", open_start=True, open_end=True, limit=2)) == 2


async def test_a_chat_sees_what_it_would_be_told_of(store: Store) -> None:
    """Feeds of everybody and its own, languages it reads and none at all, and not what is older."""
    everybody, own, foreign = [
        await add_feed(store, name, owner=owner) for name, owner in (("a", None), ("b", ChatId(1)), ("c", ChatId(2)))
    ]
    stored = [
        *await publish(store, everybody, "eins"),
        *await publish(store, own, "zwei"),
        *await publish(store, foreign, "drei"),
        *await publish(store, everybody, "vier", language=None),
        *await publish(store, everybody, "cinq", language="fr"),
        *await publish(store, everybody, "sechs", published_at=NOW - timedelta(days=31)),
    ]
    await index(store, *stored)

    seen = {article.id: article.title[11:] for article in stored}
    expected = {"eins", "zwei", "vier"}
    assert {seen[each] for each in await store.archive.list_visible(ALL)} == expected
    assert {seen[each] for each in await found(store, "nordkorea")} == expected
    assert {seen[each] for each in await store.archive.list_visible(ALL, language="de")} == {"eins", "zwei"}
    by_source = await store.archive.list_sources(ALL)
    assert {seen[each] for each in by_source["A", "news.example"]} == {"eins", "vier"}
    assert not await store.archive.is_empty(ALL)
    assert await store.archive.count_visible(ALL) == len(expected)
    assert await store.archive.count_visible(replace(ALL, since=NOW + timedelta(days=1))) == 0
    assert await store.archive.is_empty(replace(ALL, since=NOW + timedelta(days=1)))
    assert await found(store, "nordkorea", ArchiveView(ChatId(9), ("fr",), NOW - timedelta(days=30))) == {
        stored[3].id,
        stored[4].id,
    }


async def test_a_view_is_that_of_the_chat(store: Store) -> None:
    """Its languages as chosen, else its own and English."""
    chat = await meet(store, 1, "de")
    assert archive.view(chat, NOW).languages == ("de", "en")
    assert archive.view(replace(chat, language=None), NOW).languages == ("en",)
    assert archive.view(replace(chat, reads=("fr",)), NOW).languages == ("fr",)


async def test_sightings_and_articles_come_newest_first(store: Store) -> None:
    """By the time they came out."""
    feed = await add_feed(store)
    old, new = await publish(store, feed, "alt", "neu")
    await index(store, old, new)

    listed = await store.archive.list_sightings([old.id, new.id], ALL)

    assert [(each.article_id, each.key) for each in listed] == [(new.id, new.key), (old.id, old.key)]
    assert listed[0].published_at == new.published_at
    assert await store.archive.load([old.id, new.id, 4711]) == (new, old)  # type: ignore[list-item]


async def test_similar_words_are_found_by_first_letter_and_length(store: Store) -> None:
    """In the languages of the view only."""
    feed = await add_feed(store)
    stored = await publish(store, feed, "Nordsee Not Nebelkrähe")
    foreign = await publish(store, feed, "Nordique", language="fr")
    await index(store, *stored, *foreign)

    similar = await store.archive.find_similar("n", 7, 9, ALL, 50)

    assert sorted(text for _, text, _ in similar) == ["Nordkorea", "Nordsee"]


async def test_an_article_is_found_by_its_identity(store: Store) -> None:
    """If the chat may see it."""
    feed, own = await add_feed(store), await add_feed(store, "own", owner=ChatId(2))
    (common,) = await publish(store, feed, "eins")
    (private,) = await publish(store, own, "zwei")

    assert await store.archive.find_by_links([common.key], ChatId(1)) == common
    assert await store.archive.find_by_links([private.key], ChatId(1)) is None
    assert await store.archive.find_by_links([private.key], ChatId(2)) == private


async def test_a_group_that_moved_sees_the_past_of_its_own_feeds(store: Store) -> None:
    """Under its new number."""
    await meet(store, -1)
    (article,) = await publish(store, await add_feed(store, "own", owner=ChatId(-1)), "eins")
    await index(store, article)

    async with store._database.write() as connection:
        await move_chat(connection, ChatId(-1), ChatId(-1001), NOW)

    assert await store.archive.list_visible(replace(ALL, chat_id=ChatId(-1))) == frozenset()
    assert await store.archive.list_visible(replace(ALL, chat_id=ChatId(-1001))) == {article.id}


async def test_an_alert_leads_to_its_article(store: Store) -> None:
    """By the number of its message, in that chat alone."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    await announce(store, article, await subscribe(store, 1))
    (delivery,) = await claim(store)
    async with store._database.write() as connection:
        await connection.execute(deliveries.update().values(message_id=55))

    assert await store.archive.find_alerted(ChatId(1), MessageId(55)) == article
    assert await store.archive.find_alerted(ChatId(2), MessageId(55)) is None
    assert await store.archive.find_alerted(ChatId(1), MessageId(56)) is None
    assert delivery.article_id == article.id


async def test_the_newest_alerts_of_a_chat_are_listed(store: Store) -> None:
    """Whatever became of them; not those of others."""
    feed = await add_feed(store)
    first, second, third = await publish(store, feed, "a", "b", "c")
    own, other = await subscribe(store, 1, "Kim"), await subscribe(store, 2, "Putin")
    for article in (first, second):
        await announce(store, article, own)
    await announce(store, third, other)
    assert await store.archive.list_alerted(ChatId(1), 9) == {first.id, second.id}
    assert await store.archive.list_alerted(ChatId(1), 1) == {second.id}
    assert await store.archive.list_alerted(ChatId(3), 9) == frozenset()


async def test_articles_say_of_which_story_they_tell(store: Store) -> None:
    """And where they stand; the host, where the source has no title."""
    feed = await add_feed(store)
    first, second = await publish(store, feed, "a", "b")
    async with store._database.write() as connection:
        changed = articles.update().where(articles.c.id == second.id)
        await connection.execute(changed.values(story_id=7, source_title="", url=None))
    assert await store.archive.list_tellers([first.id, second.id]) == {
        first.id: (None, feed.title, first.url),
        second.id: (7, "news.example", None),
    }
    assert await store.archive.list_tellers([]) == {}


async def test_what_belongs_to_no_article_is_swept_up(store: Store) -> None:
    """Part by part, in two rounds at most; what others need stays, and a deleted article is not found meanwhile."""
    feed = await add_feed(store)
    first, second, kept, loose = await publish(store, feed, "Vogelgrippe", "Zweitwohnung", "Klimawandel", "Lawine")
    await index(store, first, second, kept, loose)
    assert await store.archive.bind(2)
    assert await store.archive.bind(1)
    async with store._database.write() as connection:
        await connection.execute(delete(articles).where(articles.c.id.in_((first.id, second.id))))
    assert await found(store, "vogelgrippe") == set()
    assert await found(store, "nordkorea") == {kept.id, loose.id}

    assert sum([await store.archive.sweep(part, 3) for part in (*range(3), *range(3))]) > 2

    unknown = await store.archive.list_unknown([WordSpelling("Vogelgrippe", "de"), WordSpelling("Lawine", "de")])
    assert [each.text for each in unknown] == ["Vogelgrippe"]
    assert await store.archive.find_by_keys({archive.number("vogelgrippe")}, 9) == ()
    assert await found(store, "nordkorea") == {kept.id, loose.id}
    assert await found(store, "lawine") == {loose.id}
    assert await count(store, blocks) == 1
    assert await count(store, postings) == len(archive.contents(kept.id, document(kept)).words)
    assert await count(store, word_keys) > 0
    assert sum([await store.archive.sweep(part, 3) for part in range(3)]) == 0


async def test_words_can_be_filed_anew(store: Store) -> None:
    """When another version knows more of them."""
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    await index(store, article)

    first = await store.archive.refile(0, 2)
    rest = await store.archive.refile(first[-1][0], 100)
    assert {spelling for _, spelling in (*first, *rest)} == set(archive.contents(article.id, document(article)).words)
    word = replace(archive.analyse(ANALYSER, first[0][1]), keys=frozenset({archive.number("neu")}), lasts=("korea",))
    await store.archive.file([(first[0][0], word)])

    ((_, known),) = await store.archive.find_by_keys({archive.number("neu")}, 9)
    assert (known.spelling, known.lasts) == (first[0][1], ("korea",))


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
    made = [await store.searches.save(HERE, str(number), [], NOW) for number in range(KEPT_SEARCHES + 3)]

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
