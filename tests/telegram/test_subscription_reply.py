"""Where no source speaks a chat's language: the answer to /sub says so, and offers the starter feeds in it."""

from __future__ import annotations

from dataclasses import replace

from bot.core.feed import Origin
from bot.core.ids import ChatId
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.feeds import feed_lists
from bot.i18n.catalog import Catalog
from bot.language import languages
from bot.services.search import WordIndexing
from storage.store import Store
from tests.builders import NOW, make_draft, the_analyser
from tests.contracts.scenes import add_feed, poll
from tests.telegram.conftest import CHOICES, Desk, Open
from tests.telegram.handlers.test_explain import publish

NOTHING = "Keine der Quellen ist auf Deutsch, darum kann kein Artikel auf Deutsch gemeldet werden."
GERMAN = feed_lists.starter(("de",))
ADD = f"Quellen auf Deutsch hinzufügen ({len(GERMAN)})"


async def followed(store: Store, chat_id: int) -> set[str]:
    """Give the addresses a chat follows."""
    return {each.feed.url for each in await store.sources.list_for(ChatId(chat_id)) if each.is_followed}


async def test_the_reply_says_who_gets_the_alerts(desk: Desk) -> None:
    """A group, a topic, a channel, also where it is managed from the private chat."""
    anna = desk.server.person()
    group = desk.server.group("Presse", anna, forum=True)
    topic = group.open_topic("Asien")
    opened = desk.server.group("Kanal", anna, kind=SimulatedChatType.CHANNEL, username="uferkanal", bot=False)
    opened.empower_bot()
    await desk.handled()
    answers = [
        await anna.ask("/sub Biber", chat=group.chat),
        await group.chat.answer_to(anna.say("/sub Biber", chat=group.chat, thread=topic)),
        await anna.ask("/sub Biber", chat=opened.chat),
        await anna.ask("/sub @uferkanal Luchs"),
    ]
    for answer, who in zip(answers, ("diese Gruppe", "dieses Thema", "der Kanal", "der Kanal"), strict=True):
        assert f"darüber berichtet, bekommt {who} eine Meldung." in answer.text


async def test_sources_in_the_language_are_offered_added_and_taken_back(desk: Desk) -> None:
    """The feeds are this chat's own, due at once; Undo leaves what was there before, and a second try works."""
    anna, beat = desk.server.person("Anna"), desk.server.person("Beat")
    english = await add_feed(desk.store, "times", language="en-GB")

    answer = await anna.ask("/sub Kirchturm")

    assert answer.text.startswith("Abonniert: ")
    assert answer.text.split("\n")[-1] == NOTHING
    assert answer.buttons == (*CHOICES, (ADD,))
    for _ in range(2):
        await anna.press(ADD, answer).answered()
        said = anna.chat.received[-1]
        assert said.text.startswith(f"{len(GERMAN)} Quellen auf Deutsch hinzugefügt: {GERMAN[0].title}, ")
        assert answer.buttons == CHOICES
        own = [each.feed for each in await desk.store.sources.list_for(ChatId(anna.chat.id)) if each.is_own]
        assert {feed.url for feed in own} == {wish.url for wish in GERMAN}
        assert {(feed.origin, feed.language, feed.owner) for feed in own} == {(Origin.CHAT, "de", anna.chat.id)}
        assert await followed(desk.store, beat.chat.id) == {english.url}
        assert NOTHING not in (await anna.ask("/sub Wetter")).text
        await anna.press("Rückgängig", said).answered()
        assert said.text == f"Rückgängig gemacht: {len(GERMAN)} Quellen auf Deutsch sind wieder weg."
        assert await followed(desk.store, anna.chat.id) == {english.url}
        answer = await anna.ask("/sub Bahnhof")


async def test_what_everybody_has_is_switched_on_again(desk: Desk) -> None:
    """A starter feed of the catalogue is not added a second time; Undo switches off what the press switched on."""
    anna = desk.server.person()
    common = await desk.store.feeds.add(GERMAN[3], desk.clock.now())
    await add_feed(desk.store, "times", language="en")
    assert NOTHING not in (await anna.ask("/sub Kirchturm")).text
    await anna.ask(f"/delfeed {common.id}")

    answer = await anna.ask("/sub Atom, Wetter")
    assert answer.text.split("\n")[-1] == NOTHING
    await anna.press(ADD, answer).answered()
    said = anna.chat.received[-1]

    assert said.text.split("\n")[1] == f"Eine Quelle auf Deutsch ist wieder eingeschaltet: {common.title}"
    assert len(await desk.store.feeds.list_all()) == len(GERMAN) + 1
    assert common.url in await followed(desk.store, anna.chat.id)
    await anna.press("Rückgängig", said).answered()
    assert await followed(desk.store, anna.chat.id) == {"https://times.example/rss"}


