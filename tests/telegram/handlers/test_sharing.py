"""Sharing keywords by a link: what who shares sees, what who opens the link may do, and who may not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.core.chat import ChatKind
from bot.core.ids import ChatId, ThreadId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.shared_list import MOST_LISTS, SharedList
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.telegram.handlers.sharing import draw_code
from tests.builders import MAIN
from tests.telegram.alerts import alert
from tests.telegram.conftest import Desk

GONE = "Hinter diesem Link ist keine Liste, oder sie wird nicht mehr geteilt."
LINK = re.compile(r"https://t\.me/(\w+)\?start=(pack_[A-Za-z0-9_-]{22})")
OWN = (("Link kopieren", "QR-Code"), ("Link zurücknehmen",))


async def names(desk: Desk, chat_id: int, thread: int = 0) -> list[str]:
    """List the keywords of a receiver."""
    listed = await desk.store.subscriptions.list_for(ChatId(chat_id), ThreadId(thread))
    return [subscription.query.normal for subscription in listed]


async def lists(desk: Desk, chat_id: int) -> tuple[SharedList, ...]:
    """List what a chat shares."""
    return await desk.store.shared_lists.list_all_of(ChatId(chat_id))


async def answer_to(person: SimulatedPerson, label: str, message: Message) -> Message:
    """Press a button that is answered with a message."""
    last = person.chat.transcript[-1]
    await press(person, label, message)
    return await person.chat.answer_to(last)


async def forge(desk: Desk, person: SimulatedPerson, data: str, message: Message) -> str:
    """Send data of a button that is not there; gives the note."""
    return (await desk.server.world.open_press(message, person.profile, data).answered()).text


async def share(person: SimulatedPerson, keywords: str = "Nordkorea, Klima, Putin") -> tuple[Message, str]:
    """Share a whole list; gives the answer with the link, and the payload of the link."""
    await person.ask(f"/sub {keywords}")
    answer = await answer_to(person, "Teilen", await person.ask("/list"))
    found = LINK.search(answer.text)
    assert found is not None
    return answer, found[2]


async def press(person: SimulatedPerson, label: str, message: Message) -> str:
    """Press a button; gives the note."""
    return (await person.press(label, message).answered()).text


async def test_a_shared_list_has_a_link_to_copy_a_picture_and_no_name(desk: Desk) -> None:
    """The same keywords have the same link, however often they are shared."""
    anna = desk.server.person("Anna Muster", language="de")

    answer, payload = await share(anna)

    link = f"https://t.me/{desk.server.world.bot.username}?start={payload}"
    assert answer.text.split("\n") == [
        "Wer diesen Link öffnet, kann 3 Stichwörter übernehmen:",
        link,
        "Nordkorea, Klima, Putin",
        "Wer sie teilt, steht nicht dabei; spätere Änderungen hier ändern sie nicht.",
    ]
    assert answer.buttons == OWN
    assert answer.rows[0][0]["copy_text"] == {"text": link}
    picture = anna.chat.received[-1]
    assert picture.photo is not None
    assert (picture.photo.content, picture.text) == (draw_code(link), link)
    assert 300 < picture.photo.width == picture.photo.height < 1000
    again, same = await share(anna)
    assert (again.text, same) == (answer.text, payload)
    assert len(await lists(desk, anna.id)) == 1


async def test_one_keyword_is_shared_from_its_settings_and_from_its_alert(desk: Desk) -> None:
    """Below an alert for several keywords it is asked which."""
    anna = desk.server.person("Anna", language="de")
    await anna.ask("/sub Nordkorea, Klima")
    shown = await anna.ask("/list")
    await press(anna, "2", shown)
    await press(anna, "Teilen", shown)
    news = await alert(desk, anna.chat)

    for label in ("⋯", "teilen"):
        await press(anna, label, news)
    await desk.handled()

    shared = [[keyword.query.normal for keyword in each.keywords] for each in await lists(desk, anna.id)]
    assert sorted(shared) == [["Klima"], ["Nordkorea"]]
    assert anna.chat.received[-1].photo is not None
    assert "kann ein Stichwort übernehmen" in anna.chat.received[-2].text


async def test_who_opens_a_link_sees_what_is_there_and_takes_some(desk: Desk) -> None:
    """Each press takes effect at once, says so and can be undone; what was there before stays as it is."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    await anna.ask("/sub Nordkorea")
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    await desk.store.subscriptions.set_mode(wish.id, MatchMode.EXACT, desk.clock.now())
    _, payload = await share(anna)
    await ben.ask("/sub Klima")

    shown = await ben.ask(f"/start {payload}")

    assert shown.text.split("\n") == [
        "Eine geteilte Liste mit 3 Stichwörtern",
        "• Nordkorea (genau wie geschrieben)",
        "✓ Klima (Nr. 1)",
        "• Putin",
    ]
    assert shown.buttons == (("+ Nordkorea",), ("✓ Klima",), ("+ Putin",), ("Alle übernehmen (2)",))
    await press(ben, "+ Nordkorea", shown)
    assert shown.text.split("\n")[-1] == "Übernommen: Nordkorea (Nr. 2)."
    assert shown.buttons == (("✓ Nordkorea",), ("✓ Klima",), ("+ Putin",), ("Rückgängig",))
    taken = (await desk.store.subscriptions.list_for(ChatId(ben.id), MAIN))[1]
    assert (taken.query.normal, taken.mode) == ("Nordkorea", MatchMode.EXACT)
    assert await press(ben, "✓ Klima", shown) == "Klima gibt es hier schon (Nr. 1)."
    assert shown.buttons[-1] == ("Rückgängig",)
    await press(ben, "+ Putin", shown)
    await press(ben, "Rückgängig", shown)
    assert shown.text.split("\n")[-1] == "Rückgängig gemacht. Wieder entfernt: Putin."
    assert await names(desk, ben.id) == ["Klima", "Nordkorea"]
    assert await names(desk, anna.id) == ["Nordkorea", "Klima", "Putin"]


