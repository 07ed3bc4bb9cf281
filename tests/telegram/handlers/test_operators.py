"""Who is let in, by whom, and what everybody else gets to see."""

from __future__ import annotations

import pytest

from bot.core.errors import StorageError
from bot.core.ids import ChatId, ThreadId, UserId
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.people import SimulatedPerson
from storage.chats import SqlChatRepository
from tests.telegram.conftest import Desk, Open

UNKNOWN = "Diesen Befehl kenne ich nicht. /help zeigt alle."


@pytest.fixture
async def olga(private_desk: Desk) -> SimulatedPerson:
    """The operator, who has opened her chat with the bot."""
    person = private_desk.server.person("Olga", user_id=77)
    await person.ask("/start")
    return person


async def test_a_stranger_is_approved_by_a_card(private_desk: Desk, olga: SimulatedPerson) -> None:
    """One sentence for the stranger, one card for the operator, once; then what was wanted meanwhile is done."""
    anna = private_desk.server.person("Anna <b>", username="anna")
    knock = await anna.ask("/start")
    assert knock.text == "Dieser Bot ist privat. Ich habe den Betreiber gefragt, ob du ihn benutzen darfst."
    card = await olga.chat.wait_for(lambda message: "Anna" in message.text)
    assert card.text == f"Anna <b> (@anna) möchte diesen Bot benutzen. ID: {anna.id}"
    assert card.buttons[0] == ("Zulassen", "Sperren")
    assert (await anna.ask("/sub Kim")).text.startswith("Deine Anfrage liegt beim Betreiber")
    cards = [message for message in olga.chat.received if "Anna" in message.text]
    assert len(cards) == 1
    await olga.press("Zulassen").answered()
    assert card.text == "Anna <b> (@anna) kann den Bot jetzt benutzen."
    assert card.buttons == ()
    await anna.chat.wait_for(lambda message: message.text.startswith("Du kannst diesen Bot jetzt benutzen."))
    await anna.chat.wait_for(lambda message: message.text.startswith("Abonniert: Kim"))
    assert (await anna.ask("/sub Putin")).text.startswith("Abonniert")


@pytest.mark.parametrize("greetings", [(), ("/start",), ("Hallo", "Danke!")])
async def test_what_was_asked_first_is_done_on_approval(
    private_desk: Desk, olga: SimulatedPerson, greetings: tuple[str, ...]
) -> None:
    """The first keyword, also after a greeting; it is said, and forgotten then."""
    anna = private_desk.server.person("Anna")
    for text in (*greetings, "/sub Nordkorea", "/sub Kim"):
        await anna.ask(text)
    await olga.chat.wait_for(lambda message: "Anna" in message.text)
    await olga.press("Zulassen").answered()
    done = await anna.chat.wait_for(lambda message: message.text.startswith("Abonniert"))
    assert "Nordkorea" in done.text
    assert [message.text for message in anna.chat.received][-2] == (
        "Du kannst diesen Bot jetzt benutzen. Zuerst das, worum du gebeten hast: /sub Nordkorea"
    )
    person = await private_desk.store.chats.find_person(UserId(anna.id))
    assert (person and person.asked) is None


