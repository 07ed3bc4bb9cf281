"""/quiet, /pause, /resume, /timezone, and a shared location, which gives a time zone and is not stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core import quiet_hours
from bot.core.errors import Refusal
from bot.core.ports import Clock
from bot.core.quiet_hours import FOREVER
from bot.core.repositories import ChatRepository
from bot.i18n import zones
from bot.i18n.catalog import mark
from bot.i18n.markup import Html, bold, code
from bot.i18n.zones import Zones
from bot.services.subscriptions import SettingsService
from bot.telegram import keyboards
from bot.telegram.commands import CallbackButton, Command, RequiredRole
from bot.telegram.request import ButtonPress, Request
from bot.telegram.text import schedule


def find_zone(latitude: float, longitude: float) -> str | None:
    """Give the zone of a place."""
    import tzfpy  # its map takes some megabytes and most bots never need it

    return tzfpy.get_tz(longitude, latitude) or None


_QUIET, _RESUME, _ZONE = "quiet", "resume", "zone"
_OFFERED = ("22:00-07:00", "23:00-06:00")
_OFF = frozenset(("off", "aus", "none", "no", "non", "keine", "spento", "arrêt"))
_MOST_ZONES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietAndPauseHandlers:
    """When alerts may come, and by whose clock."""

    adjust: SettingsService
    chats: ChatRepository
    clock: Clock
    timezone: str
    zones: Zones

    def commands(self) -> tuple[Command, ...]:
        """List the commands of this area."""
        return (
            Command(
                name="quiet",
                aliases=("ruhe",),
                handle=self.quiet,
                who=RequiredRole.CHANGERS,
                about=mark("Hours without alerts"),
            ),
            Command(
                name="pause",
                aliases=("stop",),
                handle=self.pause,
                who=RequiredRole.CHANGERS,
                about=mark("Hold all alerts back"),
            ),
            Command(
                name="resume",
                aliases=("weiter",),
                handle=self.resume,
                who=RequiredRole.CHANGERS,
                about=mark("End the pause"),
            ),
            Command(
                name="timezone",
                aliases=("zeitzone",),
                handle=self.set_timezone,
                who=RequiredRole.CHANGERS,
                about=mark("By which clock my hours are meant"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of this area."""
        return (
            CallbackButton(verb=_QUIET, handle=self.press_quiet),
            CallbackButton(verb=_RESUME, handle=self.press_resume),
            CallbackButton(verb=_ZONE, handle=self.press_zone),
        )

    async def quiet(self, turn: Request) -> None:
        """Set or end the quiet hours, or offer some."""
        if turn.text.strip():
            await turn.reply(await self._quiet(turn, turn.text))
            return
        chat = await self.chats.find(turn.place.chat_id)
        rows = [[keyboards.button(each.replace("-", "–"), _QUIET, each) for each in _OFFERED]]
        if chat and chat.quiet_from is not None and chat.quiet_to is not None:
            now = schedule.quiet_words((chat.quiet_from, chat.quiet_to))
            state = turn.speech.t("Quiet hours: {hours}. Alerts that come then wait until they end.", hours=bold(now))
            rows.append([keyboards.button(turn.speech.label("Off"), _QUIET, "off")])
        else:
            example = code("/quiet 22:00-07:00")
            state = turn.speech.t("There are no quiet hours yet. For instance {example}", example=example)
        await turn.reply(state, keyboards.keyboard(rows))

    async def press_quiet(self, press: ButtonPress) -> str:
        """Set the quiet hours of the button."""
        await press.edit(await self._quiet(press.turn, press.rest))
        return ""

    async def _quiet(self, turn: Request, text: str) -> Html:
        speech = turn.speech
        if text.strip().casefold() in _OFF:
            await self.adjust.set_quiet(turn.place.chat_id, None)
            return speech.t("There are no quiet hours any more.")
        try:
            quiet = quiet_hours.read_quiet(text)
        except Refusal as refusal:
            return schedule.refusal_words(refusal, speech)
        await self.adjust.set_quiet(turn.place.chat_id, quiet)
        words = bold(schedule.quiet_words(quiet))
        return speech.t("Quiet hours: {hours}. Alerts that come then wait until they end.", hours=words)

    async def pause(self, turn: Request) -> None:
        """Hold all alerts back, for a while or until /resume."""
        speech = turn.speech
        try:
            length = quiet_hours.read_pause(turn.text)
        except Refusal as refusal:
            await turn.reply(schedule.refusal_words(refusal, speech))
            return
        until = await self.adjust.pause(turn.place.chat_id, length)
        if until >= FOREVER:
            said = speech.t("Paused. Alerts wait until {resume}.", resume=code("/resume"))
        else:
            when = await self._when(turn, until)
            said = speech.t("Paused until {when}. Alerts wait until then.", when=bold(when))
        await turn.reply(said, keyboards.keyboard([[keyboards.button(speech.label("Resume"), _RESUME)]]))

    async def resume(self, turn: Request) -> None:
        """End the pause."""
        await turn.reply(await self._resume(turn))

    async def press_resume(self, press: ButtonPress) -> str:
        """End the pause, and say so in the message that began it."""
        await press.edit(await self._resume(press.turn))
        return ""

    async def _resume(self, turn: Request) -> Html:
        if await self.adjust.resume(turn.place.chat_id):
            return turn.speech.t("On we go. What waited comes now.")
        return turn.speech.t("There is no pause here.")

    async def set_timezone(self, turn: Request) -> None:
        """Set the zone somebody named, or ask which of several."""
        speech, example = turn.speech, code("/timezone Zürich")
        if not turn.text.strip():
            zone = await self._zone(turn)
            await turn.reply(
                speech.t(
                    "Your clock: {zone}. Another one: {example}, or share your location with me.",
                    zone=bold(zones.label(zone)),
                    example=example,
                )
            )
            return
        found = self.zones.find(turn.text)
        if len(found) == 1:
            await turn.reply(await self._set_zone(turn, found[0]))
        elif found:
            rows = [[keyboards.button(zones.label(each), _ZONE, each)] for each in found[:_MOST_ZONES]]
            await turn.reply(speech.t("Which one do you mean?"), keyboards.keyboard(rows))
        elif self.zones.is_offset(turn.text):
            await turn.reply(
                speech.t(
                    "No clock has this offset: they go from {first} to {last}, in quarters of an hour.",
                    first=code("UTC-12"),
                    last=code("UTC+14"),
                )
            )
        else:
            await turn.reply(
                speech.t(
                    "I do not know that place. Name a larger city, or write {example} or {offset}.",
                    example=code("Europe/Zurich"),
                    offset=code("UTC+2"),
                )
            )

    async def press_zone(self, press: ButtonPress) -> str:
        """Set the zone of the button."""
        if not self.zones.is_zone(press.rest):
            return press.turn.speech.label("This button is too old.")
        await press.edit(await self._set_zone(press.turn, press.rest))
        return ""

    async def locate(self, turn: Request, latitude: float, longitude: float) -> None:
        """Take the zone of a place that was shared; the place itself is not kept."""
        zone = find_zone(latitude, longitude)
        if zone is None:
            await turn.reply(turn.speech.t("I do not know the clock of that place."))
            return
        await turn.reply(await self._set_zone(turn, zone))

    async def _set_zone(self, turn: Request, zone: str) -> Html:
        await self.adjust.set_timezone(turn.place.chat_id, zone)
        now = self.clock.now().astimezone(quiet_hours.zone(zone))
        return turn.speech.t(
            "Your clock: {zone}. There it is {time} now.", zone=bold(zones.label(zone)), time=f"{now:%H:%M}"
        )

    async def _zone(self, turn: Request) -> str:
        chat = await self.chats.find(turn.place.chat_id)
        return (chat.timezone if chat else None) or self.timezone

    async def _when(self, turn: Request, until: datetime) -> str:
        where = quiet_hours.zone(await self._zone(turn))
        return schedule.until_words(until, self.clock.now(), where, turn.speech)
