"""The buttons below an alert: what they open, what they do at once, and that it can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot.core.delivery.alert import OtherSource, Summary
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from bot.core.delivery.rules import Fate
from bot.core.ids import ChatId
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from storage.tables import deliveries
from tests.builders import MAIN
from tests.telegram.alerts import alert, list_names, publish, send
from tests.telegram.conftest import Desk

ROW = ("Mehr", "Stumm", "⋯")
MENU = (
    ROW,
    ("Wort ausschliessen", "nicht diese Quelle"),
    ("nur genau", "in die Sammelmeldung"),
    ("🔖 merken", "teilen"),
    ("abbestellen", "warum"),
)
MUTE = (ROW, ("8 h", "24 h", "diese Geschichte"))
UNDO = (ROW, ("Rückgängig",))


@pytest.fixture
def anna(desk: Desk) -> SimulatedPerson:
    """Somebody who reads German."""
    return desk.server.person("Anna", language="de")


async def subscribed(desk: Desk, anna: SimulatedPerson, *keywords: str, **changes: Any) -> Message:
    """Have an alert for these keywords."""
    for keyword in keywords or ("Nordkorea",):
        await anna.ask(f"/sub {keyword}")
    return await alert(desk, anna.chat, **changes)


async def press(anna: SimulatedPerson, message: Message, *labels: str) -> str:
    """Press buttons one after the other; gives the note of the last one."""
    note = ""
    for label in labels:
        note = (await anna.press(label, message).answered()).text
    return note


async def come(desk: Desk, title: str = "Nordkorea gewinnt", **changes: Any) -> int:
    """Let another article come; gives how many alerts it brings."""
    await publish(desk, title, **changes)
    return len(await send(desk))


async def note(desk: Desk, **values: Any) -> None:
    """Change what is stored of all deliveries."""
    async with desk.store._database.write() as connection:
        await connection.execute(update(deliveries).values(**values))


@pytest.mark.parametrize("what", ["Mehr", "Stumm", "⋯", "warum", "/why"])
async def test_a_quick_reader_is_answered_before_the_alert_is_noted_as_sent(
    desk: Desk, anna: SimulatedPerson, what: str
) -> None:
    """The answer waits until the number of the message is stored; nobody is told that the alert is unknown."""
    shown = await subscribed(desk, anna)
    await press(anna, shown, *(("⋯",) if what == "warum" else ()))
    await note(desk, state="sending", message_id=None)
    desk.in_flight.looked.clear()
    before = len(anna.chat.received)
    with desk.in_flight.sending(ChatId(anna.id)):
        pressed = None if what == "/why" else anna.press(what, shown)
        if pressed is None:
            anna.say("/why", reply_to=shown)
        await desk.in_flight.looked.wait()
        await note(desk, state="sent", message_id=shown.message_id)
    if pressed is not None:
        assert "zu alt" not in (await pressed.answered()).text
    await desk.handled()
    if what in ("warum", "/why"):
        assert "Nordkorea (Nr. 1)" in anna.chat.received[before].text


LABELS = {
    "de": (
        "Mehr Stumm ⋯|8 h|24 h|diese Geschichte",
        "Wort ausschliessen|nicht diese Quelle|nur genau|in die Sammelmeldung|🔖 merken|teilen|abbestellen|warum",
    ),
    "en": (
        "More Mute ⋯|8 h|24 h|this story",
        "exclude a word|not this source|exact only|digest instead|🔖 save|share|unsubscribe|why",
    ),
    "fr": (
        "Plus Muet ⋯|8 h|24 h|cette affaire",
        "exclure un mot|pas cette source|forme exacte|dans le récapitulatif|🔖 garder|partager|se désabonner|pourquoi",
    ),
    "it": (
        "Altro Muto ⋯|8 h|24 h|questa storia",
        "escludi una parola|non questa fonte|forma esatta|nel riepilogo|🔖 salva|condividi|annulla iscrizione|perché",
    ),
}
"""The first row and what [Mute] opens, and what [⋯] opens, in each language."""


@pytest.mark.parametrize("language", LABELS)
async def test_each_alert_has_the_row_and_each_row_its_menu(desk: Desk, language: str) -> None:
    """Also a short one, in the reader's language; the first row stays, and who presses again closes what it opened."""
    reader = desk.server.person(language=language)
    await reader.ask("/sub Kim")
    short = await alert(desk, reader.chat, "Kim", lead="", language=None)
    (row, *mute), menu = (labels.split("|") for labels in LABELS[language])
    first, second, third = row.split()
    assert short.buttons == ((first, second, third),)

    await press(reader, short, second)
    assert short.buttons == ((first, second, third), tuple(mute))
    await press(reader, short, third)
    assert short.buttons[0] == (first, second, third)
    assert [label for opened in short.buttons[1:] for label in opened] == menu
    text = short.text
    await press(reader, short, third)
    assert (short.text, short.buttons) == (text, ((first, second, third),))


