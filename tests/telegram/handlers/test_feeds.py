"""Adding sources of one's own, switching others off, and what a reader is told of addresses."""

from __future__ import annotations

import asyncio

from bot.core.feed import FetchProblem
from bot.core.ids import ChatId
from bot.core.web_page import FeedLink, FeedsNamed, NothingFound
from tests.contracts.scenes import add_feed, publish
from tests.telegram.conftest import Desk, Open

BUND = "https://www.derbund.example/feed"


async def test_a_feed_is_added_at_once_and_shown(desk: Desk) -> None:
    """With title, language, last entries and a way back; the feed belongs to this chat alone."""
    anna = desk.server.person()
    desk.web.put(BUND, "Der Bund", "Erstens", "Zweitens <b>", "Drittens", "Viertens")

    answer = await anna.ask(f"/addfeed {BUND}")

    assert answer.text.startswith("Hinzugefügt: Der Bund (Deutsch)\n• Erstens\n• Zweitens <b>\n• Drittens\n")
    assert "Viertens" not in answer.text
    assert list(answer.links) == [f"https://news.example/{number}" for number in range(3)]
    assert answer.buttons == (("Rückgängig",),)
    (feed,) = await desk.store.feeds.list_all()
    assert (feed.url, feed.owner, feed.title) == (BUND, anna.chat.id, "Der Bund")
    await anna.press("Rückgängig").answered()
    assert answer.text == "Entfernt: Der Bund."
    assert await desk.store.feeds.list_all() == ()


async def test_several_feeds_are_chosen_by_buttons(desk: Desk) -> None:
    """The button finds the address in the message, after a restart too."""
    anna = desk.server.person()
    links = (FeedLink(f"{BUND}/alles", "Alles"), FeedLink(f"{BUND}/sport", ""), FeedLink("http://x/", "Nirgends"))
    desk.web.there["https://derbund.example"] = FeedsNamed(links)
    desk.web.put(f"{BUND}/sport", "Sport")

    answer = await anna.ask("/addfeed derbund.example")

    assert answer.text.split("\n")[1:] == ["1. Alles", "2. https://www.derbund.example/feed/sport"]
    assert answer.buttons[:2] == (("1. Alles",), ("2. https://www.derbund.example/feed/sport",))
    await anna.press(answer.buttons[1][0]).answered()
    assert answer.text.startswith("Hinzugefügt: Sport (Deutsch)")


async def test_an_address_as_plain_text_is_an_offer(desk: Desk) -> None:
    """Nothing is asked for before the reader says yes."""
    anna = desk.server.person()
    desk.web.put(BUND)

    answer = await anna.ask(BUND)

    assert answer.text == f"Den Feed von {BUND} hinzufügen?"
    assert desk.web.asked == []
    await anna.press("Ja, hinzufügen").answered()
    assert answer.text.startswith("Hinzugefügt: Der Bund")
    assert (await anna.ask("https://")).text.startswith("Soll ich")


async def test_a_bare_command_asks(desk: Desk) -> None:
    """The next text is the address."""
    anna = desk.server.person()
    desk.web.put(BUND)
    assert (await anna.ask("/addfeed")).text.startswith("Welche Seite oder welcher Feed?")
    assert (await anna.ask(BUND)).text.startswith("Hinzugefügt: Der Bund")
    assert (await anna.ask("/addfeed das ist nichts")).text == "Das ist keine Webadresse."


async def test_what_is_there_already_is_said(desk: Desk) -> None:
    """However the address is spelled; no server is asked again, and what was switched off is on again."""
    anna = desk.server.person()
    feed = await add_feed(desk.store, "srf", url="https://www.srf.example/rss")
    desk.web.put("https://blog.example", "SRF", at="https://srf.example/rss")

    first = await anna.ask("/addfeed http://srf.example/rss/")
    assert first.text == f"SRF ist schon dabei (Nummer {feed.id} in /feeds)."
    assert desk.web.asked == []
    await anna.ask(f"/delfeed {feed.id}")
    assert (
        await anna.ask("/addfeed https://blog.example")
    ).text == "SRF war hier ausgeschaltet und ist wieder eingeschaltet."
    assert [source.is_followed for source in await desk.store.sources.list_for(ChatId(anna.chat.id))] == [True]


