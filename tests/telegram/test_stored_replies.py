"""Replies that could not be sent soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.delivery.delivery import Finished, SendPriority
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.i18n.markup import Html
from bot.telegram.api.client import RetryingCaller
from bot.telegram.replies import Destination, OutgoingText, ReplySender
from bot.telegram.stored_replies import MOST_WAITING, StoredReplies
from tests.telegram.conftest import Desk, DeskClock

HOUR = timedelta(hours=1)


def make_stored_replies(desk: Desk) -> StoredReplies:
    """Make the stored queue as a new process does."""
    return StoredReplies(
        outbox=desk.store.outbox,
        messenger=desk.application.connection.messenger,
        clock=desk.clock,
        chats=desk.store.chats,
        catalog=desk.application.connection.catalog,
    )


async def test_answers_that_wait_are_bounded_and_keep_their_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty wait for a chat, one sentence stands for the rest; a new one does not overtake them."""
    anna, application, store = desk.server.person(), desk.application, desk.store
    await anna.ask("/help")
    connection = application.connection
    stored = make_stored_replies(desk)
    call = RetryingCaller(connection.account, connection.rate_limiter, DeskClock(desk.clock))
    replies, rate_limiter = ReplySender(call, queue=stored), connection.rate_limiter
    place, chat_wait = Destination(ChatId(anna.id), ThreadId(0)), rate_limiter.chat_wait
    monkeypatch.setattr(
        rate_limiter, "chat_wait", lambda chat, rank: 60.0 if chat == anna.id else chat_wait(chat, rank)
    )
    for number in range(30):
        assert await replies.say(place, Html(f"Antwort {number}"), rank=SendPriority.REPLY)
    monkeypatch.undo()
    assert await replies.say(place, Html("zu früh"))
    assert len(anna.chat.received) == 1

    claimed = await store.outbox.claim("me", desk.clock.now(), lease=HOUR, limit=100)
    for delivery in claimed:
        await (await stored.prepare(delivery))()
        await store.outbox.finish(delivery, Finished(MessageId(1)), desk.clock.now())
    texts = [message.text for message in anna.chat.received[1:]]
    assert texts[:MOST_WAITING] == [f"Antwort {number}" for number in range(MOST_WAITING)]
    assert texts[MOST_WAITING:] == ["Es gab mehr Antworten, als hier Platz haben. Bitte später noch einmal fragen."]
    assert await replies.say(place, Html("wieder direkt"))
    assert anna.chat.received[-1].text == "wieder direkt"


async def test_a_new_process_knows_which_answers_wait(desk: Desk) -> None:
    """A restart lets no answer overtake those of the process before."""
    anna, store = desk.server.person(), desk.store
    before, after = make_stored_replies(desk), make_stored_replies(desk)
    wording = OutgoingText(chat_id=ChatId(anna.id), thread_id=ThreadId(0), text=Html("eins"))
    assert await before.store(wording, SendPriority.BULK)
    assert not await after.is_waiting(wording.chat_id)
    await after.load()
    assert await after.is_waiting(wording.chat_id)
    (kept,) = await store.outbox.claim("me", desk.clock.now(), lease=HOUR, limit=9)
    assert kept.rank is SendPriority.BULK
