"""Managed channels: who manages one, and what that person is told when posting ends and goes on."""

from __future__ import annotations

import json

import pytest

from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import Delivery, Dropped, UnsentReason
from bot.core.ids import ChatId, UserId
from storage.store import Store
from tests.builders import NOW
from tests.contracts.lost_chats import states
from tests.contracts.scenes import claim, meet, queue_alert

CHANNEL, MANAGER = ChatId(-1005), UserId(7)


@pytest.fixture
async def managed(store: Store) -> Store:
    """Let somebody with an open private chat manage a channel."""
    await meet(store, MANAGER)
    await store.chats.meet(CHANNEL, ChatKind.CHANNEL, "de", NOW)
    await store.channels.save(CHANNEL, MANAGER, "Kanal", NOW)
    return store


async def told(store: Store) -> list[dict[str, str]]:
    """Claim what the manager is told."""
    return [json.loads(notice.payload) for notice in await claim(store) if notice.chat_id == MANAGER]


async def refuse(store: Store, alert: Delivery, reason: UnsentReason) -> None:
    """Let Telegram refuse an alert for the whole channel."""
    await store.outbox.start([alert.id], NOW)
    await store.outbox.finish(alert, Dropped(reason, silence_chat=True), NOW)


async def test_a_manager_is_told_once_why_nothing_is_posted(managed: Store) -> None:
    """By whichever way the bot learns of it first: a refusal, and then the update that says the same."""
    alert = await queue_alert(managed, CHANNEL)
    await refuse(managed, alert, UnsentReason.NO_RIGHTS)
    await managed.chats.set_state(CHANNEL, ChatState.BLOCKED, NOW, UnsentReason.NO_RIGHTS)
    assert await told(managed) == [{"say": "channel-silenced", "reason": "no-rights", "channel": "Kanal"}]
    channel = await managed.channels.find(CHANNEL)
    assert channel is not None
    assert channel.silenced is UnsentReason.NO_RIGHTS
    assert await states(managed, chat_id=CHANNEL) == [("held", "away")]


async def test_a_manager_is_told_when_it_goes_on_and_when_it_ends_again(managed: Store) -> None:
    """Each change is told; the same state again is none."""
    for state in (ChatState.BLOCKED, ChatState.BLOCKED, ChatState.ACTIVE, ChatState.ACTIVE, ChatState.BLOCKED):
        await managed.chats.set_state(CHANNEL, state, NOW)
    assert [(notice["say"], notice.get("reason")) for notice in await told(managed)] == [
        ("channel-silenced", "blocked"),
        ("channel-restored", None),
        ("channel-silenced", "blocked"),
    ]


async def test_nobody_is_told_who_cannot_be(store: Store) -> None:
    """A channel nobody manages; a manager whose private chat is not open."""
    await store.chats.meet(CHANNEL, ChatKind.CHANNEL, "de", NOW)
    await store.chats.set_state(CHANNEL, ChatState.BLOCKED, NOW)
    await store.chats.set_state(CHANNEL, ChatState.ACTIVE, NOW)
    await store.channels.save(CHANNEL, MANAGER, "Kanal", NOW)
    await store.chats.set_state(CHANNEL, ChatState.BLOCKED, NOW)
    await meet(store, MANAGER)
    assert await claim(store) == ()


async def test_channels_are_listed_for_their_manager(managed: Store) -> None:
    """By title; a channel has one manager, and goes with the chat and with the person."""
    for number, title in ((-1006, "Archiv"), (-1007, "Wetter")):
        await managed.chats.meet(ChatId(number), ChatKind.CHANNEL, "de", NOW)
        await managed.channels.save(ChatId(number), MANAGER, title, NOW)
    await managed.channels.save(CHANNEL, UserId(8), "Kanal", NOW)
    assert [channel.title for channel in await managed.channels.list_managed(MANAGER)] == ["Archiv", "Wetter"]
    await managed.chats.forget(ChatId(-1007), NOW)
    assert [channel.title for channel in await managed.channels.list_managed(MANAGER)] == ["Archiv"]
    await managed.chats.forget(ChatId(MANAGER), NOW)
    assert await managed.channels.find(ChatId(-1006)) is None
    assert await managed.channels.find(CHANNEL) is not None
