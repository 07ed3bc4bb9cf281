"""/search and /latest: pages of stored articles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.archive import SEARCH_PAGE
from bot.core.ids import ChatId
from bot.demo.telegram_server.messages import Message
from bot.services.search import WordIndexing
from tests.builders import make_draft, make_wish, the_analyser
from tests.contracts.scenes import poll
from tests.telegram.conftest import Desk


async def keep(desk: Desk, *titles: str) -> None:
    """Store articles with these headlines, one a minute old, the next two."""
    store, now = desk.store, desk.clock.now()
    feed = await store.feeds.add(make_wish(titles[0][:3].lower()), now)
    drafts = [
        make_draft(
            feed,
            title,
            url=f"https://news.example/{minute}",
            title=title,
            lead="",
            published_at=now - timedelta(minutes=minute),
        )
        for minute, title in enumerate(titles, 1)
    ]
    await poll(store, feed, *drafts, now=now)
    await WordIndexing(archive=store.archive, analyser=the_analyser())()


def shown(message: Message) -> list[str]:
    """List the headlines of a page."""
    return [line for line in message.text.split("\n") if line.startswith(("Kim ", "Wetter"))]


async def test_of_a_day_without_an_hour_no_time_is_shown(desk: Desk) -> None:
    """Nor in the list of sources, which names the newest article of each."""
    anna, store, now = desk.server.person(), desk.store, desk.clock.now()
    feed = await store.feeds.add(make_wish("kim"), now)
    await poll(store, feed, make_draft(feed, "Kim", title="Kim reist", lead="", published_at=now, is_day=True), now=now)
    await WordIndexing(archive=store.archive, analyser=the_analyser())()

    found, sources = await anna.ask("/search Kim"), await anna.ask("/feeds")

    assert found.text.split("\n")[-1] == "KIM · 5. Jan."
    assert "Kim reist · 5. Jan." in sources.text


async def test_a_search_shows_headlines_with_link_source_and_time(desk: Desk) -> None:
    """The newest first, in the zone of the chat."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin", "Wetter", "Kims Raketen")

    found = await anna.ask("/search Kim")

    assert found.text.split("\n") == [
        "Kim: 1–2 von 2 Artikeln",
        "",
        "Kim trifft Putin",
        "KIM · 12:59",
        "",
        "Kims Raketen",
        "KIM · 12:57",
    ]
    assert found.pieces("text_link") == ("Kim trifft Putin", "Kims Raketen")
    assert found.buttons == ()
    assert (await anna.ask("/suche Kim")).text == found.text


async def test_pages_are_turned_with_buttons(desk: Desk) -> None:
    """Forth and back, by editing the message."""
    anna = desk.server.person()
    titles = [f"Kim {number:02}" for number in range(SEARCH_PAGE + 2)]
    await keep(desk, *titles)
    page = await anna.ask("/latest")
    assert shown(page) == titles[:SEARCH_PAGE]
    assert page.buttons == (("›",),)

    assert (await anna.press("›", page).answered()).text == ""
    await desk.handled()
    assert shown(page) == titles[SEARCH_PAGE:]
    await anna.press("‹", page).answered()
    await desk.handled()
    assert shown(page) == titles[:SEARCH_PAGE]
    assert (await anna.ask("/neu")).text == page.text


async def test_a_page_of_a_search_that_is_gone_says_so(desk: Desk) -> None:
    """Also one of another chat, and a button with anything else in it."""
    anna = desk.server.person()
    await keep(desk, *(f"Kim {number:02}" for number in range(SEARCH_PAGE + 2)))
    page = await anna.ask("/latest")
    await desk.store.retention.drop_searches(desk.clock.now() + timedelta(days=1), 10)

    note = (await anna.press("›", page).answered()).text

    assert note == "Diese Suche ist zu alt. Bitte noch einmal suchen."
    assert shown(page) == [f"Kim {number:02}" for number in range(SEARCH_PAGE)]


async def test_a_search_without_words_asks_for_them(desk: Desk) -> None:
    """The next text is the answer, and no keyword."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin")
    assert (await anna.ask("/search")).text.startswith("Wonach soll ich suchen?")
    assert shown(await anna.ask("Kim")) == ["Kim trifft Putin"]
    assert await desk.store.subscriptions.list_all_of(ChatId(anna.id)) == ()


@pytest.mark.parametrize("typed", ['"offen', "-nur", "x" * 300, "und", "(((", "lang:xx", "/regex/"])
async def test_a_search_that_cannot_be_read_gets_one_sentence(desk: Desk, typed: str) -> None:
    """Of one line, and without a page."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin")
    answer = await anna.ask(f"/search {typed}")
    assert answer.text
    assert "\n" not in answer.text
    assert answer.buttons == ()


async def test_where_nothing_is_found_that_is_said(desk: Desk) -> None:
    """A search, and an empty archive."""
    anna = desk.server.person()
    assert (await anna.ask("/latest")).text == "Hier ist noch kein Artikel gespeichert."
    await keep(desk, "Kim trifft Putin")
    assert (await anna.ask("/search Nordkorea")).text == "Kein gespeicherter Artikel passt zu Nordkorea."


async def test_in_a_group_everybody_may_search(desk: Desk) -> None:
    """It changes nothing, nor does turning a page, nor answering the question."""
    anna, ben = desk.server.person("Anna"), desk.server.person("Ben")
    group = desk.server.group("Team", anna)
    group.enrol(ben)
    await desk.handled()  # the bot has greeted
    await keep(desk, *(f"Kim {number:02}" for number in range(SEARCH_PAGE + 2)))
    page = await ben.ask("/search Kim", chat=group.chat)
    assert (await ben.press("›", page).answered()).text == ""
    question = await ben.ask("/search", chat=group.chat)
    said = ben.say("Kim", chat=group.chat, reply_to=question)
    assert shown(await group.chat.answer_to(said))
