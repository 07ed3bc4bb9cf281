"""The list of keywords, and the settings of each by its buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.core.ids import ChatId, ThreadId
from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription, Urgency
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from tests.builders import MAIN, NOW, make_hit
from tests.contracts.scenes import add_feed, publish
from tests.telegram.conftest import Desk

BARS = "▁" * 14
OLD, GONE = "Dieser Knopf ist zu alt.", "Das gibt es nicht mehr."


async def keywords(desk: Desk, chat_id: int) -> tuple[Subscription, ...]:
    """List what is stored."""
    return await desk.store.subscriptions.list_for(ChatId(chat_id), MAIN)


async def open_settings(person: SimulatedPerson, number: int = 1) -> Message:
    """Open the settings of a keyword from the list."""
    shown = await person.ask("/list")
    await person.press(str(number), shown).answered()
    return shown


async def test_the_list_shows_numbers_modes_hits_and_silence(desk: Desk) -> None:
    """A number is never given again; each has its hits of a week, and a bar for each of 14 days."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Klima")
    await anna.ask("/unsub 2")
    await anna.ask("/sub Putin")
    first, third = await keywords(desk, anna.id)
    feed = await add_feed(desk.store)
    for days, names in ((12, ("a",)), (13, ("b", "c", "d"))):
        day = NOW + timedelta(days=days)
        for article in await publish(desk.store, feed, *names, now=day, seen_at=day):
            await desk.store.articles.record_matches(article.id, [make_hit(first.query_id)])
    desk.clock.move(days=13, hours=12)
    await desk.store.subscriptions.set_paused(third.id, True)
    await desk.store.subscriptions.set_muted([third.id], desk.clock.now() + timedelta(hours=1))

    answer = await anna.ask("/liste")

    assert answer.text.split("\n") == [
        "Hier gibt es 2 Stichwörter:",
        "Nr. 1 · Nordkorea (sofort)",
        "▁▁▁▁▁▁▁▁▁▁▁▁▃▇ 4 Artikel in den letzten 7 Tagen",
        "Nr. 3 · Putin (sofort, ausgeschaltet, stumm bis 02:00 Uhr)",
        f"{BARS} 0 Artikel in den letzten 7 Tagen",
        "Tippen auf eine Nummer öffnet die Einstellungen des Stichworts.",
    ]
    assert answer.buttons == (("1", "3"), ("Teilen",))


async def test_a_long_list_has_pages_and_costs_two_statements(desk: Desk) -> None:
    """However many keywords there are; the way back from one leads to its page."""
    anna = desk.server.person()
    await anna.ask("/sub " + "\n".join(f"Stichwort{number}" for number in range(1, 24)))
    statements: list[str] = []
    engine = desk.store._database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *what: statements.append(what[2]))
    answer = await anna.ask("/list")

    about = [statement for statement in statements if "subscriptions" in statement]
    assert len(about) == 2
    assert answer.buttons == (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "10"), ("›",), ("Teilen",))
    await anna.press("›", answer).answered()
    await anna.press("›", answer).answered()
    assert answer.buttons == (("21", "22", "23"), ("‹",), ("Teilen",))
    await anna.press("22", answer).answered()
    assert answer.text.startswith("Nr. 22 · Stichwort22\n")
    await anna.press("‹ Alle Stichwörter", answer).answered()
    assert answer.buttons == (("21", "22", "23"), ("‹",), ("Teilen",))


async def test_an_empty_list_says_how_to_begin(desk: Desk) -> None:
    """With an example."""
    anna = desk.server.person()
    assert (await anna.ask("/list")).text == "Noch gibt es keine Stichwörter. Los geht es mit /sub Nordkorea"


