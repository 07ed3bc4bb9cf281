"""What a handler gets to work with: who spoke or pressed, where, in which language, and a way to answer."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Message

from bot.core.chat import ChatKind
from bot.core.delivery.delivery import SendPriority
from bot.core.ids import ChatId, ThreadId, UserId
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html
from bot.telegram.replies import Destination, ReplySender


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command or text of a person, with what is needed to answer it."""

    place: Destination
    kind: ChatKind
    user_id: UserId
    name: str
    language: str | None
    """The language of the person's own Telegram, if the bot speaks it."""
    is_operator: bool
    translation: Translation
    text: str
    """The text of the message; of a command, its argument."""
    asked: str | None = None
    """The kind of question of the bot that was open when the message was sent."""
    answered: int | None = None
    """The message this is a reply to."""
    rank: SendPriority = SendPriority.REPLY
    """Priority of the answer: strangers come after everybody the bot knows."""
    replies: ReplySender

    @property
    def is_private(self) -> bool:
        """Whether the chat is a private one."""
        return self.kind is ChatKind.PRIVATE

    async def reply(self, text: Html, keyboard: InlineKeyboardMarkup | None = None, *, asks: str | None = None) -> bool:
        """Answer in the same place."""
        return await self.replies.say(self.place, text, keyboard, asks=asks, rank=self.rank)


def place_of(message: Message) -> Destination:
    """Return where a message was written."""
    # Telegram numbers answers in ordinary groups as threads too; only topics are places of their own.
    thread = message.message_thread_id if message.is_topic_message else None
    return Destination(ChatId(message.chat_id), ThreadId(thread or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """One press of a button; its handler returns the short note that is shown for it, or an empty one."""

    request: Request
    data: str
    """The callback data."""
    rest: str
    """The callback data without its verb."""
    message: Message

    def look(self) -> tuple[Html, InlineKeyboardMarkup | None]:
        """Return the current content of the message the button is under."""
        return self.request.replies.look_of(self.message)

    async def edit(self, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Edit the message the button is under."""
        await self.request.replies.edit(self.message, text, keyboard)
