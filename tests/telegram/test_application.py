"""Commands and presses are answered, whatever a Bot API server does; here it is one that says what it is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.delivery.delivery import SendPriority, TokenRefused
from bot.core.errors import StorageError
from bot.core.ids import ChatId, ThreadId
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.i18n.markup import Html
from bot.telegram.api.client import RetryingCaller, TokenRefusedError
from bot.telegram.application import TelegramBot
from bot.telegram.replies import Destination, OutgoingText, ReplySender
from storage.store import Store, open_store
from tests.fakes.bare_telegram import BareCall, BareTelegram, refusal
from tests.fakes.clock import FakeClock
from tests.fakes.web import FakeWeb
from tests.telegram.conftest import DeskClock, make_application

Json = dict[str, Any]
ANNA, BERT = 7, 8
MOST_EDITS = 4
"""A refused edit is tried again after 0.5, 1, 2 and 4 seconds; a press is answered long before the last of these."""


@dataclass
class Talk:
    """A running application at a bare server."""

    bare: BareTelegram
    application: TelegramBot
    store: Store
    number: int = 0

    async def say(self, chat: int, text: str, **fields: object) -> None:
        """Say something."""
        self.number += 1
        message = {"message_id": 1000 + self.number, "chat": {"id": chat}, "from": {"id": abs(chat)}, "text": text}
        await self.bare.push({"update_id": self.number, "message": {**message, **fields}})

    async def press(self, chat: int, data: str) -> None:
        """Press a button under some message."""
        self.number += 1
        under = {"message_id": 5, "chat": {"id": chat}, "text": "x"}
        query = {"id": f"q{self.number}", "from": {"id": abs(chat)}, "data": data, "message": under}
        await self.bare.push({"update_id": self.number, "callback_query": query})

    async def sent(self, chat: int, times: int = 1, within: float = HANG_SECONDS) -> list[BareCall]:
        """Wait until so many messages were sent to a chat, refused or not."""
        async with asyncio.timeout(within):
            while len(found := self.to(chat)) < times:  # noqa: ASYNC110 - a list rings no bell
                await asyncio.sleep(0.005)
        return found

    def to(self, chat: int) -> list[BareCall]:
        """List what was sent to a chat."""
        return [each for each in self.bare.of("sendMessage") if each.params["chat_id"] == str(chat)]


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A store in memory."""
    opened = await open_store("sqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def bare() -> AsyncIterator[BareTelegram]:
    """A bare server."""
    async with BareTelegram() as running:
        yield running


@pytest.fixture
async def talk(bare: BareTelegram, store: Store, clock: FakeClock) -> AsyncIterator[Talk]:
    """Open a talk; what was awaited for nothing must not hold up its end."""
    application = make_application(bare, store, clock, FakeWeb(), prompt_seconds=0.3, allow_paid_broadcast=True)
    await application.open()
    running = asyncio.create_task(application.run())
    await application.ready.wait()
    yield Talk(bare, application, store)
    application.stop()
    await asyncio.wait_for(running, HANG_SECONDS)
    await application.close()


async def test_a_flooded_menu_stops_nobody(talk: Talk) -> None:
    """It waits by itself, and is not asked again meanwhile."""
    asked = len(talk.bare.of("setMyCommands"))
    talk.bare.answer("setMyCommands", refusal(429, "x", retry_after=3600))
    await talk.bare.called("setMyCommands", asked + 1)
    await talk.say(ANNA, "/help")
    await talk.sent(ANNA)
    await talk.bare.pass_by()
    assert len(talk.bare.of("setMyCommands")) == asked + 1


async def test_a_flooded_menu_is_set_when_telegram_lets_it(talk: Talk) -> None:
    """What was refused and all the rest."""
    talk.bare.answer("setMyCommands", refusal(429, "x", retry_after=1))
    await talk.bare.called("setMyCommands", 16)


async def test_a_menu_is_set_after_an_outage_of_the_database(
    bare: BareTelegram, store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again in this run, and its line has the error that the filter of outages knows."""
    intact, asked = store.key_value.get, 0

    async def away(name: str) -> str | None:
        nonlocal asked
        asked += name == "menu" and asked < 2
        if name == "menu" and asked < 2:
            raise StorageError("away")
        return await intact(name)

    store.key_value.get = away  # type: ignore[method-assign] # a store that breaks under a running bot
    application = make_application(bare, store, clock, FakeWeb())
    await application.open()
    running = asyncio.create_task(application.run())
    try:
        await bare.called("setMyCommands", 15)
    finally:
        application.stop()
        await asyncio.wait_for(running, HANG_SECONDS)
        await application.close()
    errors = [record.error for record in caplog.records if hasattr(record, "error")]
    assert [type(error) for error in errors] == [StorageError]


async def test_an_answer_to_a_press_that_is_flooded_pauses_its_chat_alone(talk: Talk) -> None:
    """Others go on, and so do their presses, which are answered when the wait is over."""
    talk.bare.answer("answerCallbackQuery", refusal(429, "x", retry_after=40))
    await talk.press(ANNA, "zz:1")
    await talk.bare.called("answerCallbackQuery")
    await talk.say(BERT, "/help")
    await talk.sent(BERT)
    await talk.bare.pass_by()
    assert talk.application.connection.rate_limiter.paused(ChatId(ANNA)) > 0
    assert len(talk.bare.of("answerCallbackQuery")) == 1
    talk.bare.answer("answerCallbackQuery", refusal(429, "x", retry_after=1))
    await talk.press(BERT, "zz:1")
    _, first, again = await talk.bare.called("answerCallbackQuery", 3)
    assert first.params == again.params


@pytest.mark.parametrize(
    "trouble", [(500, {}, b"x"), refusal(429, "x", retry_after=40), "hang", refusal(400, "Bad Request: no")]
)
async def test_a_press_is_answered_whatever_its_edit_does(talk: Talk, trouble: Any) -> None:
    """Once, before the edit is given up; and what comes next in its chat does not wait for it."""
    if trouble == "hang":
        talk.bare.slow("editMessageText", 3600)
    else:
        talk.bare.always("editMessageText", trouble)
    await talk.press(ANNA, "dig:08:00")
    await talk.bare.called("editMessageText")
    await talk.bare.called("answerCallbackQuery")
    assert len(talk.bare.of("editMessageText")) <= MOST_EDITS
    await talk.say(BERT, "/help")
    await talk.sent(BERT)
    await talk.press(ANNA, "zz:1")
    await talk.bare.called("answerCallbackQuery", 2)
    if trouble == "hang":
        await talk.say(ANNA, "/help")
        await talk.sent(ANNA)
        assert talk.bare.abandoned == []
    assert len(talk.bare.of("answerCallbackQuery")) == 2


async def test_an_edit_that_is_slow_goes_on_by_itself_until_a_newer_one(talk: Talk) -> None:
    """It is tried until it is done; what was meant to be shown last is shown."""
    talk.bare.answer("editMessageText", refusal(429, "x", retry_after=4))
    await talk.press(ANNA, "dig:08:00")
    await talk.bare.called("editMessageText")
    await talk.bare.pass_by()
    (first,) = talk.bare.of("editMessageText")
    assert first.params == (await talk.bare.called("editMessageText", 2))[1].params
    talk.bare.slow("editMessageText", 3600)
    await talk.press(ANNA, "dig:09:00")
    await talk.bare.called("editMessageText", 3)
    talk.bare.slow("editMessageText", 0)
    await talk.press(ANNA, "dig:off")
    last = (await talk.bare.called("editMessageText", 4))[-1]
    assert "09" not in last.params["text"]


MARKUP = refusal(400, "Bad Request: can't parse entities: Unsupported start tag")


async def test_a_reply_whose_markup_is_refused_comes_in_plain_text(talk: Talk) -> None:
    """With its buttons; and without them where those are what is refused."""
    talk.bare.answer("sendMessage", MARKUP)
    await talk.say(ANNA, "/sub Nordkorea")
    refused, plain = await talk.sent(ANNA, 2)
    assert (refused.params["parse_mode"], "parse_mode" in plain.params) == ("HTML", False)
    assert "Nordkorea" in plain.params["text"]
    assert "<b>" not in plain.params["text"]
    assert plain.params["reply_markup"] == refused.params["reply_markup"]

    talk.bare.answer("sendMessage", refusal(400, "Bad Request: BUTTON_DATA_INVALID"))
    await talk.say(BERT, "/sub Nordkorea")
    _, bare = await talk.sent(BERT, 2)
    assert "reply_markup" not in bare.params


async def test_a_reply_that_is_always_refused_ends(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    """After three ways of saying it."""
    talk.bare.always("sendMessage", MARKUP)
    await talk.say(ANNA, "/sub Nordkorea")
    await talk.sent(ANNA, 3)
    await asyncio.sleep(0.2)
    assert len(talk.to(ANNA)) == 3
    assert [each.levelno for each in caplog.records].count(logging.WARNING) == 1


async def test_a_reply_into_a_topic_that_is_gone_comes_to_the_group(talk: Talk) -> None:
    """To its main chat."""
    gone = refusal(400, "Bad Request: message thread not found")
    talk.bare.always("sendMessage", lambda params: gone if "message_thread_id" in params else None)
    await talk.say(-ANNA, "/list", message_thread_id=3, is_topic_message=True)
    refused, sent = await talk.sent(-ANNA, 2)
    assert refused.params["message_thread_id"] == "3"
    assert "message_thread_id" not in sent.params
    assert sent.params["text"] == refused.params["text"]


async def test_a_reply_to_a_group_that_moved_follows_it(talk: Talk) -> None:
    """And everything the group had moves too."""
    await talk.say(-ANNA, "/list")
    await talk.sent(-ANNA)
    moved = refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-10055)
    talk.bare.always("sendMessage", lambda params: moved if params["chat_id"] == str(-ANNA) else None)
    await talk.say(-ANNA, "/list")
    assert (await talk.sent(-10055))[0].params["text"] == talk.to(-ANNA)[-1].params["text"]
    assert await talk.store.chats.find(ChatId(-10055))
    assert not await talk.store.chats.find(ChatId(-ANNA))


async def test_groups_that_move_in_circles_end(talk: Talk) -> None:
    """One move is followed."""
    talk.bare.always(
        "sendMessage",
        lambda params: refusal(400, "x", migrate_to_chat_id=-10055 if params["chat_id"] == str(-ANNA) else -ANNA),
    )
    await talk.say(-ANNA, "/list")
    await talk.sent(-10055)
    await asyncio.sleep(0.1)
    assert len(talk.bare.of("sendMessage")) == 2


async def test_a_file_whose_caption_is_refused_comes_with_a_plain_one(talk: Talk) -> None:
    """And one whose caption is too long with a shorter one; Stars pay for both where that is allowed."""
    replies, place = talk.application.replies, Destination(ChatId(ANNA), ThreadId(0))
    talk.bare.answer("sendDocument", MARKUP)
    assert await replies.send_file(place, "a.json", b"{}", Html("<b>da</b>"))
    assert await replies.send_file(place, "a.json", b"{}", Html("<b>" + "😀 " * 700 + "</b>"))
    assert [each.params["caption"] for each in talk.bare.of("sendDocument")][:2] == ["<b>da</b>", "da"]
    last = talk.bare.of("sendDocument")[-1].params
    assert len(last["caption"].encode("utf-16-le")) // 2 <= 1024
    assert last["allow_paid_broadcast"] == "true"


async def test_replies_are_paid_for_where_that_is_allowed(talk: Talk) -> None:
    """As alerts are; a raised rate is good for nothing else."""
    await talk.say(ANNA, "/help")
    assert {each.params["allow_paid_broadcast"] for each in await talk.sent(ANNA)} == {"true"}


async def test_a_reply_that_cannot_go_at_once_is_kept_page_by_page(talk: Talk, clock: FakeClock) -> None:
    """None of it is lost, and the chat holds up nobody."""
    kept: list[str] = []

    class Kept:
        async def is_waiting(self, chat_id: ChatId) -> bool:
            return bool(kept) and chat_id == ANNA

        async def store(self, text: OutgoingText, rank: SendPriority) -> bool:
            kept.append(text.text)
            return rank is SendPriority.REPLY

    connection = talk.application.connection
    call = RetryingCaller(connection.account, connection.rate_limiter, DeskClock(clock))
    replies = ReplySender(call, queue=Kept())
    talk.bare.answer("sendMessage", refusal(429, "x", retry_after=60))
    text = Html("\n".join("x" * 100 for _ in range(90)))
    assert await replies.say(Destination(ChatId(ANNA), ThreadId(0)), text)
    assert "\n".join(kept) == text
    assert len(talk.to(ANNA)) == 1


async def test_who_tells_no_language_has_that_of_the_bot(talk: Talk) -> None:
    """Telegram need not name one, and may name one we do not speak: what alerts these readers is known all the same."""
    await talk.say(ANNA, "/list")
    await talk.say(BERT, "/list", **{"from": {"id": BERT, "language_code": "es"}})
    await talk.sent(ANNA)
    await talk.sent(BERT)
    known = [await talk.store.chats.find(ChatId(each)) for each in (ANNA, BERT)]
    assert [chat and chat.language for chat in known] == ["en", "en"]


async def test_a_press_behind_slow_work_is_answered(talk: Talk) -> None:
    """Its clock runs from when it came in, not from when its turn comes."""
    talk.bare.slow("sendMessage", 3600)
    await talk.say(ANNA, "/help")
    await talk.sent(ANNA)
    await talk.press(ANNA, "zz:1")
    await talk.bare.called("answerCallbackQuery")
    assert talk.bare.abandoned == []
    talk.bare.let_go("sendMessage")
    await talk.say(ANNA, "/list")
    await talk.bare.called("sendMessage", len(talk.bare.of("sendMessage")) + 1)
    assert len(talk.bare.of("answerCallbackQuery")) == 1


async def _open(bare: BareTelegram, store: Store, clock: FakeClock) -> None:
    application = make_application(bare, store, clock, FakeWeb())
    try:
        async with asyncio.timeout(HANG_SECONDS):
            await application.open()
    finally:
        await application.close()


async def test_a_wait_is_kept_to_at_the_start(bare: BareTelegram, store: Store, clock: FakeClock) -> None:
    """Telegram says when to ask again: not before, and then once."""
    bare.answer("getMe", refusal(429, "x", retry_after=1))
    await _open(bare, store, clock)
    assert len(bare.of("getMe")) == 2

    bare.answer("getMe", refusal(429, "x", retry_after=3600))
    waiting = asyncio.create_task(_open(bare, store, clock))
    await bare.called("getMe", 3)
    await bare.pass_by()
    assert len(bare.of("getMe")) == 3
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_token_refused_after_the_first_word_ends_the_start(
    bare: BareTelegram, store: Store, clock: FakeClock
) -> None:
    """A process has an exit code for that."""
    bare.always("deleteWebhook", refusal(401, "Unauthorized"))
    with pytest.raises(TokenRefusedError):
        await _open(bare, store, clock)


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, "Not Found: method not found"),
        refusal(400, "Bad Request: no"),
        refusal(429, "x", retry_after=3600),
        (500, {}, b"x"),
        b"[]",
    ],
)
async def test_a_webhook_that_cannot_be_deleted_keeps_nobody_from_polling(
    bare: BareTelegram, store: Store, clock: FakeClock, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It is one line; should there have been one, polling shows it."""
    bare.always("deleteWebhook", answer)
    await _open(bare, store, clock)
    assert len(bare.of("deleteWebhook")) <= 3
    lines = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert lines == ["webhook.not_deleted"]


async def test_a_token_refused_while_polling_ends_the_run(bare: BareTelegram, store: Store, clock: FakeClock) -> None:
    """Wherever it is said first."""
    application = make_application(bare, store, clock, FakeWeb())
    await application.open()
    bare.always("getUpdates", refusal(401, "Unauthorized"))
    assert isinstance(await asyncio.wait_for(application.run(), HANG_SECONDS), TokenRefused)
    await application.close()
