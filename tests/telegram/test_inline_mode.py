"""Inline mode: results in any chat, for whom, how often, and every query answered once."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import StorageError
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.inline_queries import InlineAnswer
from bot.demo.telegram_server.people import SimulatedPerson
from tests.telegram.conftest import Desk
from tests.telegram.handlers.test_search import keep


def titles(answer: InlineAnswer) -> list[str]:
    """List the results."""
    return [result.title for result in answer.results]


async def ask(person: SimulatedPerson, text: str) -> InlineAnswer:
    """Ask and wait for the answer."""
    return await person.ask_inline(text).answered()


def count_answers(desk: Desk) -> int:
    """Count the calls that answer inline queries."""
    return len(desk.server.calls.of("answerInlineQuery"))


async def test_a_result_looks_like_an_alert_and_is_sent_with_a_tap(desk: Desk) -> None:
    """Headline linked and bold, source and time; in any chat, in the language of whoever asks."""
    anna = desk.server.person()
    group = desk.server.group("Team", anna, bot=False)
    await keep(desk, "Kim trifft Putin", "Wetter", "Kims Raketen")
    query = anna.ask_inline("Kim", chat=group.chat)
    answer = await query.answered()
    assert titles(answer) == ["Kim trifft Putin", "Kims Raketen"]
    assert [(result.url, result.description) for result in answer.results] == [
        ("https://news.example/1", "KIM · 12:59"),
        ("https://news.example/3", "KIM · 12:57"),
    ]
    assert (answer.is_personal, answer.cache_time <= 60, answer.next_offset) == (True, True, "")
    sent = anna.choose(query, answer.results[0].id, chat=group.chat)
    assert sent.marked.split("\n") == ["**Kim trifft Putin**", "_KIM · 12:59_"]
    assert sent.links == ("https://news.example/1",)
    assert sent.pieces("date_time") == ("12:59",)
    assert sent.preview == {"is_disabled": True}


async def test_the_button_below_the_results_subscribes(desk: Desk) -> None:
    """In the private chat, through the payload of /start; a query too long for it opens the bot."""
    anna = desk.server.person()
    query = anna.ask_inline("kim")
    answer = await query.answered()
    assert answer.button is not None
    assert answer.button.text == "kim abonnieren"
    said = anna.follow(query)
    assert (await anna.chat.answer_to(said)).text.startswith("Abonniert: kim (Nr. 1)")
    longer = await ask(anna, "Raketenabwehrsystem Langstreckenrakete Nordkorea")
    assert longer.button is not None
    assert (longer.button.text, longer.button.start_parameter) == ("Bot öffnen", "start")


async def test_without_a_query_the_newest_stories_are_shown(desk: Desk) -> None:
    """And the button opens the bot."""
    anna = desk.server.person(language="en")
    await keep(desk, "Kim trifft Putin", "Wetter")
    answer = await ask(anna, "")
    assert titles(answer) == []  # she reads English
    assert titles(await ask(desk.server.person(), "")) == ["Kim trifft Putin", "Wetter"]
    assert answer.button is not None
    assert answer.button.text == "Open the bot"


async def test_a_result_that_was_sent_is_no_message_to_the_bot(desk: Desk) -> None:
    """Neither in the private chat, where every text is answered, nor in a group it is in."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin")
    await anna.ask("/start")
    before = len(anna.chat.received)
    query = anna.ask_inline("Kim")
    answer = await query.answered()
    anna.choose(query, answer.results[0].id)
    await desk.handled()
    assert len(anna.chat.received) == before
    assert (await anna.ask("/list")).text


async def test_strangers_and_the_banned_get_nothing(private_desk: Desk) -> None:
    """Not even a button; whoever is let in gets an answer at once."""
    desk = private_desk
    olga, anna = desk.server.person("Olga", user_id=77), desk.server.person()
    await keep(desk, "Kim trifft Putin")
    await olga.ask("/start")
    stranger = await ask(anna, "Kim")
    assert (stranger.results, stranger.button) == ((), None)
    assert stranger.is_personal
    assert stranger.cache_time < 10
    await olga.ask(f"/approve {anna.id}")
    assert titles(await ask(anna, "Kim Putin")) == ["Kim trifft Putin"]
    await olga.ask(f"/ban {anna.id}")
    banned = await ask(anna, "Putin Kim")
    assert (banned.results, banned.button) == ((), None)
    assert anna.chat.received == ()