async def test_more_shows_what_there_is_and_leaves_the_rows(desk: Desk, anna: SimulatedPerson) -> None:
    """Pressed again, or where there is nothing more, it says so."""
    body = " ".join(f"Der Satz Nummer {number} erzählt von Nordkorea und einem langen Spiel." for number in range(9))
    message = await subscribed(desk, anna, lead="", body=body)
    await press(anna, message, "⋯")
    before = message.text
    assert await press(anna, message, "Mehr") == ""
    assert message.text.startswith(before.split("\n")[0])
    assert len(message.text) > len(before)
    assert message.buttons == MENU
    assert "alles" in await press(anna, message, "Mehr")
    short = await alert(desk, anna.chat, "Nordkorea schweigt", lead="")
    assert "alles" in await press(anna, short, "Mehr")


async def test_more_keeps_the_picture(desk: Desk, anna: SimulatedPerson) -> None:
    """And so does what changes the buttons alone."""
    await anna.ask("/settings")
    await press(anna, anna.chat.received[-1], "Bilder", "gross")
    body = " ".join(f"Der Satz Nummer {number} erzählt von Nordkorea und einem langen Spiel." for number in range(9))
    message = await subscribed(desk, anna, lead="", body=body, url="https://srf.example/spiel")
    pictured = {"url": "https://srf.example/spiel", "prefer_large_media": True}
    assert message.preview == pictured
    before = message.text
    await press(anna, message, "⋯", "Mehr")
    assert message.text != before
    assert message.preview == pictured


async def test_mute_drops_the_alerts_of_the_keywords_named_in_the_alert(desk: Desk, anna: SimulatedPerson) -> None:
    """For so many hours; other keywords are heard, and Undo ends it."""
    message = await subscribed(desk, anna, "Nordkorea", "Stadion", "Klima")
    note = await press(anna, message, "Stumm", "8 h")
    assert note == "Nordkorea, Stadion: stumm bis 21:00 Uhr. Meldungen bis dahin entfallen und kommen nicht später."
    assert message.buttons == UNDO
    assert await come(desk) == 0
    assert await come(desk, "Klima in Nordkorea") == 1

    assert await press(anna, message, "Rückgängig") == "Rückgängig gemacht: Es ist wieder wie vorher."
    assert message.buttons == (ROW,)
    assert await come(desk, "Nordkorea lacht") == 1

    await press(anna, message, "Stumm", "24 h")
    desk.clock.move(hours=23)
    assert await come(desk, "Nordkorea singt") == 0
    desk.clock.move(hours=2)
    assert await come(desk, "Nordkorea tanzt") == 1


async def test_a_mute_that_is_pressed_twice_is_undone_once(desk: Desk, anna: SimulatedPerson) -> None:
    """The second press changes nothing, and Undo leads back to before the first."""
    message = await subscribed(desk, anna)
    await press(anna, message, "Stumm")
    twice = [anna.press("8 h", message), anna.press("8 h", message)]
    notes = [(await pressed.answered()).text for pressed in twice]
    assert notes[0] == notes[1]
    await press(anna, message, "Rückgängig")
    assert await come(desk) == 1


async def test_a_muted_story_is_not_told_on(desk: Desk, anna: SimulatedPerson) -> None:
    """Neither by another paper nor as a growing message; other stories are; /why says so."""
    first = await publish_first(desk, anna)
    assert await press(anna, first, "Stumm", "diese Geschichte") == "Zu dieser Geschichte kommt hier nichts mehr."
    article = await publish(desk, "Nordkorea verliert Spiel", paper="nzz", story=1)
    assert await send(desk) == ()
    fate = await desk.store.stories.find_fate(ChatId(anna.id), MAIN, article.key)
    assert fate == Fate(state=DeliveryState.DEAD, reason=UnsentReason.STORY_MUTED)
    assert await come(desk, "Nordkorea lenkt ein") == 1

    await press(anna, first, "Rückgängig")
    assert await come(desk, "Nordkorea verlor das Spiel", paper="tagi", story=1) == 1


async def publish_first(desk: Desk, anna: SimulatedPerson) -> Message:
    """Have the first alert of story 1."""
    await anna.ask("/sub Nordkorea")
    return await alert(desk, anna.chat, story=1)


