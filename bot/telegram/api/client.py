"""
Calls to the Bot API: the bot's account, retries within the rate limits, and the connection at a start.

The account is the library's `Bot` on our transport. `connect` asks Telegram who the bot is and removes a webhook that
would keep updates from polling.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram._utils.types import JSONDict
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError

from bot.core.delivery.delivery import NotSent, OutcomeUnknown, RetryAfter, SendOutcome, SendPriority, TokenRefused
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.ports import Clock
from bot.services.retry import BackOff, Outage
from bot.telegram.api import errors, transport
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.api.transport import Transport, UnclearError

UPDATES = ("message", "channel_post", "callback_query", "my_chat_member", "inline_query")
_LONGEST_POLL = timedelta(seconds=50)
_MAIN_THREAD = ThreadId(0)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Buttons = InlineKeyboardMarkup | ForceReply
"""What Telegram shows below a message or in place of the reader's keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResponse:
    """What an inline query is answered with; it counts for the person who asked, and no longer than it is cached."""

    results: tuple[InlineQueryResultArticle, ...]
    button: InlineQueryResultsButton | None = None
    cache_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSummary:
    """What Telegram says of a chat."""

    id: ChatId
    kind: str
    title: str
    username: str


class TokenRefusedError(Exception):
    """Telegram does not accept the token; the text never holds it."""


