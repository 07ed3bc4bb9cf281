"""Inline mode through the real process: for whom there are stories, what becomes of one, and where the button leads."""

from __future__ import annotations

from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.inline_queries import InlineAnswer
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot, rounds, write_config

OPERATOR = 77
_HAMMERED = 80
"""Queries of one person at once; sixty a minute are looked up."""


async def ask(person: SimulatedPerson, text: str) -> InlineAnswer:
    """Ask and wait for the answer, which is for this person alone and soon forgotten."""
    answer = await person.ask_inline(text).answered()
    assert answer.is_personal
    assert answer.cache_time <= 60
    return answer


async def until_found(person: SimulatedPerson, newsroom: Newsroom) -> None:
    """Ask until the words of a new article can be looked up, which a job sees to every second."""
    for number in range(30):
        if (await ask(person, f"Zwiebelkuchen -y{number}")).results:
            return
        await rounds(newsroom, "limmat", 1)
    raise AssertionError("the article is not found")


def is_empty(answer: InlineAnswer) -> bool:
    """Say whether there is nothing to see, and nothing to press."""
    return (answer.results, answer.button) == ((), None)


async def test_stories_are_found_in_any_chat_by_those_who_may_use_the_bot(tmp_path: Path) -> None:
    """A member sends one on and subscribes; strangers, the banned and what nobody can read get an empty answer."""
    async with Server() as server, Newsroom() as newsroom:
        config = write_config(server, {paper.title: newsroom.feed_url(key) for key, paper in newsroom.papers.items()})
        config = config.replace('access = "public"', f'access = "private"\noperators = [{OPERATOR}]')
        bot = make_bot(tmp_path, config)
        try:
            await bot.start()
            await server.ready()
            await newsroom.read_by_all()
            olga, ben = server.person("Olga", user_id=OPERATOR), server.person("Ben")
            elsewhere = server.group("Kaffee", ben, bot=False)
            await olga.ask("/sub Zwiebelkuchen")
            entry = newsroom.publish("limmat", "Zwiebelkuchen ohne Zwiebeln", "<p>Ein Zwiebelkuchen gewinnt.</p>")
            await olga.chat.wait_for(lambda message: message.text.startswith("Zwiebelkuchen ohne"))
            await until_found(olga, newsroom)

            assert is_empty(await ask(ben, "Zwiebelkuchen"))
            assert ben.chat.received == ()
            asked = await ben.ask("/sub Federweisser")
            await olga.ask(f"/approve {ben.id}")
            await ben.chat.wait_for(lambda message: message.text.startswith("Abonniert: Federweisser"), after=asked)
            query = ben.ask_inline("Zwiebelkuchen Zwiebeln", chat=elsewhere.chat)
            answer = await query.answered()
            assert [(result.title, result.url) for result in answer.results] == [(entry.title, entry.link)]
            sent = ben.choose(query, answer.results[0].id, chat=elsewhere.chat)
            assert (sent.text.split("\n")[0], sent.links) == (entry.title, (entry.link,))
            assert answer.button is not None
            subscribed = await ben.chat.answer_to(ben.follow(query))
            assert subscribed.text.startswith("Abonniert: Zwiebelkuchen Zwiebeln (Nr. 2)")

            for unreadable in ("😀" * 256, '"Zwiebel', "\u202e-x", "(" * 256):
                assert is_empty(await ask(ben, unreadable))
            queries = [olga.ask_inline(f"Zwiebelkuchen -x{number}") for number in range(_HAMMERED)]
            assert all([is_empty(await hammered.answered()) for hammered in queries[-10:]])
            assert [result.url for result in (await ask(ben, "Zwiebelkuchen")).results] == [entry.link]

            olga.say(f"/ban {ben.id}")
            await olga.chat.wait_for(lambda message: "ist gesperrt" in message.text)
            assert is_empty(await ask(ben, "Zwiebeln"))
            assert ben.chat.received[-1] is subscribed
        finally:
            await bot.kill()
            print(bot.tail(60))
    assert server.violations == []
