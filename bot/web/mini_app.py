"""
The Mini App: one page that a button in a private chat opens, and the one address that it asks.

The page itself holds nothing of anybody. What a reader sees or changes needs the `initData` with which Telegram opened
it, in the body of each request, since an address ends in histories and logs. It never asks for anything elsewhere: not
even for Telegram's own script, of which it needs only what stands behind the # of its address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final, Protocol

from aiohttp import web

from bot.core import init_data, quiet_hours, visible_text
from bot.core.chat import Chat
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Schedule
from bot.core.errors import Refusal, StorageError
from bot.core.feed import host_of
from bot.core.ids import ChatId, FeedId, SubscriptionId, UserId
from bot.core.init_data import InitDataProblem
from bot.core.ports import Clock
from bot.core.source import Source
from bot.core.subscription import HIT_DAYS, HitCounts, Subscription, Urgency
from bot.i18n import zones
from bot.i18n.catalog import Catalog, Translation
from bot.i18n.markup import Html, plain
from bot.services.mini_app import (
    Change,
    ChangeDone,
    ReaderSettings,
    SetQuietHours,
    SwitchDigestHour,
    SwitchKeyword,
    SwitchSource,
    TurnedAway,
)
from bot.web import frame

PATH: Final = "/app"
STATE: Final = f"{PATH}/state"
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors https://web.telegram.org; require-trusted-types-for 'script'"
}
"""Telegram's own web client shows the page in a frame; the others have a window for it."""
_KINDS = {"app.js": ("mini_app.js", "text/javascript"), "app.css": ("mini_app.css", "text/css")}
_FILES: Final = {name: (frame.read_text(file), kind) for name, (file, kind) in _KINDS.items()}
_PAGE: Final = frame.read_template("mini_app.html")
_LONGEST = 16_384
"""Bytes of a request."""
_HOURS = ("07:00", "08:00", "12:00", "18:00", "20:00")
"""Hours of a digest that are offered, as in /settings."""
_LONGEST_HOURS = 60
_QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_LARGEST_ID = 2**53
_NAME, _NAMES = 80, 10
_WEEK = timedelta(days=7)

Words = dict[str, str]
NameHours = Callable[[Schedule, Translation], str]
"""Writes hours of a digest with their days, as short as on a button."""


