"""The first words with Telegram at a start: who we are, and that we ask for our updates ourselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram.error import TelegramError

from bot.chat import outcomes
from bot.chat.account import BotClient, TokenRefusedError
from bot.core.delivery import NotSent, OutcomeUnknown, TokenRefused
from bot.flow.outage import Outage

_log = logging.getLogger(__name__)
_LONGEST_PAUSE = 3.0


async def connect(
    account: BotClient, outage: Outage, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """
    Open the account, however long that takes, and take back a webhook.

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
            await pause(outcomes.ask_again_in(outcomes.read(error), min(0.25 * 2.0**failures, _LONGEST_PAUSE)))
    await _drop_webhook(account)


async def _drop_webhook(account: BotClient) -> None:
    """Take back a webhook; should that fail, polling shows whether there was one."""
    for pause in (0.5, 1.0, None):
        try:
            await account.delete_webhook()
            return
        except TelegramError as error:
            outcome = outcomes.read(error)
            if isinstance(outcome, TokenRefused):
                raise TokenRefusedError("Telegram does not accept the token any more") from None
            if pause is None or not isinstance(outcome, NotSent | OutcomeUnknown):
                _log.warning("webhook.not_deleted", extra={"error": error.message})
                return
        await asyncio.sleep(pause)
