"""Texts of hours, days and time zones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.core import quiet_hours
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Schedule
from bot.core.errors import Refusal
from bot.core.quiet_hours import FOREVER
from bot.core.subscription import Subscription
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, code, join
from bot.telegram.text import alert

_NAMES, _NAME = 10, 60
_QUIET = code("/quiet 22:00-07:00")
_TWO_HOURS, _THREE_DAYS = code("/pause 2h"), code("/pause 3d")


def schedule_words(planned: Schedule, translation: Translation) -> str:
    """Say when digests come, within a sentence: daily at 07:00 and 18:00; Mon–Fri at 07:30."""
    said = []
    for days, clocks in _group(planned):
        hours = translation.series(clocks)
        if len(days) == len(schedule.DAYS):
            said.append(translation.label("daily at {hours}", hours=hours))
        else:
            said.append(translation.label("{days} at {hours}", days=_days(days, translation), hours=hours))
    return "; ".join(said)


def schedule_label(planned: Schedule, translation: Translation) -> str:
    """Write on a button when digests come: Mon–Fri 07:30."""
    return "; ".join(f"{_days(days, translation)} {', '.join(clocks)}" for days, clocks in _group(planned))


def _group(planned: Schedule) -> list[tuple[frozenset[int], list[str]]]:
    groups: dict[frozenset[int], list[str]] = {}
    for slot in planned:
        groups.setdefault(slot.days, []).append(quiet_hours.clock(slot.minute))
    return sorted(groups.items(), key=lambda group: (-len(group[0]), sorted(group[0])))


def _days(days: frozenset[int], translation: Translation) -> str:
    names = [
        translation.weekday(first) if first == last else f"{translation.weekday(first)}–{translation.weekday(last)}"
        for first, last in schedule.runs(days)
    ]
    return ", ".join(names)


def at_words(moment: datetime, now: datetime, where: tzinfo, translation: Translation) -> str:
    """Say when something is to come, by the reader's clock; empty where that is never."""
    return "" if moment >= FOREVER else translation.at(moment.astimezone(where), now.astimezone(where))


def until_words(moment: datetime, now: datetime, where: tzinfo, translation: Translation) -> str:
    """Say until when something lasts, by the reader's clock."""
    return translation.until(moment.astimezone(where), now.astimezone(where))


def names(keywords: Sequence[Subscription], translation: Translation) -> Html:
    """Name keywords, the first of many."""
    shown = [bold(alert.cut(alert.tidy(subscription.name), _NAME)) for subscription in keywords[:_NAMES]]
    if more := len(keywords) - len(shown):
        shown.append(translation.n("one more", "{count} more", more))
    return join(", ", shown)


def quiet_words(quiet: tuple[int, int]) -> str:
    """Write quiet hours."""
    return f"{quiet_hours.clock(quiet[0])}–{quiet_hours.clock(quiet[1])}"


def refusal_words(refusal: Refusal, translation: Translation) -> Html:
    """Explain why hours could not be read, with an example."""
    t, word = translation.t, bold(str(refusal.facts.get("word", "")))
    match refusal.reason:
        case "digest.no_such_hour":
            return t("{word} is not a time of day. Write it like {example}.", word=word, example=code("/digest 08:00"))
        case "digest.which_day":
            weekly = translation.label("/digest weekly sun 18:00")
            return t("On which day of the week? For instance {example}", example=code(weekly))
        case "digest.which_days":
            several = translation.label("/digest mon-fri 07:30, sat 09:00")
            return t("Which days go with which time? Write it like {example}.", example=code(several))
        case "digest.unknown_word":
            first, second = code("/digest 07:00, 18:00"), translation.label("/digest mon-fri 07:30")
            return t(
                "I do not understand {word}. Write times like {first} or {second}.",
                word=word,
                first=first,
                second=code(second),
            )
        case "digest.too_many":
            return t(
                "That is too often: a digest can be set for at most {limit} times.", limit=refusal.facts.get("limit")
            )
        case "digest.which_hour":
            return t("At what time? For instance {example}", example=code("/digest 08:00"))
        case "quiet.empty":
            return t("The quiet hours begin and end at the same time. Write them like {example}", example=_QUIET)
        case "quiet.no_such_hour" | "quiet.unreadable":
            return t("I do not understand these times. Write them like {example}.", example=_QUIET)
        case "pause.too_long":
            return t(
                "That is too long: {days} days at most, or {pause} without a length.",
                pause=code("/pause"),
                **refusal.facts,
            )
        case _:
            return t(
                "I do not understand that length of time. Write it like {first} or {second}.",
                first=_TWO_HOURS,
                second=_THREE_DAYS,
            )