async def test_the_settings_of_a_keyword_show_what_is_in_force(desk: Desk) -> None:
    """By a tick at each choice, from the start."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    assert shown.text.split("\n") == [
        "Nr. 1 · Nordkorea",
        "Zustellung: sofort",
        "Genauigkeit: mit Wortformen und Zusammensetzungen",
        "Quellen: 0 von 0",
        f"{BARS} 0 Artikel, seit es das Stichwort hier gibt",
    ]
    assert shown.buttons == (
        ("✓ Sofort", "Still", "Sammelmeldung"),
        ("Genau", "Mit Wortformen"),
        ("✓ Mit Wortformen und Zusammensetzungen",),
        ("Nur Titel", "Quellen"),
        ("Stichwort ändern", "Umbenennen"),
        ("Stichwort kopieren",),
        ("Ausschalten", "8 h stumm", "24 h stumm"),
        ("Teilen", "Entfernen"),
        ("‹ Alle Stichwörter",),
    )
    assert shown.rows[5][0]["copy_text"] == {"text": "Nordkorea"}


async def test_each_setting_takes_effect_at_once(desk: Desk) -> None:
    """And is shown; a press that comes twice changes nothing more."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    for button in ("Still", "Mit Wortformen", "Nur Titel", "Ausschalten", "8 h stumm"):
        await anna.press(button, shown).answered()
    (wish,) = await keywords(desk, anna.id)
    assert (wish.urgency, wish.mode, wish.headline_only) == (Urgency.SILENT, MatchMode.FORMS, True)
    assert (wish.paused, wish.muted_until) == (True, desk.clock.now() + timedelta(hours=8))
    assert {"✓ Still", "✓ Mit Wortformen", "✓ Nur Titel", "Einschalten", "Nicht mehr stumm"} <= {
        label for row in shown.buttons for label in row
    }
    assert "ausgeschaltet\nstumm bis 21:00 Uhr" in shown.text

    for button in ("Sofort", "Genau", "✓ Nur Titel", "Einschalten", "Nicht mehr stumm"):
        await anna.press(button, shown).answered()
    (wish,) = await keywords(desk, anna.id)
    assert (wish.urgency, wish.mode, wish.headline_only) == (Urgency.INSTANT, MatchMode.EXACT, False)
    assert (wish.paused, wish.muted_until) == (False, None)


async def test_pauses_and_mutes_say_that_alerts_are_dropped(desk: Desk) -> None:
    """Unlike the pause of a chat, which holds them."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    assert (await anna.press("Ausschalten", shown).answered()).text == (
        "Ausgeschaltet: Meldungen bis zum Einschalten entfallen und kommen nicht später."
    )
    assert (await anna.press("24 h stumm", shown).answered()).text == (
        "Nordkorea: stumm bis morgen um 13:00 Uhr. Meldungen bis dahin entfallen und kommen nicht später."
    )


async def test_who_joins_a_digest_without_an_hour_is_told(desk: Desk) -> None:
    """As below the reply to /sub."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    await anna.press("Sammelmeldung", shown).answered()
    said = await anna.chat.answer_to(shown)
    assert said.text == "Die Sammelmeldung kommt täglich um 08:00 Uhr. Andere Zeit: /digest 18:00"