async def test_errors_do_not_tell_what_answered(desk: Desk) -> None:
    """A refused address, a closed port, a missing page and a slow server sound alike."""
    anna = desk.server.person()
    problems = (FetchProblem.REFUSED_ADDRESS, FetchProblem.UNREACHABLE, FetchProblem.NOT_FOUND, FetchProblem.TIMEOUT)
    said = set()
    for number, problem in enumerate(problems):
        url = f"http://10.0.0.{number}/"
        desk.web.there[url] = NothingFound(problem, f"secret {problem}")
        said.add((await anna.ask(f"/addfeed {url}")).text)
    assert said == {"Dort lässt sich nichts lesen. Es muss eine öffentliche Webadresse mit einem Feed sein."}
    desk.web.there["https://page.example"] = NothingFound(FetchProblem.NOT_A_FEED, "This is a web page.")
    assert (await anna.ask("/addfeed page.example")).text.startswith("Dort habe ich keinen Feed gefunden.")


async def test_five_an_hour_are_enough(desk: Desk) -> None:
    """For each person; what is no address does not count, and an hour later there is room again."""
    anna, beat = desk.server.person("Anna"), desk.server.person("Beat")
    desk.web.put(BUND)
    for number in range(5):
        await anna.ask("/addfeed nichts da")
        assert (await anna.ask(f"/addfeed https://x{number}.example")).text.startswith("Dort lässt sich nichts lesen.")
    assert (await anna.ask(f"/addfeed {BUND}")).text.startswith("Das waren viele Quellen in einer Stunde.")
    assert (await beat.ask(f"/addfeed {BUND}")).text.startswith("Hinzugefügt")
    desk.clock.move(minutes=61)
    assert (await anna.ask(f"/addfeed {BUND}")).text.startswith("Hinzugefügt")


async def test_the_operator_may_keep_sources_to_himself(open_desk: Open) -> None:
    """With users_may_add_feeds = false only operators add any."""
    async with open_desk(users_may_add_feeds=False, operators=(77,)) as desk:
        anna, olga = desk.server.person("Anna"), desk.server.person("Olga", user_id=77)
        desk.web.put(BUND)
        assert (await anna.ask(f"/addfeed {BUND}")).text == "Die Quellen wählt der Betreiber dieses Bots."
        assert (await anna.ask(BUND)).text == "Die Quellen wählt der Betreiber dieses Bots."
        assert (await anna.ask("/addfeed")).text == "Die Quellen wählt der Betreiber dieses Bots."
        await add_feed(desk.store, "srf")
        assert "/addfeed" not in (await anna.ask("/feeds")).text
        assert "/addfeed" in (await olga.ask("/feeds")).text
        assert (await olga.ask(f"/addfeed {BUND}")).text.startswith("Hinzugefügt")


async def test_a_slow_server_gets_patience_and_the_reader_a_sign(open_desk: Open) -> None:
    """One sentence at once, the result when it is there."""
    async with open_desk(prompt_seconds=0.02) as desk:
        anna = desk.server.person()
        desk.web.put(BUND)
        desk.web.hold = asyncio.Event()
        sign = await anna.ask(f"/addfeed {BUND}")
        desk.web.hold.set()
        answer = await anna.chat.wait_for(lambda message: "Hinzugefügt" in message.text, after=sign)
        assert sign.text == "Einen Moment, ich sehe dort nach …"
        assert answer.buttons == (("Rückgängig",),)


async def test_a_press_is_answered_before_a_slow_server(open_desk: Open) -> None:
    """Telegram waits for no feed; the message changes when there is a result."""
    async with open_desk(prompt_seconds=0.02) as desk:
        anna = desk.server.person()
        desk.web.put(BUND)
        desk.web.hold = asyncio.Event()
        offer = await anna.ask(BUND)
        assert (await anna.press("Ja, hinzufügen").answered()).text == ""
        assert not desk.web.hold.is_set()
        desk.web.hold.set()
        await anna.chat.wait_for(lambda message: "Hinzugefügt" in message.text)
        assert offer.text.startswith("Hinzugefügt: Der Bund")


