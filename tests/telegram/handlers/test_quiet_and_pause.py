"""/digest, /quiet, /pause, /resume, /timezone: what is typed, pressed and shared, and what the bot answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.chat import Chat
from bot.core.ids import ChatId
from bot.core.subscription import Urgency
from bot.demo.telegram_server.people import SimulatedPerson
from tests.builders import MAIN, NOW
from tests.telegram.conftest import Desk


async def chat_of(desk: Desk, person: SimulatedPerson) -> Chat:
    """Look a person's chat up."""
    found = await desk.store.chats.find(ChatId(person.id))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "said", "stored"),
    [
        ("08:00", "täglich um 08:00 Uhr", "08:00"),
        ("07:00, 18:00", "täglich um 07:00 und 18:00 Uhr", "07:00, 18:00"),
        ("mon-fri 07:30", "Mo–Fr um 07:30 Uhr", "mon-fri 07:30"),
        ("weekly sun 18:00", "So um 18:00 Uhr", "sun 18:00"),
        ("08:00 mon-fri", "Mo–Fr um 08:00 Uhr", "mon-fri 08:00"),
        ("mo bis fr 7.15, samstags 9 Uhr", "Mo–Fr um 07:15 Uhr; Sa um 09:00 Uhr", "mon-fri 07:15; sat 09:00"),
    ],
)
async def test_hours_of_a_digest(desk: Desk, typed: str, said: str, stored: str) -> None:
    """In every form; the reply shows how they were understood, and by whose clock."""
    anna = desk.server.person()
    answer = await anna.ask(f"/digest {typed}")
    assert answer.text.startswith(f"Sammelmeldung: {said}. Die nächste kommt ")
    assert "Europe/Zurich" in answer.text
    receiver = await desk.store.digests.find(ChatId(anna.id), MAIN)
    assert receiver is not None
    assert receiver.digest == stored
    assert receiver.next_due is not None
    assert receiver.next_due > desk.clock.now()


async def modes(desk: Desk, person: SimulatedPerson) -> list[Urgency]:
    """List how a person's keywords come, by number."""
    return [each.urgency for each in await desk.store.subscriptions.list_for(ChatId(person.id), MAIN)]


async def test_the_first_hours_take_all_keywords_along_and_give_them_back(desk: Desk) -> None:
    """A digest of nothing would be no answer to /digest; one press undoes it, and each comes as it did before."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    await anna.press("Still", await anna.ask("/sub Putin")).answered()
    answer = await anna.ask("/digest 08:00")
    assert "\nAb jetzt in der Sammelmeldung, nicht mehr sofort: Nordkorea, Putin.\n" in answer.text
    assert await modes(desk, anna) == [Urgency.DIGEST, Urgency.DIGEST]

    assert answer.buttons == (("Weiterhin sofort",),)
    await anna.press("Weiterhin sofort", answer).answered()
    assert await modes(desk, anna) == [Urgency.INSTANT, Urgency.SILENT]
    assert answer.text.endswith("Wieder sofort: Nordkorea.\nWieder sofort, ohne Ton: Putin.")
    assert answer.buttons == ()


async def test_undoing_twice_says_that_there_is_nothing_left(desk: Desk) -> None:
    """And changes nothing."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    answer = await anna.ask("/digest 08:00")
    await anna.ask("/digest off")
    press = anna.press("Weiterhin sofort", answer)
    assert (await press.answered()).text == "In der Sammelmeldung ist kein Stichwort mehr."
    assert await modes(desk, anna) == [Urgency.INSTANT]


async def test_hours_leave_keywords_alone_when_some_are_in_the_digest(desk: Desk) -> None:
    """The reply names those in it and counts the others; off gives each its earlier way back."""
    anna = desk.server.person()
    await anna.press("Sammelmeldung", await anna.ask("/sub Nordkorea")).answered()
    quiet = await anna.ask("/sub Putin")
    await anna.press("Still", quiet).answered()
    await anna.press("Sammelmeldung", quiet).answered()
    await anna.ask("/sub Klima")
    await desk.handled()

    answer = await anna.ask("/digest 18:00")
    assert "\nIn der Sammelmeldung: Nordkorea, Putin.\nEin weiteres Stichwort bleibt wie bisher." in answer.text
    assert answer.buttons == ()
    assert await modes(desk, anna) == [Urgency.DIGEST, Urgency.DIGEST, Urgency.INSTANT]
    ended = await anna.ask("/digest off")
    assert ended.text == "Es gibt keine Sammelmeldung mehr.\nWieder sofort: Nordkorea.\nWieder sofort, ohne Ton: Putin."
    assert await modes(desk, anna) == [Urgency.INSTANT, Urgency.SILENT, Urgency.INSTANT]