class BotClient(Bot):
    """The bot's account at one Bot API server, known by its token; its methods raise `TelegramError`."""

    def __init__(
        self, api_url: str, token: str, *, proxy: str | None = None, allow_paid_broadcast: bool = False
    ) -> None:
        """Prepare the account; nothing is asked of Telegram before `open`."""
        hush()
        root = api_url.rstrip("/")
        super().__init__(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=Transport(proxy=proxy),
            get_updates_request=Transport(proxy=proxy, read_timeout=timedelta(seconds=10)),
        )
        self._allow_paid_broadcast = True if allow_paid_broadcast else None

    async def open(self) -> None:
        """Connect and learn who we are; raises `TokenRefusedError`, or the library's network errors."""
        try:
            await self.initialize()
        except InvalidToken:
            raise TokenRefusedError("Telegram does not accept the token") from None

    async def close_all(self) -> None:
        """Close the connections; Telegram is not told."""
        await self.shutdown()
        for request in self._request:  # the library leaves them open when it never came to know us
            await request.shutdown()

    async def list_updates(self, offset: int, wait: timedelta) -> tuple[dict[str, Any], ...]:
        """
        Confirm what is before `offset` and wait for what comes next, as Telegram wrote it.

        The library's own call drops a whole batch when it cannot read one update of it, and logs the batch.
        """
        seconds = min(wait, _LONGEST_POLL).total_seconds()
        answer = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": int(seconds), "allowed_updates": list(UPDATES)},
            read_timeout=seconds + 10,
        )
        if not isinstance(answer, list):
            raise UnclearError("what came is no list of updates")
        return tuple(cast(dict[str, Any], raw) for raw in answer if transport.is_update(raw))

    async def find_standing(self, chat_id: int, user_id: int) -> str:
        """Say what somebody is in a chat, in Telegram's words; the library wants every right of an administrator."""
        answer = await self._post("getChatMember", {"chat_id": chat_id, "user_id": user_id})
        return str(answer.get("status", "")) if isinstance(answer, dict) else ""

    async def find_chat(self, reference: int | str) -> ChatSummary | None:
        """Find a chat by its id or @name; the library wants more of an answer than every server gives."""
        answer = await self._post("getChat", {"chat_id": reference})
        if not isinstance(answer, dict):
            return None
        username = str(answer.get("username") or "")
        title = str(answer.get("title") or username)
        return ChatSummary(id=ChatId(int(answer["id"])), kind=str(answer["type"]), title=title, username=username)

    async def find_member(self, chat_id: int, user_id: int) -> tuple[str, bool]:
        """Say what somebody is in a channel, in Telegram's words, and whether that one may post there."""
        answer = await self._post("getChatMember", {"chat_id": chat_id, "user_id": user_id})
        if not isinstance(answer, dict):
            return "", False
        return str(answer.get("status", "")), bool(answer.get("can_post_messages"))

    async def send_text(
        self,
        chat_id: ChatId,
        text: str,
        *,
        html: bool = True,
        thread_id: ThreadId = _MAIN_THREAD,
        buttons: Buttons | None = None,
        silent: bool = False,
        reply_to: MessageId | None = None,
        preview: LinkPreviewOptions | None = None,
    ) -> Message:
        """Send a message; below the message `reply_to`, should that still be there."""
        return await self.send_message(
            chat_id,
            text,
            parse_mode=ParseMode.HTML if html else None,
            link_preview_options=preview or _NO_PREVIEW,
            disable_notification=True if silent else None,
            message_thread_id=thread_id or None,
            reply_parameters=None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True),
            reply_markup=buttons,
            allow_paid_broadcast=self._allow_paid_broadcast,
        )

    async def send_file(
        self,
        chat_id: ChatId,
        name: str,
        content: bytes,
        caption: str,
        *,
        html: bool = True,
        thread_id: ThreadId = _MAIN_THREAD,
    ) -> Message:
        """Send a document under that file name."""
        return await self.send_document(
            chat_id,
            InputFile(content, filename=name),
            caption=caption,
            parse_mode=ParseMode.HTML if html else None,
            message_thread_id=thread_id or None,
            allow_paid_broadcast=self._allow_paid_broadcast,
        )

    async def send_picture(
        self,
        chat_id: ChatId,
        name: str,
        content: bytes,
        caption: str,
        *,
        html: bool = True,
        thread_id: ThreadId = _MAIN_THREAD,
    ) -> Message:
        """Send a picture with a caption."""
        return await self.send_photo(
            chat_id,
            InputFile(content, filename=name),
            caption=caption,
            parse_mode=ParseMode.HTML if html else None,
            message_thread_id=thread_id or None,
            allow_paid_broadcast=self._allow_paid_broadcast,
        )

    async def fetch_file(self, file_id: str) -> bytes:
        """Fetch a file of a chat; Telegram hands out what has 20 MB at most."""
        file = await self.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    async def edit_text(
        self,
        chat_id: ChatId,
        message_id: int,
        text: str,
        *,
        html: bool = True,
        buttons: InlineKeyboardMarkup | None = None,
        preview: LinkPreviewOptions | None = None,
    ) -> object:
        """Change text and buttons of a message, and which link is previewed: an edit that names none shows none."""
        return await self.edit_message_text(
            text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML if html else None,
            link_preview_options=preview or _NO_PREVIEW,
            reply_markup=buttons,
        )

    async def edit_buttons(self, chat_id: ChatId, message_id: int, buttons: InlineKeyboardMarkup | None) -> object:
        """Change the buttons of a message."""
        return await self.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=buttons)

    def has_private_topics(self) -> bool:
        """Return whether the bot's owner switched on topics in private chats, as Telegram said at the start."""
        return bool(self.bot.has_topics_enabled)

    async def open_topic(self, chat_id: ChatId, name: str) -> ThreadId:
        """Open a topic."""
        topic = await self.create_forum_topic(chat_id, name)
        return ThreadId(topic.message_thread_id)

    async def answer_inline(self, query_id: str, answer: InlineResponse) -> bool:
        """Answer an inline query."""
        return await self.answer_inline_query(
            query_id,
            answer.results,
            cache_time=answer.cache_seconds,
            is_personal=True,
            button=answer.button,
        )

    async def _post(self, endpoint: str, data: JSONDict | None = None, **how: Any) -> Any:
        return transport.result(endpoint, await super()._post(endpoint, data, **how), self.token)


def hush() -> None:
    """Keep the library from logging calls and updates, which hold what people write."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)


_LONGEST_PAUSE = 15.0
_WEBHOOK_RETRIES = 2

Result = TypeVar("Result")
WithoutSlot = Callable[[], AbstractAsyncContextManager[None]]
"""A context manager in which a task of the update queue gives up its slot; outside of the queue it does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRights:
    """What a member, or the bot, may do in a channel."""

    is_administrator: bool
    may_post: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPolicy:
    """How a call counts against the rate limits, and how long it may take."""

    chat: ChatId | None = None
    """The chat a 429 is noted for, and whose floods hold the call up; None: a 429 delays this call only."""
    counts: bool = False
    """Whether the call counts for the rate of its chat, as messages do; edits count for the bot alone."""
    ignores_flood: bool = False
    """Whether a flood of the chat does not hold the call up; one of the whole bot always does."""
    rank: SendPriority = SendPriority.REPLY
    timeout: timedelta = timedelta(minutes=5)
    longest_wait: timedelta = timedelta(days=1)
    """Give up at once where the next attempt would have to wait longer than this."""