async def test_a_word_of_the_article_is_excluded(desk: Desk, anna: SimulatedPerson) -> None:
    """The telling ones are proposed; what has it comes no more, until it is undone; the number stays."""
    message = await subscribed(desk, anna)
    await press(anna, message, "⋯", "Wort ausschliessen")
    words = [label for row in message.buttons[1:-1] for label in row]
    assert words[0] == "−Stadion"
    assert "−Nordkorea" not in words
    note = await press(anna, message, "−Stadion")
    assert note == "Nordkorea: Artikel mit «Stadion» werden nicht mehr gemeldet."
    assert await list_names(desk, anna.id) == ["Nordkorea -Stadion"]
    assert await come(desk) == 0
    assert await come(desk, "Nordkorea lenkt ein", lead="Ohne Spiel.") == 1

    await press(anna, message, "Rückgängig")
    assert await list_names(desk, anna.id) == ["Nordkorea"]
    assert await come(desk, "Nordkorea spielt") == 1


async def test_the_source_is_switched_off_for_the_chat(desk: Desk, anna: SimulatedPerson) -> None:
    """And on again."""
    message = await subscribed(desk, anna)
    note = await press(anna, message, "⋯", "nicht diese Quelle")
    assert note == "SRF ist ausgeschaltet. /feeds zeigt alle Quellen."
    assert await come(desk) == 0
    assert await come(desk, "Nordkorea anderswo", paper="nzz") == 1
    await press(anna, message, "Rückgängig")
    assert await come(desk, "Nordkorea wieder") == 1


async def test_a_source_of_ones_own_is_removed_and_comes_back(desk: Desk, anna: SimulatedPerson) -> None:
    """It is no other's."""
    await anna.ask("/sub Nordkorea")
    message = await alert(desk, anna.chat, paper="blog", owner=ChatId(anna.id))
    assert await press(anna, message, "⋯", "nicht diese Quelle") == "Aus den Quellen entfernt: BLOG."
    assert not [source for source in await desk.store.sources.list_for(ChatId(anna.id)) if source.is_own]
    await press(anna, message, "Rückgängig")
    (own,) = [source for source in await desk.store.sources.list_for(ChatId(anna.id)) if source.is_own]
    assert own.feed.title == "BLOG"


