"""Presses about hot topics: of whoever may, and of others; the whole way is in `tests/journeys/test_hot_topics.py`."""

from __future__ import annotations

import pytest

from bot.core.hot_topic import HotTopic, HotTopicState
from bot.core.ids import ChatId
from bot.demo.telegram_server.people import SimulatedPerson
from tests.builders import MAIN
from tests.telegram.conftest import Desk


async def press(desk: Desk, person: SimulatedPerson, data: str) -> str:
    """Press a button with this data below a message of the bot; returns the note that is shown."""
    message = await person.ask("/help")
    answer = await desk.server.world.open_press(message, person.profile, data).answered()
    await desk.handled()
    return answer.text


async def make_topic(desk: Desk, anna: SimulatedPerson) -> HotTopic:
    """Let somebody subscribe, and note that the operators were asked about the keyword."""
    await anna.ask("/sub Nordkorea")
    (topic,) = await desk.store.hot_topics.list_new(1)
    await desk.store.hot_topics.note_asked(topic, desk.clock.now())
    return topic


async def test_only_operators_decide_about_a_channel(desk: Desk) -> None:
    """A reader's press on what an operator was asked changes nothing."""
    anna = desk.server.person()
    topic = await make_topic(desk, anna)
    for verb in ("hot.name", "hot.no"):
        await press(desk, anna, f"{verb}:{topic.query_id}")
    assert await desk.store.hot_topics.find(topic.query_id) == topic
    assert not any("@" in message.text and "Kanal" in message.text for message in anna.chat.received)


async def test_a_press_that_comes_too_late_is_told_so(private_desk: Desk) -> None:
    """There is a channel, or no such topic, or nothing to leave."""
    olga = private_desk.server.person("Olga", user_id=77)
    topic = await make_topic(private_desk, olga)
    await private_desk.store.hot_topics.give(topic.query_id, ChatId(-1001), "@nordkorea")
    for data in (f"hot.name:{topic.query_id}", f"hot.no:{topic.query_id}", "hot.no:999", "hot.name:x", "hot.no:"):
        assert await press(private_desk, olga, data) == "Dieses Stichwort hat schon einen Kanal."
    for data in ("hot.out:999", "hot.out:x"):
        assert await press(private_desk, olga, data) == "Das gibt es nicht mehr."
    (kept,) = await private_desk.store.hot_topics.list_in(HotTopicState.ANNOUNCING)
    assert kept.channel == "@nordkorea"
    assert len(await private_desk.store.subscriptions.list_for(ChatId(77), MAIN)) == 1


@pytest.mark.parametrize("typed", ["@ab", "nordkorea", "https://t.me/+AbCdEf", "@a b c d", "-1001234567890"])
async def test_only_a_public_name_is_a_channel(private_desk: Desk, typed: str) -> None:
    """A link to join, a number or a sentence is asked about again, with one sentence."""
    olga = private_desk.server.person("Olga", user_id=77)
    topic = await make_topic(private_desk, olga)
    await press(private_desk, olga, f"hot.name:{topic.query_id}")
    answer = await olga.ask(typed)
    assert answer.text.startswith("Nur ein öffentlicher Kanal hat einen Link")
    assert await private_desk.store.hot_topics.find(topic.query_id) == topic
