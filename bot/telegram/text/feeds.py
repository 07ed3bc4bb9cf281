"""Texts about sources: what was added, what a chat follows, the health of a feed, why an address cannot be used."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.errors import Refusal
from bot.core.feed import FeedState, host_of
from bot.core.polling import FeedCondition, FeedHealth
from bot.core.source import Source, read_address, without_password
from bot.core.web_page import FeedLink
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, escape, italic, join, link
from bot.services.feeds import Followed
from bot.services.starter_feeds import LanguageGap, StarterFeedsAdded
from bot.telegram import keyboards
from bot.telegram.text import alert

SWITCH, PAGE, PICK, REMOVE, UNDO = "srcs", "srcp", "srck", "srcr", "srcu"
STARTER, STARTER_UNDO = "srcl", "srcm"
ROWS = 10
_HEADLINE, _NAME = 90, 60
_ENTRIES = 3
_MOST_CHOICES = 10


def added(
    followed: Followed, translation: Translation, reads: tuple[str, ...]
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Show a new source: title, language, last entries, and a way back."""
    feed, parsed = followed.feed, followed.parsed
    language = feed.language or parsed.language
    if language:
        lines = [
            translation.t(
                "Added: {title} ({language})", title=_title(feed.title), language=translation.language_of(language)
            )
        ]
    else:
        lines = [translation.t("Added: {title}", title=_title(feed.title))]
    newest = sorted(parsed.entries, key=lambda entry: entry.published_at.timestamp() if entry.published_at else 0)
    ordered = newest[::-1] if any(entry.published_at for entry in newest) else parsed.entries
    lines += [join("", ["• ", _headline(entry.title, entry.link)]) for entry in ordered[:_ENTRIES]]
    if not parsed.entries:
        lines.append(translation.t("There is nothing in it at the moment."))
    lines.append(
        italic(translation.t("It is visible in this chat only. From now on the keywords are looked for there, too."))
    )
    if language and language not in reads:
        lines.append(
            translation.t("Articles in {language} trigger no alerts here.", language=translation.language_of(language))
        )
    return join("\n", lines), keyboards.keyboard([[keyboards.button(translation.label("Undo"), UNDO, feed.id)]])


def known(source: Source, translation: Translation) -> Html:
    """Write that a source is there already."""
    if source.is_followed:
        return translation.t("{title} is already followed (number {number} in /feeds).", **_names(source))
    return translation.t("{title} was switched off here and is on again.", **_names(source))


