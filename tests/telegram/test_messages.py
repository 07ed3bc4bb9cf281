"""Sending alerts and notices: every outcome is a value."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.core.chat import PictureSize
from bot.core.delivery.alert import OtherSource, Summary
from bot.core.delivery.delivery import (
    ChatMoved,
    Delivered,
    Delivery,
    DeliveryKind,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    RetryAfter,
    SendOutcome,
    SendPriority,
    TokenRefused,
)
from bot.core.delivery.rules import SentAlert
from bot.core.ids import ChatId, DeliveryId, ThreadId
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from bot.i18n.catalog import Catalog
from bot.telegram.api.client import BotClient
from bot.telegram.messages import TelegramMessenger
from tests.fakes.clock import FakeClock
from tests.telegram.text.test_alert import CHAT, NOW, POINTS, alert


@dataclass(frozen=True, slots=True)
class Office:
    """A server, somebody who opened the chat, and the messenger."""

    server: Server
    anna: SimulatedPerson
    messenger: TelegramMessenger

    async def send(self, **changes: object) -> SendOutcome:
        """Send the sample alert, by default to Anna."""
        return await self.messenger.send_alert(delivery(**{"chat_id": self.anna.id, **changes}), alert(), POINTS)


def delivery(**changes: object) -> Delivery:
    """Make a claimed delivery."""
    sample = Delivery(
        id=DeliveryId(1),
        chat_id=ChatId(0),
        thread_id=ThreadId(0),
        key="k",
        kind=DeliveryKind.ALERT,
        rank=SendPriority.ALERT,
        article_id=None,
        payload="",
        silent=False,
        attempts=0,
        plain=False,
        seen_at=NOW,
        created_at=NOW,
    )
    return dataclasses.replace(sample, **changes)  # type: ignore[arg-type] # fields of a delivery


@pytest.fixture
async def office(clock: FakeClock) -> AsyncIterator[Office]:
    """A messenger with everything it needs."""
    async with Server() as server:
        account = BotClient(server.url, server.token)
        await account.open()
        anna = server.person()
        anna.say("hallo")
        yield Office(
            server,
            anna,
            TelegramMessenger(account=account, catalog=Catalog.load(), clock=clock, timezone="Europe/Zurich"),
        )
        await account.close_all()


async def test_an_alert_arrives_as_it_is_rendered(office: Office) -> None:
    """Formatted, without a preview, with a sound, and the outcome names the message."""
    outcome = await office.send()
    (message,) = office.anna.chat.received
    assert outcome == Delivered(message.message_id)  # type: ignore[arg-type] # ids are numbers
    assert message.links == ("https://nau.ch/a?b=1&c=2",)
    assert message.pieces("bold") == ("Treffen von Putin und Kim in Wladiwostok", "Nordkoreas")
    assert message.preview == {"is_disabled": True}
    assert not message.silent
    assert "allow_paid_broadcast" not in message.params
    assert office.server.violations == []


@pytest.mark.parametrize(
    ("size", "prefers"), [(PictureSize.SMALL, "prefer_small_media"), (PictureSize.LARGE, "prefer_large_media")]
)
async def test_a_picture_is_telegrams_preview_of_the_article(office: Office, size: PictureSize, prefers: str) -> None:
    """An edit keeps it; the plain message that follows a refusal has none."""
    pictured = dataclasses.replace(alert(), chat=dataclasses.replace(CHAT, pictures=size))
    outcome = await office.messenger.send_alert(delivery(chat_id=office.anna.id), pictured, POINTS)
    (message,) = office.anna.chat.received
    expected = {"url": "https://nau.ch/a?b=1&c=2", prefers: True}
    assert message.preview == expected

    assert isinstance(outcome, Delivered)
    sent = SentAlert(
        delivery=delivery(chat_id=office.anna.id), message_id=outcome.message_id, named=0, opened=False, version=None
    )
    grown = dataclasses.replace(pictured, also=(OtherSource("NZZ", None),))
    await office.messenger.edit_alert(sent, grown, POINTS)
    assert "NZZ" in message.text
    assert message.preview == expected

    await office.messenger.send_alert(delivery(chat_id=office.anna.id, plain=True), pictured, POINTS)
    assert office.anna.chat.received[-1].preview == {"is_disabled": True}
    assert office.server.violations == []


async def test_without_a_link_or_with_an_endless_one_there_is_no_picture(office: Office) -> None:
    """Telegram would preview another link of the message, or refuse it."""
    for url in (None, "https://nau.ch/" + "x" * 2_100):
        what = alert()
        what = dataclasses.replace(
            what,
            article=dataclasses.replace(what.article, url=url),
            chat=dataclasses.replace(CHAT, pictures=PictureSize.LARGE),
        )
        await office.messenger.send_alert(delivery(chat_id=office.anna.id), what, POINTS)
        assert office.anna.chat.received[-1].preview == {"is_disabled": True}


async def test_silent_alerts_make_no_sound(office: Office) -> None:
    """As the subscription wants it."""
    await office.send(silent=True)
    assert office.anna.chat.received[0].silent


async def test_plain_alerts_carry_no_markup(office: Office) -> None:
    """After Telegram refused the formatted one."""
    await office.send(plain=True)
    (message,) = office.anna.chat.received
    assert message.pieces("bold") == ()
    assert "https://nau.ch/a?b=1&c=2" in message.text


async def test_notices_are_sent_word_for_word(office: Office) -> None:
    """Whatever looks like markup in them."""
    await office.messenger.send_notice(delivery(chat_id=office.anna.id, payload="a <b> & c"), CHAT)
    assert office.anna.chat.received[0].text == "a <b> & c"


async def test_a_topic_gets_its_alerts(office: Office) -> None:
    """And one that is gone is told as such."""
    group = office.server.group("Presse", office.anna, forum=True)
    topic = group.open_topic("Asien")
    await office.send(chat_id=group.chat.id, thread_id=topic)
    assert group.chat.received[-1].thread_id == topic
    group.close_topic(topic)
    outcome = await office.send(chat_id=group.chat.id, thread_id=topic)
    assert isinstance(outcome, Refused)
    assert outcome.reason is RefusedReason.THREAD_GONE


async def test_chats_that_cannot_be_reached_say_why(office: Office) -> None:
    """Blocked, deleted, unknown, kicked."""
    reasons = []
    office.anna.block()
    reasons.append(await office.send())
    office.anna.unblock()
    office.anna.deactivate()
    reasons.append(await office.send())
    reasons.append(await office.send(chat_id=999))
    group = office.server.group("Presse", office.anna)
    group.kick_bot()
    reasons.append(await office.send(chat_id=group.chat.id))
    assert [outcome.reason for outcome in reasons if isinstance(outcome, Refused)] == [
        RefusedReason.BLOCKED,
        RefusedReason.GONE,
        RefusedReason.NOT_FOUND,
        RefusedReason.BLOCKED,
    ]


async def test_a_group_that_moved_names_its_new_id(office: Office) -> None:
    """So that everything can be moved."""
    group = office.server.group("Presse", office.anna, kind=SimulatedChatType.GROUP)
    moved = group.upgrade()
    assert await office.send(chat_id=group.chat.id) == ChatMoved(ChatId(moved.chat.id))


@pytest.mark.parametrize("plain", [False, True])
async def test_markup_that_is_refused_is_told(office: Office, plain: bool) -> None:
    """What follows is decided in core."""
    office.server.fault(
        Effect.REFUSE, "sendMessage", status=400, description="Bad Request: can't parse entities: unclosed start tag"
    )
    outcome = await office.send(plain=plain)
    assert isinstance(outcome, Refused)
    assert outcome.reason is RefusedReason.BAD_MARKUP


async def test_trouble_on_the_way_is_told_apart(office: Office) -> None:
    """429, 5xx, a cut connection, and a token that is not accepted any more."""
    office.server.fault(Effect.FLOOD, "sendMessage", seconds=3)
    assert await office.send() == RetryAfter(timedelta(seconds=3))
    office.server.faults.clear()
    office.server.fault(Effect.ERROR, "sendMessage", status=500)
    office.server.fault(Effect.CUT, "sendMessage")
    assert isinstance(await office.send(chat_id=office.server.group("G", office.anna).chat.id), OutcomeUnknown)
    office.server.faults.clear()
    office.server.revoke_token()
    assert isinstance(await office.send(), TokenRefused)


async def test_paid_broadcast_only_when_told(office: Office, clock: FakeClock) -> None:
    """Stars are never spent by accident."""
    account = BotClient(office.server.url, office.server.token, allow_paid_broadcast=True)
    await account.open()
    paying = TelegramMessenger(account=account, catalog=Catalog.load(), clock=clock, timezone="Europe/Zurich")
    await paying.send_alert(delivery(chat_id=office.anna.id), alert(), Summary(()))
    assert [call for call in office.server.calls if call.method == "sendMessage"][-1].params[
        "allow_paid_broadcast"
    ] in (True, "true")
    await account.close_all()
