"""What Telegram's answers mean: errors of the library become the outcomes `core` knows."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.core.delivery.delivery import (
    ChatMoved,
    NotSent,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    RetryAfter,
    SendOutcome,
    TokenRefused,
)
from bot.core.ids import ChatId
from bot.telegram.api.transport import FloodError, NotConnectedError

_FORBIDDEN = (
    ("deactivated", RefusedReason.GONE),
    ("was deleted", RefusedReason.GONE),
    ("rights", RefusedReason.NO_RIGHTS),
    ("not enough", RefusedReason.NO_RIGHTS),
    ("administrator", RefusedReason.NO_RIGHTS),
)
_BAD = (
    ("message to edit not found", RefusedReason.MESSAGE_GONE),
    ("message can't be edited", RefusedReason.MESSAGE_GONE),
    ("message_id_invalid", RefusedReason.MESSAGE_GONE),
    ("chat not found", RefusedReason.NOT_FOUND),
    ("peer_id_invalid", RefusedReason.NOT_FOUND),
    ("user not found", RefusedReason.NOT_FOUND),
    ("thread not found", RefusedReason.THREAD_GONE),
    ("topic_deleted", RefusedReason.THREAD_GONE),
    ("topic_closed", RefusedReason.THREAD_GONE),
    ("can't parse", RefusedReason.BAD_MARKUP),
    ("entity_", RefusedReason.BAD_MARKUP),
    ("webpage_", RefusedReason.BAD_MARKUP),  # the link cannot be previewed; plain messages preview none
    ("too long", RefusedReason.TOO_LONG),
    ("too_long", RefusedReason.TOO_LONG),
    ("have no rights", RefusedReason.NO_RIGHTS),
    ("not enough rights", RefusedReason.NO_RIGHTS),
    ("chat_write_forbidden", RefusedReason.NO_RIGHTS),
    ("chat_restricted", RefusedReason.NO_RIGHTS),
    ("administrator", RefusedReason.NO_RIGHTS),
    ("group chat was deactivated", RefusedReason.GONE),
    ("channel_private", RefusedReason.GONE),
)


LONGEST_FLOOD = timedelta(seconds=60)
"""Longest pause before Telegram is asked again for what concerns the whole bot, however long a flood it announced."""


def ask_again_in(outcome: SendOutcome, usual: float) -> float:
    """
    Return the seconds until a question that concerns the whole bot is asked again.

    To ask now and then during a flood costs nothing; not to ask for hours would leave every reader without answers.
    """
    least = min(outcome.delay, LONGEST_FLOOD).total_seconds() if isinstance(outcome, RetryAfter) else 0.0
    return max(least, usual)


def read(error: TelegramError) -> SendOutcome:
    """Turn an error of a call into an outcome."""
    match error:
        case FloodError():
            return RetryAfter(error.delay)
        case ChatMigrated():
            return ChatMoved(ChatId(error.new_chat_id))
        case Forbidden():
            return Refused(_reason(error, _FORBIDDEN, RefusedReason.BLOCKED), error.message)
        case BadRequest():  # before NetworkError, of which the library makes it a kind
            return Refused(_reason(error, _BAD, RefusedReason.BAD_REQUEST), error.message)
        case InvalidToken() if "method not found" in error.message.lower():
            return Refused(RefusedReason.BAD_REQUEST, error.message)
        case InvalidToken():
            return TokenRefused("Telegram does not accept the token")
        case Conflict():
            return NotSent(error.message)
        case NotConnectedError():
            return NotSent(error.message)
        case NetworkError():
            return OutcomeUnknown(error.message)
        case _:
            return OutcomeUnknown(type(error).__name__)


def is_unchanged(outcome: SendOutcome) -> bool:
    """Return whether Telegram refused an edit because the message has this content already."""
    return isinstance(outcome, Refused) and "message is not modified" in outcome.detail.lower()


def _reason(
    error: TelegramError, known: tuple[tuple[str, RefusedReason], ...], otherwise: RefusedReason
) -> RefusedReason:
    said = error.message.lower()
    return next((reason for words, reason in known if words in said), otherwise)
