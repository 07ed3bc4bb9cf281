"""/broadcast for operators: one text to every active chat, previewed and confirmed before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Message
from telegram.constants import MessageEntityType

from bot.core.broadcast import BroadcastCounts
from bot.core.delivery.delivery import Refused, RefusedReason, SendOutcome
from bot.core.ids import BroadcastId, MessageId
from bot.i18n import markup
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, code
from bot.services.broadcasts import BroadcastService
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole
from bot.telegram.text import alert, tags
from bot.telegram.text import broadcasts as text
from bot.telegram.text.tags import TagFault

_COMMAND = re.compile(r"/\S+\s*")
_DETAIL = 200
_FORMATS = frozenset(
    {
        MessageEntityType.BOLD,
        MessageEntityType.ITALIC,
        MessageEntityType.UNDERLINE,
        MessageEntityType.STRIKETHROUGH,
        MessageEntityType.SPOILER,
        MessageEntityType.CODE,
        MessageEntityType.PRE,
        MessageEntityType.TEXT_LINK,
        MessageEntityType.TEXT_MENTION,
        MessageEntityType.BLOCKQUOTE,
        MessageEntityType.EXPANDABLE_BLOCKQUOTE,
        MessageEntityType.CUSTOM_EMOJI,
    }
)
"""What somebody formatted in the app; in a text without any of it, tags that were typed count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastHandlers(Handlers):
    """Previewing, confirming, cancelling and stopping a broadcast."""

    broadcasts: BroadcastService

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="broadcast",
                handle=self.broadcast,
                who=RequiredRole.OPERATORS,
                arguments="<text>",
                about=mark("Send a text to every chat"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        who = RequiredRole.OPERATORS
        return (
            CallbackButton(verb=text.START, handle=self.start, who=who),
            CallbackButton(verb=text.CANCEL, handle=self.cancel, who=who),
            CallbackButton(verb=text.STOP, handle=self.stop, who=who),
        )

    async def broadcast(self, request: Request) -> None:
        """Show the text as every chat would see it, and ask."""
        written = _read(request)
        if written is None or not request.is_private:
            await request.reply(_explain(request))
            return
        length = max(alert.visible_length(written), alert.size(_typed(request)))
        if length >= alert.MESSAGE:
            await request.reply(
                request.translation.t(
                    "Nothing was sent: the text has {count} characters, and a message takes {most} at most, "
                    "together with the command.",
                    count=length,
                    most=alert.MESSAGE - 1,
                )
            )
            return
        if (fault := _find_fault(written, request.translation)) is not None:
            await request.reply(fault)
            return
        problem = await request.replies.try_say(request.answer_place, written)
        if problem is not None:
            await request.reply(_refuse(request, problem))
            return
        place = request.answer_place
        broadcast_id, chats = await self.broadcasts.draft(
            request.requester.user_id, place.chat_id, place.thread_id, written
        )
        await request.reply(*text.question(broadcast_id, chats, request.translation))

    async def start(self, press: ButtonPress) -> str:
        """Begin to send; a second press, or one that comes an hour later, changes nothing."""
        translation, broadcast_id = press.request.translation, _number(press.rest)
        started = None
        if broadcast_id is not None:
            started = await self.broadcasts.start(broadcast_id, MessageId(press.message.message_id))
        if started is None:
            return translation.label("This button is too old.")
        await press.edit(*text.progress(started, BroadcastCounts(), translation))
        return ""

    async def cancel(self, press: ButtonPress) -> str:
        """Delete the draft."""
        translation, broadcast_id = press.request.translation, _number(press.rest)
        if broadcast_id is None or not await self.broadcasts.cancel(broadcast_id):
            return translation.label("This button is too old.")
        await press.edit(translation.t("Nothing was sent."))
        return ""

    async def stop(self, press: ButtonPress) -> str:
        """Send nothing more of it."""
        translation, broadcast_id = press.request.translation, _number(press.rest)
        stopped = None if broadcast_id is None else await self.broadcasts.stop(broadcast_id)
        if stopped is None:
            return translation.label("This button is too old.")
        await press.edit(*text.progress(*stopped, translation))
        return ""


def _read(request: Request) -> Html | None:
    """Return the text to be sent, of the command or of the message it answers; None where there is none."""
    if request.text:
        return _written(request.message, request.text) if request.message else None
    answered = request.message.reply_to_message if request.message else None
    return _written(answered, answered.text) if answered is not None and answered.text else None


def _written(message: Message, typed: str) -> Html:
    """Return a text with the formats it was given in the app, or else with the tags that were typed."""
    is_formatted = any(entity.type in _FORMATS for entity in message.entities)
    if not is_formatted:
        return Html(typed)
    formatted = message.text_html
    return Html(_COMMAND.sub("", formatted, count=1) if typed != message.text else formatted)


def _typed(request: Request) -> str:
    """Return all that was typed: a text that fills a message may have been cut off by the app."""
    return (request.message.text or "") if request.message is not None else ""


def _explain(request: Request) -> Html:
    answered = request.message.reply_to_message if request.message else None
    if answered is not None and not request.text and answered.effective_attachment is not None:
        return request.translation.t("Nothing was sent: only text can be sent to everybody, no picture and no file.")
    example = request.translation.label("/broadcast The bot will be away tonight")
    return request.translation.t(
        "In a private chat with me: {example}, or {command} as a reply to a message with the text.",
        example=code(example),
        command=code("/broadcast"),
    )


def _find_fault(written: Html, translation: Translation) -> Html | None:
    """Say what is wrong with the tags, or that there is nothing but tags; None where the text is in order."""
    t, faulty = translation.t, tags.find_fault(written)
    if faulty is None:
        return None if markup.plain(written).strip() else t("Nothing was sent: the text is empty without its tags.")
    match faulty.fault:
        case TagFault.UNCLOSED:
            return t("Nothing was sent: {tag} is opened and never closed.", tag=code(faulty.tag))
        case TagFault.UNOPENED:
            return t("Nothing was sent: {tag} closes what is not open at that place.", tag=code(faulty.tag))
        case TagFault.UNKNOWN:
            return t(
                "Nothing was sent: {tag} is no tag that Telegram knows. The sign itself is written {sign}.",
                tag=code(faulty.tag),
                sign=code("&lt;"),
            )


def _refuse(request: Request, problem: SendOutcome) -> Html:
    translation = request.translation
    if not isinstance(problem, Refused):
        return translation.t("Nothing was sent: Telegram does not answer at the moment. Please try again.")
    detail = alert.cut(problem.detail, _DETAIL)
    if problem.reason is RefusedReason.BAD_MARKUP:
        return translation.t("Nothing was sent: the tags in the text are not in order ({detail}).", detail=detail)
    return translation.t("Nothing was sent: Telegram does not accept the text ({detail}).", detail=detail)


def _number(rest: str) -> BroadcastId | None:
    return BroadcastId(int(rest)) if rest.isdecimal() and rest.isascii() and len(rest) <= 15 else None
