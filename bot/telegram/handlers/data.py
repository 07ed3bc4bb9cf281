"""/export, /import, /forget and /privacy: what is stored of a chat, and what its people may do with that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.chat import PendingQuestion
from bot.core.errors import Refusal
from bot.core.ids import ChatId
from bot.core.portable import MOST_BYTES
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog, mark
from bot.services.maintenance import REMOVED_KEPT, SEARCHES_KEPT
from bot.services.transfer import TransferServices
from bot.settings.model import LegalSettings, RetentionSettings
from bot.telegram import private_answers
from bot.telegram.access import CommandRateLimit
from bot.telegram.commands import (
    ButtonPress,
    CallbackButton,
    Command,
    FileRequest,
    Handlers,
    PromptHandler,
    Request,
    RequiredRole,
)
from bot.telegram.confirmations import Confirmations
from bot.telegram.replies import Destination
from bot.telegram.text import transfer

_ASKED = "import"
_QUESTION_LIFETIME = timedelta(minutes=10)
_HOUR = timedelta(hours=1)


class TransferLimits:
    """How many exports and imports a chat may have within an hour; either may take a while."""

    def __init__(self, clock: Clock) -> None:
        self.exports = CommandRateLimit(clock, most=10, span=_HOUR)
        self.imports = CommandRateLimit(clock, most=20, span=_HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalNotice:
    """What /privacy tells of this bot, from its configuration."""

    legal: LegalSettings
    retention: RetentionSettings
    is_public: bool
    """Whether anybody may use the bot without being admitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataHandlers(Handlers):
    """A chat's data: what is stored, taking it away, bringing it back, deleting it."""

    transfer_services: TransferServices
    chats: ChatRepository
    catalog: Catalog
    clock: Clock
    limits: TransferLimits
    notice: LegalNotice
    confirmations: Confirmations
    step_back: Callable[[], Awaitable[None]]
    """Moves the running task to a slot that delays nobody who waits for an answer."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        who = RequiredRole.CHANGERS
        return (
            Command(name="export", handle=self.export, who=who, about=mark("Export all data")),
            Command(
                name="import",
                handle=self.take_in,
                who=who,
                takes_files=True,
                arguments="[file]",
                about=mark("Import data, or a list of keywords"),
            ),
            Command(name="forget", handle=self.forget, who=who, about=mark("Delete everything about this chat")),
            Command(name="privacy", handle=self.privacy, about=mark("Show what is stored")),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=transfer.FORGET, handle=self.confirm_forget),)

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return (PromptHandler(kind=_ASKED, handle=self.take_in, takes_files=True),)

    async def privacy(self, request: Request) -> None:
        """Say what is stored, and who is responsible for the bot."""
        await request.reply(
            transfer.privacy(request.translation, self.notice.legal, self.notice.retention, SEARCHES_KEPT, REMOVED_KEPT)
        )

    async def export(self, request: Request) -> None:
        """Send everything that is stored of the chat."""
        translation = request.translation
        if request.chat is None:
            return
        place = await private_answers.find_place(request, self.chats, "export")
        if not isinstance(place, Destination):
            await request.reply(place)
            return
        if self.limits.exports.step(request.place.chat_id):
            await request.reply(translation.t("That was a lot within an hour. Please try again later."))
            return
        await self.step_back()
        everything, *others = await self.transfer_services.give(request.chat)
        captions = {
            "json": translation.t("Records of the past, for reading only: /import does not bring them back."),
            "opml": translation.t("The sources of this chat, for any feed reader."),
        }
        first = translation.t("Everything that is stored about this chat. /import brings it back.")
        sent = await request.replies.send_file(
            place, everything.name, everything.content, private_answers.head(request, place, first)
        )
        for file in others:
            caption = private_answers.head(request, place, captions[file.name.rpartition(".")[2]])
            sent = sent and await request.replies.send_file(place, file.name, file.content, caption)
        if not sent:
            await request.reply(translation.t("The files could not be sent. Please try again."))
        elif private_answers.is_elsewhere(request, place):
            await request.reply(private_answers.sent(translation))

    async def take_in(self, request: Request) -> None:
        """Take over what is in a file, or in a text that answers the question for one; ask where there is neither."""
        translation = request.translation
        if not isinstance(request, FileRequest) and not request.text.strip():
            await self._ask(request)
            return
        if self.limits.imports.step(request.place.chat_id):
            await request.reply(translation.t("That was a lot within an hour. Please try again later."))
            return
        await self.step_back()
        try:
            content = await self._fetch(request)
            if content is None:
                await request.reply(translation.t("I could not get this file from Telegram. Please send it again."))
                return
            report = await self.transfer_services.take(request.place.chat_id, request.place.thread_id, content)
        except Refusal as refusal:
            await request.reply(transfer.file_refused(refusal, translation))
            return
        chat = await self.chats.find(request.place.chat_id)
        if chat is not None and not request.place.is_managed:  # whose language may have come with the file
            translation = self.catalog.speak(chat.language)
        await request.reply(transfer.report(report, translation))
        if len(report.parts) > transfer.MOST_LINES:
            name = f"stichwort-{self.clock.now():%Y-%m-%d}-import.txt"
            caption = translation.t("What became of each line.")
            await request.replies.send_file(
                request.answer_place, name, transfer.report_file(report, translation), caption
            )

    async def forget(self, request: Request) -> None:
        """Ask whether everything is to be deleted."""
        is_operator = request.requester.is_operator
        await self.confirmations.ask(request, transfer.FORGET)
        await request.reply(
            *transfer.ask_to_forget(
                request.translation,
                needs_approval=request.is_private and not self.notice.is_public,
                is_operator=request.is_private and is_operator,
            )
        )

    async def confirm_forget(self, press: ButtonPress) -> str:
        """Delete everything about the chat; messages in the air arrive, and nothing follows them."""
        chat_id: ChatId = press.request.place.chat_id
        if await self.confirmations.find(press, transfer.FORGET) is None:
            return press.request.translation.label("This question has expired.")
        await self.chats.forget(chat_id, self.clock.now())
        await press.edit(transfer.forgotten(press.request.translation))
        return ""

    async def _fetch(self, request: Request) -> bytes | None:
        """Return what is to be taken over; None when Telegram does not hand out the file."""
        if not isinstance(request, FileRequest):
            return request.text.encode("utf-8", "replace")
        if (request.size or 0) > MOST_BYTES:
            raise Refusal("import.size", limit=MOST_BYTES)
        return await request.replies.fetch_file(request.file_id)

    async def _ask(self, request: Request) -> None:
        await self.chats.ask(
            PendingQuestion(
                chat_id=request.answer_place.chat_id,
                thread_id=request.answer_place.thread_id,
                user_id=request.requester.user_id,
                kind=request.name_question(_ASKED),
                expires_at=self.clock.now() + _QUESTION_LIFETIME,
            )
        )
        await request.reply(
            request.translation.t(
                "Which file? An export (JSON), a list of feeds (OPML), or a text with one keyword per line. "
                "/cancel ends this."
            ),
            asks=request.translation.label("The file"),
        )
