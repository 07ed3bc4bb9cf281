"""/search and /latest: stored articles, newest first, in pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from bot.core import quiet_hours
from bot.core.chat import Chat, PendingQuestion
from bot.core.errors import Refusal
from bot.core.ids import SearchId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import mark
from bot.i18n.markup import code
from bot.services.search import SearchService
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, PromptHandler, Request, RequiredRole
from bot.telegram.text import query_errors, welcome
from bot.telegram.text import search as search_text

_ASKED = "search"
_PAGE = re.compile(r"(\d{1,18}):(\d{1,9})")
"""What a button carries: the search and where its page begins."""
_QUESTION_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHandlers(Handlers):
    """Looking through stored articles; it changes nothing of the chat."""

    search_service: SearchService
    chats: ChatRepository
    clock: Clock
    timezone: str
    """The time zone of chats that have set none."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="search",
                aliases=("suche",),
                handle=self.search,
                arguments="[keyword]",
                about=mark("Search stored articles"),
            ),
            Command(name="latest", aliases=("neu",), handle=self.latest, about=mark("Show the newest articles")),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=search_text.TURN, handle=self.turn, who=RequiredRole.ANYBODY),)

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return (PromptHandler(kind=_ASKED, handle=self.search, who=RequiredRole.ANYBODY),)

    async def search(self, request: Request) -> None:
        """Show the stored articles that a query finds, or ask for the words."""
        typed = request.text.strip()
        if not typed:
            await self._ask(request)
            return
        if request.chat is None:
            return
        try:
            found = await self.search_service.search(request.chat, typed)
        except Refusal as refusal:
            await request.reply(query_errors.words(refusal, typed, request.translation))
            return
        await request.reply(*search_text.page(found, request.translation, self.clock.now(), self._zone(request.chat)))

    async def latest(self, request: Request) -> None:
        """Show the newest articles."""
        if request.chat is None:
            return
        found = await self.search_service.latest(request.chat)
        await request.reply(*search_text.page(found, request.translation, self.clock.now(), self._zone(request.chat)))

    async def turn(self, press: ButtonPress) -> str:
        """Turn to another page."""
        request, wanted = press.request, _PAGE.fullmatch(press.rest)
        if wanted is None or request.chat is None:
            return request.translation.label("This button is too old.")
        found = await self.search_service.turn(request.chat, SearchId(int(wanted[1])), int(wanted[2]))
        if found is None:
            return request.translation.label("This search is too old. Please search again.")
        await press.edit(*search_text.page(found, request.translation, self.clock.now(), self._zone(request.chat)))
        return ""

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
        example = code(welcome.examples(request.translation)[0])
        await request.reply(
            request.translation.t(
                "What shall I search for? One word or more, for instance {example}. /cancel ends this.",
                example=example,
            ),
            asks=request.translation.label("Words"),
        )

    def _zone(self, chat: Chat) -> tzinfo:
        return quiet_hours.zone(chat.timezone, self.timezone)
