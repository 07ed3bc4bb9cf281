"""Alerts that a chat keeps: saved below the alert, listed and removed by /saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.delivery.alert import Alert, Summary, SummaryLine
from bot.core.ids import ChatId
from bot.core.saved import MOST_SAVED, SavedArticle
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.services.saved import SavedAlerts
from tests.builders import make_article, make_chat
from tests.contracts.scenes import meet
from tests.telegram.alerts import alert
from tests.telegram.conftest import Desk

ROW = ("Mehr", "Stumm", "⋯")


@pytest.fixture
def anna(desk: Desk) -> SimulatedPerson:
    """Somebody who reads German."""
    return desk.server.person("Anna", language="de")


async def press(person: SimulatedPerson, message: Message, *labels: str) -> str:
    """Press buttons one after the other; gives the note of the last one."""
    note = ""
    for label in labels:
        note = (await person.press(label, message).answered()).text
    return note


async def keep(desk: Desk, number: int, chat: int, **changes: Any) -> None:
    """Have a chat save so many articles, each a minute after the one before."""
    now = desk.clock.now()
    for minute in range(number):
        article = SavedArticle(
            title=f"Kim {minute}",
            url=f"https://srf.example/{minute}",
            source="SRF",
            published_at=now,
            saved_at=now + timedelta(minutes=minute),
            **changes,
        )
        assert await desk.store.saved.add(ChatId(chat), article, limit=MOST_SAVED, now=now)


async def test_an_alert_is_saved_as_it_is_shown_and_outlives_its_article(desk: Desk, anna: SimulatedPerson) -> None:
    """With headline, link, summary, source and time."""
    await anna.ask("/sub Nordkorea")
    message = await alert(desk, anna.chat)
    assert await press(anna, message, "⋯", "🔖 merken") == "Gemerkt. /saved zeigt alles, was hier gemerkt ist."
    assert message.buttons == (ROW, ("Rückgängig",))

    desk.clock.move(days=40)
    await desk.store.retention.drop_deliveries(desk.clock.now(), 10)
    await desk.store.retention.drop_articles(desk.clock.now(), 10)
    listed = await anna.ask("/saved")

    assert listed.text.split("\n") == [
        "Gemerkte Meldungen: 1 von 1",
        "",
        "1. Nordkorea verliert das Spiel",
        "Die Mannschaft aus Nordkorea spielt im Stadion gegen Japan. Im Stadion sind viele Leute.",
        "SRF · 5. Jan.",
    ]
    assert listed.pieces("text_link") == ("Nordkorea verliert das Spiel",)
    assert listed.buttons == (("✗ 1",),)


async def test_what_is_saved_already_can_be_removed_below_the_alert(desk: Desk, anna: SimulatedPerson) -> None:
    """Each step can be undone."""
    await anna.ask("/sub Nordkorea")
    message = await alert(desk, anna.chat)
    await press(anna, message, "⋯", "🔖 merken", "⋯")
    note = await press(anna, message, "✓ 🔖 merken")
    assert note == "Schon gemerkt. /saved zeigt alle."
    assert message.buttons == (ROW, ("Entfernen",))
    assert await press(anna, message, "Entfernen") == "Nicht mehr gemerkt."
    assert (await anna.ask("/saved")).text.startswith("Hier ist nichts gemerkt.")
    assert await press(anna, message, "Rückgängig") == "Rückgängig gemacht: Es ist wieder wie vorher."
    assert "1. Nordkorea verliert" in (await anna.ask("/saved")).text

    await press(anna, message, "⋯", "✓ 🔖 merken", "Entfernen", "⋯", "🔖 merken", "Rückgängig")
    assert (await anna.ask("/saved")).text.startswith("Hier ist nichts gemerkt.")


async def test_pages_are_turned_and_each_has_buttons_that_remove(desk: Desk, anna: SimulatedPerson) -> None:
    """What was removed can be restored, in its place."""
    await anna.ask("/start")
    await keep(desk, 7, anna.id)
    listed = await anna.ask("/saved")
    assert listed.text.startswith("Gemerkte Meldungen: 1–5 von 7\n\n1. Kim 6\nSRF · 13:00\n\n2. Kim 5")
    assert listed.buttons == (("✗ 1", "✗ 2", "✗ 3", "✗ 4", "✗ 5"), ("›",))
    await press(anna, listed, "›")
    assert listed.text.startswith("Gemerkte Meldungen: 6–7 von 7")
    assert listed.buttons == (("✗ 6", "✗ 7"), ("‹",))

    assert await press(anna, listed, "✗ 6") == "«Kim 1» ist entfernt."
    assert "6. Kim 0" in listed.text
    assert listed.buttons == (("✗ 6",), ("‹",), ("Rückgängig",))
    assert await press(anna, listed, "Rückgängig") == "«Kim 1» ist wieder gemerkt."
    assert "6. Kim 1" in listed.text
    assert listed.buttons == (("✗ 6", "✗ 7"), ("‹",))


async def test_an_article_is_summed_up_only_to_be_saved(desk: Desk) -> None:
    """Not to see whether it is saved, which each opening of ⋯ asks, nor to remove or restore it."""
    summed_up: list[Alert] = []

    async def summarise(alert: Alert) -> Summary:
        summed_up.append(alert)
        return Summary((SummaryLine("Sie reden."),))

    await meet(desk.store, 1)
    alert = Alert(article=make_article(1, "Kim"), chat=make_chat(1), matches=(), subscription_count=1)
    saved = SavedAlerts(saved=desk.store.saved, summarise=summarise, clock=desk.clock)

    assert await saved.save(alert)
    assert await saved.has(alert)
    assert await saved.remove(alert)
    await saved.restore(alert)

    assert await saved.has(alert)
    assert summed_up == [alert]


async def test_who_removes_twice_can_still_restore(desk: Desk, anna: SimulatedPerson) -> None:
    """The second press finds nothing, and leaves the way back."""
    await anna.ask("/start")
    await keep(desk, 1, anna.id)
    listed = await anna.ask("/saved")
    remove = str(listed.rows[0][0]["callback_data"])
    presses = [desk.server.world.open_press(listed, anna.profile, remove) for _ in range(2)]

    notes = [(await each.answered()).text for each in presses]

    assert notes == ["«Kim 0» ist entfernt.", "Das gibt es nicht mehr."]
    assert await press(anna, listed, "Rückgängig") == "«Kim 0» ist wieder gemerkt."
    assert listed.text.startswith("Gemerkte Meldungen: 1 von 1")


async def test_the_last_one_of_a_page_leads_to_the_page_before(desk: Desk, anna: SimulatedPerson) -> None:
    """And the last of all to the sentence that nothing is there, with the way back."""
    await anna.ask("/start")
    await keep(desk, 6, anna.id)
    listed = await anna.ask("/saved")
    await press(anna, listed, "›", "✗ 6")
    assert listed.text.startswith("Gemerkte Meldungen: 1–5 von 5")
    await press(anna, listed, "✗ 1", "✗ 1", "✗ 1", "✗ 1", "✗ 1")
    assert listed.text == "Hier ist nichts gemerkt. Unter einer Meldung merkt sie ⋯ und dann 🔖."
    assert listed.buttons == (("Rückgängig",),)


async def test_more_than_the_limit_is_refused_in_a_sentence(desk: Desk, anna: SimulatedPerson) -> None:
    """Nothing is lost for it."""
    await anna.ask("/sub Nordkorea")
    await keep(desk, MOST_SAVED, anna.id)
    message = await alert(desk, anna.chat)
    note = await press(anna, message, "⋯", "🔖 merken")
    assert note == "Hier sind 500 Meldungen gemerkt, für mehr ist kein Platz. /saved entfernt welche."
    assert len(await desk.store.saved.list_all(ChatId(anna.id))) == MOST_SAVED


async def test_in_a_group_everybody_reads_and_administrators_remove(desk: Desk, anna: SimulatedPerson) -> None:
    """It is the group's own list."""
    bert = desk.server.person("Bert", language="de")
    group = desk.server.group("Redaktion", anna)
    group.enrol(bert)
    await desk.handled()  # the bot has greeted
    await keep(desk, 1, group.chat.id)

    listed = await bert.ask("/saved", chat=group.chat)
    assert "1. Kim 0" in listed.text
    await press(bert, listed, "✗ 1")
    assert len(await desk.store.saved.list_all(ChatId(group.chat.id))) == 1
    await press(anna, listed, "✗ 1")
    assert await desk.store.saved.list_all(ChatId(group.chat.id)) == ()
    assert (await anna.ask("/saved")).text.startswith("Hier ist nichts gemerkt.")


@pytest.mark.parametrize("data", ["saved:x", "saved:", f"saved:{'9' * 30}", "unsave:abc:0", "resave::", "unsave:é:1"])
async def test_a_button_nobody_made_is_too_old(desk: Desk, anna: SimulatedPerson, data: str) -> None:
    """Whatever stands in it."""
    await anna.ask("/start")
    await keep(desk, 1, anna.id)
    listed = await anna.ask("/saved")
    forged = desk.server.world.open_press(listed, anna.profile, data)
    assert (await forged.answered()).text == "Dieser Knopf ist zu alt."