def choice(links: tuple[FeedLink, ...], translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Let the reader choose among the feeds of a page; each button finds its address in the text."""
    # What Telegram takes for no link would move the places of the others.
    shown = [feed_link for feed_link in links if read_address(feed_link.url)][:_MOST_CHOICES]
    lines = [translation.t("There are several feeds. Which one do you want?")]
    lines += [
        join("", [f"{number}. ", link(_name(feed_link), alert.tame(feed_link.url))])
        for number, feed_link in enumerate(shown, 1)
    ]
    rows = [
        [keyboards.button(f"{number}. {_name(feed_link)}", PICK, number - 1)]
        for number, feed_link in enumerate(shown, 1)
    ]
    return join("\n", lines), keyboards.keyboard([*rows, [keyboards.button(translation.label("Cancel"), keyboards.NO)]])


def refused(refusal: Refusal, translation: Translation) -> Html:
    """Write why nothing was added; what answered at an address is shown to operators only."""
    match refusal.reason:
        case "feed.address":
            return translation.t("That is not a web address.")
        case "feed.none":
            return translation.t(
                "I found no feed there. Look on the page for a link named RSS or Feed, and send me that link."
            )
        case "feed.limit":
            return translation.t("There is no room for another source here. /delfeed makes room.")
        case _:
            return translation.t("Nothing can be read there. It must be a public web address with a feed.")


def closed(translation: Translation) -> Html:
    """Say that readers may not add feeds here."""
    return translation.t("The operator of this bot chooses the sources.")


def overview(
    sources: tuple[Source, ...], translation: Translation, offset: int, now: datetime, zone: tzinfo, *, may_add: bool
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Show a page of the sources, with buttons that switch them off and on."""
    if not sources:
        return translation.t("There are no sources yet. To add one: /addfeed and its address."), None
    offset = max(0, min(offset, (len(sources) - 1) // ROWS * ROWS))
    shown = sources[offset : offset + ROWS]
    on = sum(source.is_followed for source in sources)
    lines = [
        translation.n("Switched on: {on} of one source:", "Switched on: {on} of {count} sources:", len(sources), on=on)
    ]
    lines += [_line(source, translation, now, zone) for source in shown]
    if may_add:
        lines.append(
            translation.t(
                "To add a source: /addfeed and its address. To remove one that was added here: /delfeed and its number."
            )
        )
    rows = [[_switch(source, translation, offset)] for source in shown]
    turn_page = []
    if offset:
        turn_page.append(keyboards.button("‹", PAGE, offset - ROWS))
    if offset + ROWS < len(sources):
        turn_page.append(keyboards.button("›", PAGE, offset + ROWS))
    return join("\n", lines), keyboards.keyboard([*rows, turn_page])


def asked_to_remove(source: Source, translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Ask before an own feed is given up."""
    rows = [
        [
            keyboards.button(translation.label("Yes, remove"), REMOVE, source.feed.id),
            keyboards.button(translation.label("Cancel"), keyboards.NO),
        ]
    ]
    return translation.t("Remove {title}?", **_names(source)), keyboards.keyboard(rows)


def removed(source: Source, translation: Translation) -> Html:
    """Say that an own feed was given up."""
    return translation.t("Removed: {title}.", **_names(source))


def switched(source: Source, translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Say that a feed of everybody was switched off here, with a way back."""
    rows = [[keyboards.button(translation.label("Undo"), SWITCH, "-", source.feed.id, 1)]]
    return translation.t("{title} is switched off here.", **_names(source)), keyboards.keyboard(rows)


def with_gap(
    said: Html, shown: InlineKeyboardMarkup | None, gap: LanguageGap, translation: Translation, *, may_add: bool
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Add to a reply that no source is in the reader's language, and offer starter feeds where there are any."""
    language = translation.language_of(gap.language)
    text = translation.t(
        "None of the sources here is in {language}, so no article in {language} can trigger an alert.",
        language=language,
    )
    rows = [list(row) for row in shown.inline_keyboard] if shown else []
    if may_add and gap.offered:
        label = translation.label("Add sources in {language} ({count})", language=language, count=gap.offered)
        rows.append([keyboards.button(label, STARTER, gap.language)])
    return join("\n", [said, text]), keyboards.keyboard(rows)


def starter_added(done: StarterFeedsAdded, translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Say which starter feeds were added and which were switched on, with a way back."""
    language, lines = translation.language_of(done.language), []
    if done.added:
        lines.append(
            translation.n(
                "Added one source in {language}: {titles}",
                "Added {count} sources in {language}: {titles}",
                len(done.added),
                language=language,
                titles=", ".join(done.added),
            )
        )
    if done.switched_on:
        lines.append(
            translation.n(
                "One source in {language} is on again: {titles}",
                "{count} sources in {language} are on again: {titles}",
                len(done.switched_on),
                language=language,
                titles=", ".join(done.switched_on),
            )
        )
    lines.append(
        italic(translation.t("This applies to this chat only. From now on the keywords are looked for there, too."))
    )
    rows = [[keyboards.button(translation.label("Undo"), STARTER_UNDO, done.language, f"{done.changed:x}")]]
    return join("\n", lines), keyboards.keyboard(rows)


def starter_undone(count: int, language: str, translation: Translation) -> Html:
    """Say that starter feeds were given up again."""
    return translation.n(
        "Undone: one source in {language} is gone again.",
        "Undone: {count} sources in {language} are gone again.",
        count,
        language=translation.language_of(language),
    )


def _line(source: Source, translation: Translation, now: datetime, zone: tzinfo) -> Html:
    mark = "✓" if source.is_followed else "✗"
    parts = [join("", [f"{mark} {source.feed.id} · ", _title(source.feed.title or host_of(source.feed.url))])]
    if source.is_own:
        parts.append(italic(translation.t("added here")))
    if not source.is_followed:
        parts.append(translation.t("switched off here"))
    if state := _state(source, translation):
        parts.append(state)
    elif source.newest is not None:
        time = alert.published(source.newest, now.astimezone(zone), translation)
        parts += [_headline(source.newest.title, source.newest.url, _NAME), escape(time)]
    return join(" · ", parts)


def _state(source: Source, translation: Translation) -> Html | None:
    """Describe the health of a source, where it is worth mentioning."""
    feed = source.feed
    if feed.state is FeedState.GONE:
        return translation.t("no longer exists")
    if feed.state is FeedState.FAILING:
        return translation.t("cannot be read at the moment")
    if source.newest is not None:
        return None
    return translation.t("nothing yet") if feed.first_success_at else translation.t("not read yet")


def _switch(source: Source, translation: Translation, offset: int) -> InlineKeyboardButton:
    name = source.feed.title or host_of(source.feed.url)
    if source.is_own:
        return keyboards.button(translation.label("Remove {name}", name=name), REMOVE, source.feed.id, "?")
    mark = "✓" if source.is_followed else "✗"
    return keyboards.button(f"{mark} {name}", SWITCH, offset, source.feed.id, int(not source.is_followed))


def _names(source: Source) -> dict[str, object]:
    title = source.feed.title or host_of(source.feed.url)
    return {"title": _title(title), "number": source.feed.id}


def _title(title: str) -> Html:
    return bold(alert.cut(alert.tidy(title) or "…", _NAME))


def _name(feed_link: FeedLink) -> str:
    return alert.cut(alert.tidy(feed_link.title), _NAME) or alert.cut(without_password(feed_link.url), _NAME)


def _headline(title: str, url: str | None, most: int = _HEADLINE) -> Html:
    shown = alert.cut(alert.tidy(title) or "…", most)
    return link(shown, alert.tame(url)) if url else escape(shown)


_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


def condition(health: FeedHealth, translation: Translation, now: datetime) -> Html:
    """Describe the health of a source in one short sentence."""
    match health.condition(now):
        case FeedCondition.NEW:
            return translation.t("will soon be read for the first time")
        case FeedCondition.WELL:
            return translation.t("works")
        case FeedCondition.FAILING:
            return translation.t("cannot be read at the moment, last tried {ago}", ago=_ago(health, translation, now))
        case FeedCondition.DEAD:
            since = translation.day(health.silent_since.date(), now.date())
            return translation.t("has not been readable since {day}", day=since)
        case FeedCondition.GONE:
            return translation.t("is gone for good, says its publisher")
        case never:
            assert_never(never)


def _ago(health: FeedHealth, translation: Translation, now: datetime) -> Html:
    return translation.t("{span} ago", span=_span(now - (health.feed.last_polled_at or now), translation))


def _span(length: timedelta, translation: Translation) -> Html:
    """Say a length of time roughly, in a unit that needs no declension."""
    if length >= 2 * _HOUR:
        return translation.t("{hours} h", hours=length // _HOUR)
    return translation.t("{minutes} min", minutes=max(1, length // _MINUTE))