async def test_a_keyword_is_changed_and_keeps_its_settings(desk: Desk) -> None:
    """The question waits ten minutes; what cannot be is said and asked again."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Putin")
    shown = await open_settings(anna)
    await anna.press("Still", shown).answered()
    await anna.press("Stichwort ändern", shown).answered()
    question = await anna.chat.answer_to(shown)
    assert question.text.startswith("Wonach soll statt Nordkorea gesucht werden?")

    for wrong, why in (
        ('"offen', "Hier beginnt ein Anführungszeichen"),
        ("Putin", "Putin gibt es hier schon (Nr. 2)."),
        ("Kim, Trump", "Hier hat nur ein Stichwort Platz"),
    ):
        desk.clock.move(minutes=1)
        said = await anna.ask(wrong)
        assert said.text.startswith(why)
        assert said.text.endswith("Noch ein Versuch? /cancel bricht ab.")
    changed = await anna.ask("Südkorea bitte")

    assert changed.text.startswith("Geändert: Südkorea.\nNr. 1 · Südkorea\n")
    assert "✓ Still" in changed.buttons[0]
    first, _ = await keywords(desk, anna.id)
    assert (first.number, first.query.normal, first.urgency) == (1, "Südkorea", Urgency.SILENT)


async def test_a_question_about_a_keyword_expires_or_is_cancelled(desk: Desk) -> None:
    """Then a text is a text again."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    await anna.press("Stichwort ändern", shown).answered()
    await anna.chat.answer_to(shown)
    assert (await anna.ask("/cancel")).text == "In Ordnung, vergessen wir das."
    asked = anna.chat.received[-1]
    await anna.press("Umbenennen", shown).answered()
    await anna.chat.answer_to(asked)
    desk.clock.move(minutes=11)
    assert (await anna.ask("Südkorea")).text.startswith("Soll ich Neues zu")
    (wish,) = await keywords(desk, anna.id)
    assert (wish.query.normal, wish.title) == ("Nordkorea", None)


async def test_a_keyword_gets_a_name_and_loses_it(desk: Desk) -> None:
    """The query stays visible, and the name works where its number does."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea -Fussball")
    shown = await open_settings(anna)
    await anna.press("Umbenennen", shown).answered()
    question = await anna.chat.answer_to(shown)
    assert question.text.startswith("Wie soll Nordkorea -Fussball in Listen und Meldungen heissen?")
    desk.clock.move(minutes=1)
    assert (await anna.ask("x" * 61)).text.startswith("Ein Name muss zwischen 1 und 60 Zeichen lang sein.")
    renamed = await anna.ask(" Kims   <Reich> ")
    assert renamed.text.startswith("Umbenannt.\nNr. 1 · Kims <Reich>\nGesucht wird: Nordkorea -Fussball\n")
    assert "Nr. 1 · Kims <Reich> (sofort)" in (await anna.ask("/list")).text

    await anna.press("Namen entfernen", renamed).answered()
    assert renamed.text.startswith("Nr. 1 · Nordkorea -Fussball\nZustellung")


async def test_a_deleted_keyword_comes_back_with_everything(desk: Desk) -> None:
    """Its number and its settings; after a day it cannot, and says so."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea, Putin")
    shown = await open_settings(anna)
    await anna.press("Still", shown).answered()
    before = await keywords(desk, anna.id)
    await anna.press("Entfernen", shown).answered()
    assert shown.text == "Entfernt: Nordkorea."
    assert shown.buttons == (("Rückgängig",), ("‹ Alle Stichwörter",))
    assert [wish.number for wish in await keywords(desk, anna.id)] == [2]
    undo, again = anna.press("Rückgängig", shown), anna.press("Rückgängig", shown)

    assert (await undo.answered()).text == ""
    assert (await again.answered()).text == GONE

    assert shown.text == "Entfernt: Nordkorea.\nWieder da: Nordkorea (Nr. 1)."
    after = await keywords(desk, anna.id)
    assert [(wish.id, wish.number, wish.urgency) for wish in after] == [
        (wish.id, wish.number, wish.urgency) for wish in before
    ]
    await anna.press("‹ Alle Stichwörter", shown).answered()
    await anna.press("1", shown).answered()
    await anna.press("Entfernen", shown).answered()
    await desk.store.retention.drop_removed(desk.clock.now() + timedelta(days=1), 10)
    assert (await anna.press("Rückgängig", shown).answered()).text == GONE


