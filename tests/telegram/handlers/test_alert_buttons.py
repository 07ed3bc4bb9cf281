"""[More] under a message that grows lists the stories it only counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.delivery.delivery import DeliveryKind, Finished, SetAside, UnsentReason
from bot.core.delivery.digest import CombinedMessage
from bot.core.delivery.rules import HoldBackPolicy, plan
from bot.core.ids import ChatId
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.telegram.text import alert
from bot.telegram.text import digest as digest_text
from tests.builders import MAIN
from tests.contracts.scenes import add_feed, announce, claim, publish
from tests.telegram.conftest import Desk
from tests.telegram.text.test_digest import SETTING, digest

TITLES = tuple(f"Nordkorea {number}." for number in range(14))


@pytest.fixture
def anna(desk: Desk) -> SimulatedPerson:
    """Somebody who wants to read of something."""
    return desk.server.person("Anna", language="de")


async def burst(desk: Desk, anna: SimulatedPerson, *titles: str) -> Message:
    """Have these in one rolling message that is out."""
    store, now = desk.store, desk.clock.now()
    (wish,) = await store.subscriptions.list_for(ChatId(anna.id), MAIN)
    feed = await add_feed(store)
    for title in titles:
        (article,) = await publish(store, feed, title, title=title, now=now)
        await announce(store, article, wish, now=now)
    for each in await claim(store, now=now):
        await store.outbox.finish(each, SetAside(UnsentReason.BURST, now), now)
    policy = HoldBackPolicy(timezone="UTC")
    await store.held.release_due(now, 10, lambda chat, held: plan(chat, held, policy, now), policy)
    later = now + timedelta(seconds=2)
    (rolling,) = await claim(store, now=later)
    combined = await store.combined_messages.load(rolling, later)
    assert combined is not None
    outcome: Any = await desk.application.connection.messenger.send_combined(rolling, combined)
    await store.outbox.finish(rolling, Finished(outcome.message_id), later)
    return anna.chat.received[-1]


async def test_what_is_only_counted_is_listed_and_the_way_leads_back(desk: Desk, anna: SimulatedPerson) -> None:
    """In the message itself; whoever may read it may press."""
    await anna.ask("/sub Nordkorea")
    rolling = await burst(desk, anna, *TITLES)
    compact = rolling.text
    assert compact.endswith("und 4 weitere")

    await anna.press("Mehr", rolling).answered()
    listed = rolling.text
    assert listed.count("•") == 4
    assert all((title in compact) != (title in listed) for title in TITLES)
    assert rolling.buttons == (("‹",),)

    await anna.press("‹", rolling).answered()
    assert (rolling.text, rolling.buttons) == (compact, (("Mehr",),))


async def test_a_message_that_shows_all_has_no_button(desk: Desk, anna: SimulatedPerson) -> None:
    """There is nothing to list."""
    await anna.ask("/sub Nordkorea")
    rolling = await burst(desk, anna, *TITLES[:10])
    assert rolling.text.count("•") == 10
    assert not rolling.buttons


@pytest.mark.parametrize("data", ["rolled:1:0", "rolled:x:0", f"rolled:{10**20}:0", "rolled:"])
async def test_a_button_of_another_message_is_too_old(desk: Desk, anna: SimulatedPerson, data: str) -> None:
    """It changes nothing."""
    await anna.ask("/sub Nordkorea")
    press = desk.server.world.open_press(anna.chat.received[-1], anna.profile, data)
    answer = await press.answered()
    assert "zu alt" in answer.text


def rolling_of(number: int) -> CombinedMessage:
    """Make a rolling message of so many stories, with long headlines."""
    made = digest(1, number, title="Ein langer Titel Nummer {number}, der viel erzählt und kein Ende nimmt")
    return replace(made, kind=DeliveryKind.ROLLING, reason="1")


@pytest.mark.parametrize("number", [11, 60, 300])
def test_every_counted_story_is_on_exactly_one_page(number: int) -> None:
    """And no page is longer than Telegram takes."""
    combined = rolling_of(number)
    pages, offset = [digest_text.write(combined, SETTING)], 0
    while True:
        text, following = digest_text.write_counted(combined, SETTING, offset)
        pages.append(text)
        assert alert.visible_length(text) <= digest_text.PAGE
        if following is None:
            break
        offset = following
    for at in range(number):
        assert sum(f'https://news.example/{at}"' in page for page in pages) == 1


def test_a_list_that_became_shorter_begins_anew() -> None:
    """Keywords may be gone since the button was made."""
    combined = rolling_of(30)
    assert digest_text.write_counted(combined, SETTING, 500) == digest_text.write_counted(combined, SETTING, 0)