async def test_all_is_taken_at_once_and_given_back_at_once(desk: Desk) -> None:
    """What was there before is not given back."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    _, payload = await share(anna)
    await ben.ask("/sub Putin")
    shown = await ben.ask(f"/start {payload}")

    await press(ben, "Alle übernehmen (2)", shown)

    assert shown.text.split("\n")[-1] == "2 Stichwörter sind übernommen."
    assert sorted(await names(desk, ben.id)) == ["Klima", "Nordkorea", "Putin"]
    await press(ben, "Rückgängig", shown)
    assert shown.text.split("\n")[-1] == "Rückgängig gemacht: 2 Stichwörter sind wieder entfernt."
    assert await names(desk, ben.id) == ["Putin"]


async def test_who_presses_twice_can_still_undo(desk: Desk) -> None:
    """The second press is answered with a note; what another message removed meanwhile is offered again."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    _, payload = await share(anna)
    shown = await ben.ask(f"/start {payload}")
    take_all, take_first = (str(shown.rows[row][0]["callback_data"]) for row in (-1, 0))

    assert [await forge(desk, ben, data, shown) for data in (take_all, take_all, take_first)] == [
        "",
        "Es gibt nichts mehr hinzuzufügen.",
        "Nordkorea gibt es hier schon (Nr. 1).",
    ]

    assert shown.text.split("\n")[-1] == "3 Stichwörter sind übernommen."
    await ben.ask("/unsub 2")
    await forge(desk, ben, take_first, shown)
    assert shown.buttons == (("✓ Nordkorea",), ("+ Klima",), ("✓ Putin",))
    await press(ben, "+ Klima", shown)
    await press(ben, "Rückgängig", shown)
    assert await names(desk, ben.id) == ["Nordkorea", "Putin"]


async def test_taking_over_is_undone_though_the_list_was_revoked(desk: Desk) -> None:
    """Or is forgotten together with who shared it."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    _, payload = await share(anna)
    shown = await ben.ask(f"/start {payload}")
    await press(ben, "Alle übernehmen (3)", shown)
    await press(anna, "Ja, alles löschen", await anna.ask("/forget"))

    await press(ben, "Rückgängig", shown)

    assert shown.text.split("\n") == ["Rückgängig gemacht: 3 Stichwörter sind wieder entfernt.", GONE]
    assert await names(desk, ben.id) == []


async def test_a_long_list_is_cut_at_fifty_has_pages_and_stops_at_the_limit(desk: Desk) -> None:
    """The limit of keywords is said once, and what fitted stays taken."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    await anna.ask("/sub x")
    for number in range(55):
        (wish,) = (await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN))[:1]
        await desk.store.subscriptions.add(
            ChatId(anna.id),
            MAIN,
            parser.parse(f"Wort{number}"),
            wish.mode,
            wish.urgency,
            limit=99,
            now=desk.clock.now(),
        )
    answer = await answer_to(anna, "Teilen", await anna.ask("/list"))
    assert answer.text.split("\n")[-1] == "Nur die ersten 50 Stichwörter sind darin."
    found = LINK.search(answer.text)
    assert found is not None

    shown = await ben.ask(f"/start {found[2]}")

    assert shown.buttons[10:] == (("›",), ("Alle übernehmen (50)",))
    await press(ben, "›", shown)
    assert shown.buttons[0] == ("+ Wort9",)
    await press(ben, "Alle übernehmen (50)", shown)
    assert shown.text.split("\n")[-2:] == [
        "30 Stichwörter sind übernommen.",
        "Hier haben höchstens 30 Stichwörter Platz. /unsub schafft Platz.",
    ]
    assert shown.buttons[0] == ("✓ Wort9",)
    await press(ben, "Alle übernehmen (20)", shown)
    assert shown.text.split("\n")[-1] == "Hier haben höchstens 30 Stichwörter Platz. /unsub schafft Platz."
    assert len(await names(desk, ben.id)) == 30