async def test_what_is_there_again_is_not_brought_back_twice(desk: Desk) -> None:
    """It is said by its number."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    await anna.press("Entfernen", shown).answered()
    added = await anna.ask("/sub Nordkorea")
    await anna.press("Rückgängig", shown).answered()
    assert (await anna.chat.answer_to(added)).text == "Nordkorea gibt es hier schon (Nr. 2)."


async def test_sources_of_a_keyword_are_excluded_and_admitted(desk: Desk) -> None:
    """The query shows it, and pages hold twelve."""
    anna = desk.server.person()
    for number in range(1, 15):
        await add_feed(desk.store, f"blatt{number}", title=f"Blatt {number}")
    await anna.ask("/sub Nordkorea")
    shown = await open_settings(anna)
    assert "Quellen: 14 von 14" in shown.text
    await anna.press("Quellen", shown).answered()
    assert shown.text == "Wo wird Nordkorea gesucht?"
    assert len(shown.buttons) == 14
    await anna.press("✓ Blatt 2", shown).answered()
    assert shown.buttons[1] == ("✗ Blatt 2",)
    (wish,) = await keywords(desk, anna.id)
    assert wish.query.normal == 'Nordkorea -source:"Blatt 2"'
    await anna.press("›", shown).answered()
    assert shown.buttons == (("✓ Blatt 13",), ("✓ Blatt 14",), ("‹",), ("‹ Zurück",))
    await anna.press("‹ Zurück", shown).answered()
    assert "Quellen: 13 von 14" in shown.text
    await anna.press("Quellen", shown).answered()
    await anna.press("✗ Blatt 2", shown).answered()
    (wish,) = await keywords(desk, anna.id)
    assert wish.query.normal == "Nordkorea"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("kw:1:?", OLD),
        ("kw:x:o", OLD),
        ("kw", OLD),
        ("kw:999:o", GONE),
        ("kw:999:k", GONE),
        ("kw:" + "9" * 40 + ":i", GONE),
        ("kws:1:0:1", OLD),
        ("kws:1:0:999:0", GONE),
        ("kws:999:0", GONE),
        ("kws:-1:0:1:0", OLD),
        ("kwu:x", OLD),
        ("kwu:999", GONE),
        ("kwp:x", ""),
        ("kwp:" + "9" * 40, ""),
    ],
)
async def test_damaged_and_stale_buttons_are_answered(desk: Desk, data: str, note: str) -> None:
    """Politely, and nothing changes."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    shown, before = await anna.ask("/list"), await keywords(desk, anna.id)
    press = desk.server.world.open_press(shown, anna.profile, data)
    assert (await press.answered()).text == note
    assert await keywords(desk, anna.id) == before


async def test_a_keyword_of_another_chat_is_none_of_ours(desk: Desk) -> None:
    """Whatever its id."""
    anna, bert = desk.server.person("Anna"), desk.server.person("Bert")
    await anna.ask("/sub Nordkorea")
    await bert.ask("/sub Putin")
    (theirs,) = await keywords(desk, anna.id)
    shown = await bert.ask("/list")
    for action in ("o", "d", "k", "p1", "e"):
        press = desk.server.world.open_press(shown, bert.profile, f"kw:{theirs.id}:{action}")
        assert (await press.answered()).text == GONE
    assert await keywords(desk, anna.id) == (theirs,)


async def test_in_a_group_everybody_sees_the_list_and_administrators_change_it(desk: Desk) -> None:
    """Rights are looked at with every press, also with the answer to a question."""
    anna, bert = desk.server.person("Anna"), desk.server.person("Bert")
    group = desk.server.group("Redaktion", anna)
    group.enrol(bert)
    await desk.handled()  # the bot has greeted
    await anna.ask("/sub Nordkorea", chat=group.chat)
    shown = await bert.ask("/list", chat=group.chat)
    assert (await bert.press("1", shown).answered()).text == "Nur Administratoren können hier etwas ändern."
    await anna.press("1", shown).answered()
    assert (await bert.press("Entfernen", shown).answered()).text == "Nur Administratoren können hier etwas ändern."
    await anna.press("Still", shown).answered()
    (wish,) = await desk.store.subscriptions.list_for(ChatId(group.chat.id), ThreadId(0))
    assert wish.urgency is Urgency.SILENT
