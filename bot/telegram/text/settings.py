"""The settings of a chat as one message: what is in force, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core import archive, quiet_hours
from bot.core.chat import Chat, PictureSize
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Schedule
from bot.core.ids import ChatId
from bot.core.quiet_hours import FOREVER
from bot.i18n import zones
from bot.i18n.catalog import Catalog, Translation
from bot.i18n.markup import Html, bold, join
from bot.telegram import keyboards
from bot.telegram.text import schedule as schedule_text
from bot.telegram.text.subscription_list import PAGE

MENU = "set"
"""The verb of every button of the settings; behind it the submenu, and what is chosen there."""
LANGUAGE, READS, ZONE, QUIET, DIGEST, SOURCES, STORIES, PAUSE, DATA = "l", "r", "z", "q", "d", "s", "o", "p", "m"
PICTURES, FEED, TOPICS = "i", "f", "k"
SHARED = "h"
TOP = "t"
OFF, EXPORT, FORGET = "off", "export", "forget"
QUIET_HOURS = ((22, 7), (23, 6), (21, 8), (0, 8))
_STEP = 30
"""By how many minutes a button moves the beginning or the end of the quiet hours."""
ADD, DROP = "+", "-"
"""Before what is one of several choices: a button says what is to be, so that pressing it twice does no harm."""
DIGESTS = ("07:00", "08:00", "12:00", "18:00", "20:00", "mon-fri 07:30", "sun 18:00")
PAUSES = {"1h": 1, "8h": 8, "1d": 24, "3d": 72, "7d": 168}
"""How long a pause lasts, in hours."""
COMMON_READS = ("de", "en", "fr", "it", "es", "pt", "nl", "pl", "ru", "uk", "tr", "ar")
ZONES = (
    "Pacific/Honolulu America/Los_Angeles America/Denver America/Chicago America/New_York America/Halifax "
    "America/Sao_Paulo Atlantic/Azores Europe/London Europe/Lisbon Europe/Zurich Europe/Berlin Europe/Paris "
    "Europe/Rome Europe/Athens Europe/Kyiv Europe/Istanbul Europe/Moscow Africa/Cairo Africa/Lagos "
    "Africa/Johannesburg Africa/Nairobi Asia/Dubai Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Singapore "
    "Asia/Shanghai Asia/Tokyo Asia/Seoul Australia/Perth Australia/Adelaide Australia/Sydney Pacific/Auckland"
).split()
"""Zones to choose from by a button, from west to east; any other is set by /timezone or a location."""
ZONES_ON_A_PAGE = 12
_DAY_HOURS = 24
_DAY = 24 * 60
_CHOSEN = "✓ {label}"

Reply = tuple[Html, InlineKeyboardMarkup | None]
Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """What is in force in a chat, or in a topic of it."""

    chat: Chat
    digest: Schedule
    sources: int
    followed: int
    shared: int
    """Lists of keywords that are shared from here."""
    timezone: str
    """The zone of the chat, or that of chats that have set none."""
    now: datetime
    topics: bool | None = None
    """Whether each keyword has a topic of its own; None where there can be none."""
    has_feeds: bool = False
    """Whether chats can have a private feed."""
    app_url: str = ""
    """Where the Mini App opens; "" where it cannot."""
    my_channels: int = 0
    """Channels that are managed from this private chat."""
    channel: str | None = None
    """The title of the channel, where its settings are shown in the private chat."""

    @property
    def zone(self) -> tzinfo:
        """The clock by which hours are meant."""
        return quiet_hours.zone(self.timezone)

    @property
    def reads(self) -> tuple[str, ...]:
        """The languages whose articles alert the chat."""
        return tuple(dict.fromkeys(archive.view(self.chat, self.now).languages))

    @property
    def quiet(self) -> tuple[int, int] | None:
        """The quiet hours, in minutes after midnight."""
        begin, end = self.chat.quiet_from, self.chat.quiet_to
        return None if begin is None or end is None else (begin, end)

    @property
    def paused_until(self) -> datetime | None:
        """When the pause ends that the chat is in."""
        until = self.chat.paused_until
        return until if until is not None and until > self.now else None


def top(view: SettingsView, translation: Translation) -> Reply:
    """Show every setting, and a button for each."""
    label = translation.label
    lines = [bold(_heading(view, translation)), *_lines(view, translation)]
    pause = label("Pause") if view.paused_until is None else label("Resume")
    entries = [
        [(label("Language"), LANGUAGE), (label("Languages of articles"), READS)],
        [(label("Time zone"), ZONE), (label("Quiet hours"), QUIET)],
        [(label("Digest"), DIGEST), (label("Sources"), SOURCES)],
        [(label("One alert per story"), STORIES), (pause, PAUSE)],
    ]
    others = [(label("Pictures"), PICTURES), (label("Data of this chat"), DATA)]
    if view.has_feeds:
        others.insert(1, (label("Private feed"), FEED))
    if view.topics is not None:
        others.insert(1, (label("Topics"), TOPICS))
    if view.shared:
        others.insert(-1, (label("Shared lists ({count})", count=view.shared), SHARED))
    entries += [others[at : at + 2] for at in range(0, len(others), 2)]
    rows = [[keyboards.button(text, MENU, where) for text, where in row] for row in entries]
    rows += [*_ways_between(view, translation), keyboards.open_app(view.app_url, translation)]
    return join("\n", lines), keyboards.keyboard(rows)


def _heading(view: SettingsView, translation: Translation) -> Html:
    if view.channel is None:
        return translation.t("Settings of this chat")
    return translation.t("Settings of the channel")


def _ways_between(view: SettingsView, translation: Translation) -> Rows:
    """Make the ways from the private chat to its channels, and from a channel to its keywords and back."""
    label = translation.label
    if view.channel is not None:
        keywords = keyboards.button(label("Keywords"), PAGE, 0)
        return [[keywords, keyboards.button(label("‹ My channels"), keyboards.MY_CHANNELS)]]
    if view.my_channels:
        return [[keyboards.button(label("My channels ({count})", count=view.my_channels), keyboards.MY_CHANNELS)]]
    return []


def open_channel(channel_id: ChatId, title: str) -> InlineKeyboardButton:
    """Make the button that opens the settings of a channel in the private chat."""
    return keyboards.button(title or str(channel_id), *keyboards.join_channel(channel_id, f"{MENU}:{TOP}").split(":"))


def _lines(view: SettingsView, translation: Translation) -> Iterator[Html]:
    t = translation.t
    yield t("Language: {name}", name=translation.name)
    yield t("Languages of articles: {names}", names=", ".join(map(translation.language_of, view.reads)))
    yield t("Time zone: {zone}", zone=zones.label(view.timezone))
    yield _quiet(view, translation)
    yield _digest(view, translation)
    yield t("Sources: {on} of {count}", on=view.followed, count=view.sources)
    yield t("One alert per story") if view.chat.one_per_story else t("An alert for every article")
    yield _pictures(view, translation)
    if view.topics is not None:
        yield _topics(view, translation)
    if view.paused_until is not None:
        yield _paused(view, translation)


def languages(translation: Translation, catalog: Catalog) -> Reply:
    """Choose the language in which the bot writes."""
    rows = [
        [_choice(catalog.speak(code).name, code == translation.language, LANGUAGE, code)] for code in catalog.languages
    ]
    return translation.t("Which language do you want?"), _with_back(rows, translation)


def reads(view: SettingsView, translation: Translation) -> Reply:
    """Choose the languages whose articles alert the chat."""
    codes = dict.fromkeys((*COMMON_READS, *view.reads))
    buttons = [_toggle(translation.language_of(code), code in view.reads, READS, code) for code in codes]
    text = translation.t("In which languages should articles trigger alerts here?")
    return text, _with_back(_in_rows(buttons, 3), translation)


def timezones(view: SettingsView, translation: Translation, page: int | None) -> Reply:
    """Choose a time zone; None shows the page with the one in force."""
    current = view.timezone
    names = list(ZONES) if current in ZONES else [current, *ZONES]
    if page is None:
        page = names.index(current) // ZONES_ON_A_PAGE
    last = (len(names) - 1) // ZONES_ON_A_PAGE
    page = max(0, min(page, last))
    shown = names[page * ZONES_ON_A_PAGE : (page + 1) * ZONES_ON_A_PAGE]
    rows = _in_rows([_choice(_city(zone), zone == current, ZONE, zone) for zone in shown], 2)
    turn_page = []
    if page:
        turn_page.append(keyboards.button("‹", MENU, ZONE, page - 1))
    if page < last:
        turn_page.append(keyboards.button("›", MENU, ZONE, page + 1))
    time = f"{view.now.astimezone(view.zone):%H:%M}"
    lines = [
        translation.t("Time zone: {zone}. It is {time} there now.", zone=bold(zones.label(current)), time=time),
        translation.t("For any other place: /timezone and its name, or share a location."),
    ]
    return join("\n", lines), _with_back([*rows, turn_page], translation)


def quiet(view: SettingsView, translation: Translation) -> Reply:
    """Choose the quiet hours."""
    offered = [(begin * 60, end * 60) for begin, end in QUIET_HOURS]
    if view.quiet is not None and view.quiet not in offered:
        offered.append(view.quiet)
    buttons = [
        _choice(schedule_text.quiet_words(hours), hours == view.quiet, QUIET, f"{hours[0]}-{hours[1]}")
        for hours in offered
    ]
    rows = _in_rows(buttons, 2)
    if view.quiet is not None:
        begin, end = view.quiet
        rows.append(_steps(translation.label("Start"), [((begin - _STEP) % _DAY, end), ((begin + _STEP) % _DAY, end)]))
        rows.append(_steps(translation.label("End"), [(begin, (end - _STEP) % _DAY), (begin, (end + _STEP) % _DAY)]))
    rows.append([_choice(translation.label("No quiet hours"), view.quiet is None, QUIET, OFF)])
    lines = [_quiet(view, translation), translation.t("Alerts from that time will follow afterwards.")]
    return join("\n", lines), _with_back(rows, translation)


def digest(view: SettingsView, translation: Translation, notes: Sequence[Html] = ()) -> Reply:
    """Choose the hours of the digest."""
    current = schedule.write(view.digest) if view.digest else ""
    offered = {hours: schedule.write(schedule.read(hours)) for hours in DIGESTS}
    daily = [hours for hours in DIGESTS if len(hours) == len("07:00")]
    buttons = [_toggle(hours, offered[hours] in _hours(view.digest), DIGEST, hours) for hours in daily]
    rows = _in_rows(buttons, 3)
    others = [hours for hours in DIGESTS if hours not in daily]
    rows.append(
        [_choice(_hours_label(hours, translation), offered[hours] == current, DIGEST, hours) for hours in others]
    )
    rows.append(
        [
            _choice(translation.label("No digest"), not view.digest, DIGEST, OFF),
            keyboards.button(translation.label("Now"), MENU, DIGEST, "now"),
        ]
    )
    lines = [
        _digest(view, translation),
        translation.t("Several times of day are possible. Choose in /list which keywords go into the digest."),
        *notes,
    ]
    return join("\n", lines), _with_back(rows, translation)


def stories(view: SettingsView, translation: Translation) -> Reply:
    """Choose between one alert per story and one for every article."""
    once = view.chat.one_per_story
    rows = [
        [_choice(translation.label("One alert per story"), once, STORIES, 1)],
        [_choice(translation.label("An alert for every article"), not once, STORIES, 0)],
    ]
    text = translation.t(
        "When several sources report the same story: one alert that names them all, or one for each article?"
    )
    return text, _with_back(rows, translation)


def pictures(view: SettingsView, translation: Translation) -> Reply:
    """Choose how large the picture below an alert is."""
    buttons = [
        _choice(text, size is view.chat.pictures, PICTURES, size.value) for size, text in _sizes(translation).items()
    ]
    lines = [
        _pictures(view, translation),
        translation.t(
            "The picture is the preview that Telegram itself makes of the article’s page. It comes with single alerts, "
            "not with digests and other messages that name several articles."
        ),
    ]
    return join("\n", lines), _with_back([buttons], translation)


def topics(view: SettingsView, translation: Translation) -> Reply:
    """Choose whether each keyword has a topic of its own."""
    buttons = [
        _choice(translation.label("A topic for each keyword"), bool(view.topics), TOPICS, "1"),
        _choice(translation.label("All in one chat"), not view.topics, TOPICS, "0"),
    ]
    lines = [
        _topics(view, translation),
        translation.t(
            "A topic opens with the first alert of its keyword and can be muted in Telegram on its own. If it is "
            "deleted, the alerts of its keyword come outside of the topics, as digests and answers do."
        ),
    ]
    return join("\n", lines), _with_back([[button] for button in buttons], translation)


def _topics(view: SettingsView, translation: Translation) -> Html:
    return translation.t("A topic for each keyword") if view.topics else translation.t("All in one chat")


def _pictures(view: SettingsView, translation: Translation) -> Html:
    return translation.t("Pictures: {size}", size=_sizes(translation)[view.chat.pictures])


def _sizes(translation: Translation) -> dict[PictureSize, str]:
    return {
        PictureSize.OFF: translation.label("off"),
        PictureSize.SMALL: translation.label("small"),
        PictureSize.LARGE: translation.label("large"),
    }


def pause(view: SettingsView, translation: Translation) -> Reply:
    """Choose how long all alerts wait."""
    buttons = [keyboards.button(_length(hours, translation), MENU, PAUSE, name) for name, hours in PAUSES.items()]
    forever = view.paused_until is not None and view.paused_until >= FOREVER
    rows = _in_rows(buttons, 3)
    rows.append([_choice(translation.label("Until further notice"), forever, PAUSE, "0")])
    if view.paused_until is None:
        text = translation.t("How long should all alerts wait? They will come when the pause ends.")
    else:
        text = _paused(view, translation)
        rows.append([keyboards.button(translation.label("Resume"), MENU, PAUSE, OFF)])
    return text, _with_back(rows, translation)


def data(translation: Translation) -> Reply:
    """Choose what to do with what is stored."""
    rows = [
        [keyboards.button(translation.label("Export all data"), MENU, DATA, EXPORT)],
        [keyboards.button(translation.label("Delete everything …"), MENU, DATA, FORGET)],
    ]
    text = translation.t("/privacy says what is stored about this chat. /import brings an export back.")
    return text, _with_back(rows, translation)


def with_back(reply: Reply, translation: Translation) -> Reply:
    """Add the way back to the settings to a message that was opened from them."""
    text, keyboard = reply
    return text, _with_back([list(row) for row in keyboard.inline_keyboard] if keyboard else [], translation)


def below_list(reply: Reply, translation: Translation) -> Reply:
    """Add the way to the settings of a channel below the list of its keywords."""
    text, shown = reply
    rows = [list(row) for row in shown.inline_keyboard] if shown else []
    return text, keyboards.keyboard([*rows, [keyboards.button(translation.label("‹ Settings"), MENU, TOP)]])


def is_opened_from(keyboard: InlineKeyboardMarkup | None) -> bool:
    """Return whether a message has the way back to the settings."""
    return leads_to(keyboard, TOP)


def leads_to(keyboard: InlineKeyboardMarkup | None, *submenus: str) -> bool:
    """Return whether a message has a button that opens one of these submenus."""
    wanted = {keyboards.pack(MENU, submenu) for submenu in submenus}
    rows = keyboard.inline_keyboard if keyboard else ()
    return any(button.callback_data in wanted for row in rows for button in row)


def _with_back(rows: Rows, translation: Translation) -> InlineKeyboardMarkup | None:
    return keyboards.keyboard([*rows, [keyboards.button(translation.label("‹ Back"), MENU, TOP)]])


def _choice(text: str, chosen: bool, where: str, what: object) -> InlineKeyboardButton:
    return keyboards.button(_CHOSEN.format(label=text) if chosen else text, MENU, where, what)


def _toggle(text: str, chosen: bool, where: str, what: str) -> InlineKeyboardButton:
    return _choice(text, chosen, where, f"{DROP if chosen else ADD}{what}")


def _steps(name: str, targets: Sequence[tuple[int, int]]) -> list[InlineKeyboardButton]:
    """Make the buttons that move one end of the quiet hours back and on; hours of no length are left out."""
    signs = (f"−{_STEP}", f"+{_STEP}")
    return [
        keyboards.button(f"{name} {sign}", MENU, QUIET, f"{begin}-{end}")
        for sign, (begin, end) in zip(signs, targets, strict=True)
        if begin != end
    ]


def _in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> Rows:
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def _quiet(view: SettingsView, translation: Translation) -> Html:
    if view.quiet is None:
        return translation.t("Quiet hours: none")
    return translation.t("Quiet hours: {hours}", hours=schedule_text.quiet_words(view.quiet))


def _digest(view: SettingsView, translation: Translation) -> Html:
    if not view.digest:
        return translation.t("Digest: none")
    return translation.t("Digest: {when}", when=schedule_text.schedule_words(view.digest, translation))


def _hours(planned: Schedule) -> set[str]:
    """List the hours of a schedule, each written as a schedule of its own."""
    return {schedule.write((hour,)) for hour in planned}


def _hours_label(hours: str, translation: Translation) -> str:
    return schedule_text.schedule_label(schedule.read(hours), translation)


def _length(hours: int, translation: Translation) -> str:
    if hours < _DAY_HOURS:
        return translation.label("{hours} h", hours=hours)
    days = hours // _DAY_HOURS
    return translation.label("1 day") if days == 1 else translation.label("{days} days", days=days)


def _paused(view: SettingsView, translation: Translation) -> Html:
    until = view.paused_until or view.now
    if until >= FOREVER:
        return translation.t("All alerts are paused until further notice.")
    when = schedule_text.until_words(until, view.now, view.zone, translation)
    return translation.t("All alerts are paused {until}.", until=when)


def _city(zone: str) -> str:
    return zones.label(zone).rpartition("/")[2]