async def test_a_revoked_link_leads_nowhere_until_that_is_undone(desk: Desk) -> None:
    """What somebody took over stays; a list that is open already says that it is gone."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    answer, payload = await share(anna)
    shown = await ben.ask(f"/start {payload}")
    await press(ben, "+ Klima", shown)

    await press(anna, "Link zurücknehmen", answer)

    assert answer.text == "Zurückgenommen: Der Link führt nun ins Leere. Was jemand übernommen hat, bleibt dort."
    assert answer.buttons == (("Rückgängig",),)
    assert (await ben.ask(f"/start {payload}")).text == GONE
    await press(ben, "+ Putin", shown)
    assert (shown.text, shown.buttons) == (GONE, ())
    assert await names(desk, ben.id) == ["Klima"]
    await press(anna, "Rückgängig", answer)
    assert answer.buttons == OWN
    assert "3 Stichwörter" in (await ben.ask(f"/start {payload}")).text


@pytest.mark.parametrize(
    "payload", ["pack_", "pack_" + "A" * 22, "pack_" + "a" * 3000, "pack_x' OR 1=1", "pack_äöü" * 9]
)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", GONE),
        ("en", "There is no list behind this link, or it is not shared any more."),
        ("fr", "Il n’y a pas de liste derrière ce lien, ou elle n’est plus partagée."),
        ("it", "Dietro questo link non c’è nessun elenco, o non è più condiviso."),
    ],
)
async def test_a_link_that_leads_nowhere_is_said_in_one_sentence(
    desk: Desk, payload: str, language: str, said: str
) -> None:
    """A wrong id, an enormous one, one of another bot."""
    ben = desk.server.person("Ben", language=language)

    assert (await ben.ask(f"/start {payload}")).text == said


async def test_lists_of_ones_own_stand_in_the_settings(desk: Desk) -> None:
    """Each can be opened, shown as a picture, revoked and shared again; the button is there only when it has use."""
    anna = desk.server.person("Anna", language="de")
    bare = await anna.ask("/settings")
    assert not any("Geteilte" in label for row in bare.buttons for label in row)
    await share(anna)
    desk.clock.move(minutes=1)
    await share(anna, "Wladiwostok")

    shown = await anna.ask("/settings")
    await press(anna, "Geteilte Listen (2)", shown)

    assert shown.text == "Von hier sind 2 Listen geteilt:"
    assert shown.buttons == (
        ("Nordkorea, Klima, Putin (3)",),
        ("Nordkorea, Klima, Putin, Wladiwostok (4)",),
        ("‹ Zurück",),
    )
    await press(anna, "Nordkorea, Klima, Putin (3)", shown)
    assert shown.buttons == (*OWN, ("‹ Zurück",))
    assert (await answer_to(anna, "QR-Code", shown)).photo is not None
    await press(anna, "Link zurücknehmen", shown)
    assert shown.buttons == (("Rückgängig",), ("‹ Zurück",))
    await press(anna, "‹ Zurück", shown)
    assert shown.text == "Von hier ist eine Liste geteilt:"
    await press(anna, "Nordkorea, Klima, Putin, Wladiwostok (4)", shown)
    await press(anna, "Link zurücknehmen", shown)
    await press(anna, "‹ Zurück", shown)
    assert shown.text == "Von hier ist keine Liste geteilt. Der Knopf dazu ist unter /list."
    await press(anna, "‹ Zurück", shown)
    assert shown.text.startswith("Einstellungen dieses Chats")
    assert await lists(desk, anna.id) == ()


async def test_a_chat_shares_only_so_many_lists(desk: Desk) -> None:
    """It is told how many, and where to make room."""
    anna = desk.server.person("Anna", language="de")
    await anna.ask("/sub " + ", ".join(f"Wort{number}" for number in range(MOST_LISTS + 1)))
    for wish in await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN):
        last = await anna.ask("/list")
        await forge(desk, anna, f"share:{wish.id}", last)
        answer = await anna.chat.answer_to(last)
        await desk.handled()

    assert answer.text == (
        "Gleichzeitig können 20 Listen geteilt sein. /settings zeigt sie und nimmt zurück, was nicht mehr nötig ist."
    )


async def test_in_a_group_administrators_share_and_open(desk: Desk) -> None:
    """Others are told so; what is taken over is the group's."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    group = desk.server.group("Wandergruppe", anna)
    group.enrol(ben)
    _, payload = await share(ben)
    name = desk.server.world.bot.username

    refused = await ben.ask(f"/start@{name} {payload}", chat=group.chat)
    shown = await anna.ask(f"/start@{name} {payload}", chat=group.chat)

    assert refused.text == "Nur Administratoren können hier etwas ändern."
    assert await press(ben, "+ Klima", shown) == "Nur Administratoren können hier etwas ändern."
    await press(anna, "+ Klima", shown)
    assert await names(desk, group.chat.id) == ["Klima"]
    assert await names(desk, anna.id) == []


