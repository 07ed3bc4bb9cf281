"""/settings: everything a chat can set, by buttons in one message; and /lang, which sets the language alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core import archive, quiet_hours
from bot.core.channel import ChannelRepository
from bot.core.chat import Chat, PictureSize
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Schedule, Wish
from bot.core.errors import Refusal
from bot.core.ids import ChatId
from bot.core.keyword_topic import KeywordTopicRepository, can_have_topics
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.core.source import SourceRepository
from bot.i18n.catalog import Catalog, Translation, mark
from bot.i18n.markup import Html
from bot.language import languages
from bot.services import digests
from bot.services.sharing import SharingService
from bot.services.subscriptions import SettingsService
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole
from bot.telegram.text import schedule as schedule_text
from bot.telegram.text import settings as settings_text
from bot.telegram.text import shared_list
from bot.telegram.text.settings import Reply, SettingsView

_LANG = "lang"
_DAY_MINUTES = 24 * 60

Answer = Callable[[Request], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataActions:
    """What the settings offer of a chat's data; export and forget answer with a message of their own."""

    export: Answer
    forget: Answer
    private_feed: Callable[[ButtonPress, str], Awaitable[str]] | None
    """Shows the private feed in the message of the settings, and changes it; None without a public address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChoice:
    """Whether a private chat has a topic per keyword, where that is possible."""

    topics: KeywordTopicRepository
    has_topics: Callable[[], bool]
    clock: Clock

    async def find(self, chat_id: ChatId) -> bool | None:
        """Return what is chosen; None where there can be no topics."""
        return await self.topics.is_on(chat_id) if can_have_topics(chat_id) and self.has_topics() else None

    async def choose(self, chat_id: ChatId, *, is_on: bool) -> None:
        """Want topics or none, where there can be some."""
        if await self.find(chat_id) is not None:
            await self.topics.switch(chat_id, self.clock.now(), is_on=is_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPages:
    """What the settings open that is written elsewhere."""

    list_sources: Callable[[Request], Awaitable[Reply]]
    """Writes the first page of /feeds."""
    sharing: SharingService
    channels: ChannelRepository
    topics: TopicChoice
    app_url: str = ""
    """Where the Mini App opens; "" where it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsHandlers(Handlers):
    """The settings of a chat."""

    settings_service: SettingsService
    sources: SourceRepository
    chats: ChatRepository
    catalog: Catalog
    clock: Clock
    timezone: str
    pages: OtherPages
    data: DataActions

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="settings",
                aliases=("einstellungen",),
                handle=self.settings,
                who=RequiredRole.CHANGERS,
                about=mark("Show and change all settings"),
            ),
            Command(
                name="lang",
                aliases=("language", "sprache"),
                handle=self.lang,
                who=RequiredRole.CHANGERS,
                arguments="[language]",
                about=mark("Choose the language"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=settings_text.MENU, handle=self.press),
            CallbackButton(verb=_LANG, handle=self.choose),
        )

    async def settings(self, request: Request) -> None:
        """Show all settings."""
        if request.chat is not None:
            view = await self._view(request.chat, request)
            await request.reply(*settings_text.top(view, request.translation))

    async def press(self, press: ButtonPress) -> str:
        """Open a submenu, or set what its button says and show what is in force now."""
        where, _, what = press.rest.partition(":")
        request = press.request
        chat = request.chat
        if chat is None:
            return request.translation.label("This button is too old.")
        if where in (settings_text.SOURCES, settings_text.SHARED):
            write = self._list_shared if where == settings_text.SHARED else self.pages.list_sources
            await press.edit(*settings_text.with_back(await write(request), request.translation))
            return ""
        if where == settings_text.DATA and what:
            return await self._give_data(request, what)
        if where == settings_text.FEED and self.data.private_feed is not None:
            return await self.data.private_feed(press, what)
        notes = await self._set(request, chat, where, what) if what else ()
        if notes is None:
            return request.translation.label("This button is too old.")
        changed = await self.chats.find(chat.id) or chat
        translation = self.catalog.speak(changed.language)
        shown = self._submenu(await self._view(changed, request), translation, where, what, notes)
        if shown is None:
            return translation.label("This button is too old.")
        await press.edit(*shown)
        return ""

    async def lang(self, request: Request) -> None:
        """Change the language, or show buttons for all languages."""
        wanted = self.catalog.find_named(request.text)
        if wanted:
            await self.chats.set_language(request.place.chat_id, wanted)
            await request.reply(self.catalog.speak(wanted).t("From now on I will speak English here."))
            return
        rows = [
            [keyboards.button(self.catalog.speak(language).name, _LANG, language)]
            for language in self.catalog.languages
        ]
        if request.text:
            text = request.translation.t("I do not speak that language yet. Which one do you want?")
        else:
            text = request.translation.t("Which language do you want?")
        await request.reply(text, keyboards.keyboard(rows))

    async def choose(self, press: ButtonPress) -> str:
        """Change the language to that of the button."""
        wanted = self.catalog.find(press.rest)
        if wanted is None:
            return press.request.translation.label("This button is too old.")
        await self.chats.set_language(press.request.place.chat_id, wanted)
        await press.edit(self.catalog.speak(wanted).t("From now on I will speak English here."))
        return ""

    def _submenu(
        self, view: SettingsView, translation: Translation, where: str, what: str, notes: tuple[Html, ...]
    ) -> Reply | None:
        """Write what a button opens; None for one of an earlier version."""
        match where:
            case settings_text.TOP:
                return settings_text.top(view, translation)
            case settings_text.LANGUAGE:
                return settings_text.languages(translation, self.catalog)
            case settings_text.READS:
                return settings_text.reads(view, translation)
            case settings_text.ZONE:
                return settings_text.timezones(view, translation, int(what[:3]) if what.isdecimal() else None)
            case settings_text.QUIET:
                return settings_text.quiet(view, translation)
            case settings_text.DIGEST:
                return settings_text.digest(view, translation, notes)
            case settings_text.STORIES:
                return settings_text.stories(view, translation)
            case settings_text.PAUSE:
                return settings_text.pause(view, translation)
            case settings_text.PICTURES:
                return settings_text.pictures(view, translation)
            case settings_text.DATA:
                return settings_text.data(translation)
            case settings_text.TOPICS if view.topics is not None:
                return settings_text.topics(view, translation)
            case _:
                return None

    async def _set(self, request: Request, chat: Chat, where: str, what: str) -> tuple[Html, ...] | None:
        """Set what a button says; returns what is to be said beside it, or None for a button that means nothing."""
        match where:
            case settings_text.LANGUAGE if (wanted := self.catalog.find(what)) is not None:
                await self.chats.set_language(chat.id, wanted)
            case settings_text.READS if what[1:] in languages.LANGUAGES:
                await self._set_reads(chat, what[1:], is_read=what[0] == settings_text.ADD)
            case settings_text.ZONE if quiet_hours.is_zone(what):
                await self.settings_service.set_timezone(chat.id, what)
            case settings_text.ZONE if what.isdecimal():
                pass  # a page
            case settings_text.QUIET:
                return await self._set_quiet(chat, what)
            case settings_text.DIGEST:
                return await self._set_digest(request, what)
            case settings_text.STORIES if what in ("0", "1"):
                wanted_chat = replace(chat, one_per_story=what == "1")
                await self.chats.save_settings(wanted_chat, self.clock.now())
            case settings_text.PAUSE:
                return await self._set_pause(chat, what)
            case settings_text.TOPICS if what in ("0", "1"):
                await self.pages.topics.choose(chat.id, is_on=what == "1")
            case settings_text.PICTURES if what in tuple(PictureSize):
                wanted_chat = replace(chat, pictures=PictureSize(what))
                await self.chats.save_settings(wanted_chat, self.clock.now())
            case _:
                return None
        return ()

    async def _set_reads(self, chat: Chat, language: str, *, is_read: bool) -> None:
        """Read a language, or no longer; the last one stays."""
        others = tuple(code for code in archive.view(chat, self.clock.now()).languages if code != language)
        wanted = tuple(dict.fromkeys((*others, language) if is_read else others))
        if wanted:
            await self.chats.save_settings(replace(chat, reads=wanted), self.clock.now())

    async def _set_quiet(self, chat: Chat, what: str) -> tuple[Html, ...] | None:
        if what == settings_text.OFF:
            await self.settings_service.set_quiet(chat.id, None)
            return ()
        hours = [int(part) for part in what.split("-") if part.isdecimal() and len(part) < 5]
        if len(hours) != 2 or max(hours) >= _DAY_MINUTES or hours[0] == hours[1]:
            return None
        await self.settings_service.set_quiet(chat.id, (hours[0], hours[1]))
        return ()

    async def _set_pause(self, chat: Chat, what: str) -> tuple[Html, ...] | None:
        if what == settings_text.OFF:
            await self.settings_service.resume(chat.id)
        elif what == "0":
            await self.settings_service.pause(chat.id, None)
        elif what in settings_text.PAUSES:
            await self.settings_service.pause(chat.id, timedelta(hours=settings_text.PAUSES[what]))
        else:
            return None
        return ()

    async def _set_digest(self, request: Request, what: str) -> tuple[Html, ...] | None:
        """Set the hours; one hour of the day is added to the others, or taken away."""
        place, translation, service = request.place, request.translation, self.settings_service
        sign = what[0] if what[0] in (settings_text.ADD, settings_text.DROP) else ""
        try:
            wish = schedule.read_wish(what.removeprefix(sign))
        except Refusal:
            return None
        if wish is Wish.NOW:
            is_sent = await service.digest_now(place.chat_id, place.thread_id)
            said = translation.t("The digest is on its way.") if is_sent else None
            return (said or translation.t("There is nothing new for a digest."),)
        planned = () if wish is Wish.OFF else _combine(await self._digest(request), sign, wish)
        if not planned:
            await service.end_digest(place.chat_id, place.thread_id)
            return ()
        try:
            done = await service.set_digest(place.chat_id, place.thread_id, planned)
        except Refusal as refusal:
            return (schedule_text.refusal_words(refusal, translation),)
        if not done.is_moved:
            return ()
        names = schedule_text.names(done.keywords, translation)
        return (translation.t("In the digest from now on, no longer instant: {names}.", names=names),)

    async def _give_data(self, request: Request, what: str) -> str:
        match what:
            case settings_text.EXPORT:
                await self.data.export(request)
            case settings_text.FORGET:
                await self.data.forget(request)
            case _:
                return request.translation.label("This button is too old.")
        return ""

    async def _digest(self, request: Request) -> Schedule:
        receiver = await self.settings_service.receiver(request.place.chat_id, request.place.thread_id)
        return digests.read(receiver.digest) if receiver else ()

    async def _list_shared(self, request: Request) -> Reply:
        lists = await self.pages.sharing.list_own(request.place.chat_id, request.place.thread_id)
        return shared_list.list_own(lists, request.translation)

    async def _view(self, chat: Chat, request: Request) -> SettingsView:
        listed = await self.sources.list_for(chat.id, newest=False)
        return SettingsView(
            chat=chat,
            digest=await self._digest(request),
            sources=len(listed),
            followed=sum(source.is_followed for source in listed),
            shared=len(await self.pages.sharing.list_own(request.place.chat_id, request.place.thread_id)),
            timezone=chat.timezone or self.timezone,
            now=self.clock.now(),
            topics=await self.pages.topics.find(chat.id),
            has_feeds=self.data.private_feed is not None,
            app_url=self.pages.app_url if request.is_private else "",
            my_channels=await self._count_channels(request),
            channel=await self._find_title(request),
        )

    async def _count_channels(self, request: Request) -> int:
        """Count the channels that whoever asks manages, in the private chat; the bot must still be in them."""
        if not request.is_private:
            return 0
        managed = await self.pages.channels.list_managed(request.requester.user_id)
        return sum(not channel.is_left for channel in managed)

    async def _find_title(self, request: Request) -> str | None:
        """Find the title of the channel whose settings are shown in a private chat."""
        if request.place.answer_to is None:
            return None
        channel = await self.pages.channels.find(request.place.chat_id)
        return channel.title if channel else ""


def _combine(planned: Schedule, sign: str, wish: Schedule) -> Schedule:
    """Add hours of every day to the others of that kind, or take them away; without a sign they replace all others."""
    daily = [hour for hour in planned if len(hour.days) == len(schedule.DAYS) and hour not in wish]
    match sign:
        case settings_text.ADD:
            return tuple(sorted([*daily, *wish], key=lambda hour: hour.minute))
        case settings_text.DROP:
            return tuple(daily)
        case _:
            return wish
