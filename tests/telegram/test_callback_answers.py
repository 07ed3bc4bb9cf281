"""Crowds, floods of commands and presses, and slow chats: everybody else is answered, and nothing goes unanswered."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.core.delivery.delivery import SendPriority
from bot.demo.telegram_server.chats import MemberStatus
from bot.demo.telegram_server.people import SimulatedPerson
from bot.telegram.membership import GROUPS
from tests.telegram.conftest import Desk

HOUR = timedelta(hours=1)
TOO_MUCH = "Das ist viel auf einmal. Bitte eine Minute warten."
ONE_MOMENT = "Einen Moment bitte, das war viel auf einmal."


@pytest.fixture
async def olga(private_desk: Desk) -> SimulatedPerson:
    """The operator, who has opened her chat with the bot."""
    person = private_desk.server.person("Olga", user_id=77)
    await person.ask("/start")
    return person


async def test_a_crowd_of_strangers_stands_in_a_queue_of_its_own(private_desk: Desk, olga: SimulatedPerson) -> None:
    """While not one of them is answered yet, whoever the bot knows is; and then all of them are."""
    rate_limiter = private_desk.application.connection.rate_limiter
    strangers = [private_desk.server.person(f"Stranger {number}") for number in range(100)]
    async with rate_limiter._turns[SendPriority.BULK]:  # nothing that may wait gets anywhere
        for stranger in strangers:
            stranger.say("/start")
        for text in ("/help", "/list", "/sub Nordkorea"):
            assert (await olga.ask(text)).text
        assert not any(stranger.chat.received for stranger in strangers)
    for stranger in strangers:
        await stranger.chat.wait_until(lambda chat: len(chat.received) == 1)
    await private_desk.handled()


async def test_a_crowd_that_adds_a_private_bot_to_groups_stands_in_that_queue_too(
    private_desk: Desk, olga: SimulatedPerson
) -> None:
    """The bot leaves all of them, after everything anybody waits for; one person gets five sentences a minute."""
    rate_limiter = private_desk.application.connection.rate_limiter
    strangers = [private_desk.server.person(f"Stranger {number}") for number in range(30)]
    known = private_desk.server.person("Kuno")
    await olga.ask(f"/approve {known.id}")
    adders = [*strangers, *[strangers[0]] * 30, *[known] * 20]
    async with rate_limiter._turns[SendPriority.BULK]:  # nothing that may wait gets anywhere
        groups = [private_desk.server.group(f"Group {number}", adder) for number, adder in enumerate(adders)]
        for text in ("/help", "/list", "/sub Nordkorea"):
            assert (await olga.ask(text)).text
        assert not private_desk.server.calls.of("leaveChat")
    await private_desk.handled()
    left = [group for group in groups if group.chat.bot is MemberStatus.LEFT]
    assert len(left) == len(private_desk.server.calls.of("leaveChat")) == 30 + 30 + 20 - GROUPS
    told = Counter(
        adder.id for group, adder in zip(groups, adders, strict=True) if group in left and group.chat.received
    )
    assert told[known.id] == told[strangers[0].id] == GROUPS
    assert sum(told.values()) == 29 + 2 * GROUPS


async def test_any_number_of_slow_chats_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that has to wait for its chat occupies no place that others need, and comes in the end."""
    slow = [desk.server.person(f"Slow {number}") for number in range(60)]
    held = {reader.id for reader in slow}
    rate_limiter = desk.application.connection.rate_limiter
    chat_wait = rate_limiter.chat_wait
    monkeypatch.setattr(
        rate_limiter, "chat_wait", lambda chat, rank: 0.01 if chat in held else chat_wait(chat, rank), raising=True
    )
    for reader in slow:
        reader.say("/help")
    bert = desk.server.person("Bert")
    assert (await bert.ask("/help")).text
    assert not any(reader.chat.received for reader in slow)
    held.clear()
    for reader in slow:
        await reader.chat.wait_until(lambda chat: len(chat.received) == 1)


async def test_a_press_too_many_is_answered_with_one_moment(desk: Desk) -> None:
    """Thirty in a minute are handled, each other one is answered at once, in the language of the chat."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    presses = [desk.server.world.open_press(answer, anna.profile, "zz:1") for _ in range(150)]
    notes = Counter([(await press.answered()).text for press in presses])
    assert notes == {"Dieser Knopf ist zu alt.": 30, ONE_MOMENT: 120}
    desk.clock.move(seconds=61)
    assert (await anna.press("Still").answered()).text != ONE_MOMENT
    await desk.handled()


async def test_the_language_of_a_declined_press_is_that_of_the_chat(desk: Desk) -> None:
    """As of everything else that is said there."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    await anna.ask("/lang fr")
    notes = {
        (await press.answered()).text
        for press in [desk.server.world.open_press(answer, anna.profile, "zz:1") for _ in range(40)]
    }
    assert "Un instant : ça fait beaucoup d’un coup." in notes


async def test_a_declined_press_reads_nothing_and_shares_its_write(desk: Desk) -> None:
    """However many there are: they must take neither the store nor the processor from others."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    for press in [desk.server.world.open_press(answer, anna.profile, "zz:1") for _ in range(30)]:
        await press.answered()
    await desk.handled()
    statements = Counter[str]()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements[" ".join(statement.split()[:2])] += 1

    event.listen(desk.store._database._writer.sync_engine, "before_cursor_execute", count)
    presses = [desk.server.world.open_press(answer, anna.profile, "zz:1") for _ in range(200)]
    assert {(await press.answered()).text for press in presses} == {ONE_MOMENT}
    event.remove(desk.store._database._writer.sync_engine, "before_cursor_execute", count)
    assert statements["INSERT INTO"] <= 200 // 100 + 2
    assert statements["UPDATE updates"] <= 200 // 25 + 2
    reads = statements.total() - sum(statements[each] for each in ("INSERT INTO", "UPDATE updates", "BEGIN IMMEDIATE"))
    assert reads <= 2, "the chat and the person, once each"
    await desk.handled()


async def test_a_group_as_a_whole_may_ask_thirty_times_a_minute(desk: Desk) -> None:
    """However many members it has; it is told so once, and a member's own chat is not concerned."""
    members = [desk.server.person(f"Member {number}") for number in range(5)]
    group = desk.server.group("Presse", members[0])
    await group.chat.wait_until(lambda chat: len(chat.received) == 1)
    for member in members[1:]:
        group.enrol(member)
    for _ in range(12):
        for member in members:
            member.say("/list", chat=group.chat)
    await desk.handled()
    texts = [message.text for message in group.chat.received[1:]]
    assert (len(texts), texts.count(TOO_MUCH), texts[-1]) == (31, 1, TOO_MUCH)
    assert (await members[1].ask("/list")).text != TOO_MUCH


async def test_more_than_a_lane_holds_is_told_in_one_sentence(desk: Desk) -> None:
    """And what comes after it is handled as ever."""
    anna = desk.server.person()
    for _ in range(700):
        anna.say("/list")
    await desk.handled()
    texts = Counter(message.text for message in anna.chat.received)
    assert texts[TOO_MUCH] == 1
    assert sum(texts.values()) == 31
    desk.clock.move(seconds=61)
    assert (await anna.ask("/help")).text != TOO_MUCH