async def test_of_many_keywords_the_first_are_named(desk: Desk) -> None:
    """The others are counted."""
    anna = desk.server.person()
    await anna.ask("/sub " + ", ".join(f"Wort{number}" for number in range(1, 13)))
    assert "Wort9, Wort10, 2 weitere." in (await anna.ask("/digest 08:00")).text


async def test_bare_digest_offers_hours_and_off_ends_it(desk: Desk) -> None:
    """Its keywords then come as before, and the reply says so."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    offer = await anna.ask("/digest")
    assert offer.buttons == (("07:00", "08:00", "12:00", "18:00"), ("Mo–Fr 07:30", "So 18:00"), ("Jetzt",))
    await anna.press("Mo–Fr 07:30").answered()
    assert offer.text.startswith("Sammelmeldung: Mo–Fr um 07:30 Uhr.")

    again = await anna.ask("/digest")
    assert again.buttons[-1] == ("Jetzt", "Aus")
    await anna.press("Aus", again).answered()
    assert again.text.endswith("\nWieder sofort: Nordkorea.")
    assert (await anna.ask("/digest off")).text == "Es gibt keine Sammelmeldung mehr."
    assert (await anna.ask("/digest now")).text == "Für eine Sammelmeldung gibt es nichts Neues."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/digest 25:00", "25:00 ist keine Uhrzeit."),
        ("/digest mon", "Um welche Zeit?"),
        ("/digest weekly 18:00", "An welchem Wochentag?"),
        ("/digest 8:00 mon 9:00", "Welche Tage gehören zu welcher Zeit?"),
        ("/digest irgendwann 8", "irgendwann verstehe ich nicht."),
        ("/digest " + ", ".join(f"{hour}:00" for hour in range(13)), "Das ist zu oft"),
        ("/quiet 22", "Diese Zeiten verstehe ich nicht."),
        ("/quiet 22:00-25:00", "Diese Zeiten verstehe ich nicht."),
        ("/quiet 8-8", "Beginn und Ende der Ruhezeit sind gleich."),
        ("/pause lange", "Diese Dauer verstehe ich nicht."),
        ("/pause 999d", "Das ist zu lang: höchstens 365 Tage"),
        ("/timezone Atlantis", "Diesen Ort kenne ich nicht."),
        ("/timezone UTC+25", "Diese Zeitzone gibt es nicht"),
    ],
)
async def test_what_cannot_be_read_is_answered_with_an_example(desk: Desk, typed: str, said: str) -> None:
    """One sentence says what is wrong, the next how to write it."""
    answer = await desk.server.person().ask(typed)
    assert answer.text.startswith(said)
    assert answer.pieces("code") or "höchstens" in answer.text


async def test_quiet_hours(desk: Desk) -> None:
    """Set, shown, offered and ended."""
    anna = desk.server.person()
    assert (await anna.ask("/ruhe")).buttons == (("22:00–07:00", "23:00–06:00"),)
    await anna.press("22:00–07:00").answered()
    chat = await chat_of(desk, anna)
    assert (chat.quiet_from, chat.quiet_to) == (22 * 60, 7 * 60)
    assert (await anna.ask("/quiet von 23 bis 6:30 Uhr")).text.startswith("Ruhezeit: 23:00–06:30.")
    assert (await anna.ask("/quiet")).buttons[-1] == ("Aus",)
    assert (await anna.ask("/quiet off")).text == "Es gibt keine Ruhezeit mehr."
    assert (await chat_of(desk, anna)).quiet_from is None


async def test_a_pause_begins_and_ends(desk: Desk) -> None:
    """For a while, or until it is ended; by command or button."""
    anna = desk.server.person()
    assert (
        await anna.ask("/pause 1h30")
    ).text == "Pausiert bis 14:30 Uhr. Meldungen warten so lange und kommen danach."
    assert (await anna.ask("/pause 2h")).text == "Pausiert bis 15:00 Uhr. Meldungen warten so lange und kommen danach."
    assert (await chat_of(desk, anna)).paused_until == NOW + timedelta(hours=2)
    assert (await anna.ask("/weiter")).text == "Die Pause ist zu Ende. Zurückgehaltene Meldungen kommen jetzt."
    assert (await chat_of(desk, anna)).paused_until is None
    assert (await anna.ask("/resume")).text == "Hier ist nichts pausiert."

    answer = await anna.ask("/stop")
    assert answer.text == "Pausiert. Meldungen warten und kommen, sobald /resume die Pause beendet."
    await anna.press("Pause beenden", answer).answered()
    assert answer.text == "Die Pause ist zu Ende. Zurückgehaltene Meldungen kommen jetzt."


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Zürich", "Europe/Zurich"),
        ("münchen", "Europe/Berlin"),
        ("Genf", "Europe/Zurich"),
        ("New York", "America/New_York"),
        ("UTC+2", "Etc/GMT-2"),
        ("GMT+2", "Etc/GMT-2"),
        ("UTC-3:30", "UTC-03:30"),
        ("+12:45", "UTC+12:45"),
        ("Kathmandu", "Asia/Kathmandu"),
        ("Asia/Tokyo", "Asia/Tokyo"),
    ],
)
async def test_a_zone_by_any_name(desk: Desk, typed: str, zone: str) -> None:
    """City, offset or IANA name."""
    anna = desk.server.person()
    assert (await anna.ask(f"/timezone {typed}")).text.startswith("Zeitzone: ")
    assert (await chat_of(desk, anna)).timezone == zone


async def test_a_zone_that_is_not_clear_is_asked_for(desk: Desk) -> None:
    """With buttons."""
    anna = desk.server.person()
    answer = await anna.ask("/timezone Freiburg")
    assert answer.buttons == (("Europe/Zurich",), ("Europe/Berlin",))
    await anna.press("Europe/Berlin").answered()
    assert answer.text == "Zeitzone: Europe/Berlin. Dort ist es jetzt 13:00 Uhr."


async def test_a_shared_place_becomes_a_zone_and_is_not_stored(desk: Desk) -> None:
    """Nothing of it is left in the database."""
    anna = desk.server.person()
    shared = anna.share_location(40.71, -74.01)
    answer = await anna.chat.answer_to(shared)
    assert answer.text == "Zeitzone: America/New York. Dort ist es jetzt 07:00 Uhr."
    assert (await chat_of(desk, anna)).timezone == "America/New_York"


async def test_an_offset_is_a_clock_for_everything(desk: Desk) -> None:
    """Also one no zone has: for digests, quiet hours, pauses, and where times are shown."""
    anna = desk.server.person()
    assert (await anna.ask("/timezone UTC+5:30")).text == "Zeitzone: UTC+5:30. Dort ist es jetzt 17:30 Uhr."
    await anna.ask("/digest 18:00")
    receiver = await desk.store.digests.find(ChatId(anna.id), MAIN)
    assert receiver is not None
    assert receiver.next_due == NOW.replace(hour=13) - timedelta(minutes=30)
    assert (await anna.ask("/pause 2h")).text.startswith("Pausiert bis 19:30 Uhr.")
    assert "UTC+5:30" in (await anna.ask("/timezone")).text
    assert (await anna.ask("/feeds")).text


async def test_a_new_zone_moves_the_digest(desk: Desk) -> None:
    """Eight o'clock stays eight o'clock, by the new clock."""
    anna = desk.server.person()
    await anna.ask("/digest 08:00")
    answer = await anna.ask("/timezone Tokio")
    assert "20:" in answer.text or "21:" in answer.text
    receiver = await desk.store.digests.find(ChatId(anna.id), MAIN)
    assert receiver is not None
    assert receiver.next_due is not None
    assert (receiver.next_due.hour, receiver.next_due.minute) == (23, 0)