async def test_feeds_lists_and_switches(desk: Desk) -> None:
    """Each source with its state and last entry; a press switches it, and the list follows."""
    anna = desk.server.person()
    for number in range(11):
        await add_feed(desk.store, f"f{number}", title=f"Zeitung {number}")
    first = (await desk.store.feeds.list_all())[0]
    await publish(desk.store, first, "treffen")
    desk.web.put(BUND)
    await anna.ask(f"/addfeed {BUND}")

    answer = await anna.ask("/feeds")
    lines = answer.text.split("\n")
    assert lines[0] == "Eingeschaltete Quellen: 12 von 12"
    assert lines[1] == f"✓ {first.id} · Zeitung 0 · Nordkorea: treffen · 13:00"
    assert lines[2].endswith(" · Zeitung 1 · noch nicht gelesen")
    await anna.press("✓ Zeitung 0", answer).answered()
    assert answer.text.startswith("Eingeschaltete Quellen: 11 von 12\n✗ ")
    assert answer.buttons[0] == ("✗ Zeitung 0",)
    await anna.press("›", answer).answered()
    assert answer.buttons == (("✓ Zeitung 10",), ("Der Bund entfernen",), ("‹",))
    assert "Der Bund · hier hinzugefügt" in answer.text
    await anna.press("Der Bund entfernen", answer).answered()
    asked = anna.chat.received[-1]
    assert asked.text == "Der Bund entfernen?"
    await anna.press("Ja, entfernen", asked).answered()
    assert asked.text == "Entfernt: Der Bund."


async def test_the_question_before_a_source_is_removed_expires(desk: Desk) -> None:
    """Its button then changes nothing; a new question counts."""
    anna = desk.server.person("Anna")
    desk.web.put(BUND)
    await anna.ask(f"/addfeed {BUND}")
    (own,) = await desk.store.feeds.list_all()
    asked = await anna.ask(f"/delfeed {own.id}")
    desk.clock.move(minutes=11)

    assert (await anna.press("Ja, entfernen", asked).answered()).text == "Diese Frage ist abgelaufen."
    assert asked.text == "Diese Frage ist abgelaufen; es wurde nichts geändert."
    assert len(await desk.store.feeds.list_all()) == 1
    await anna.press("Ja, entfernen", await anna.ask(f"/delfeed {own.id}")).answered()
    assert await desk.store.feeds.list_all() == ()


async def test_delfeed_asks_for_own_ones_and_switches_off_others(desk: Desk) -> None:
    """Nobody loses a feed by a slip; a number of another chat's feed is as good as none."""
    anna, beat = desk.server.person("Anna"), desk.server.person("Beat")
    common = await add_feed(desk.store, "srf")
    desk.web.put(BUND)
    await beat.ask(f"/addfeed {BUND}")
    own = (await desk.store.feeds.list_all())[-1]

    assert (await anna.ask("/delfeed")).text.startswith("Welche Quelle?")
    assert (await anna.ask(f"/delfeed {own.id}")).text.startswith("Es gibt keine Quelle mit dieser Nummer.")
    off = await anna.ask(f"/delfeed {common.id}")
    assert off.text == "SRF ist hier ausgeschaltet."
    await anna.press("Rückgängig", off).answered()
    assert off.text.startswith("In Ordnung")
    asked = await beat.ask(f"/delfeed {own.id}")
    await beat.press("Abbrechen", asked).answered()
    assert len(await desk.store.feeds.list_all()) == 2


async def test_in_groups_administrators_add_feeds(desk: Desk) -> None:
    """Others are told so; anybody may look."""
    anna, beat = desk.server.person("Anna"), desk.server.person("Beat")
    desk.web.put(BUND)
    group = desk.server.group("Verein", anna)
    group.enrol(beat)
    await group.chat.wait_for(lambda message: "Hallo" in message.text)
    refused = await beat.ask(f"/addfeed@stichwort_bot {BUND}", chat=group.chat)
    assert refused.text == "Nur Administratoren können hier etwas ändern."
    assert (await anna.ask(f"/addfeed {BUND}", chat=group.chat)).text.startswith("Hinzugefügt")
    assert (await beat.ask("/feeds", chat=group.chat)).text.startswith("Eingeschaltete Quellen: 1 von 1\n")
