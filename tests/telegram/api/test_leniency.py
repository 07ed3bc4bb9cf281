"""A server that says less than Telegram, or says it otherwise, is understood all the same."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram import ChatMemberAdministrator, Message
from telegram.error import BadRequest, TelegramError

from bot.core.delivery.delivery import ChatMoved, OutcomeUnknown, RefusedReason, RetryAfter, TokenRefused
from bot.core.ids import ChatId
from bot.telegram.api import errors, transport
from bot.telegram.api.client import BotClient
from bot.telegram.api.transport import UnclearError
from tests.fakes.bare_telegram import TOKEN, BareTelegram, refusal

Json = dict[str, Any]


@pytest.fixture
async def bare() -> AsyncIterator[BareTelegram]:
    """A bare server."""
    async with BareTelegram() as running:
        yield running


@pytest.fixture
async def account(bare: BareTelegram) -> AsyncIterator[BotClient]:
    """An account there."""
    opened = BotClient(bare.url, TOKEN)
    await opened.open()
    yield opened
    await opened.close_all()


@pytest.mark.parametrize(
    "result",
    [
        {"message_id": 5},
        {"message_id": 5, "date": 1},
        {"message_id": 5, "chat": {"id": 7}},
        {"message_id": 5, "date": "today", "chat": None, "entities": 3},
    ],
)
async def test_of_a_message_that_was_sent_its_number_is_enough(
    bare: BareTelegram, account: BotClient, result: Json
) -> None:
    """Nothing else is read, so nothing else can make it come twice."""
    bare.always("sendMessage", {"ok": True, "result": result})
    assert (await account.send_message(7, "x")).message_id == 5


@pytest.mark.parametrize("body", [b'{"ok":true}', b'{"ok":true,"result":true}', b'{"ok": true, "result": {}}'])
async def test_what_is_said_to_be_done_is_done(bare: BareTelegram, account: BotClient, body: bytes) -> None:
    """Also where nobody says under which number."""
    bare.always("sendMessage", body)
    assert (await account.send_message(7, "x")).message_id == 0


@pytest.mark.parametrize("result", [True, {}, {"message_id": 5}, None])
async def test_the_result_of_an_edit_is_not_looked_at(bare: BareTelegram, account: BotClient, result: object) -> None:
    """Telegram may show the message or say that it is so."""
    bare.always("editMessageText", {"ok": True, "result": result})
    assert await account.edit_message_text("x", chat_id=7, message_id=5)


@pytest.mark.parametrize("result", [{}, {"id": 5}, {"id": "5", "username": None}, [], {"id": 5, "first_name": "B"}])
async def test_a_bot_without_a_name_can_be_opened(bare: BareTelegram, result: object) -> None:
    """Who we are stands in the token."""
    bare.always("getMe", {"ok": True, "result": result})
    account = BotClient(bare.url, TOKEN)
    await account.open()
    assert account.id in (5, 123456)
    assert account.username == ""
    await account.close_all()


async def test_a_members_standing_is_all_that_is_read(bare: BareTelegram, account: BotClient) -> None:
    """The library wants every right of an administrator to be named."""
    bare.answer("getChatMember", {"ok": True, "result": {"status": "administrator"}}, {"ok": True, "result": []})
    assert await account.find_standing(-5, 7) == "administrator"
    assert await account.find_standing(-5, 7) == ""


PAGE = b"<html>429 Too Many Requests</html>"


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ((429, {"Retry-After": "7"}, PAGE), 7),
        ((429, {}, PAGE), 1),
        ((429, {"Retry-After": "soon"}, b'{"ok":false}'), 1),
        (refusal(429, "Too Many Requests: retry after 9"), 9),
        (refusal(429, "Too Many Requests: retry after 9", retry_after="8"), 8),
        (refusal(429, "x", retry_after=43837), 43837),
        (refusal(429, "x", retry_after=-4), 1),
        (refusal(429, "x", retry_after=float("nan")), 1),
        (refusal(429, "x", retry_after=10**30), 86400),
        ((429, {"Retry-After": "7"}, b'{"ok":false,"error_code":429,"parameters":[]}'), 7),
        ((200, {}, b'{"ok":false,"error_code":429,"parameters":{"retry_after":6}}'), 6),
    ],
)
async def test_how_long_to_wait_is_found_wherever_it_stands(
    bare: BareTelegram, account: BotClient, answer: Any, seconds: int
) -> None:
    """Among the parameters, in the header, in the words; else a second."""
    bare.answer("sendMessage", answer)
    assert errors.read(await _failure(account)) == RetryAfter(timedelta(seconds=seconds))


async def test_a_refusal_under_another_status_is_a_refusal(bare: BareTelegram, account: BotClient) -> None:
    """What an answer says of itself is truer than the status it comes with."""
    for status in (200, 400):
        body = json.dumps(refusal(403, "Forbidden: bot was blocked by the user")).encode()
        bare.answer("sendMessage", (status, {}, body))
        assert errors.read(await _failure(account)).reason is RefusedReason.BLOCKED  # type: ignore[union-attr]
    bare.answer("sendMessage", (200, {}, b'{"ok":false,"error_code":401}'))
    assert isinstance(errors.read(await _failure(account)), TokenRefused)


@pytest.mark.parametrize("number", [-100_55, "-10055"])
async def test_a_new_chat_id_may_be_a_string(bare: BareTelegram, account: BotClient, number: object) -> None:
    """It is a number to us."""
    bare.answer("sendMessage", refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=number))
    assert errors.read(await _failure(account)) == ChatMoved(ChatId(-10055))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"ok":true,"result":',
        b"{}",
        b"[" * 100_000,
        (200, {}, b'{"ok":false}'),
        (200, {"Content-Encoding": "gzip"}, b"no gzip at all"),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
        (404, {}, b'{"detail":"Not Found"}'),
        (401, {}, b"<html>"),
        (500, {}, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    ],
)
async def test_what_makes_no_sense_is_unknown_and_no_crash(bare: BareTelegram, account: BotClient, answer: Any) -> None:
    """It is tried again; a page of somebody else says nothing about our token."""
    bare.answer("sendMessage", answer)
    assert isinstance(errors.read(await _failure(account)), OutcomeUnknown)


async def test_packed_answers_and_closed_connections_are_read(bare: BareTelegram, account: BotClient) -> None:
    """Gzip, and a server that closes after each answer."""
    body = b'{"ok":true,"result":{"message_id":5}}'
    bare.answer("sendMessage", (200, {"Content-Encoding": "gzip"}, gzip.compress(body)))
    bare.answer("sendMessage", (200, {"Connection": "close"}, body), (201, {"X-Extra": "1"}, body))
    for _ in range(3):
        assert (await account.send_message(7, "x")).message_id == 5


async def test_a_list_of_updates_is_a_list(bare: BareTelegram, account: BotClient) -> None:
    """Anything else is trouble; what in it is no update is left out."""
    bare.answer("getUpdates", {"ok": True, "result": {}})
    with pytest.raises(UnclearError):
        await account.list_updates(0, timedelta(0))
    odd = [3, None, {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 2**70}, {"update_id": -1}]
    bare.answer("getUpdates", {"ok": True, "result": [*odd, {"update_id": 8, "poll": {}}]})
    assert await account.list_updates(0, timedelta(0)) == ({"update_id": 8, "poll": {}},)


async def _failure(account: BotClient) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await account.send_message(7, "x")
    return caught.value


PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -7, "type": "supergroup"}


def _message(account: BotClient, **fields: Any) -> Message:
    found = transport.update({"update_id": 1, "message": {"text": "hallo", **fields}}, account).message
    assert found is not None
    return found


async def test_a_message_needs_a_chat_and_no_more(account: BotClient) -> None:
    """Who writes in a private chat is its person; who speaks as a group is its anonymous administrator."""
    plain = _message(account, chat={"id": 7})
    assert plain.from_user is not None
    assert (plain.chat.type, plain.from_user.id, plain.from_user.is_bot, plain.text) == ("private", 7, False, "hallo")
    anonymous = _message(account, chat=GROUP, sender_chat=GROUP)
    assert anonymous.from_user is not None
    assert anonymous.from_user.username == "GroupAnonymousBot"
    assert _message(account, chat={"id": -7}).from_user is None


@pytest.mark.parametrize(
    "odd",
    [
        {"entities": [{"type": "bold"}]},
        {"entities": 3, "date": 10**20, "reply_markup": []},
        {"from": {"id": 7, "language_code": 5, "first_name": None}},
        {"reply_to_message": {"message_id": 3}},
        {"reply_to_message": {"message_id": 3, "chat": PRIVATE, "reply_to_message": {"chat": PRIVATE}}},
        {"photo": [{}], "sender_chat": {}, "via_bot": {}, "forward_origin": {"type": "new"}},
        {"something": {"new": [1]}, "message_id": "x"},
    ],
)
async def test_what_is_odd_in_a_message_does_not_cost_its_text(account: BotClient, odd: Json) -> None:
    """A part beyond reading is left out."""
    message = _message(account, chat=PRIVATE, **odd)
    assert (message.text, message.chat_id) == ("hallo", 7)


async def test_a_press_needs_an_id(account: BotClient) -> None:
    """Without a message, without data, without a person: it can be answered all the same."""
    for query in ({"id": 5, "from": {"id": 7}}, {"id": "5", "message": {"chat": PRIVATE, "message_id": 3}}):
        read = transport.update({"update_id": 1, "callback_query": query}, account).callback_query
        assert read is not None
        assert (read.id, read.from_user.id) == ("5", 7)
        pressed = transport.press({"callback_query": query})
        assert pressed is not None
        assert (pressed.query_id, pressed.user_id, pressed.chat_id) in (("5", 7, None), ("5", 7, 7))
    assert transport.press({"message": {}}) is None


@pytest.mark.parametrize("status", ["creator", "administrator", "member", "restricted", "left", "kicked"])
async def test_a_membership_needs_a_standing(account: BotClient, status: str) -> None:
    """Rights nobody names are nobody's."""
    raw = {"update_id": 1, "my_chat_member": {"chat": GROUP, "from": {"id": 7}, "new_chat_member": {"status": status}}}
    change = transport.update(raw, account).my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("left", status)
    if isinstance(change.new_chat_member, ChatMemberAdministrator):
        assert not change.new_chat_member.can_delete_messages


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1},
        {"update_id": 1, "message": None, "callback_query": []},
        {"update_id": 1, "edited_message": {"chat": {}}, "channel_post": 4, "something_new": {}},
    ],
)
async def test_what_is_nothing_for_us_is_an_update_without_contents(account: BotClient, raw: Json) -> None:
    """Kinds we did not ask for are not even read."""
    read = transport.update(raw, account)
    assert read.message is read.callback_query is read.my_chat_member is None
    assert transport.queue_key(raw) is None


