"""What is proposed beside a keyword, from tables and from the stored articles, on every database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.ids import ChatId
from bot.core.query import parser
from bot.language.related import RelatedWords
from bot.services.backtest import Backtest
from bot.services.related import Proposals, RelatedSearch, RelatedWord, identify
from bot.services.search import WordIndexing
from storage.store import Store
from tests.builders import NOW, make_draft, the_analyser
from tests.contracts.scenes import add_feed, meet, poll, set_chat, subscribe
from tests.fakes.clock import FakeClock

ANALYSER = the_analyser()
RELATED = RelatedWords(ANALYSER)


async def keep(store: Store, *titles: str, **changes: Any) -> None:
    """Store articles with these headlines, and remember their words."""
    feed = next(iter(await store.feeds.list_all()), None) or await add_feed(store)
    drafts = [
        make_draft(feed, f"{title} {at}", title=title, lead="", published_at=NOW - timedelta(hours=1), **changes)
        for at, title in enumerate(titles)
    ]
    await poll(store, feed, *drafts)
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()


async def propose(store: Store, clock: FakeClock, keyword: str) -> Proposals:
    """Subscribe chat 1, say what is proposed to it, and take it back."""
    subscription = await subscribe(store, 1, keyword)
    chat = await store.chats.find(ChatId(1))
    assert chat is not None
    past = await Backtest(archive=store.archive, analyser=ANALYSER, clock=clock)(
        chat, subscription.query, subscription.mode
    )
    search = RelatedSearch(archive=store.archive, subscriptions=store.subscriptions, related=RELATED, clock=clock)
    proposals = await search(chat, subscription, past)
    for word in proposals.words:
        assert await search.find_word(chat, subscription, past, identify(word.text)) == word.text
    assert await search.find_word(chat, subscription, past, "00000000") is None
    await store.subscriptions.remove([subscription.id])
    return proposals


async def test_a_word_is_counted_where_the_keyword_does_not_find_the_article(store: Store, clock: FakeClock) -> None:
    """An article with both is found anyway; a word that would have found nothing more is not proposed."""
    await keep(store, "VW baut um", "Volkswagen baut um", "Volkswagens Werk", "VW heisst Volkswagen", "Wetter")

    assert (await propose(store, clock, "VW")).words == (RelatedWord("Volkswagen", 2),)
    assert (await propose(store, clock, "WM")).words == ()


async def test_the_words_that_find_most_come_first_and_three_at_most(store: Store, clock: FakeClock) -> None:
    """One whose articles are all found by those before it adds nothing and is left out."""
    await keep(
        store,
        *(f"Islamische Woche {at}" for at in range(3)),
        "Muslime feiern",
        "Ein Islamist vor Gericht",
        "Das Islamisten-Netz",
        "Muslimisch, islamisch",
    )

    words = (await propose(store, clock, "Islam")).words

    assert words[0] == RelatedWord("islamisch", 4)
    assert {word.text: word.count for word in words[1:]} == {"Islamist": 2, "Muslim": 1}


async def test_what_one_is_subscribed_to_is_not_proposed(store: Store, clock: FakeClock) -> None:
    """However it is written."""
    await keep(store, "Volkswagen baut um")
    await subscribe(store, 1, "volkswagen")
    assert (await propose(store, clock, "VW")).words == ()


async def test_articles_one_cannot_see_do_not_count(store: Store, clock: FakeClock) -> None:
    """In another language, or too old."""
    await keep(store, "Volkswagen builds", language="fr")
    feed = (await store.feeds.list_all())[0]
    await poll(store, feed, make_draft(feed, "alt", title="Volkswagen", published_at=NOW - timedelta(days=31)))
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()
    assert (await propose(store, clock, "VW")).words == ()
    await set_chat(store, 1, reads=("de", "fr"))
    assert (await propose(store, clock, "VW -Golf")).words == (RelatedWord("Volkswagen", 1),)


async def test_a_places_names_are_proposed_without_articles_too(store: Store, clock: FakeClock) -> None:
    """They are what it is called in the other languages one reads."""
    await meet(store, 1)
    await set_chat(store, 1, reads=("de", "en", "fr"))
    assert (await propose(store, clock, "Nordkorea")).words == (
        RelatedWord("North Korea", 0),
        RelatedWord("Corée du Nord", 0),
    )
    await keep(store, "La Corée du Nord menace", language="fr")
    assert (await propose(store, clock, "Nordkorea OR Kim")).words == ()
    assert (await propose(store, clock, "Nordkorea -Kim")).words == (
        RelatedWord("Corée du Nord", 1),
        RelatedWord("North Korea", 0),
    )


async def test_the_archive_teaches_derivations_and_no_neighbours(store: Store, clock: FakeClock) -> None:
    """A new word with a known ending that stands beside the keyword; Merz, who stands there as often, is none."""
    await keep(store, *(f"Zufallsmeldung {at} über Wetter" for at in range(40)))
    await keep(
        store,
        *(f"Murmel trifft Merz, die Murmelisten jubeln {at}" for at in range(3)),
        "Die Murmelisten allein",
        "Merz allein",
        "Murmelerisches allein",
    )

    assert (await propose(store, clock, "Murmel")).words == (RelatedWord("Murmelist", 1),)


async def test_the_archive_teaches_long_and_short_forms(store: Store, clock: FakeClock) -> None:
    """A compound whose parts begin with the letters, or what a text explains in brackets, in several articles."""
    await keep(store, *(f"Wetterbericht {at} ohne Neues" for at in range(40)))
    await keep(
        store,
        *(f"Das Wasserkraftwerk (WKW) läuft {at}" for at in range(3)),
        "Ein Wasserkraftwerk steht still",
        "WKW zieht Bilanz",
        "Wirtschaftskammer tagt",
    )

    assert (await propose(store, clock, "WKW")).words == (RelatedWord("Wasserkraftwerk", 1),)
    assert (await propose(store, clock, "Wasserkraftwerk")).words == (RelatedWord("WKW", 1),)


async def test_a_name_has_another_reading_and_a_noun_compounds_to_exclude(store: Store, clock: FakeClock) -> None:
    """Compounds with how often the keyword finds them; those that are excluded already are not proposed."""
    await keep(store, "Filmpreis verliehen", "Buchpreis verliehen", "Buchpreis und Preis", "Die Preise steigen")

    assert (await propose(store, clock, "Siegen")).other_reading == "Sieg"
    preis = await propose(store, clock, "Preise")
    assert preis.other_reading is None
    assert preis.exclusions[0] == RelatedWord("Buchpreis", 2)
    assert len(preis.exclusions) == 2
    assert "Buchpreis" not in [word.text for word in (await propose(store, clock, "Preise -Buchpreis")).exclusions]
    assert (await propose(store, clock, "Preise Siegen")).other_reading is None


@pytest.mark.parametrize(
    ("query", "other"),
    [("Siegen", "Sieg"), ("Siegen -Sport", "Sieg -Sport"), ("Sieg", None), ("Siegen Berlin", None), ('"Siegen"', None)],
)
async def test_a_query_is_read_otherwise(store: Store, clock: FakeClock, query: str, other: str | None) -> None:
    """With all that it excludes."""
    search = RelatedSearch(archive=store.archive, subscriptions=store.subscriptions, related=RELATED, clock=clock)
    reread = search.reread(parser.parse(query))
    assert (reread and reread.normal) == other
