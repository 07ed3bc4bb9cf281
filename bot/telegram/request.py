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
    """One command or text of a person."""

    place: Destination
    kind: ChatKind
    user_id: UserId
    name: str
    language: str | None
    """The language of the person's own Telegram, if the bot speaks it."""
    is_operator: bool
    speech: Translation
    text: str
    """What was said: all of it, or what stood behind the command."""
    asked: str | None = None
    """The kind of question that was open when this was said."""
    answered: int | None = None
    """The message this is a reply to."""
    rank: SendPriority = SendPriority.REPLY
    """When it is answered, where many want something: strangers come after everybody whom the bot knows."""
    replies: ReplySender

    @property
    def is_private(self) -> bool:
        """Whether nobody else listens."""
        return self.kind is ChatKind.PRIVATE

    async def reply(self, text: Html, keyboard: InlineKeyboardMarkup | None = None, *, asks: str | None = None) -> bool:
        """Answer in the same place."""
        return await self.replies.say(self.place, text, keyboard, asks=asks, rank=self.rank)


def place_of(message: Message) -> Destination:
    """Say where a message was written."""
    # Telegram numbers answers in ordinary groups as threads too; only topics are places of their own.
    thread = message.message_thread_id if message.is_topic_message else None
    return Destination(ChatId(message.chat_id), ThreadId(thread or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """One press of a button; its handler returns the short note that is shown for it, or an empty one."""

    request: Request
    data: str
    """What the button sent."""
    rest: str
    """The same without its verb."""
    message: Message

    def look(self) -> tuple[Html, InlineKeyboardMarkup | None]:
        """Say how that message looks by now."""
        return self.request.replies.look_of(self.message)

    async def edit(self, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Change the message the button is under."""
        await self.request.replies.edit(self.message, text, keyboard)
