"""Texts about a chat's data: what is stored of it, taking it away, bringing it back, and forgetting it."""

from __future__ import annotations

from datetime import timedelta

from telegram import InlineKeyboardMarkup

from bot.core.errors import Refusal
from bot.core.portable import (
    DigestPart,
    KeywordPart,
    PortablePart,
    SavedPart,
    SettingPart,
    SourcePart,
    UnreadablePart,
)
from bot.core.source import without_password
from bot.i18n import markup
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, join, link
from bot.services.transfer import ImportedPart, ImportOutcome, ImportReport
from bot.settings.model import LegalSettings, RetentionSettings
from bot.telegram import keyboards
from bot.telegram.text import alert, feeds, query_errors, schedule

FORGET = "forget"
"""The verb of the button that confirms."""
MOST_LINES = 30
"""Lines of a report that are shown in the message; a longer report is a file."""
_MEGABYTE = 1_000_000
_NAME = 80
_SIGNS = {ImportOutcome.ADDED: "+", ImportOutcome.KNOWN: "=", ImportOutcome.REFUSED: "✗"}
_SETTINGS = {
    "language": mark("Language"),
    "reads": mark("Languages of articles"),
    "timezone": mark("Time zone"),
    "quiet_hours": mark("Quiet hours"),
    "paused_until": mark("Pause for all alerts"),
    "one_per_story": mark("One alert per story"),
    "pictures": mark("Pictures"),
}


def privacy(
    translation: Translation, legal: LegalSettings, kept: RetentionSettings, searches: timedelta, removed: timedelta
) -> Html:
    """Say what is stored, why, for how long and who receives it, and who is responsible for the bot."""
    t = translation.t
    lines = [
        bold(t("What is stored about this chat")),
        t("• its Telegram ID, its language and settings, and its keywords and sources: to send the alerts wanted here"),
        t(
            "• in a private chat the person’s name and language, and a first request waiting for approval: so that "
            "the operators know who is asking"
        ),
        translation.n(
            "• which alerts it got: so that none comes twice, and to explain them; for one day",
            "• which alerts it got: so that none comes twice, and to explain them; for {count} days",
            _days(kept.deliveries),
        ),
        translation.n(
            "• what was done with the buttons below alerts: to undo it, and to drop muted stories; for one day",
            "• what was done with the buttons below alerts: to undo it, and to drop muted stories; for {count} days",
            _days(kept.deliveries),
        ),
        translation.n(
            "• its last searches: to page through the results; for one day",
            "• its last searches: to page through the results; for {count} days",
            _days(searches),
        ),
        translation.n(
            "• removed keywords: to bring them back; for one day",
            "• removed keywords: to bring them back; for {count} days",
            _days(removed),
        ),
        t(
            "• of its private feed, if it has one, a digest of the address: to recognise it; whoever knows the address "
            "can read its alerts"
        ),
        t("• alerts that were saved here, with headline, link and summary: for /saved, until they are removed there"),
        t("• lists it shares by a link: their keywords, which whoever has the link can read until it is revoked"),
        t("A message is kept until it is handled, and its text is never written to a log."),
        translation.n(
            "The rest stays until /forget, or until this chat has been unreachable for one day.",
            "The rest stays until /forget, or until this chat has been unreachable for {count} days.",
            _days(kept.inactive_chats),
        ),
        t(
            "Nobody receives any of this except Telegram, which delivers the messages. Publishers only see that "
            "their feeds are read."
        ),
        t("/export sends all of it, /forget deletes all of it."),
    ]
    return join("\n", [*lines, *_responsible(translation, legal)])


def _responsible(translation: Translation, legal: LegalSettings) -> list[Html]:
    lines = []
    if legal.operator:
        lines.append(translation.t("Operator: {operator}", operator=legal.operator))
    if legal.contact:
        lines.append(translation.t("Contact: {contact}", contact=legal.contact))
    if legal.imprint_url:
        lines.append(link(translation.label("Legal notice"), legal.imprint_url))
    if legal.privacy_url:
        lines.append(link(translation.label("Privacy policy"), legal.privacy_url))
    return lines