class ReaderSource(Protocol):
    """Whose settings are shown and changed; all of it raises `StorageError`."""

    async def admit(self, user_id: UserId) -> Chat | TurnedAway:
        """Find the private chat of somebody whom the bot answers."""
        ...

    async def load(self, chat_id: ChatId) -> ReaderSettings | None:
        """Load what is in force in a chat."""
        ...

    async def change(self, chat_id: ChatId, change: Change) -> ChangeDone | None:
        """Make a change; None where what it is about is not there any more. Raises `Refusal`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniAppPages:
    """Answers requests of the Mini App."""

    key: bytes = field(repr=False)
    """The key of Telegram's signature."""
    readers: ReaderSource
    catalog: Catalog
    clock: Clock
    name_hours: NameHours

    async def answer(self, request: web.Request) -> web.Response:
        """Give the page, a part of it, or (to a POST) the settings; raises `HTTPNotFound`."""
        if request.method == "POST":
            return await self._answer_state(request)
        name = request.match_info.get("name", "")
        if not name:
            page = render(self._accepted(request))
            return web.Response(text=page, content_type="text/html", headers=HEADERS)
        if name not in _FILES:
            raise web.HTTPNotFound
        text, kind = _FILES[name]
        return web.Response(text=text, content_type=kind, headers=HEADERS)

    async def _answer_state(self, request: web.Request) -> web.Response:
        translation = self._accepted(request)
        if request.content_type != "application/json":
            return _refuse(translation.label("Something went wrong. Please try again."), 415)
        if (request.content_length or 0) > _LONGEST or len(body := await request.read()) > _LONGEST:
            return _refuse(translation.label("Something went wrong. Please try again."), 413)
        asked = _read_body(body)
        if asked is None:
            return _refuse(translation.label("Something went wrong. Please try again."), 400)
        reader = init_data.read(asked.init_data, self.key, self.clock.now())
        if isinstance(reader, InitDataProblem):
            return _refuse(_unproven(reader, translation), 401)
        translation = self.catalog.speak(reader.language or translation.language)
        try:
            chat = await self.readers.admit(reader.user_id)
            if isinstance(chat, TurnedAway):
                return _refuse(_turned_away(chat, translation), 429 if chat is TurnedAway.TOO_FAST else 403)
            return await self._serve(chat, asked.change, self.catalog.speak(chat.language))
        except StorageError:
            return _refuse(translation.label("Something went wrong. Please try again."), 503)

    async def _serve(self, chat: Chat, change: Change | None, translation: Translation) -> web.Response:
        note = ""
        if change is not None:
            try:
                done = await self.readers.change(chat.id, change)
            except Refusal as refusal:
                return _refuse(_refusal_words(refusal, translation), 409)
            if done is None:
                return _refuse(translation.label("That is no longer there."), 404)
            note = _note(change, done, translation)
        view = await self.readers.load(chat.id)
        if view is None:
            return _refuse(_turned_away(TurnedAway.NOT_STARTED, translation), 403)
        return web.json_response(describe(view, translation, self.name_hours) | {"note": note})

    def _accepted(self, request: web.Request) -> Translation:
        """Speak the first of the browser's languages that the bot speaks."""
        tags = (part.partition(";")[0].strip() for part in request.headers.get("Accept-Language", "")[:200].split(","))
        return self.catalog.speak(next((tag for tag in tags if self.catalog.find(tag)), None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    init_data: str
    change: Change | None


def render(translation: Translation) -> str:
    """Write the page as it is before it knows its reader."""
    words = {
        "language": translation.language,
        "loading": translation.label("One moment …"),
        "offline": translation.label("No connection. Please try again."),
    }
    return _PAGE.substitute({name: escape(word, quote=True) for name, word in words.items()})


def describe(view: ReaderSettings, translation: Translation, name_hours: NameHours) -> dict[str, Any]:
    """Describe what is in force, with all words that the page shows."""
    more = view.source_count - len(view.sources)
    begin, end = view.chat.quiet_from, view.chat.quiet_to
    is_quiet = begin is not None and end is not None
    return {
        "language": translation.language,
        "words": _words(translation),
        "paused": _paused(view, translation),
        "keywords": [_keyword(keyword, hits, view, translation) for keyword, hits in view.keywords],
        "sources": [_source(source, translation) for source in view.sources],
        "more": translation.n("One more source: /feeds", "{count} more sources: /feeds", more) if more > 0 else "",
        "quiet": {
            "on": is_quiet,
            "from": quiet_hours.clock(begin if begin is not None and is_quiet else 22 * 60),
            "to": quiet_hours.clock(end if end is not None and is_quiet else 7 * 60),
        },
        "zone": translation.label("Time zone: {zone}", zone=zones.label(view.timezone)),
        "digest": _digest(view.digest, lambda hours: name_hours(hours, translation)),
    }


def _words(translation: Translation) -> Words:
    label = translation.label
    return {
        "keywords": label("Keywords"),
        "no_keywords": label("There are no keywords yet. Add some in the chat."),
        "sources": label("Sources"),
        "quiet": label("Quiet hours"),
        "from": label("Start"),
        "to": label("End"),
        "quiet_about": label("Alerts from that time will follow afterwards."),
        "offline": label("No connection. Please try again."),
        "digest": label("Digest"),
        "digest_about": label("Several times of day are possible. Choose in /list which keywords go into the digest."),
    }


def _paused(view: ReaderSettings, translation: Translation) -> str:
    """Say that all alerts wait, and until when; empty where they do not."""
    until = view.chat.paused_until
    if until is None or until <= view.now:
        return ""
    if until >= quiet_hours.FOREVER:
        return translation.label("All alerts are paused until further notice.")
    return translation.label("All alerts are paused {until}.", until=_until(until, view, translation))


def _until(moment: datetime, view: ReaderSettings, translation: Translation) -> Html:
    zone = quiet_hours.zone(view.timezone)
    return translation.until(moment.astimezone(zone), view.now.astimezone(zone))


def _keyword(keyword: Subscription, hits: HitCounts, view: ReaderSettings, translation: Translation) -> dict[str, Any]:
    name, n = visible_text.tidy(keyword.name), translation.n
    counts = ", ".join(map(str, hits.days))
    urgencies = {
        Urgency.INSTANT: translation.label("instant"),
        Urgency.SILENT: translation.label("silent"),
        Urgency.DIGEST: translation.label("in the digest"),
    }
    about = [translation.label("No. {number}", number=keyword.number), urgencies[keyword.urgency]]
    if keyword.muted_until is not None and keyword.muted_until > view.now:
        about.append(translation.label("muted {until}", until=_until(keyword.muted_until, view, translation)))
    if keyword.created_at > view.now - _WEEK:
        week = n("One article since it was added", "{count} articles since it was added", hits.week)
    else:
        week = n("One article in the last 7 days", "{count} articles in the last 7 days", hits.week)
    return {
        "id": keyword.id,
        "name": name if len(name) <= _NAME else name[: _NAME - 1] + "…",
        "about": " · ".join(about),
        "on": not keyword.paused,
        "days": hits.days,
        "chart": translation.label(
            "Articles in each of the last {days} days, today last: {counts}", days=HIT_DAYS, counts=counts
        ),
        "week": plain(week),
    }


def _source(source: Source, translation: Translation) -> dict[str, Any]:
    host = host_of(source.feed.url)
    return {
        "id": source.feed.id,
        "name": visible_text.tidy(source.feed.title)[:_NAME] or host,
        "about": translation.label("{host} · your own, /delfeed removes it", host=host) if source.is_own else host,
        "own": source.is_own,
        "on": source.is_followed,
    }


def _digest(planned: Schedule, name: Callable[[Schedule], str]) -> list[dict[str, Any]]:
    """List the hours that are offered, and others that are in force, each as it is sent back."""
    in_force = {schedule.write((hour,)): (hour,) for hour in planned}
    offered = {hours: schedule.read(hours) for hours in _HOURS}
    everyday = len(schedule.DAYS)
    return [
        {
            "hours": written,
            "name": written if len(hours[0].days) == everyday else name(hours),
            "on": written in in_force,
        }
        for written, hours in sorted((offered | in_force).items(), key=lambda pair: pair[1][0].minute)
    ]


def _note(change: Change, done: ChangeDone, translation: Translation) -> str:
    """Say what a change means that does not explain itself."""
    label = translation.label
    if isinstance(change, SwitchKeyword) and not change.is_on:
        return label("Switched off: alerts until it is switched on again are dropped and will not come later.")
    if done.digest_set is not None and done.digest_set.is_moved:
        moved = [visible_text.tidy(keyword.name) for keyword in done.digest_set.keywords]
        names = ", ".join(moved[:_NAMES]) + (" …" if len(moved) > _NAMES else "")
        return label("In the digest from now on, no longer instant: {names}.", names=names)
    return ""


def _unproven(problem: InitDataProblem, translation: Translation) -> str:
    if problem is InitDataProblem.EXPIRED:
        return translation.label("This page is too old. Open it again from the chat.")
    return translation.label("Open this page with the button in the chat with the bot.")


def _turned_away(why: TurnedAway, translation: Translation) -> str:
    match why:
        case TurnedAway.STRANGER:
            return translation.label("This bot is private.")
        case TurnedAway.BANNED:
            return translation.label("You cannot use this bot.")
        case TurnedAway.NOT_STARTED:
            return translation.label("Write /start to the bot first.")
        case TurnedAway.TOO_FAST:
            return translation.label("That is a lot at once. Please wait a minute.")


def _refusal_words(refusal: Refusal, translation: Translation) -> str:
    if refusal.reason == "digest.too_many":
        return translation.label(
            "That is too often: a digest can be set for at most {limit} times.", limit=refusal.facts.get("limit")
        )
    return translation.label("That did not work.")


def _read_body(body: bytes) -> _Asked | None:
    """Read what is asked; None for anything the page never sends."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict) or not isinstance(signed := asked.get("init_data"), str):
        return None
    if (wanted := asked.get("change")) is None:
        return _Asked(init_data=signed, change=None)
    change = _read_change(wanted) if isinstance(wanted, dict) else None
    return _Asked(init_data=signed, change=change) if change is not None else None


def _read_change(wanted: Mapping[str, Any]) -> Change | None:
    match wanted:
        case {"keyword": number, "on": bool(is_on)} if _is_id(number):
            return SwitchKeyword(SubscriptionId(number), is_on)
        case {"source": number, "on": bool(is_on)} if _is_id(number):
            return SwitchSource(FeedId(number), is_on)
        case {"quiet": None}:
            return SetQuietHours(None)
        case {"quiet": str(text)} if found := _QUIET.fullmatch(text):
            begin, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
            return SetQuietHours((begin, end)) if begin != end else None
        case {"digest": str(text), "on": bool(is_on)} if len(text) <= _LONGEST_HOURS:
            try:
                return SwitchDigestHour(schedule.read(text), is_on)
            except Refusal:
                return None
        case _:
            return None


def _is_id(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < _LARGEST_ID


def _refuse(sentence: str, code: int) -> web.Response:
    response = web.json_response({"error": sentence}, status=code)
    if code == 401:
        response.headers["WWW-Authenticate"] = 'tma realm="stichwort"'
    return response
