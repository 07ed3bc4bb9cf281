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
from bot.language import language_data
from bot.language.word_tables import TimeWords
from bot.services.subscriptions import SettingsService
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole
from bot.telegram.text import schedule


def find_zone(latitude: float, longitude: float) -> str | None:
    """Return the time zone of a location."""
    import tzfpy  # its map takes some megabytes and most bots never need it

    return tzfpy.get_tz(longitude, latitude) or None


_QUIET, _RESUME, _ZONE = "quiet", "resume", "zone"
_OFFERED = ("22:00-07:00", "23:00-06:00")
_MOST_ZONES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietAndPauseHandlers(Handlers):
    """Quiet hours, pauses and the time zone of a chat."""

    settings_service: SettingsService
    chats: ChatRepository
    clock: Clock
    timezone: str
    zones: Zones

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="quiet",
                aliases=("ruhe",),
                handle=self.quiet,
                who=RequiredRole.CHANGERS,
                arguments="[22:00-07:00 or off]",
                about=mark("Set quiet hours"),
            ),
            Command(
                name="pause",
                aliases=("stop",),
                handle=self.pause,
                who=RequiredRole.CHANGERS,
                arguments="[2h or 3d]",
                about=mark("Pause all alerts"),
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
                arguments="[city, zone or offset]",
                about=mark("Set the time zone"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=_QUIET, handle=self.press_quiet),
            CallbackButton(verb=_RESUME, handle=self.press_resume),
            CallbackButton(verb=_ZONE, handle=self.press_zone),
        )

    async def quiet(self, request: Request) -> None:
        """Set or end the quiet hours, or show buttons with suggestions."""
        if request.text.strip():
            await request.reply(await self._quiet(request, request.text))
            return
        chat = await self.chats.find(request.place.chat_id)
        rows = [[keyboards.button(hours.replace("-", "–"), _QUIET, hours) for hours in _OFFERED]]
        if chat and chat.quiet_from is not None and chat.quiet_to is not None:
            now = schedule.quiet_words((chat.quiet_from, chat.quiet_to))
            state = request.translation.t(
                "Quiet hours: {hours}. Alerts from that time will follow afterwards.", hours=bold(now)
            )
            rows.append([keyboards.button(request.translation.label("Off"), _QUIET, "off")])
        else:
            example = code("/quiet 22:00-07:00")
            state = request.translation.t(
                "There are no quiet hours yet. Set them like this: {example}", example=example
            )
        await request.reply(state, keyboards.keyboard(rows))

    async def press_quiet(self, press: ButtonPress) -> str:
        """Set the quiet hours of the button."""
        await press.edit(await self._quiet(press.request, press.rest))
        return ""

    async def _quiet(self, request: Request, text: str) -> Html:
        translation = request.translation
        if text.strip().casefold() in language_data.every(TimeWords, "off"):
            await self.settings_service.set_quiet(request.place.chat_id, None)
            return translation.t("There are no quiet hours any more.")
        try:
            quiet = quiet_hours.read_quiet(text)
        except Refusal as refusal:
            return schedule.refusal_words(refusal, translation)
        await self.settings_service.set_quiet(request.place.chat_id, quiet)
        words = bold(schedule.quiet_words(quiet))
        return translation.t("Quiet hours: {hours}. Alerts from that time will follow afterwards.", hours=words)

    async def pause(self, request: Request) -> None:
        """Hold all alerts back, for a while or until /resume."""
        translation = request.translation
        try:
            length = quiet_hours.read_pause(request.text)
        except Refusal as refusal:
            await request.reply(schedule.refusal_words(refusal, translation))
            return
        until = await self.settings_service.pause(request.place.chat_id, length)
        if until >= FOREVER:
            said = translation.t(
                "Paused. Alerts will wait and come when {resume} ends the pause.", resume=code("/resume")
            )
        else:
            when = await self._when(request, until)
            said = translation.t("Paused {until}. Alerts will wait until then and come afterwards.", until=bold(when))
        await request.reply(said, keyboards.keyboard([[keyboards.button(translation.label("Resume"), _RESUME)]]))

    async def resume(self, request: Request) -> None:
        """End the pause."""
        await request.reply(await self._resume(request))

    async def press_resume(self, press: ButtonPress) -> str:
        """End the pause, and confirm it in the message that began it."""
        await press.edit(await self._resume(press.request))
        return ""

    async def _resume(self, request: Request) -> Html:
        if await self.settings_service.resume(request.place.chat_id):
            return request.translation.t("The pause is over. Alerts that were held back are coming now.")
        return request.translation.t("Nothing is paused here.")

    async def set_timezone(self, request: Request) -> None:
        """Set the zone somebody named, or ask which of several."""
        translation, example = request.translation, code("/timezone Zürich")
        if not request.text.strip():
            zone = await self._zone(request)
            await request.reply(
                translation.t(
                    "Time zone: {zone}. To change it: {example}, or share a location.",
                    zone=bold(zones.label(zone)),
                    example=example,
                )
            )
            return
        found = self.zones.find(request.text)
        if len(found) == 1:
            await request.reply(await self._set_zone(request, found[0]))
        elif found:
            rows = [[keyboards.button(zones.label(zone), _ZONE, zone)] for zone in found[:_MOST_ZONES]]
            await request.reply(translation.t("Which place do you mean?"), keyboards.keyboard(rows))
        elif self.zones.is_offset(request.text):
            await request.reply(
                translation.t(
                    "There is no such time zone: time zones go from {first} to {last}, in steps of 15 minutes.",
                    first=code("UTC-12"),
                    last=code("UTC+14"),
                )
            )
        else:
            await request.reply(
                translation.t(
                    "I do not know that place. Name a larger city, or write {example} or {offset}.",
                    example=code("Europe/Zurich"),
                    offset=code("UTC+2"),
                )
            )

    async def press_zone(self, press: ButtonPress) -> str:
        """Set the zone of the button."""
        if not self.zones.is_zone(press.rest):
            return press.request.translation.label("This button is too old.")
        await press.edit(await self._set_zone(press.request, press.rest))
        return ""

    async def locate(self, request: Request, latitude: float, longitude: float) -> None:
        """Set the time zone of a shared location; the location is not stored."""
        zone = find_zone(latitude, longitude)
        if zone is None:
            await request.reply(request.translation.t("I do not know the time zone of that place."))
            return
        await request.reply(await self._set_zone(request, zone))

    async def _set_zone(self, request: Request, zone: str) -> Html:
        await self.settings_service.set_timezone(request.place.chat_id, zone)
        now = self.clock.now().astimezone(quiet_hours.zone(zone))
        return request.translation.t(
            "Time zone: {zone}. It is {time} there now.", zone=bold(zones.label(zone)), time=f"{now:%H:%M}"
        )

    async def _zone(self, request: Request) -> str:
        chat = await self.chats.find(request.place.chat_id)
        return (chat.timezone if chat else None) or self.timezone

    async def _when(self, request: Request, until: datetime) -> str:
        where = quiet_hours.zone(await self._zone(request))
        return schedule.until_words(until, self.clock.now(), where, request.translation)