async def test_what_was_asked_is_done_though_the_store_failed_in_between(
    private_desk: Desk, olga: SimulatedPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The approval is tried again as a whole; it counts as done when that is."""
    anna, real, faults = private_desk.server.person("Anna"), SqlChatRepository.meet, 0

    async def flaky(self: SqlChatRepository, chat_id: ChatId, *what: object) -> object:
        nonlocal faults
        faults += chat_id == anna.id
        if chat_id == anna.id and faults == 1:
            raise StorageError("away")
        return await real(self, chat_id, *what)  # type: ignore[arg-type] # passed on as they came

    await anna.ask("/sub Nordkorea")
    await olga.chat.wait_for(lambda message: "Anna" in message.text)
    monkeypatch.setattr(SqlChatRepository, "meet", flaky)
    await olga.press("Zulassen").answered()
    await anna.chat.wait_for(lambda message: message.text.startswith("Abonniert"))
    await private_desk.handled()
    assert faults > 1


async def test_the_banned_hear_nothing(private_desk: Desk, olga: SimulatedPerson) -> None:
    """No answer to words; a press gets the empty answer it must get."""
    anna = private_desk.server.person("Anna")
    knock = await anna.ask("/start")
    await olga.chat.wait_for(lambda message: "Anna" in message.text)
    await olga.press("Sperren").answered()
    for text in ("/start", "hallo", "/sub Kim"):
        anna.say(text)
    press = private_desk.server.world.open_press(knock, anna.profile, "add:Kim")
    assert (await press.answered()).text == ""
    await private_desk.handled()
    assert anna.chat.received == (knock,)
    assert (await olga.ask(f"/unban {anna.id}")).text.startswith("Anna ist nicht mehr gesperrt.")
    assert (await anna.ask("/start")).text.startswith("Dieser Bot ist privat.")


async def test_the_banned_hear_nothing_from_a_public_bot_either(open_desk: Open) -> None:
    """Everybody else is welcome there; a ban is a ban."""
    async with open_desk(access="public", operators=(77,)) as desk:
        olga, anna = desk.server.person("Olga", user_id=77), desk.server.person("Anna")
        await anna.ask("/start")
        assert (await olga.ask(f"/ban {anna.id}")).text.endswith("ist gesperrt und bekommt keine Antwort mehr.")
        heard = len(anna.chat.received)
        for text in ("/start", "/sub Nordkorea", "hallo"):
            anna.say(text)
        await desk.handled()
        assert len(anna.chat.received) == heard
        assert await desk.store.subscriptions.list_for(ChatId(anna.id), ThreadId(0)) == ()
        assert (await desk.server.person("Bert").ask("/sub Nordkorea")).text.startswith("Abonniert")


async def test_operators_decide_by_id(private_desk: Desk, olga: SimulatedPerson) -> None:
    """Known or not; nonsense is told how it is written."""
    anna = private_desk.server.person("Anna")
    assert (await olga.ask(f"/approve {anna.id}")).text == f"{anna.id} kann den Bot jetzt benutzen."
    assert (await olga.ask(f"/approve {anna.id}")).text == f"{anna.id} ist schon zugelassen."
    assert (await anna.ask("/start")).text.startswith("Hallo!")
    for nonsense in ("/approve", "/approve x", "/ban -5", "/ban 0", "/ban " + "9" * 30):
        assert (await olga.ask(nonsense)).text.startswith("Die ID fehlt")
    assert (await olga.ask("/ban 77")).text == "77 ist Betreiber und lässt sich nicht sperren."
    assert (await olga.ask("/unban 5")).text == "5 ist nicht gesperrt."
    assert (await olga.ask(f"/ban {anna.id}")).text.endswith("ist gesperrt und bekommt keine Antwort mehr.")


async def test_operators_decide_by_a_reply(private_desk: Desk, olga: SimulatedPerson) -> None:
    """To a forwarded message or to the card of one person; a message of one's own names nobody."""
    anna, bert = private_desk.server.person("Anna"), private_desk.server.person("Bert")
    forwarded = olga.say("Kauft jetzt!", forwarded_from=anna.profile)
    await private_desk.handled()
    for command, said in (
        ("/ban", "ist gesperrt"),
        ("/unban", "ist nicht mehr gesperrt"),
        ("/approve", "kann den Bot"),
    ):
        olga.say(command, reply_to=forwarded)
        await olga.chat.wait_for(lambda message, said=said: said in message.text and str(anna.id) in message.text)
    own = olga.say("Notiz")
    await private_desk.handled()
    olga.say("/ban", reply_to=own)
    refused = await olga.chat.wait_for(lambda message: message.text.startswith("Diese Nachricht sagt nicht"))
    assert refused.text.endswith("/ban 123456789")

    await bert.ask("/start")
    card = await olga.chat.wait_for(lambda message: "Bert" in message.text)
    olga.say("/ban", reply_to=card)
    await olga.chat.wait_for(lambda message: message.text.startswith("Bert ist gesperrt"))
    heard = len(bert.chat.received)
    bert.say("hallo")
    await private_desk.handled()
    assert len(bert.chat.received) == heard


async def test_operators_commands_are_unknown_to_others(private_desk: Desk, olga: SimulatedPerson) -> None:
    """And a card's button, pressed by anybody else, does nothing."""
    anna = private_desk.server.person("Anna")
    await olga.ask(f"/approve {anna.id}")
    for text in (f"/approve {anna.id}", "/ban 5", "/unban 5"):
        assert (await anna.ask(text)).text == UNKNOWN
    answer = await anna.ask("/list")
    press = private_desk.server.world.open_press(answer, anna.profile, "approve:5")
    assert (await press.answered()).text == "Dieser Knopf ist zu alt."
    assert await private_desk.store.chats.find_person(5) is None  # type: ignore[arg-type] # ids are numbers


async def test_rights_are_looked_at_again_on_every_press(private_desk: Desk, olga: SimulatedPerson) -> None:
    """A button outlives the right to press it."""
    anna = private_desk.server.person("Anna")
    await olga.ask(f"/approve {anna.id}")
    await anna.ask("/sub Kim")
    await olga.ask(f"/ban {anna.id}")
    assert (await anna.press("Rückgängig").answered()).text == ""
    assert len(await private_desk.store.subscriptions.list_for(anna.chat.id, 0)) == 1  # type: ignore[arg-type] # ids


@pytest.mark.parametrize("kind", [SimulatedChatType.GROUP, SimulatedChatType.SUPERGROUP, SimulatedChatType.CHANNEL])
async def test_groups_of_strangers_are_left(private_desk: Desk, olga: SimulatedPerson, kind: SimulatedChatType) -> None:
    """After one line; in a channel too, where the bot may write."""
    anna = private_desk.server.person("Anna")
    group = private_desk.server.group("Presse", anna, kind=kind, bot=False)
    private_desk.server.world.set_standing(group.chat, MemberStatus.ADMINISTRATOR, anna.profile)
    await group.chat.wait_until(lambda chat: chat.bot is MemberStatus.LEFT)
    assert [message.text for message in group.chat.received] == ["Dieser Bot ist privat und kann hier nicht bleiben."]
    await private_desk.handled()
    assert await private_desk.store.chats.find(group.chat.id) is None  # type: ignore[arg-type] # ids are numbers


async def test_groups_of_the_banned_are_left_in_silence(private_desk: Desk, olga: SimulatedPerson) -> None:
    """Banned means silence."""
    anna = private_desk.server.person("Anna")
    await olga.ask(f"/ban {anna.id}")
    group = private_desk.server.group("Presse", anna)
    await group.chat.wait_until(lambda chat: chat.bot is MemberStatus.LEFT)
    assert group.chat.received == ()


async def test_groups_of_approved_people_stay(private_desk: Desk, olga: SimulatedPerson) -> None:
    """Their administrators may use the bot there, known or not."""
    group = private_desk.server.group("Presse", olga)
    bert = private_desk.server.person("Bert")
    group.enrol(bert, MemberStatus.ADMINISTRATOR)
    await group.chat.wait_for(lambda message: message.text.startswith("Hallo!"))
    assert (await bert.ask("/sub Kim", chat=group.chat)).text.startswith("Abonniert")


async def test_the_code_makes_an_operator(open_desk: Open) -> None:
    """Only while there is none; it works once, in a private chat, and is stored."""
    async with open_desk(access="private") as desk:
        code = await desk.application.offer_pairing()
        anna, bert = desk.server.person("Anna"), desk.server.person("Bert")
        assert (await anna.ask("/start")).text == "Dieser Bot ist privat."
        assert (await anna.ask("hallo")).text == "Das ist nicht der Code."
        assert (await anna.ask(code)).text == "Du bist jetzt Betreiber dieses Bots. /help zeigt, was du tun kannst."
        assert await desk.store.chats.list_operators() == (anna.id,)
        assert (await bert.ask(code)).text.startswith("Dieser Bot ist privat. Ich habe den Betreiber gefragt")
        card = await anna.chat.wait_for(lambda message: message.text.startswith("Bert"))
        assert card.buttons == (("Zulassen", "Sperren"),)
        assert "/approve <id>" in (await anna.ask("/help")).text
        assert await desk.application.offer_pairing() is None


@pytest.mark.parametrize("method", ["meet", "set_operator"])
@pytest.mark.parametrize("is_stored", [True, False])
async def test_a_code_that_was_right_while_the_store_failed_is_not_used_up(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch, method: str, is_stored: bool
) -> None:
    """The next try works, also where the store did its part and its answer was lost."""
    real, faults = getattr(SqlChatRepository, method), 1

    async def flaky(self: SqlChatRepository, *what: object) -> object:
        nonlocal faults
        faults -= 1
        if faults < 0:
            return await real(self, *what)
        if is_stored:
            await real(self, *what)
        raise StorageError("away")

    monkeypatch.setattr(SqlChatRepository, method, flaky)
    async with open_desk(access="private") as desk:
        code = await desk.application.offer_pairing()
        anna = desk.server.person("Anna")
        assert (await anna.ask(code)).text.startswith("Du bist jetzt Betreiber")
        assert await desk.store.chats.list_operators() == (anna.id,)
        assert (await anna.ask(code)).text.startswith("Soll ich Neues zu ")


async def test_five_wrong_codes_end_in_silence(open_desk: Open) -> None:
    """The right one does not help any more, and neither do commands."""
    async with open_desk(access="private") as desk:
        code = await desk.application.offer_pairing()
        anna = desk.server.person("Anna")
        for number in range(5):
            assert (await anna.ask(f"falsch {number}")).text == "Das ist nicht der Code."
        for text in (code, "noch einmal", "/start"):
            anna.say(text)
        await desk.handled()
        assert len(anna.chat.received) == 5
        assert await desk.store.chats.list_operators() == ()


async def test_an_old_code_is_a_text_like_any_other(open_desk: Open) -> None:
    """After a quarter of an hour."""
    async with open_desk(access="private") as desk:
        code = await desk.application.offer_pairing()
        desk.clock.move(minutes=15)
        assert (await desk.server.person().ask(code)).text == "Dieser Bot ist privat."
        assert await desk.store.chats.list_operators() == ()


async def test_with_public_access_the_code_works_too(open_desk: Open) -> None:
    """And ordinary texts are ordinary."""
    async with open_desk() as desk:
        code = await desk.application.offer_pairing()
        anna = desk.server.person()
        assert (await anna.ask("Nordkorea")).text == "Soll ich Neues zu «Nordkorea» melden?"
        assert (await anna.ask(code)).text.startswith("Du bist jetzt Betreiber")


async def test_a_code_sent_to_a_group_is_no_code(open_desk: Open) -> None:
    """Who reads along must not win by it."""
    async with open_desk() as desk:
        code = await desk.application.offer_pairing()
        anna = desk.server.person()
        group = desk.server.group("Presse", anna, admin=True)
        anna.say(code, chat=group.chat)
        await desk.handled()
        assert await desk.store.chats.list_operators() == ()


async def test_an_operator_who_never_opened_the_chat_is_not_written_to(private_desk: Desk) -> None:
    """Telegram would refuse it; the request is made when the stranger comes back later."""
    anna, olga = private_desk.server.person("Anna"), private_desk.server.person("Olga", user_id=77)
    assert (await anna.ask("/start")).text == "Dieser Bot ist privat."
    await olga.ask("/start")
    assert (await anna.ask("/start")).text.startswith("Dieser Bot ist privat. Ich habe den Betreiber gefragt")
    await olga.chat.wait_for(lambda message: message.text.startswith("Anna möchte"))
