"""/feeds, /addfeed, /delfeed, and an address sent as plain text."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from telegram import InlineKeyboardMarkup, MessageEntity

from bot.core import archive, quiet_hours
from bot.core.chat import PendingQuestion
from bot.core.errors import Refusal
from bot.core.feed import FeedWish, Origin
from bot.core.ids import FeedId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.core.source import Source, is_address, read_address
from bot.i18n.catalog import mark
from bot.i18n.markup import Html, code, link
from bot.services.feeds import FeedChoice, FeedService, Followed, FollowedBefore, FollowResult, NotFollowed
from bot.telegram import keyboards
from bot.telegram.access import CommandRateLimit
from bot.telegram.api.client import WithoutSlot
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, PromptHandler, Request, RequiredRole
from bot.telegram.confirmations import Confirmations
from bot.telegram.text import alert, settings
from bot.telegram.text import feeds as feeds_text

_ASKED = "addfeed"
_OFFER = "srca"
_QUESTION_LIFETIME = timedelta(minutes=10)
_LONGEST_SECONDS = 12.0
_LINKS: list[str | None] = [MessageEntity.TEXT_LINK, MessageEntity.URL]
_EXAMPLE = code("/addfeed https://www.example.org")

Reply = tuple[Html, InlineKeyboardMarkup | None]


class AddFeedLimits:
    """How many feeds a person may add within an hour: by commands, and by buttons, which need no typing."""

    def __init__(self, clock: Clock) -> None:
        self.commands = CommandRateLimit(clock, most=5, span=timedelta(hours=1))
        self.presses = CommandRateLimit(clock, most=20, span=timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHandlers(Handlers):
    """The sources of a chat: list, add, remove, switch on and off."""

    feed_service: FeedService
    chats: ChatRepository
    clock: Clock
    timezone: str
    is_open: bool
    """Whether readers may add feeds; operators always may."""
    limits: AddFeedLimits
    prompt_seconds: float
    """Seconds after which the reader is told that the feed is still being looked at."""
    without_slot: WithoutSlot

    @property
    def confirmations(self) -> Confirmations:
        """The question before a source is removed."""
        return Confirmations(chats=self.chats, clock=self.clock)

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(name="feeds", handle=self.feeds, about=mark("Show the sources")),
            Command(
                name="addfeed",
                handle=self.addfeed,
                who=RequiredRole.CHANGERS,
                arguments="[address]",
                about=mark("Add a source"),
            ),
            Command(
                name="delfeed",
                handle=self.delfeed,
                who=RequiredRole.CHANGERS,
                arguments="[number]",
                about=mark("Remove a source"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=_OFFER, handle=self.accept),
            CallbackButton(verb=feeds_text.PICK, handle=self.pick),
            CallbackButton(verb=feeds_text.UNDO, handle=self.undo),
            CallbackButton(verb=feeds_text.SWITCH, handle=self.switch),
            CallbackButton(verb=feeds_text.PAGE, handle=self.page, who=RequiredRole.ANYBODY),
            CallbackButton(verb=feeds_text.REMOVE, handle=self.remove),
        )

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return (PromptHandler(kind=_ASKED, handle=self.addfeed),)

    async def addfeed(self, request: Request) -> None:
        """Add the feed at an address, or ask for one."""
        if not request.text.strip() and self._may_add(request):
            await self._ask(request)
            return
        await self._grant(request, request.text, self.limits.commands, request.reply)

    async def offer(self, request: Request) -> bool:
        """Offer to add the feed if a text may be its address; returns False for any other text."""
        if not is_address(request.text.strip()):
            return False
        if not self._may_add(request):
            await request.reply(feeds_text.closed(request.translation))
            return True
        address = read_address(request.text) or ""
        rows = [
            [
                keyboards.button(request.translation.label("Yes, add"), _OFFER),
                keyboards.button(request.translation.label("Cancel"), keyboards.NO),
            ]
        ]
        question = request.translation.t(
            "Add the feed of {page}?", page=link(alert.cut(address, 200), alert.tame(address))
        )
        await request.reply(question, keyboards.keyboard(rows))
        return True

    async def accept(self, press: ButtonPress) -> str:
        """Add the feed that was offered."""
        return await self._press(press, 0, self.limits.commands)

    async def pick(self, press: ButtonPress) -> str:
        """Add the feed that was chosen."""
        wanted = int(press.rest[:3]) if press.rest.isdecimal() else -1
        return await self._press(press, wanted, self.limits.presses)

    async def undo(self, press: ButtonPress) -> str:
        """Remove the feed that was just added."""
        return await self._remove(press, press.rest)

    async def remove(self, press: ButtonPress) -> str:
        """Remove a feed of the chat; from the list this asks first."""
        number, _, asks = press.rest.partition(":")
        if not asks:
            return await self._confirm_removal(press, number)
        source = await self._find(press.request, number)
        if source is None or not source.is_own:
            return press.request.translation.label("That is no longer there.")
        await self._ask_to_remove(press.request, source)
        return ""

    async def switch(self, press: ButtonPress) -> str:
        """Switch a feed of the catalogue off or on, and update the list."""
        translation, place = press.request.translation, press.request.place
        offset, number, wanted = [*press.rest.split(":"), "", ""][:3]
        source = None
        if number.isdecimal() and wanted in ("0", "1"):
            source = await self.feed_service.switch(place.chat_id, FeedId(int(number[:18])), followed=wanted == "1")
        if source is None:
            return translation.label("That is no longer there.")
        if offset.isdecimal():
            await self._edit_overview(press, int(offset[:6]))
        else:
            await press.edit(translation.t("All right, nothing was changed."))
        return ""

    async def page(self, press: ButtonPress) -> str:
        """Turn a page of the list."""
        await self._edit_overview(press, int(press.rest[:6]) if press.rest.isdecimal() else 0)
        return ""

    async def feeds(self, request: Request) -> None:
        """List the sources."""
        await request.reply(*await self.first_page(request))

    async def first_page(self, request: Request) -> Reply:
        """Write the first page of the sources."""
        return await self._overview(request, 0)

    async def delfeed(self, request: Request) -> None:
        """Remove a feed of the chat after a question, or switch one of the catalogue off."""
        typed = request.text.strip()
        if not typed:
            await request.reply(
                request.translation.t(
                    "Which source? For instance {example}; the numbers are in /feeds.", example=code("/delfeed 3")
                )
            )
            return
        source = await self._find(request, typed)
        if source is None:
            await request.reply(request.translation.t("There is no source with this number. /feeds shows all of them."))
        elif source.is_own:
            await self._ask_to_remove(request, source)
        else:
            await self.feed_service.switch(request.place.chat_id, source.feed.id, followed=False)
            await request.reply(*feeds_text.switched(source, request.translation))

    async def _ask_to_remove(self, request: Request, source: Source) -> None:
        await self.confirmations.ask(request, keyboards.pack(feeds_text.REMOVE, source.feed.id))
        await request.reply(*feeds_text.asked_to_remove(source, request.translation))

    async def _confirm_removal(self, press: ButtonPress, number: str) -> str:
        asked = await self.confirmations.find(press, press.data)
        if asked is None:
            return press.request.translation.label("This question has expired.")
        note = await self._remove(press, number)
        await self.confirmations.close(asked)
        return note

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
        text = request.translation.t(
            "Which page or feed? Send me its address, or do it all in one go: {example}. /cancel ends this.",
            example=_EXAMPLE,
        )
        await request.reply(text, asks=request.translation.label("Address"))

    async def _press(self, press: ButtonPress, wanted: int, limit: CommandRateLimit) -> str:
        """Add the feed behind a link of the pressed message; callback data has no room for an address."""
        found = press.message.parse_entities(_LINKS)
        links = [entity.url or text for entity, text in sorted(found.items(), key=lambda entry: entry[0].offset)]
        if not 0 <= wanted < len(links):
            return press.request.translation.label("This button is too old.")
        await self._grant(press.request, links[wanted], limit, press.edit)
        return ""

    async def _grant(
        self, request: Request, typed: str, limit: CommandRateLimit, say: Callable[..., Awaitable[object]]
    ) -> None:
        translation = request.translation
        if not self._may_add(request):
            await say(feeds_text.closed(translation))
            return
        wish = FeedWish(url=typed, origin=Origin.CHAT, owner=request.place.chat_id)
        if read_address(typed) is not None:
            requester = request.requester
            # Anonymous administrators have one id in all groups, so they are counted in each.
            group = request.place.chat_id if requester.is_anonymous_administrator else 0
            if limit.step((requester.user_id, group)):
                await say(translation.t("That was a lot of sources within an hour. Please try again later."))
                return
        await say(*await self._told(request, await self._in_time(request, wish, say)))

    def _may_add(self, request: Request) -> bool:
        return self.is_open or request.requester.is_operator

    async def _in_time(self, request: Request, wish: FeedWish, say: Callable[..., Awaitable[object]]) -> FollowResult:
        """Look for the feed, and tell the reader so if the server is slow."""
        looking = asyncio.ensure_future(self.feed_service(wish))
        try:
            async with self.without_slot():
                await asyncio.wait((looking,), timeout=self.prompt_seconds)
            if not looking.done():
                await say(request.translation.t("One moment, I am looking at that address …"))
            async with self.without_slot(), asyncio.timeout(_LONGEST_SECONDS):
                return await looking
        except TimeoutError:
            return NotFollowed(Refusal("feed.unreadable"))
        finally:
            looking.cancel()

    async def _told(self, request: Request, result: FollowResult) -> Reply:
        translation = request.translation
        match result:
            case Followed():
                chat = await self.chats.find(request.place.chat_id)
                reads = archive.view(chat, self.clock.now()).languages if chat else ()
                return feeds_text.added(result, translation, reads)
            case FollowedBefore(source):
                return feeds_text.known(source, translation), None
            case FeedChoice(links):
                return feeds_text.choice(links, translation)
            case NotFollowed(refusal):
                return feeds_text.refused(refusal, translation), None
            case _:
                assert_never(result)

    async def _remove(self, press: ButtonPress, number: str) -> str:
        translation = press.request.translation
        gone = None
        if number.isdecimal():
            gone = await self.feed_service.remove(press.request.place.chat_id, FeedId(int(number[:18])))
        if gone is None:
            return translation.label("That is no longer there.")
        await press.edit(feeds_text.removed(gone, translation))
        return ""

    async def _find(self, request: Request, number: str) -> Source | None:
        there = await self.feed_service.sources.list_for(request.place.chat_id, newest=False)
        return next((source for source in there if str(source.feed.id) == number.lstrip("#")), None)

    async def _edit_overview(self, press: ButtonPress, offset: int) -> None:
        """Show a page in the pressed message; where it was opened from the settings, the way back stays."""
        reply, (_, shown) = await self._overview(press.request, offset), press.content()
        if settings.is_opened_from(shown):
            reply = settings.with_back(reply, press.request.translation)
        await press.edit(*reply)

    async def _overview(self, request: Request, offset: int) -> Reply:
        chat = await self.chats.find(request.place.chat_id)
        zone = quiet_hours.zone(chat.timezone if chat else None, self.timezone)
        there = await self.feed_service.sources.list_for(request.place.chat_id)
        return feeds_text.overview(
            there, request.translation, offset, self.clock.now(), zone, may_add=self._may_add(request)
        )
