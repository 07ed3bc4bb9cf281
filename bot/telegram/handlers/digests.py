"""/digest: the hours of a chat's digest, and a digest on request."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.core import quiet_hours
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Schedule, Wish
from bot.core.errors import Refusal
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.core.subscription import Subscription, Urgency
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, join
from bot.services import digests
from bot.services.subscriptions import DigestSet, SettingsService
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole
from bot.telegram.text import schedule as schedule_text

_DIGEST = "dig"
_AT_ONCE = "digback"
_OFFERED = (("07:00", "08:00", "12:00", "18:00"), ("mon-fri 07:30", "sun 18:00"))
_SUB, _ZONE = code("/sub"), code("/timezone Zürich")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestHandlers(Handlers):
    """/digest: choose the hours, or ask for a digest now."""

    settings_service: SettingsService
    chats: ChatRepository
    clock: Clock
    timezone: str

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="digest",
                aliases=("sammelmeldung",),
                handle=self.digest,
                who=RequiredRole.CHANGERS,
                arguments="[hours, now or off]",
                about=mark("Bundle alerts into a digest"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=_DIGEST, handle=self.press), CallbackButton(verb=_AT_ONCE, handle=self.at_once))

    async def digest(self, request: Request) -> None:
        """Set the hours, end the digest, send one now, or show buttons for all of these."""
        await request.reply(*await self._answer(request, request.text))

    async def press(self, press: ButtonPress) -> str:
        """Do what the button says, and confirm it in its message."""
        await press.edit(*await self._answer(press.request, press.rest))
        return ""

    async def at_once(self, press: ButtonPress) -> str:
        """End the digest; every keyword comes again as it did before."""
        place, translation = press.request.place, press.request.translation
        left = await self.settings_service.leave_digest(place.chat_id, place.thread_id)
        if not left:
            return translation.label("There is no keyword in the digest any more.")
        text, _ = press.content()
        await press.edit(join("\n", [text, *_as_before(left, translation)]))
        return ""

    async def _answer(self, request: Request, text: str) -> tuple[Html, InlineKeyboardMarkup | None]:
        place, translation = request.place, request.translation
        if not text.strip():
            return await self._offer(request)
        try:
            wish = schedule.read_wish(text)
            if wish is Wish.NOW:
                return await self._now(request)
            if wish is Wish.OFF:
                left = await self.settings_service.end_digest(place.chat_id, place.thread_id)
                return join("\n", [translation.t("There is no digest any more."), *_as_before(left, translation)]), None
            done = await self.settings_service.set_digest(place.chat_id, place.thread_id, wish)
        except Refusal as refusal:
            return schedule_text.refusal_words(refusal, translation), None
        return await self._set(request, done)

    async def _set(self, request: Request, done: DigestSet) -> tuple[Html, InlineKeyboardMarkup | None]:
        translation = request.translation
        chat = await self.chats.find(request.place.chat_id)
        where = quiet_hours.zone(chat.timezone if chat else None, self.timezone)
        lines = [
            translation.t(
                "Digest: {when}. The next one comes {next}.",
                when=bold(schedule_text.schedule_words(done.schedule, translation)),
                next=schedule_text.at_words(done.next_due, self.clock.now(), where, translation),
            )
        ]
        rows = []
        names = schedule_text.names(done.keywords, translation)
        if done.is_moved:
            lines.append(translation.t("In the digest from now on, no longer instant: {names}.", names=names))
            rows.append([keyboards.button(translation.label("Keep them instant"), _AT_ONCE)])
        elif done.keywords:
            lines.append(translation.t("In the digest: {names}.", names=names))
        else:
            lines.append(
                translation.t(
                    "There is no keyword in the digest yet. The Digest button is below the reply to {sub}.", sub=_SUB
                )
            )
        if done.others:
            others = translation.n(
                "One other keyword stays as before.", "{count} other keywords stay as before.", done.others
            )
            lines.append(others)
        if chat is None or chat.timezone is None:
            lines.append(
                translation.t("Time zone: {zone}; change it with {example}", zone=self.timezone, example=_ZONE)
            )
        return join("\n", lines), keyboards.keyboard(rows)

    async def _now(self, request: Request) -> tuple[Html, InlineKeyboardMarkup | None]:
        if await self.settings_service.digest_now(request.place.chat_id, request.place.thread_id):
            return request.translation.t("The digest is on its way."), None
        return request.translation.t("There is nothing new for a digest."), None

    async def _offer(self, request: Request) -> tuple[Html, InlineKeyboardMarkup | None]:
        translation = request.translation
        receiver = await self.settings_service.receiver(request.place.chat_id, request.place.thread_id)
        planned = digests.read(receiver.digest) if receiver else ()
        state = (
            translation.t("Digest: {when}.", when=bold(schedule_text.schedule_words(planned, translation)))
            if planned
            else translation.t("There is no digest here yet.")
        )
        own = translation.label("/digest mon-fri 07:30")
        ask = translation.t(
            "When should it come? Other times are possible too, for instance {example}", example=code(own)
        )
        rows = [[keyboards.button(_label(hours, translation), _DIGEST, hours) for hours in row] for row in _OFFERED]
        last = [keyboards.button(translation.label("Now"), _DIGEST, "now")]
        if planned:
            last.append(keyboards.button(translation.label("Off"), _DIGEST, "off"))
        return join("\n", [state, ask]), keyboards.keyboard([*rows, last])


def _label(text: str, translation: Translation) -> str:
    planned: Schedule = schedule.read(text)
    return text if len(planned[0].days) == len(schedule.DAYS) else schedule_text.schedule_label(planned, translation)


def _as_before(left: tuple[Subscription, ...], translation: Translation) -> list[Html]:
    """Return the sentence on how each keyword comes that was in the digest."""
    loud = tuple(subscription for subscription in left if subscription.urgency is Urgency.INSTANT)
    quiet = tuple(subscription for subscription in left if subscription.urgency is not Urgency.INSTANT)
    said = []
    if loud:
        said.append(translation.t("Instant again: {names}.", names=schedule_text.names(loud, translation)))
    if quiet:
        said.append(
            translation.t("Instant again, without a sound: {names}.", names=schedule_text.names(quiet, translation))
        )
    return said
