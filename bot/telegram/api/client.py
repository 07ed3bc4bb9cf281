"""
Calls to the Bot API: retries within the rate limit, the bot's account, and the connection at a start.

The account is the library's `Bot` on our transport. `connect` asks Telegram who the bot is and removes a webhook that
would keep updates from polling.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

from telegram import Bot
from telegram._utils.types import JSONDict
from telegram.error import InvalidToken, TelegramError

from bot.core.delivery.delivery import NotSent, OutcomeUnknown, RetryAfter, SendOutcome, SendPriority, TokenRefused
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.services.retry import Outage
from bot.telegram.api import errors, transport
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.api.transport import Transport, UnclearError
from bot.telegram.chat_executor import Aside, stay

_LONGEST_PAUSE = 15.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPolicy:
    """How a call counts against the rate limits, and how long it may take."""

    paced: ChatId | None = None
    """The chat whose rate it counts for."""
    heeds: ChatId | None = None
    """The chat whose floods it waits out; those of the whole bot it always does."""
    floods: ChatId | None = None
    """The chat a 429 is noted for; None: it delays this call only."""
    rank: SendPriority = SendPriority.REPLY
    patience: timedelta = timedelta(minutes=5)
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
        rate_limiter: TelegramRateLimiter,
        clock: Clock,
        pause: Callable[[float], Awaitable[object]],
        aside: Aside = stay,
    ) -> None:
        self._rate_limiter = rate_limiter
        self._aside = aside
        self._clock = clock
        self._pause = pause

    async def __call__(self, make: Callable[[], Awaitable[Result]], terms: CallPolicy) -> Result | CallFailed:
        """Call until it succeeds, is refused, or its time has run out; other calls do not wait for that."""
        async with self._aside():
            return await self._call(make, terms)

    async def _call(self, make: Callable[[], Awaitable[Result]], terms: CallPolicy) -> Result | CallFailed:
        until = self._clock.monotonic() + terms.patience.total_seconds()
        attempt = 0
        while True:
            outcome: SendOutcome
            wait: float | None
            if (left := self._held_up(terms)) > 0:
                outcome, wait = RetryAfter(timedelta(seconds=left)), left
            elif not await self._rate_limiter.admit(terms.paced, terms.rank, until):
                return CallFailed(RetryAfter(timedelta(seconds=self._held_up(terms))), may_pass=True)
            else:
                began = self._clock.monotonic()
                try:
                    done = await make()
                except TelegramError as error:
                    outcome = errors.read(error)
                else:
                    if terms.paced is not None:
                        self._rate_limiter.succeeded(terms.paced, began)
                    return done
                attempt += 1
                wait = self._before_next(outcome, terms.floods, attempt)
            most = min(until - self._clock.monotonic(), terms.longest_wait.total_seconds())
            if wait is None or wait > most:
                return CallFailed(outcome, may_pass=wait is not None)
            await self._pause(wait)

    def _held_up(self, terms: CallPolicy) -> float:
        """Give the seconds for which the chat, or a flood of the whole bot, stands in the way."""
        pace = self._rate_limiter.chat_wait(terms.paced, terms.rank) if terms.paced is not None else 0.0
        return max(pace, self._rate_limiter.paused(terms.heeds))

    def _before_next(self, outcome: SendOutcome, floods: ChatId | None, attempt: int) -> float | None:
        """Give the seconds until the next attempt; None when there is no point in one."""
        match outcome:
            case RetryAfter(delay):
                if floods is not None:
                    delay = self._rate_limiter.flooded(floods, delay)
                return delay.total_seconds()
            case NotSent() | OutcomeUnknown():
                return min(0.25 * 2.0**attempt, _LONGEST_PAUSE)
            case _:
                return None


UPDATES = ("message", "callback_query", "my_chat_member")
_LONGEST_POLL = timedelta(seconds=50)


class TokenRefusedError(Exception):
    """Telegram does not accept the token; the text never holds it."""


class BotClient(Bot):
    """The bot's account at one Bot API server, known by its token."""

    @classmethod
    def at(cls, api_url: str, token: str, *, proxy: str | None = None) -> BotClient:
        """Prepare the account; nothing is asked of Telegram before `open`."""
        hush()
        root = api_url.rstrip("/")
        return cls(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=Transport(proxy=proxy),
            get_updates_request=Transport(proxy=proxy, read_timeout=timedelta(seconds=10)),
        )

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
        return tuple(cast(dict[str, Any], each) for each in answer if isinstance(each, dict) and _is_update(each))

    async def find_standing(self, chat_id: int, user_id: int) -> str:
        """Say what somebody is in a chat, in Telegram's words; the library wants every right of an administrator."""
        answer = await self._post("getChatMember", {"chat_id": chat_id, "user_id": user_id})
        return str(answer.get("status", "")) if isinstance(answer, dict) else ""

    async def _post(self, endpoint: str, data: JSONDict | None = None, **how: Any) -> Any:
        return transport.result(endpoint, await super()._post(endpoint, data, **how), self.token)


def _is_update(raw: dict[str, Any]) -> bool:
    number = raw.get("update_id")
    return transport.is_number(number) and number >= 0


def hush() -> None:
    """Keep the library from logging calls and updates, which hold what people write."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)


_log = logging.getLogger(__name__)
_CONNECTING_LONGEST_PAUSE = 3.0


async def connect(
    account: BotClient, outage: Outage, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """
    Open the account, retrying until it succeeds, and remove a webhook.

    Raises `TokenRefusedError` when Telegram does not accept the token; to be cancelled when the process is to stop.
    """
    failures = 0
    while True:
        try:
            await account.open()
            outage.worked()
            break
        except TelegramError as error:
            failures += 1
            outage.failed(error.message)
            await pause(errors.ask_again_in(errors.read(error), min(0.25 * 2.0**failures, _CONNECTING_LONGEST_PAUSE)))
    await _drop_webhook(account)


async def _drop_webhook(account: BotClient) -> None:
    """Remove a webhook; if that fails, polling shows whether there was one."""
    for pause in (0.5, 1.0, None):
        try:
            await account.delete_webhook()
            return
        except TelegramError as error:
            outcome = errors.read(error)
            if isinstance(outcome, TokenRefused):
                raise TokenRefusedError("Telegram does not accept the token any more") from None
            if pause is None or not isinstance(outcome, NotSent | OutcomeUnknown):
                _log.warning("webhook.not_deleted", extra={"error": error.message})
                return
        await asyncio.sleep(pause)