async def test_exact_digest_and_unsubscribe_change_the_subscription(desk: Desk, anna: SimulatedPerson) -> None:
    """Each says what it did and is undone; what is in force bears ✓."""
    message = await subscribed(desk, anna)

    async def find() -> tuple[MatchMode, Urgency, int]:
        (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
        return wish.mode, wish.urgency, wish.number

    assert await press(anna, message, "⋯", "nur genau") == "Nordkorea: ab jetzt nur noch genau so, wie geschrieben."
    assert await find() == (MatchMode.EXACT, Urgency.INSTANT, 1)
    await press(anna, message, "⋯")
    assert message.buttons[2] == ("✓ nur genau", "in die Sammelmeldung")
    assert await press(anna, message, "✓ nur genau") == "Das ist schon so."

    note = await press(anna, message, "in die Sammelmeldung")
    assert note == "Nordkorea: ab jetzt in der Sammelmeldung, täglich um 08:00 Uhr."
    assert await find() == (MatchMode.EXACT, Urgency.DIGEST, 1)
    await press(anna, message, "Rückgängig")
    assert await find() == (MatchMode.EXACT, Urgency.INSTANT, 1)

    assert await press(anna, message, "⋯", "abbestellen") == "Entfernt: Nordkorea."
    assert await list_names(desk, anna.id) == []
    assert await press(anna, message, "Rückgängig") == "Rückgängig gemacht. Wieder da: Nordkorea."
    assert await find() == (MatchMode.EXACT, Urgency.INSTANT, 1)


async def test_with_several_keywords_the_reader_says_which(desk: Desk, anna: SimulatedPerson) -> None:
    """And the way back is there."""
    message = await subscribed(desk, anna, "Nordkorea", "Stadion")
    await press(anna, message, "⋯", "abbestellen")
    assert message.buttons == (ROW, ("Nordkorea", "Stadion"), ("‹",))
    await press(anna, message, "‹")
    assert message.buttons == MENU
    await press(anna, message, "abbestellen", "Stadion")
    assert await list_names(desk, anna.id) == ["Nordkorea"]
    await press(anna, message, "⋯", "abbestellen")
    assert await list_names(desk, anna.id) == []


async def test_why_says_in_one_line_why_it_came(desk: Desk, anna: SimulatedPerson) -> None:
    """Keyword, form, rule, place and source; below the headline, because the alert may be far above."""
    message = await subscribed(desk, anna)
    await press(anna, message, "⋯", "warum")
    answer = await anna.chat.answer_to(message)
    assert answer.text.split("\n") == [
        "Nordkorea verliert das Spiel",
        "Nordkorea (Nr. 1) · Nordkorea: das Wort selbst (im Titel) · SRF",
    ]


async def test_in_a_group_only_administrators_press(desk: Desk, anna: SimulatedPerson) -> None:
    """Everybody may read more and ask why."""
    bert = desk.server.person("Bert")
    group = desk.server.group("Presse", anna)
    group.enrol(bert)
    await anna.ask("/sub Nordkorea", chat=group.chat)
    message = await alert(desk, group.chat)
    await press(anna, message, "⋯")
    for label in ("Stumm", "⋯", "nicht diese Quelle", "abbestellen"):
        assert await press(bert, message, label) == "Nur Administratoren können hier etwas ändern."
    assert message.buttons == MENU
    assert await press(bert, message, "warum") == ""
    assert await press(anna, message, "abbestellen") == "Entfernt: Nordkorea."
    assert await press(bert, message, "Rückgängig") == "Nur Administratoren können hier etwas ändern."
    assert await list_names(desk, group.chat.id) == []


@pytest.mark.parametrize(
    "data",
    [
        "mute:1:9", "mute:x", "mute:99:8", f"mute:{10**20}", "menu:1:q", "menu:1:w:1:ffffffff", "menu:1:u:77", "menu:x",
        "menu:", "back:1:99", "back:1:x", "back:1", "whence:", "menu:1:u:1:1:1", f"back:1:{10**30}",
    ],
)  # fmt: skip
async def test_buttons_that_name_nothing_are_answered_and_change_nothing(
    desk: Desk, anna: SimulatedPerson, data: str
) -> None:
    """Stale, made up, or of another message."""
    message = await subscribed(desk, anna)
    other = await anna.ask("/list")
    target = other if data in ("whence:", "menu:1:u:1:1:1") else message
    pressed = desk.server.world.open_press(target, anna.profile, data)
    assert (await pressed.answered()).text
    assert await list_names(desk, anna.id) == ["Nordkorea"]
    assert await come(desk) == 1


async def test_stale_buttons_are_answered_politely(desk: Desk, anna: SimulatedPerson) -> None:
    """What was removed elsewhere meanwhile, and an Undo that was pressed before."""
    message = await subscribed(desk, anna)
    await press(anna, message, "⋯")
    await anna.ask("/unsub 1")
    assert await press(anna, message, "nur genau") == "Das gibt es nicht mehr."
    await press(anna, message, "nicht diese Quelle")
    undo = [anna.press("Rückgängig", message), anna.press("Rückgängig", message)]
    notes = [(await pressed.answered()).text for pressed in undo]
    assert notes == ["Rückgängig gemacht: Es ist wieder wie vorher.", "Das ist schon rückgängig gemacht."]


async def test_a_query_that_grows_too_long_is_refused_in_one_sentence(desk: Desk, anna: SimulatedPerson) -> None:
    """Nothing is changed, and the words stay to be chosen from."""
    long = "Nordkorea " + " ".join(f"-Wort{number}" for number in range(19))
    message = await subscribed(desk, anna, long)
    await press(anna, message, "⋯", "Wort ausschliessen")
    assert "höchstens 20" in await press(anna, message, "−Stadion")
    assert await list_names(desk, anna.id) == [long]


async def test_an_excluded_word_that_makes_another_keyword_of_the_chat_is_refused(
    desk: Desk, anna: SimulatedPerson
) -> None:
    """It is there already, and its number is said."""
    await anna.ask("/sub Nordkorea -Stadion")
    message = await subscribed(desk, anna)
    await press(anna, message, "⋯", "Wort ausschliessen")
    assert "gibt es hier schon (Nr. 1)" in await press(anna, message, "−Stadion")


async def test_a_message_that_grows_keeps_what_is_open_below_it(desk: Desk, anna: SimulatedPerson) -> None:
    """Another paper's name comes into the text meanwhile."""
    message = await subscribed(desk, anna)
    await press(anna, message, "⋯")
    store, messenger = desk.store, desk.application.connection.messenger
    (row,) = message.rows[:1]
    sent = await store.stories.find_sent(int(row[0]["callback_data"].partition(":")[2]))  # type: ignore[arg-type] # id
    assert sent is not None
    shown = (await store.outbox.load_alerts([sent.delivery]))[sent.delivery.id]
    await messenger.edit_alert(sent, replace(shown, also=(OtherSource("NZZ", None),)), Summary(()))
    assert "auch bei NZZ" in message.text
    assert message.buttons == MENU
    await press(anna, message, "⋯")
    assert "auch bei NZZ" in message.text
    assert message.buttons == (ROW,)


async def test_a_press_after_a_restart_is_understood(desk: Desk, anna: SimulatedPerson) -> None:
    """Nothing about a button is kept in memory."""
    message = await subscribed(desk, anna)
    await press(anna, message, "Stumm", "24 h")
    desk.application.connection.messenger.versions._contents.clear()
    desk.clock.move(hours=3)
    await press(anna, message, "Rückgängig")
    assert message.buttons == (ROW,)
    assert await come(desk) == 1