def _days(span: timedelta) -> int:
    return max(1, -(-span // timedelta(days=1)))


def ask_to_forget(
    translation: Translation, *, needs_approval: bool, is_operator: bool
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Ask before everything is deleted, and say what that means."""
    lines = [
        translation.t(
            "Shall I delete everything about this chat? Its keywords, settings, sources and alerts will be lost."
        )
    ]
    lines.append(translation.t("Use /export first to keep a copy of everything."))
    if is_operator:
        lines.append(translation.t("The role of operator ends with it, unless the configuration grants it."))
    elif needs_approval:
        lines.append(translation.t("To use this bot after that, you will have to be approved again."))
    rows = [
        [
            keyboards.button(translation.label("Yes, delete everything"), FORGET),
            keyboards.button(translation.label("Cancel"), keyboards.NO),
        ]
    ]
    return join("\n", lines), keyboards.keyboard(rows)


def forgotten(translation: Translation) -> Html:
    """Say that everything was deleted."""
    return translation.t("Everything is deleted. Nothing about this chat is stored any more.")


def file_refused(refusal: Refusal, translation: Translation) -> Html:
    """Say in one sentence why nothing of a file was taken."""
    match refusal.reason:
        case "import.size":
            limit = int(str(refusal.facts.get("limit", _MEGABYTE))) // _MEGABYTE
            return translation.t("This file is too large; the limit is {limit} MB.", limit=limit)
        case "import.empty":
            return translation.t("There is nothing to import in this file.")
        case "import.json" | "import.opml" if "line" in refusal.facts:
            return translation.t(
                "This file is damaged: it cannot be read from line {line}, character {column} on.", **refusal.facts
            )
        case "import.json":
            return translation.t("This file is damaged, or it is not an export from this bot.")
        case "import.format":
            return translation.t("This file was written by a newer version of this bot and cannot be read.")
        case _:
            return translation.t(
                "Only an export (JSON), a list of feeds (OPML) or a text with one keyword per line can be imported."
            )


def report(done: ImportReport, translation: Translation) -> Html:
    """Say what became of a file: how many of its parts, and where they are few, each of them."""
    lines = [_summary(done, translation)]
    if len(done.parts) <= MOST_LINES:
        lines += _lines(done, translation)
    if done.is_cut:
        lines.append(_cut(done, translation))
    return join("\n", lines)


def report_file(done: ImportReport, translation: Translation) -> bytes:
    """Write what became of each part, as plain text."""
    lines = [_summary(done, translation), *_lines(done, translation)]
    if done.is_cut:
        lines.append(_cut(done, translation))
    return "\n".join(map(markup.plain, lines)).encode("utf-8", "replace")


def _summary(done: ImportReport, translation: Translation) -> Html:
    return translation.t(
        "{added} added, {known} already there, {refused} refused.",
        added=done.count(ImportOutcome.ADDED),
        known=done.count(ImportOutcome.KNOWN),
        refused=done.count(ImportOutcome.REFUSED),
    )


def _cut(done: ImportReport, translation: Translation) -> Html:
    return translation.n("Only the first entry was read.", "Only the first {count} entries were read.", len(done.parts))


def _lines(done: ImportReport, translation: Translation) -> list[Html]:
    return [_line(part, translation) for part in done.parts]


def _line(imported: ImportedPart, translation: Translation) -> Html:
    name = _name(imported.part, translation)
    shown = [_SIGNS[imported.outcome], " ", bold(alert.cut(alert.tidy(name), _NAME))]
    if imported.outcome is ImportOutcome.REFUSED and imported.refusal is not None:
        shown += [" – ", _reason(imported.refusal, name, translation)]
    return join("", shown)


def _name(part: PortablePart, translation: Translation) -> str:
    match part:
        case SettingPart():
            return translation.label(_SETTINGS[part.name])
        case DigestPart():
            return translation.label("Digest {hours}", hours=part.hours)
        case SourcePart():
            return part.title or without_password(part.url)
        case KeywordPart():
            return part.wish.query.normal
        case SavedPart():
            return part.article.title
        case UnreadablePart():
            label = _SETTINGS.get(part.text)
            return translation.label(label) if label else part.text


def _reason(refusal: Refusal, typed: str, translation: Translation) -> Html:
    kind = refusal.reason.partition(".")[0]
    match kind, refusal.reason:
        case _, "import.no_such_source":
            return translation.t("There is no such source here.")
        case _, "import.opml":
            return file_refused(refusal, translation)
        case "import", _:
            return translation.t("Its setting {name} cannot be read.", name=str(refusal.facts.get("name", "")))
        case _, "feed.closed":
            return feeds.closed(translation)
        case "feed", _:
            return feeds.refused(refusal, translation)
        case (("quiet" | "digest"), _):
            return schedule.refusal_words(refusal, translation)
        case _:
            return query_errors.words(refusal, typed, translation)