async def test_lanes_are_chats_where_there_is_one() -> None:
    """Whatever else an update lacks."""
    assert transport.queue_key({"message": {"chat": {"id": -5}}}) == -5
    assert transport.queue_key({"callback_query": {"from": {"id": 7}, "message": None}}) == 7
    assert transport.queue_key({"message": "x", "callback_query": {"message": {"chat": {"id": 8}}}}) == 8


async def test_slow_headers_end_in_a_timeout(account: BotClient) -> None:
    """A server that never ends its headers is a call without an answer."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.0 200 OK\r\n")
            await writer.drain()
            await reader.read()
        writer.close()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    slow = BotClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", TOKEN)
    await slow.request.initialize()
    with pytest.raises(UnclearError):
        await slow.send_message(7, "x", read_timeout=0.2)
    await slow.close_all()
    server.close()


async def test_parameters_are_the_librarys_own(bare: BareTelegram, account: BotClient) -> None:
    """Only the reading is ours."""
    await account.send_message(7, "x", parse_mode="HTML", disable_notification=True)
    assert bare.of("sendMessage")[0].params == {
        "chat_id": "7",
        "text": "x",
        "parse_mode": "HTML",
        "disable_notification": "true",
    }
    bare.answer("sendMessage", refusal(400, "Bad Request: x"))
    assert isinstance(await _failure(account), BadRequest)