async def test_an_older_offer_finds_nothing_left(desk: Desk) -> None:
    """Two answers carry the same button; the second press adds nothing twice."""
    anna = desk.server.person()
    await add_feed(desk.store, "times", language="en")
    first, second = await anna.ask("/sub Kirchturm"), await anna.ask("/sub Bahnhof")
    await anna.press(ADD, first).answered()
    before = await desk.store.feeds.list_all()

    assert (await anna.press(ADD, second).answered()).text == "Es gibt nichts mehr hinzuzufügen."
    assert await desk.store.feeds.list_all() == before
    assert second.buttons == CHOICES


async def test_where_the_operator_chooses_there_is_the_sentence_alone(open_desk: Open) -> None:
    """Operators themselves are offered sources all the same."""
    async with open_desk(users_may_add_feeds=False, operators=(77,)) as desk:
        anna, olga = desk.server.person("Anna"), desk.server.person("Olga", user_id=77)
        await add_feed(desk.store, "times", language="en")
        answer = await anna.ask("/sub Kirchturm")
        assert answer.text.split("\n")[-1] == NOTHING
        assert answer.buttons == CHOICES
        assert (ADD,) in (await olga.ask("/sub Kirchturm")).buttons


async def test_a_source_without_a_language_is_judged_by_its_articles(desk: Desk) -> None:
    """One nobody has read yet may speak any language; later its articles of the last month tell."""
    anna = desk.server.person()
    feed = await add_feed(desk.store, "mixed", language=None)
    assert NOTHING not in (await anna.ask("/sub Kirchturm")).text
    remember = WordIndexing(archive=desk.store.archive, analyser=the_analyser())
    read = replace(feed, first_success_at=NOW)
    for name, language, is_said in (("Rain", "en", True), ("Regen", "de", False)):
        await poll(desk.store, read, make_draft(read, name, language=language))
        await remember()
        assert (NOTHING in (await anna.ask(f"/sub Kirchturm {name}")).text) is is_said


async def test_every_language_speaks_of_itself(desk: Desk) -> None:
    """Each language is offered its own feeds, English too where all sources are German."""
    await add_feed(desk.store, "srf")
    catalog = Catalog.load("en")
    for language in ("en", "fr", "it"):
        translation = catalog.speak(language)
        count, name = len(feed_lists.starter((language,))), translation.language_of(language)
        answer = await desk.server.person(language.upper(), language=language).ask("/sub Kirchturm")
        assert answer.text.split("\n")[-1].count(name) == 2
        assert answer.buttons[-1] == (
            translation.label("Add sources in {language} ({count})", language=name, count=count),
        )
    assert set(languages.OWN) == {"de", "en", "fr", "it"}


MUCH = (
    "Das wären etwa 25 Meldungen am Tag. Weniger zu lesen:",
    "• Sammelmeldung: alle in einer Nachricht",
    '• "Lawine Alpen": etwa 5 am Tag',
    "• Genau: etwa 15 am Tag",
    "• Nur Titel: gleich viele, aber kürzer",
)


async def test_a_keyword_that_would_bring_much_is_told_what_brings_less(desk: Desk) -> None:
    """Each by a button of which there is one, with its number; each takes effect at once and can be undone."""
    for count, title in ((5, "Lawine Alpen"), (10, "Lawine in den Alpen"), (10, "Lawinen in den Alpen")):
        await publish(desk.store, *(f"{title} {number}" for number in range(count)), days=0)
    anna = desk.server.person()

    answer = await anna.ask("/sub Lawine Alpen")

    assert tuple(answer.text.split("\n")[-5:]) == MUCH
    assert answer.buttons == (('"Lawine Alpen"',), *CHOICES)
    await anna.press("Genau", answer).answered()
    assert "etwa 15" not in answer.text
    assert "Meldungen am Tag" not in answer.text
    await anna.press("✓ Genau", answer).answered()
    assert tuple(answer.text.split("\n")[-5:]) == MUCH
    await anna.press("Sammelmeldung", answer).answered()
    assert tuple(answer.text.split("\n")[-4:]) == ("Das sind etwa 25 Artikel am Tag.", *MUCH[-3:])
    await anna.press("Nur Titel", answer).answered()
    assert answer.text.split("\n")[-1] == MUCH[-2]
    await anna.press("✓ Nur Titel", answer).answered()
    await anna.press("Sofort", answer).answered()
    assert tuple(answer.text.split("\n")[-5:]) == MUCH
    await anna.press('"Lawine Alpen"', answer).answered()
    assert answer.text.startswith('Geändert: "Lawine Alpen" (Nr. 1), vorher: Lawine Alpen')
    assert "Meldungen am Tag" not in answer.text
    await anna.press("Zurück zu Lawine Alpen", answer).answered()
    assert answer.text.split("\n")[0].startswith("Geändert: Lawine Alpen (Nr. 1)")
    assert "etwa 25 Meldungen" in answer.text
    assert "am Tag" not in (await anna.ask("/sub Lawine; Alpen")).text