@pytest.mark.parametrize("text", ["😀" * 256, '"Kim', "-Kim", "((("])
async def test_what_nobody_can_read_gets_an_empty_answer(desk: Desk, text: str) -> None:
    """Without a button, because it could not be subscribed to."""
    answer = await ask(desk.server.person(), text)
    assert (answer.results, answer.button) == ((), None)


async def test_who_asks_too_much_is_answered_empty_and_later_again(desk: Desk) -> None:
    """Sixty a minute; every query is answered, and others go on as if nothing were."""
    anna, ben = desk.server.person(), desk.server.person("Ben")
    await keep(desk, "Kim trifft Putin")
    for number in range(60):
        await ask(anna, f"Kim -x{number}")
    over = await ask(anna, "Kim Putin")
    assert (over.results, over.button) == ((), None)
    assert titles(await ask(ben, "Kim Putin")) == ["Kim trifft Putin"]
    desk.clock.move(minutes=2)
    assert titles(await ask(anna, "Putin Kim")) == ["Kim trifft Putin"]
    assert count_answers(desk) == 63


async def test_of_what_is_typed_fast_only_the_newest_is_looked_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first one is under way the others wait; all are answered, those in between empty."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin")
    respond = desk.application._inline._respond
    going, looked_up = asyncio.Event(), []

    async def slow(query: object, *, plain: bool = False) -> object:
        looked_up.append(query.text)  # type: ignore[attr-defined] # a raw query
        await going.wait()
        return await respond(query, plain=plain)  # type: ignore[arg-type] # a raw query

    monkeypatch.setattr(desk.application._inline, "_respond", slow)
    queries = [anna.ask_inline("Kim Putin"[:length]) for length in range(1, 10)]
    await queries[-2].answered()
    going.set()
    answers = [await query.answered() for query in queries]
    assert looked_up == ["K", "Kim Putin"]
    assert titles(answers[-1]) == ["Kim trifft Putin"]
    assert [len(answer.results) for answer in answers[1:-1]] == [0] * 7
    assert count_answers(desk) == 9


async def test_a_query_that_comes_twice_is_answered_once(desk: Desk) -> None:
    """As after a poll whose confirmation was lost."""
    anna = desk.server.person()
    desk.server.fault(Effect.CUT, "getUpdates", times=2)
    await ask(anna, "Kim")
    await ask(anna, "Putin")
    assert count_answers(desk) == 2


async def test_a_query_is_not_stored_and_those_beside_it_are_handled(desk: Desk) -> None:
    """What is typed in other chats leaves no trace, and a batch of both kinds loses nothing."""
    anna = desk.server.person()
    query = anna.ask_inline("Geheimnis")
    said = anna.say("/start")
    await query.answered()
    await anna.chat.answer_to(said)
    await desk.handled()
    async with desk.store._database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM updates")).all()
    assert "Geheimnis" not in str(rows)


async def test_a_server_that_refuses_our_markup_gets_plain_texts(desk: Desk) -> None:
    """One that does not know `tg-time`."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin")
    detail = "Bad Request: can't parse entities: Unsupported start tag"
    desk.server.fault(Effect.REFUSE, "answerInlineQuery", status=400, description=detail)
    query = anna.ask_inline("Kim")
    answer = await query.answered()
    assert answer.results[0].text == "Kim trifft Putin\nhttps://news.example/1\nKIM · 12:59"
    assert {entity.kind for entity in answer.results[0].entities} <= {"url"}


async def test_a_database_that_is_away_is_an_empty_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next query is answered as usual."""
    anna = desk.server.person()
    await keep(desk, "Kim trifft Putin")

    async def fail(chat: object, text: str) -> None:
        raise StorageError("away")

    respond = desk.application._inline._respond
    with monkeypatch.context() as broken:
        broken.setattr(type(respond.search), "__call__", lambda self, chat, text: fail(chat, text))
        assert (await ask(anna, "Kim")).results == ()
    assert titles(await ask(anna, "Kim Putin")) == ["Kim trifft Putin"]


async def test_help_tells_of_it_where_it_is_switched_on(desk: Desk) -> None:
    """BotFather switches it; the bot learns it at its start."""
    anna = desk.server.person()
    assert "In jedem Chat: @stichwort_bot Nordkorea zeigt" in (await anna.ask("/help")).text
