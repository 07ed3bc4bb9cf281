"""HTTP to Telegram: what surely was not sent, and what may have been."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.core.delivery.delivery import (
    ChatMoved,
    NotSent,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    RetryAfter,
    TokenRefused,
)
from bot.core.ids import ChatId
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from bot.telegram.api import errors
from bot.telegram.api.client import BotClient, TokenRefusedError
from bot.telegram.api.transport import FloodError, NotConnectedError, Transport, UnclearError

TOKEN = "123456:AAsecret-token-that-nobody-may-see-000"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server of our own."""
    async with Server() as running:
        yield running


@pytest.fixture
async def account(server: Server) -> AsyncIterator[BotClient]:
    """An account there, connected."""
    opened = BotClient(server.url, server.token)
    await opened.open()
    yield opened
    await opened.close_all()


@pytest.fixture
def anna(server: Server) -> SimulatedPerson:
    """Somebody who has opened the chat."""
    person = server.person()
    person.say("hallo")
    return person


async def failure(account: BotClient, chat_id: int) -> TelegramError:
    """Send something that fails, and make sure that the error does not give the token away."""
    with pytest.raises(TelegramError) as caught:
        await account.send_message(chat_id, "x")
    assert account.token not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def test_text_and_files_arrive(server: Server, account: BotClient, anna: SimulatedPerson) -> None:
    """Forms with and without a file."""
    await account.send_message(anna.id, "Grüsse & <b>")
    await account.send_document(anna.id, InputFile(b"{}", filename="a.json"), caption="ä")
    text, file = anna.chat.received
    assert text.text == "Grüsse & <b>"
    assert file.document is not None
    assert (file.document.name, file.document.content, file.text) == ("a.json", b"{}", "ä")
    assert server.violations == []


async def test_without_a_connection_nothing_was_sent() -> None:
    """Nobody listens on port 1."""
    account = BotClient("http://127.0.0.1:1", TOKEN)
    with pytest.raises(NetworkError):
        await account.open()
    error = await failure(account, 1)
    assert isinstance(error, NotConnectedError)
    assert isinstance(errors.read(error), NotSent)
    await account.close_all()


async def test_a_transport_that_is_not_open_sends_nothing() -> None:
    """A mistake in wiring is no crash."""
    with pytest.raises(NotConnectedError):
        await Transport().do_request("http://127.0.0.1:1/", "POST")


@pytest.mark.parametrize("effect", [Effect.CUT, Effect.RESET, Effect.ERROR])
async def test_what_left_and_was_not_answered_is_unknown(
    server: Server, account: BotClient, anna: SimulatedPerson, effect: Effect
) -> None:
    """A connection cut before or after the call was carried out looks the same; so does a page instead of JSON."""
    server.fault(effect, "sendMessage")
    error = await failure(account, anna.id)
    assert isinstance(error, UnclearError)
    assert isinstance(errors.read(error), OutcomeUnknown)


async def test_no_answer_in_time_is_unknown(server: Server, account: BotClient, anna: SimulatedPerson) -> None:
    """The call was carried out; only its answer never came."""
    server.fault(Effect.SILENT, "sendMessage")
    with pytest.raises(UnclearError):
        await account.send_message(anna.id, "x", read_timeout=0.05)
    assert [message.text for message in anna.chat.received] == ["x"]


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_page_of_somebody_else_says_nothing_about_our_token(
    server: Server, account: BotClient, anna: SimulatedPerson, status: int
) -> None:
    """A proxy's 401 or 404 is not Telegram's."""
    server.fault(Effect.ERROR, "sendMessage", status=status)
    assert isinstance(errors.read(await failure(account, anna.id)), OutcomeUnknown)


async def test_flood_control_is_a_wait(server: Server, account: BotClient, anna: SimulatedPerson) -> None:
    """However often."""
    server.fault(Effect.FLOOD, "sendMessage", seconds=7)
    error = await failure(account, anna.id)
    assert isinstance(error, FloodError)
    assert errors.read(error) == RetryAfter(timedelta(seconds=7))


async def test_a_refused_token_is_told_without_showing_it(server: Server) -> None:
    """Neither in the text nor in what caused it."""
    account = BotClient(server.url, TOKEN)
    with pytest.raises(TokenRefusedError) as caught:
        await account.open()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    await account.close_all()


async def test_long_polls_give_updates_as_they_are(server: Server, account: BotClient) -> None:
    """Raw, so that one that cannot be read spoils no other."""
    poll = asyncio.create_task(account.list_updates(0, timedelta(seconds=30)))
    await server.ready()
    server.person().say("hallo")
    (update,) = await asyncio.wait_for(poll, HANG_SECONDS)
    assert update["message"]["text"] == "hallo"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), RefusedReason.BLOCKED),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), RefusedReason.BLOCKED),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), RefusedReason.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), RefusedReason.GONE),
        (Forbidden("Forbidden: the group chat was deleted"), RefusedReason.GONE),
        (Forbidden("Forbidden: need administrator rights in the channel chat"), RefusedReason.NO_RIGHTS),
        (BadRequest("Bad Request: chat not found"), RefusedReason.NOT_FOUND),
        (BadRequest("Bad Request: message thread not found"), RefusedReason.THREAD_GONE),
        (BadRequest("Bad Request: can't parse entities: Unsupported start tag"), RefusedReason.BAD_MARKUP),
        (BadRequest("Bad Request: message is too long"), RefusedReason.TOO_LONG),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), RefusedReason.NO_RIGHTS),
        (BadRequest("Bad Request: something new"), RefusedReason.BAD_REQUEST),
        (InvalidToken("Not Found: method not found"), RefusedReason.BAD_REQUEST),
    ],
)
def test_refusals_have_their_reasons(error: TelegramError, outcome: RefusedReason) -> None:
    """A bad request is a kind of network error to the library, and none to us."""
    assert errors.read(error) == Refused(outcome, error.message)


def test_other_errors_have_their_outcomes() -> None:
    """A group that moved, a token that is refused, another poller, and what nobody knows."""
    assert errors.read(ChatMigrated(-5)) == ChatMoved(ChatId(-5))
    assert isinstance(errors.read(InvalidToken("Unauthorized")), TokenRefused)
    assert isinstance(errors.read(Conflict("x")), NotSent)
    assert isinstance(errors.read(TelegramError("x")), OutcomeUnknown)
    assert isinstance(errors.read(NetworkError("x")), OutcomeUnknown)
