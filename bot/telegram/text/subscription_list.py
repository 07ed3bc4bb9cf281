"""The list of keywords with their hits, the settings of one of them, and the buttons of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.feed import host_of
from bot.core.ids import SubscriptionId
from bot.core.query import source_filters
from bot.core.query.parser import MatchMode
from bot.core.source import Source
from bot.core.subscription import HitCounts, Subscription, Urgency
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, code, italic, join
from bot.telegram import keyboards
from bot.telegram.text import alert, schedule, welcome

KEYWORD, PAGE, UNDO, SOURCE = "kw", "kwp", "kwu", "kws"
"""Verbs: something about a keyword, a page of the list, bringing one back, a source of one."""
OPEN, BACK, EDIT, RENAME, UNNAME, DELETE, SOURCES = "o", "l", "e", "r", "n", "k", "q"
PAUSE, RESUME, MUTE_SHORT, MUTE_LONG, UNMUTE, HEADLINE, WITH_SUMMARY = "p1", "p0", "m8", "m24", "m0", "h1", "h0"
URGENCIES = {"i": Urgency.INSTANT, "s": Urgency.SILENT, "d": Urgency.DIGEST}
MODES = {"x": MatchMode.EXACT, "f": MatchMode.FORMS, "c": MatchMode.COMPOUNDS}
ROWS = 10
"""Keywords on a page; Telegram takes a hundred buttons below a message."""
_IN_A_ROW = 5
_SOURCES = 12
_NAME = 60
_WEEK = timedelta(days=7)
_CHOSEN = "✓ {label}"

Reply = tuple[Html, InlineKeyboardMarkup | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContext:
    """What the words about a keyword depend on."""

    translation: Translation
    now: datetime
    zone: tzinfo
    app_url: str = ""
    """Where the Mini App opens; "" where it cannot."""


def overview(
    subscriptions: Sequence[Subscription], hits: Mapping[SubscriptionId, HitCounts], offset: int, context: ListContext
) -> Reply:
    """Show a page of the list."""
    translation = context.translation
    if not subscriptions:
        example = code("/sub " + welcome.examples(translation)[0])
        return translation.t("There are no keywords yet. Begin with {example}", example=example), None
    offset = max(0, min(offset, (len(subscriptions) - 1) // ROWS * ROWS))
    shown = subscriptions[offset : offset + ROWS]
    lines = [translation.n("There is one keyword here:", "There are {count} keywords here:", len(subscriptions))]
    for subscription in shown:
        counts = hits.get(subscription.id, HitCounts())
        lines += [line(subscription, context), join(" ", [counts.sparkline, _week(subscription, counts, context)])]
    lines.append(italic(translation.t("Tap a number to open the settings of its keyword.")))
    buttons = [keyboards.button(str(subscription.number), KEYWORD, subscription.id, OPEN) for subscription in shown]
    rows = [buttons[at : at + _IN_A_ROW] for at in range(0, len(buttons), _IN_A_ROW)]
    rows += [
        _turn_page(offset, len(subscriptions)),
        [
            keyboards.button(translation.label("Share"), keyboards.SHARE),
            *keyboards.open_app(context.app_url, translation),
        ],
    ]
    return join("\n", lines), keyboards.keyboard(rows)


def page_of(subscriptions: Sequence[Subscription], subscription_id: SubscriptionId) -> int:
    """Return where the page begins on which a keyword stands; the first page where it is gone."""
    ids = [subscription.id for subscription in subscriptions]
    return ids.index(subscription_id) // ROWS * ROWS if subscription_id in ids else 0


def line(subscription: Subscription, context: ListContext) -> Html:
    """Name a keyword with its number, how it comes, and whether it is paused or muted."""
    translation = context.translation
    notes = [_urgency(subscription.urgency, translation)]
    if subscription.mode is not MatchMode.COMPOUNDS:
        notes.append(mode_words(subscription.mode, translation))
    if subscription.headline_only:
        notes.append(translation.label("headline only"))
    notes += _silence(subscription, context)
    return join(" ", [_name(subscription, translation), italic(f"({', '.join(notes)})")])


def settings(subscription: Subscription, counts: HitCounts, sources: Sequence[Source], context: ListContext) -> Reply:
    """Show everything that is set of a keyword, with a button for each change."""
    translation, t = context.translation, context.translation.t
    lines = [_name(subscription, translation)]
    if subscription.title:
        lines.append(t("Looks for: {query}", query=code(subscription.query.normal)))
    followed = [source for source in sources if source.is_followed]
    admitted = sum(_is_admitted(subscription, source) for source in followed)
    lines += [
        t("Delivery: {how}", how=_urgency(subscription.urgency, translation)),
        t("Matching: {how}", how=mode_words(subscription.mode, translation)),
        t("Sources: {on} of {count}", on=admitted, count=len(followed)),
        join(" ", [counts.sparkline, _week(subscription, counts, context)]),
        *map(italic, _silence(subscription, context)),
    ]
    return join("\n", lines), keyboards.keyboard(_setting_rows(subscription, context))


def removed(gone: Sequence[Subscription], translation: Translation) -> Reply:
    """Say which keywords were removed, with a way back for each."""
    names = join(", ", [bold(alert.cut(alert.tidy(subscription.name), _NAME)) for subscription in gone])
    shown = gone[:ROWS]
    rows = [
        [
            keyboards.button(
                translation.label("Undo") if len(gone) == 1 else translation.label("Undo: {name}", name=kept.name),
                UNDO,
                kept.id,
            )
        ]
        for kept in shown
    ]
    return translation.t("Removed: {query}.", query=names), keyboards.keyboard(rows)


def sources(subscription: Subscription, listed: Sequence[Source], offset: int, context: ListContext) -> Reply:
    """Show the sources in which a keyword is looked for, each with a button that excludes or admits it."""
    translation = context.translation
    followed = [source for source in listed if source.is_followed]
    offset = max(0, min(offset, max(0, len(followed) - 1) // _SOURCES * _SOURCES))
    shown = followed[offset : offset + _SOURCES]
    text = translation.t(
        "Where should I look for {query}?", query=bold(alert.cut(alert.tidy(subscription.name), _NAME))
    )
    rows = []
    for source in shown:
        is_on = _is_admitted(subscription, source)
        label = f"{'✓' if is_on else '✗'} {_title(source)}"
        rows.append([keyboards.button(label, SOURCE, subscription.id, offset, source.feed.id, int(not is_on))])
    turn_page = []
    if offset:
        turn_page.append(keyboards.button("‹", SOURCE, subscription.id, offset - _SOURCES))
    if offset + _SOURCES < len(followed):
        turn_page.append(keyboards.button("›", SOURCE, subscription.id, offset + _SOURCES))
    back = [keyboards.button(translation.label("‹ Back"), KEYWORD, subscription.id, OPEN)]
    return text, keyboards.keyboard([*rows, turn_page, back])


def source_names(source: Source) -> tuple[str, str]:
    """Return the title and the host by which a query may name a source."""
    return source.feed.title, host_of(source.feed.url)


def _title(source: Source) -> str:
    return alert.tidy(source.feed.title) or host_of(source.feed.url)


def _is_admitted(subscription: Subscription, source: Source) -> bool:
    return source_filters.admits(subscription.query, *source_names(source))


def _name(subscription: Subscription, translation: Translation) -> Html:
    number = translation.label("No. {number}", number=subscription.number)
    return join(" · ", [number, bold(alert.cut(alert.tidy(subscription.name), _NAME))])


def _week(subscription: Subscription, counts: HitCounts, context: ListContext) -> Html:
    """Say how many articles a keyword found; those from before it was added are not among them."""
    if subscription.created_at > context.now - _WEEK:
        return context.translation.n(
            "One article since it was added", "{count} articles since it was added", counts.week
        )
    return context.translation.n("One article in the last 7 days", "{count} articles in the last 7 days", counts.week)


def _urgency(urgency: Urgency, translation: Translation) -> str:
    match urgency:
        case Urgency.INSTANT:
            return translation.label("instant")
        case Urgency.SILENT:
            return translation.label("silent")
        case Urgency.DIGEST:
            return translation.label("in the digest")


def mode_words(mode: MatchMode, translation: Translation) -> str:
    """Say how exactly a keyword is meant."""
    match mode:
        case MatchMode.EXACT:
            return translation.label("exactly as written")
        case MatchMode.FORMS:
            return translation.label("with word forms")
        case MatchMode.COMPOUNDS:
            return translation.label("with word forms and compounds")


def _silence(subscription: Subscription, context: ListContext) -> list[str]:
    """Say whether alerts are stopped, and until when."""
    notes = [context.translation.label("switched off")] if subscription.paused else []
    if is_muted(subscription, context.now):
        until = schedule.until_words(
            subscription.muted_until or context.now, context.now, context.zone, context.translation
        )
        notes.append(context.translation.label("muted {until}", until=until))
    return notes


def is_muted(subscription: Subscription, now: datetime) -> bool:
    """Return whether a keyword is muted at a moment."""
    return subscription.muted_until is not None and subscription.muted_until > now


def _setting_rows(subscription: Subscription, context: ListContext) -> list[list[InlineKeyboardButton]]:
    label = context.translation.label

    def button(text: str, action: str, *, chosen: bool = False) -> InlineKeyboardButton:
        shown = _CHOSEN.format(label=text) if chosen else text
        return keyboards.button(shown, KEYWORD, subscription.id, action)

    urgencies = {"i": label("Instant"), "s": label("Silent"), "d": label("Digest")}
    modes = {"x": label("Exact"), "f": label("With word forms"), "c": label("With word forms and compounds")}
    headline = WITH_SUMMARY if subscription.headline_only else HEADLINE
    names = [button(label("Change keyword"), EDIT), button(label("Rename"), RENAME)]
    if subscription.title:
        names.append(button(label("Remove the name"), UNNAME))
    if is_muted(subscription, context.now):
        mute = [button(label("Unmute"), UNMUTE)]
    else:
        mute = [button(label("Mute 8 h"), MUTE_SHORT), button(label("Mute 24 h"), MUTE_LONG)]
    pause = button(label("Switch on"), RESUME) if subscription.paused else button(label("Switch off"), PAUSE)
    return [
        [button(text, key, chosen=URGENCIES[key] is subscription.urgency) for key, text in urgencies.items()],
        [button(modes[key], key, chosen=MODES[key] is subscription.mode) for key in ("x", "f")],
        [button(modes["c"], "c", chosen=subscription.mode is MatchMode.COMPOUNDS)],
        [
            button(label("Headline only"), headline, chosen=subscription.headline_only),
            button(label("Sources"), SOURCES),
        ],
        names,
        keyboards.copy(label("Copy keyword"), subscription.query.normal),
        [pause, *mute],
        [keyboards.button(label("Share"), keyboards.SHARE, subscription.id), button(label("Remove"), DELETE)],
        [button(label("‹ All keywords"), BACK)],
    ]


def _turn_page(offset: int, count: int) -> list[InlineKeyboardButton]:
    turn_page = []
    if offset:
        turn_page.append(keyboards.button("‹", PAGE, offset - ROWS))
    if offset + ROWS < count:
        turn_page.append(keyboards.button("›", PAGE, offset + ROWS))
    return turn_page
