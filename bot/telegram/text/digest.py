"""The texts of digests, roundups and rolling messages: by keyword, the most told story first, each headline a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from telegram import InlineKeyboardMarkup

from bot.core import quiet_hours, story
from bot.core.delivery import digest as combined_messages
from bot.core.delivery.delivery import DeliveryKind, UnsentReason
from bot.core.delivery.digest import CombinedMessage, QueryGroup, StoryEntry
from bot.core.ids import DeliveryId
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, italic, join, plain
from bot.telegram import keyboards
from bot.telegram.text import alert, backtest
from bot.telegram.text.alert import AlertContext

PAGE = 3_800
"""Visible characters of one message, some hundred below what Telegram takes."""
ENTITIES = 100
"""Telegram heeds so many of a message: bold, italic, links, quotes, and the addresses and names it finds itself."""
_LINK = re.compile(r"<a [^>]*>[^<]*</a>")
_FOUND = re.compile(r"[#@/]|\w\.\w")
"""What looks like the beginning of a name or address; inside a link it is none."""
_OPEN = 3
_LONG = 5
"""From so many stories on, all but the first three are folded up."""
_ROLLING = 10
COUNTED = "rolled"
"""The verb of the buttons under a rolling message: the delivery, and from which of the counted stories on to list."""
_NAME = 60
_SOURCE = 30
_SOURCES = 2


def part(combined: CombinedMessage, setting: AlertContext) -> tuple[tuple[StoryEntry, ...], ...]:
    """Say which stories go into which message; borders lie between stories."""
    if combined.kind is DeliveryKind.ROLLING:
        return (combined.tellings,)
    header = bold(_header(replace(combined, part=99, parts=99), setting))
    parts: list[list[StoryEntry]] = [[]]
    room = empty = _RemainingRoom(PAGE - 2, ENTITIES).without(header)
    for group in combined_messages.group(combined.tellings):
        heading = bold(_heading(group, setting.translation))
        shown = 0
        for telling in group.tellings:
            line = _line(telling, combined, setting)
            needed = [*([] if shown else ["", heading]), line]
            left = room.without(*needed, quotes=shown + 1 == _LONG)
            if parts[-1] and not left.is_enough:
                parts.append([])
                left, shown = empty.without("", heading, line), 0
            parts[-1].append(telling)
            room, shown = left, shown + 1
    return tuple(tuple(part) for part in parts)


@dataclass(frozen=True, slots=True)
class _RemainingRoom:
    """The room that is left in a message."""

    characters: int
    entities: int

    def without(self, *lines: str, quotes: int = 0) -> _RemainingRoom:
        """Take lines in; each ends with a line break."""
        taken = sum(line.count("</") + len(_FOUND.findall(plain(_LINK.sub("", line)))) for line in lines)
        size = sum(alert.visible_length(line) + 1 for line in lines)
        return _RemainingRoom(self.characters - size, self.entities - taken - quotes)

    @property
    def is_enough(self) -> bool:
        """Say whether what was taken in had room."""
        return self.characters >= 0 and self.entities >= 0


def write(combined: CombinedMessage, setting: AlertContext) -> Html:
    """Write such a message as HTML."""
    if combined.kind is DeliveryKind.ROLLING:
        return _rolling(combined, setting)
    blocks = [bold(_header(combined, setting))]
    for group in combined_messages.group(combined.tellings):
        lines = [_line(telling, combined, setting) for telling in group.tellings]
        shown = [bold(_heading(group, setting.translation)), *lines]
        if len(lines) >= _LONG:
            folded = join("\n", lines[_OPEN:])
            shown = [*shown[: _OPEN + 1], Html(f"<blockquote expandable>{folded}</blockquote>")]
        blocks.append(join("\n", shown))
    return join("\n\n", blocks)


def write_plain(combined: CombinedMessage, setting: AlertContext) -> str:
    """Write it without any markup, for when Telegram refused the other one."""
    head = [] if combined.kind is DeliveryKind.ROLLING else [_header(combined, setting)]
    lines = [plain(_line(telling, combined, setting)) for telling in story.rank(combined.tellings)]
    return alert.cut("\n".join([*head, *lines]), alert.MESSAGE)


def _rolling(combined: CombinedMessage, setting: AlertContext) -> Html:
    """Show how many there are, and the newest that most sources tell."""
    shown, counted = _share(combined)
    lines = [_rolling_head(combined, setting.translation), *(_line(telling, combined, setting) for telling in shown)]
    if counted:
        lines.append(italic(setting.translation.n("and one more", "and {count} more", len(counted))))
    return join("\n", lines)


def _rolling_head(combined: CombinedMessage, translation: Translation) -> Html:
    name = alert.cut(alert.tidy(combined.tellings[0].subscriptions[0].name), _NAME)
    head = translation.n(
        "{name}: one more story within an hour",
        "{name}: {count} more stories within an hour",
        len(combined.tellings),
        name=name,
    )
    return bold(head)


def _share(combined: CombinedMessage) -> tuple[Sequence[StoryEntry], Sequence[StoryEntry]]:
    """Give the stories a rolling message shows, and those it only counts, the newest first."""
    newest = sorted(combined.tellings, key=lambda telling: telling.published_at, reverse=True)
    shown = story.rank(newest[: 3 * _ROLLING])[:_ROLLING]
    named = {telling.ids for telling in shown}
    return shown, [telling for telling in newest if telling.ids not in named]


def write_counted(combined: CombinedMessage, setting: AlertContext, offset: int) -> tuple[Html, int | None]:
    """
    List the stories that a rolling message only counts, from the `offset`-th on, as many as one message takes.

    Returns the text and the next offset, None when nothing is left; an offset behind the last one begins anew.
    """
    counted = _share(combined)[1]
    start = offset if offset < len(counted) else 0
    lines = [_rolling_head(combined, setting.translation)]
    room = _RemainingRoom(PAGE, ENTITIES).without(*lines)
    for telling in counted[start:]:
        line = _line(telling, combined, setting)
        room = room.without(line)
        if not room.is_enough and len(lines) > 1:
            break
        lines.append(line)
    end = start + len(lines) - 1
    return join("\n", lines), end if end < len(counted) else None


def keyboard(
    combined: CombinedMessage, delivery_id: DeliveryId, translation: Translation
) -> InlineKeyboardMarkup | None:
    """Make the button under a rolling message that lists what is only counted; None where there is nothing to list."""
    if combined.kind is not DeliveryKind.ROLLING or not _share(combined)[1]:
        return None
    return keyboards.keyboard([[keyboards.button(translation.label("More"), COUNTED, delivery_id, 0)]])


def counted_keyboard(
    delivery_id: DeliveryId, following: int | None, translation: Translation
) -> InlineKeyboardMarkup | None:
    """Make the buttons under such a list: back to the message, and on to the next ones."""
    row = [keyboards.button("‹", COUNTED, delivery_id)]
    if following is not None:
        row.append(keyboards.button(translation.label("More"), COUNTED, delivery_id, following))
    return keyboards.keyboard([row])


def _header(combined: CombinedMessage, setting: AlertContext) -> str:
    text = plain(_occasion(combined, setting))
    return f"{text} ({combined.part}/{combined.parts})" if combined.parts > 1 else text


def _occasion(combined: CombinedMessage, setting: AlertContext) -> Html:
    translation, count = setting.translation, len(combined.tellings)
    if combined.kind is DeliveryKind.DIGEST:
        when = _when(combined, setting)
        return translation.t("Digest, {when}", when=when) if when else translation.t("Digest up to now")
    if combined.parts > 1:
        return translation.t("Alerts that were held back")
    match combined.reason:
        case UnsentReason.PAUSE:
            return translation.n("During the pause: one alert", "During the pause: {count} alerts", count)
        case UnsentReason.CATCH_UP:
            return translation.n(
                "I was away. One alert from that time:", "I was away. {count} alerts from that time:", count
            )
        case UnsentReason.AWAY:
            return translation.n(
                "While this chat was out of reach: one alert", "While this chat was out of reach: {count} alerts", count
            )
        case UnsentReason.LATE:
            return translation.n("One late alert:", "{count} late alerts:", count)
        case _:
            return translation.n("During the quiet hours: one alert", "During the quiet hours: {count} alerts", count)


def _when(combined: CombinedMessage, setting: AlertContext) -> str | None:
    """Name the day and hour of a digest; they stand in its key."""
    day, _, clock = combined.reason.removeprefix("digest:").partition("T")
    try:
        at = date.fromisoformat(day)
    except ValueError:
        return None
    today = setting.now.astimezone(quiet_hours.zone(combined.chat.timezone, setting.timezone)).date()
    return setting.translation.label("{day}, {time}", day=setting.translation.day(at, today), time=clock[:5])


def _heading(group: QueryGroup, translation: Translation) -> str:
    told, sources = len(group.tellings), group.sources
    return plain(
        translation.t(
            "{name} ({stories}, {sources})",
            name=alert.cut(alert.tidy(group.subscription.name), _NAME),
            stories=translation.n("{count} story", "{count} stories", told),
            sources=translation.n("{count} source", "{count} sources", sources),
        )
    )


def _line(telling: StoryEntry, combined: CombinedMessage, setting: AlertContext) -> Html:
    zone = quiet_hours.zone(combined.chat.timezone, setting.timezone)
    notes = [
        _sources(telling),
        alert.published(telling.article, setting.now.astimezone(zone), setting.translation),
    ]
    if len(telling.subscriptions) > 1:
        names = ", ".join(
            alert.cut(alert.tidy(subscription.name), _SOURCE) for subscription in telling.subscriptions[1:4]
        )
        notes.append(setting.translation.label("also {names}", names=names))
    if telling.was_sent:
        notes.append(setting.translation.label("already sent"))
    return join("", ["• ", backtest.headline(telling.article), " · ", italic(join(" · ", filter(None, notes)))])


def _sources(telling: StoryEntry) -> str:
    names = [alert.cut(alert.tidy(title).removeprefix("www."), _SOURCE) for title in telling.source_titles]
    more = len(names) - _SOURCES
    return ", ".join(names[:_SOURCES]) + (f" +{more}" if more > 0 else "")
