"""/list: the keywords of a chat with their hits, and the settings of each by buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core import archive, quiet_hours
from bot.core.chat import PendingQuestion
from bot.core.errors import Refusal
from bot.core.ids import FeedId, SubscriptionId
from bot.core.ports import Clock
from bot.core.query import parser, phrasing, source_filters
from bot.core.repositories import ChatRepository, SubscriptionRepository
from bot.core.source import SourceRepository
from bot.core.subscription import HitCounts, Subscription
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, join
from bot.services.subscriptions import Adjusted, SettingsService, UnsubscribeService
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, PromptHandler, Request, RequiredRole
from bot.telegram.text import alert, query_errors, schedule, settings
from bot.telegram.text import subscription_list as list_text
from bot.telegram.text.subscription_list import ListContext, Reply

_EDITED, _RENAMED = "edit", "rename"
_QUESTION_LIFETIME = timedelta(minutes=10)
_LONGEST_NAME = 60
_MUTES = {
    list_text.MUTE_SHORT: timedelta(hours=8),
    list_text.MUTE_LONG: timedelta(hours=24),
    list_text.UNMUTE: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionListHandlers(Handlers):
    """The list of keywords, and what can be set of each of them."""

    settings_service: SettingsService
    unsubscribe: UnsubscribeService
    subscriptions: SubscriptionRepository
    sources: SourceRepository
    chats: ChatRepository
    clock: Clock
    timezone: str
    app_url: str = ""
    """Where the Mini App opens; "" where it cannot."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (Command(name="list", aliases=("liste",), handle=self.list, about=mark("Show the keywords")),)

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=list_text.PAGE, handle=self.turn_page, who=RequiredRole.ANYBODY),
            CallbackButton(verb=list_text.KEYWORD, handle=self.press),
            CallbackButton(verb=list_text.SOURCE, handle=self.press_source),
            CallbackButton(verb=list_text.UNDO, handle=self.undo),
        )

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return (
            PromptHandler(kind=_EDITED, handle=self.edit),
            PromptHandler(kind=_RENAMED, handle=self.rename),
        )

    async def list(self, request: Request) -> None:
        """List the keywords with their numbers, hits and states."""
        await request.reply(*await self._overview(request, 0))

    async def turn_page(self, press: ButtonPress) -> str:
        """Turn a page of the list."""
        offset = int(press.rest[:6]) if press.rest.isdecimal() else 0
        await press.edit(*await self._overview(press.request, offset))
        return ""

    async def press(self, press: ButtonPress) -> str:
        """Do what a button below the settings of a keyword says."""
        label, asked = press.request.translation.label, keyboards.read(press.rest)
        if asked is None:
            return label("This button is too old.")
        subscription_id, action = asked
        known = await self._find(press.request, subscription_id)
        if action == list_text.BACK:
            listed = await self._list(press.request)
            await press.edit(*await self._overview(press.request, list_text.page_of(listed, subscription_id)))
            return ""
        if known is None:
            return label("That is no longer there.")
        match action:
            case list_text.OPEN:
                await self._show(press, known)
            case list_text.SOURCES:
                await self._show_sources(press, known, 0)
            case list_text.EDIT:
                await self._ask_for_query(press.request, known)
            case list_text.RENAME:
                await self._ask_for_name(press.request, known)
            case list_text.DELETE:
                await self._delete(press, known)
            case _:
                return await self._change(press, known, action)
        return ""

    async def press_source(self, press: ButtonPress) -> str:
        """Exclude a source from a keyword or admit it again, or turn a page of its sources."""
        label, parts = press.request.translation.label, press.rest.split(":")
        if len(parts) not in (2, 4) or not all(part.isdecimal() for part in parts):
            return label("This button is too old.")
        known = await self._find(press.request, SubscriptionId(int(parts[0][:18])))
        if known is None:
            return label("That is no longer there.")
        note = ""
        if len(parts) == 4:
            known, note = await self._switch_source(press, known, FeedId(int(parts[2][:18])), is_wanted=parts[3] == "1")
        await self._show_sources(press, known, int(parts[1][:6]))
        return note

    async def undo(self, press: ButtonPress) -> str:
        """Bring back a keyword that was removed."""
        request, translation = press.request, press.request.translation
        if not press.rest.isdecimal():
            return translation.label("This button is too old.")
        place, subscription_id = request.place, SubscriptionId(int(press.rest[:18]))
        try:
            back = await self.unsubscribe.undo(place.chat_id, place.thread_id, subscription_id)
        except Refusal as refusal:
            listed = await self._list(request)
            taken = next((each.name for each in listed if each.number == refusal.facts.get("number")), "")
            await request.reply(query_errors.words(refusal, taken, translation))
            return ""
        if back is None:
            return translation.label("That is no longer there.")
        text, shown = press.content()
        said = translation.t(
            "Back again: {query} (no. {number}).", query=bold(alert.tidy(back.name)), number=back.number
        )
        await press.edit(join("\n", [text, said]), keyboards.without(shown, press.data))
        return ""

    async def edit(self, request: Request) -> None:
        """Look for what was typed instead, with the same settings."""
        subscription_id, translation = _subject(request), request.translation
        known = await self._find(request, subscription_id)
        if known is None:
            await request.reply(translation.t("This keyword is not there any more."))
            return
        queries = phrasing.read_queries(request.text)
        place = (request.place.chat_id, request.place.thread_id, subscription_id)
        try:
            if len(queries) != 1:
                raise Refusal("query.empty" if not queries else "query.several", at=0)
            done = await self.settings_service.change_query(*place, parser.parse(queries[0]))
        except Refusal as refusal:
            await self._ask_again(request, _EDITED, known, _refused(refusal, queries, translation))
            return
        if done is not None:
            changed = translation.t("Changed: {query}.", query=bold(done.subscription.query.normal))
            await self._reply_settings(request, done.subscription, changed)

    async def rename(self, request: Request) -> None:
        """Give a keyword the name that was typed."""
        subscription_id, translation = _subject(request), request.translation
        known = await self._find(request, subscription_id)
        if known is None:
            await request.reply(translation.t("This keyword is not there any more."))
            return
        name = alert.tidy(request.text)
        if not 0 < len(name) <= _LONGEST_NAME:
            limit = translation.t("A name must have between 1 and {limit} characters.", limit=_LONGEST_NAME)
            await self._ask_again(request, _RENAMED, known, limit)
            return
        place = request.place
        done = await self.settings_service.rename(place.chat_id, place.thread_id, subscription_id, name)
        if done is not None:
            await self._reply_settings(request, done.subscription, translation.t("Renamed."))

    async def _change(self, press: ButtonPress, known: Subscription, action: str) -> str:
        """Change a setting at once, and show what is in force now."""
        request, service = press.request, self.settings_service
        place = (request.place.chat_id, request.place.thread_id, known.id)
        match action:
            case _ if action in list_text.URGENCIES:
                done = await service.come_as(*place, list_text.URGENCIES[action])
            case _ if action in list_text.MODES:
                done = await service.match_as(*place, list_text.MODES[action])
            case _ if action in _MUTES:
                done = await service.mute_keyword(*place, _MUTES[action])
            case list_text.PAUSE | list_text.RESUME:
                done = await service.pause_keyword(*place, paused=action == list_text.PAUSE)
            case list_text.HEADLINE | list_text.WITH_SUMMARY:
                done = await service.set_headline_only(*place, headline_only=action == list_text.HEADLINE)
            case list_text.UNNAME:
                done = await service.rename(*place, None)
            case _:
                return request.translation.label("This button is too old.")
        if done is None:
            return request.translation.label("That is no longer there.")
        await self._show(press, done.subscription)
        if done.hour_set is not None:
            await self._say_hour(request, done)
        return self._note(request, action, done.subscription)

    def _note(self, request: Request, action: str, changed: Subscription) -> str:
        """Say in one short sentence what a change means that does not explain itself."""
        label = request.translation.label
        match action:
            case list_text.PAUSE:
                return label("Switched off: alerts until it is switched on again are dropped and will not come later.")
            case list_text.MUTE_SHORT | list_text.MUTE_LONG:
                context = self._context(request)
                until = schedule.until_words(
                    changed.muted_until or context.now, context.now, context.zone, request.translation
                )
                return label(
                    "{names}: muted {until}. Alerts until then are dropped and will not come later.",
                    names=alert.cut(alert.tidy(changed.name), _LONGEST_NAME),
                    until=until,
                )
            case _:
                return ""

    async def _say_hour(self, request: Request, done: Adjusted) -> None:
        translation = request.translation
        when = schedule.schedule_words(done.hour_set or (), translation)
        await request.reply(
            translation.t(
                "The digest comes {when}. To change that: {example}", when=when, example=code("/digest 18:00")
            )
        )

    async def _delete(self, press: ButtonPress, known: Subscription) -> None:
        place, translation = press.request.place, press.request.translation
        gone = await self.unsubscribe.by_id(place.chat_id, place.thread_id, known.id)
        text, keyboard = list_text.removed([gone or known], translation)
        rows = [list(row) for row in keyboard.inline_keyboard] if keyboard else []
        rows.append(
            [keyboards.button(translation.label("‹ All keywords"), list_text.KEYWORD, known.id, list_text.BACK)]
        )
        await press.edit(text, keyboards.keyboard(rows))

    async def _switch_source(
        self, press: ButtonPress, known: Subscription, feed_id: FeedId, *, is_wanted: bool
    ) -> tuple[Subscription, str]:
        """Change the query so that a source is excluded or admitted; also returns the note for the press."""
        request, label = press.request, press.request.translation.label
        listed = await self.sources.list_for(request.place.chat_id, newest=False)
        source = next((source for source in listed if source.feed.id == feed_id), None)
        if source is None:
            return known, label("That is no longer there.")
        names = list_text.source_names(source)
        change = source_filters.with_source if is_wanted else source_filters.without_source
        try:
            query = change(known.query, *names)
            done = await self.settings_service.change_query(
                request.place.chat_id, request.place.thread_id, known.id, query
            )
        except Refusal as refusal:
            too_long = refusal.reason in ("query.too_long", "query.too_many_terms")
            note = (
                label("There is no room for another source in this keyword.")
                if too_long
                else label("That did not work.")
            )
            return known, note
        if done is None:
            return known, label("That is no longer there.")
        if source_filters.admits(done.subscription.query, *names) is not is_wanted:
            return done.subscription, label("The keyword itself says which sources count.")
        return done.subscription, ""

    async def _ask_for_query(self, request: Request, known: Subscription) -> None:
        translation = request.translation
        question = translation.t(
            "What should I look for instead of {query}? The number and the settings stay the same. /cancel ends this.",
            query=code(known.query.normal),
        )
        await self._ask(request, _EDITED, known, question, translation.label("Keyword"))

    async def _ask_for_name(self, request: Request, known: Subscription) -> None:
        translation = request.translation
        question = translation.t(
            "What should {query} be called in lists and alerts? /cancel ends this.", query=bold(alert.tidy(known.name))
        )
        await self._ask(request, _RENAMED, known, question, translation.label("Name"))

    async def _ask_again(self, request: Request, kind: str, known: Subscription, why: Html) -> None:
        hint = request.translation.label("Keyword") if kind == _EDITED else request.translation.label("Name")
        again = request.translation.t("Another try? /cancel ends this.")
        await self._ask(request, kind, known, join("\n", [why, again]), hint)

    async def _ask(self, request: Request, kind: str, known: Subscription, question: Html, hint: str) -> None:
        await self.chats.ask(
            PendingQuestion(
                chat_id=request.answer_place.chat_id,
                thread_id=request.answer_place.thread_id,
                user_id=request.requester.user_id,
                kind=request.name_question(keyboards.pack(kind, known.id)),
                expires_at=self.clock.now() + _QUESTION_LIFETIME,
            )
        )
        await request.reply(question, asks=hint)

    async def _show(self, press: ButtonPress, subscription: Subscription) -> None:
        await press.edit(*await self._settings(press.request, subscription))

    async def _show_sources(self, press: ButtonPress, subscription: Subscription, offset: int) -> None:
        listed = await self.sources.list_for(press.request.place.chat_id, newest=False)
        await press.edit(*list_text.sources(subscription, listed, offset, self._context(press.request)))

    async def _reply_settings(self, request: Request, subscription: Subscription, first: Html) -> None:
        text, keyboard = await self._settings(request, subscription)
        await request.reply(join("\n", [first, text]), keyboard)

    async def _settings(self, request: Request, subscription: Subscription) -> Reply:
        listed = await self.sources.list_for(request.place.chat_id, newest=False)
        counts = (await self._hits(request)).get(subscription.id, HitCounts())
        return list_text.settings(subscription, counts, listed, self._context(request))

    async def _overview(self, request: Request, offset: int) -> Reply:
        listed = await self._list(request)
        hits = await self._hits(request) if listed else {}
        reply = list_text.overview(listed, hits, offset, self._context(request))
        return settings.below_list(reply, request.translation) if request.place.answer_to else reply

    async def _hits(self, request: Request) -> dict[SubscriptionId, HitCounts]:
        if request.chat is None:
            return {}
        now = self.clock.now()
        where = archive.view(request.chat, now)
        return dict(await self.subscriptions.count_hits(where, request.place.thread_id, now))

    def _context(self, request: Request) -> ListContext:
        zone = quiet_hours.zone(request.chat.timezone if request.chat else None, self.timezone)
        return ListContext(
            translation=request.translation,
            now=self.clock.now(),
            zone=zone,
            app_url=self.app_url if request.is_private else "",
        )

    async def _list(self, request: Request) -> tuple[Subscription, ...]:
        return await self.subscriptions.list_for(request.place.chat_id, request.place.thread_id)

    async def _find(self, request: Request, subscription_id: SubscriptionId) -> Subscription | None:
        listed = await self._list(request)
        return next((subscription for subscription in listed if subscription.id == subscription_id), None)


def _subject(request: Request) -> SubscriptionId:
    """Read from the open question which keyword it is about."""
    _, number = keyboards.unpack(request.question or "")
    return SubscriptionId(int(number[:18]) if number.isdecimal() else 0)


def _refused(refusal: Refusal, queries: Sequence[str], translation: Translation) -> Html:
    if refusal.reason == "query.several":
        return translation.t("Only one keyword fits here; several are added with /sub.")
    return query_errors.words(refusal, queries[0] if queries else "", translation)