async def test_a_stranger_gets_the_list_after_approval_and_a_banned_person_nothing(private_desk: Desk) -> None:
    """The link is kept with the request for access."""
    desk = private_desk
    olga, ben = desk.server.person("Olga", language="de", user_id=77), desk.server.person("Ben", language="de")
    _, payload = await share(olga)

    told = await ben.ask(f"/start {payload}")

    assert told.text == "Dieser Bot ist privat. Ich habe den Betreiber gefragt, ob du ihn benutzen darfst."
    assert await names(desk, ben.id) == []
    await olga.ask(f"/approve {ben.id}")
    await desk.handled()
    assert ben.chat.received[-1].text.startswith("Eine geteilte Liste mit 3 Stichwörtern")
    await olga.ask(f"/ban {ben.id}")
    before = len(ben.chat.received)
    ben.say(f"/start {payload}")
    await desk.handled()
    assert len(ben.chat.received) == before


async def test_nobody_does_anything_with_a_list_of_others_but_take_it(desk: Desk) -> None:
    """Whoever knows its id and sends the data of the buttons cannot revoke it; nonsense is told to be old."""
    anna, ben = desk.server.person("Anna", language="de"), desk.server.person("Ben", language="de")
    _, payload = await share(anna)
    list_id = payload.removeprefix("pack_")
    shown = await ben.ask(f"/start {payload}")

    for action in ("o", "q", "r", "u"):
        assert await forge(desk, ben, f"own:{list_id}:{action}", shown) == "Das gibt es nicht mehr."
    for data in ("own:x:r", "own", f"own:{list_id}:z", "share:x"):
        assert await forge(desk, ben, data, shown) == "Dieser Knopf ist zu alt."
    assert await forge(desk, ben, "share:999", shown) == "Das gibt es nicht mehr."
    assert len(await lists(desk, anna.id)) == 1
    for data in (
        f"pkt:{list_id}:0:99",
        f"pkt:{list_id}",
        f"pku:{list_id}:0:1:9",
        f"pk:{list_id}:999",
        f"pk:{list_id}:x",
    ):
        await forge(desk, ben, data, shown)
    assert len(await lists(desk, anna.id)) == 1
    await forge(desk, ben, "pk:wrong:0", shown)
    assert shown.text == GONE


async def test_undoing_comes_too_late_after_a_day(desk: Desk) -> None:
    """A list that was revoked is kept for a day, like a keyword that was removed."""
    anna = desk.server.person("Anna", language="de")
    answer, _ = await share(anna)
    await press(anna, "Link zurücknehmen", answer)
    await desk.store.retention.drop_revoked_lists(desk.clock.now() + timedelta(days=1), 10)

    assert await press(anna, "Rückgängig", answer) == "Das gibt es nicht mehr."


async def test_lists_follow_a_group_that_becomes_a_supergroup(desk: Desk) -> None:
    """Its administrators find them in the settings as before."""
    anna = desk.server.person("Anna", language="de")
    group = desk.server.group("Wandergruppe", anna)
    await desk.handled()
    await anna.ask("/sub Klima", chat=group.chat)
    await desk.handled()
    shown = await anna.ask("/list", chat=group.chat)
    await press(anna, "Teilen", shown)
    (shared,) = await lists(desk, group.chat.id)

    new = ChatId(-1_000_000_000_123)
    await desk.store.chats.meet(new, ChatKind.SUPERGROUP, "de", desk.clock.now())
    await desk.store.chats.move(ChatId(group.chat.id), new, desk.clock.now())

    assert [each.id for each in await lists(desk, new)] == [shared.id]
