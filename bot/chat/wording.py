"""Something the bot says, and how else it may be said where Telegram does not take it as it was meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import ForceReply, InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.chat import lengths
from bot.core.delivery import ChatMoved, Refused, RefusedReason, SendOutcome
from bot.core.ids import ChatId, ThreadId
from bot.texts import markup
from bot.texts.markup import Html

Reply = InlineKeyboardMarkup | ForceReply
_FORM = (RefusedReason.BAD_MARKUP, RefusedReason.TOO_LONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text with its place and its buttons."""

    chat_id: ChatId
    thread_id: ThreadId
    text: Html
    reply: Reply | None = None
    plain: bool = False
    moved: bool = False
    """The chat has another id than the one it was meant for."""

    @property
    def parse_mode(self) -> ParseMode | None:
        """How Telegram is to read it."""
        return None if self.plain else ParseMode.HTML

    def shown(self, limit: int) -> str:
        """Give the text to send."""
        return lengths.cut(markup.plain(self.text), limit) if self.plain else self.text

    def otherwise(self, outcome: SendOutcome) -> OutgoingText | None:
        """Say it plainly, without buttons, or where the chat is now; None when there is no other way."""
        match outcome:
            case Refused(reason) if reason in _FORM and not self.plain:
                return replace(self, plain=True)
            case Refused(reason) if reason in _FORM or reason is RefusedReason.BAD_REQUEST:
                bare = replace(self, plain=True, reply=None)
                return None if bare == self else bare
            case Refused(RefusedReason.THREAD_GONE) if self.thread_id:
                return replace(self, thread_id=ThreadId(0))
            case ChatMoved(chat_id) if not self.moved:
                return replace(self, chat_id=chat_id, moved=True)
            case _:
                return None

    def changed(self, outcome: SendOutcome) -> OutgoingText | None:
        """The same for a message that is out: only its form can be another."""
        is_form = isinstance(outcome, Refused) and outcome.reason in _FORM
        return replace(self, plain=True) if is_form and not self.plain else None