@dataclass(frozen=True, slots=True)
class CallFailed:
    """The call was refused by Telegram, or its time ran out."""

    outcome: SendOutcome
    may_pass: bool
    """Whether the same call may succeed later."""


class RetryingCaller:
    """Makes calls to Telegram, with retries; the answer of Telegram is a value."""

    def __init__(
        self,
        account: BotClient,
        rate_limiter: TelegramRateLimiter,
        clock: Clock,
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        without_slot: WithoutSlot = contextlib.nullcontext,
    ) -> None:
        self.without_slot = without_slot
        self.account = account
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._pause = pause

    async def __call__(self, make: Callable[[BotClient], Awaitable[Result]], policy: CallPolicy) -> Result | CallFailed:
        """Call until it succeeds, is refused, or its time has run out; other calls do not wait for that."""
        until = self._clock.monotonic() + policy.timeout.total_seconds()
        counted_chat = policy.chat if policy.counts else None
        back_off = BackOff(first=0.5, longest=_LONGEST_PAUSE)
        async with self.without_slot():
            while True:
                outcome: SendOutcome
                wait: float | None
                if (blocked := self._blocked_for(policy)) > 0:
                    outcome, wait = RetryAfter(timedelta(seconds=blocked)), blocked
                elif not await self._rate_limiter.admit(counted_chat, policy.rank, until):
                    return CallFailed(RetryAfter(timedelta(seconds=self._blocked_for(policy))), may_pass=True)
                else:
                    began = self._clock.monotonic()
                    try:
                        result = await make(self.account)
                    except TelegramError as error:
                        outcome = errors.read(error)
                    else:
                        if counted_chat is not None:
                            self._rate_limiter.succeeded(counted_chat, began)
                        return result
                    wait = self._wait_after(outcome, policy.chat, back_off)
                most = min(until - self._clock.monotonic(), policy.longest_wait.total_seconds())
                if wait is None or wait > most:
                    return CallFailed(outcome, may_pass=wait is not None)
                await self._pause(wait)

    def _blocked_for(self, policy: CallPolicy) -> float:
        """Return the seconds for which the chat's rate or a flood, of the chat or of the whole bot, blocks the call."""
        flooded = self._rate_limiter.paused(None if policy.ignores_flood else policy.chat)
        if policy.chat is None or not policy.counts:
            return flooded
        return max(flooded, self._rate_limiter.chat_wait(policy.chat, policy.rank))

    def _wait_after(self, outcome: SendOutcome, chat: ChatId | None, back_off: BackOff) -> float | None:
        """Return the seconds until the next attempt; None when there is no point in one."""
        pause = back_off.next()
        match outcome:
            case RetryAfter(delay):
                if chat is not None:
                    delay = self._rate_limiter.flooded(chat, delay)
                return delay.total_seconds()
            case NotSent() | OutcomeUnknown():
                return pause
            case _:
                return None


_log = logging.getLogger(__name__)


async def connect(
    account: BotClient,
    outage: Outage,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    *,
    drops_webhook: bool = True,
) -> None:
    """
    Open the account, retrying until it succeeds, and remove a webhook, unless updates come by one.

    Raises `TokenRefusedError` when Telegram does not accept the token; to be cancelled when the process is to stop.
    """
    back_off = BackOff(first=0.5, longest=3.0)
    while True:
        try:
            await account.open()
            outage.worked()
            break
        except TelegramError as error:
            outage.failed(error.message)
            await pause(errors.ask_again_in(errors.read(error), back_off.next()))
    if drops_webhook:
        await _drop_webhook(account)


async def _drop_webhook(account: BotClient) -> None:
    """Remove a webhook; if that fails, polling shows whether there was one."""
    back_off = BackOff(first=0.5, longest=1.0)
    while True:
        try:
            await account.delete_webhook()
            return
        except TelegramError as error:
            outcome, pause = errors.read(error), back_off.next()
            if isinstance(outcome, TokenRefused):
                raise TokenRefusedError("Telegram does not accept the token any more") from None
            if back_off.failures > _WEBHOOK_RETRIES or not isinstance(outcome, NotSent | OutcomeUnknown):
                _log.warning("webhook.not_deleted", extra={"error": error.message})
                return
        await asyncio.sleep(pause)
