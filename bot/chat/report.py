"""What the bot answers to wishes for keywords: each result on its own, with a button that takes it back."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import choices, keyboards, lengths, pasts, refusals
from bot.chat.lookback import Suggestions
from bot.core.ids import SubscriptionId
from bot.core.subscription import Subscription
from bot.flow.subscribe import NotSubscribed, Subscribed, SubscribeResult
from bot.texts.catalog import Translation
from bot.texts.markup import Html, bold, join

UNDO = choices.UNDO
INSTEAD = "instead"
ALSO = "also"
_MOST_BUTTONS = 30
_GRANTED, _REFUSED = "✓", "✗"


def report(
    results: tuple[SubscribeResult, ...], speech: Translation, told: Mapping[SubscriptionId, Suggestions]
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Say what became of each wish, and what it would have found."""
    done = [each.subscription for each in results if isinstance(each, Subscribed)]
    if len(results) == 1 and done:
        return _one(done[0], speech, told.get(done[0].id))
    lines = [_line(each, speech, told, alone=len(results) == 1) for each in results]
    if len(done) == 1:
        rows = choices.rows(done[0], speech)
    else:
        rows = [choices.closed(each, speech) for each in done[:_MOST_BUTTONS]]
    return join("\n", lines), keyboards.keyboard(rows)


def is_list(text: str) -> bool:
    """Tell whether a message reports several wishes."""
    return text.startswith((_GRANTED, _REFUSED))


def _one(
    subscription: Subscription, speech: Translation, told: Suggestions | None
) -> tuple[Html, InlineKeyboardMarkup | None]:
    done = speech.t(
        "Done: as soon as a feed carries a story on {query}, I tell you. (No. {number})",
        query=bold(subscription.normal),
        number=subscription.number,
    )
    rows = [*_suggestions(subscription, speech, told), *choices.rows(subscription, speech)]
    lines = [done, *(pasts.lines(told.past, subscription.normal, speech) if told else ())]
    return join("\n", lines), keyboards.keyboard(rows)


def _suggestions(
    subscription: Subscription, speech: Translation, told: Suggestions | None
) -> list[list[InlineKeyboardButton]]:
    """Offer what may be meant, and what the same place is called elsewhere."""
    rows = []
    near = told.past.near if told else None
    if near and keyboards.fits(INSTEAD, subscription.id, near):
        label = speech.label("{query} instead", query=near)
        rows.append([keyboards.button(label, INSTEAD, subscription.id, near)])
    if told and told.names:
        label = speech.label("also {names}?", names=", ".join(told.names))
        rows.append([keyboards.button(label, ALSO, subscription.id)])
    return rows


def _line(
    result: SubscribeResult, speech: Translation, told: Mapping[SubscriptionId, Suggestions], *, alone: bool
) -> Html:
    match result:
        case Subscribed(subscription):
            known = told.get(subscription.id)
            line = speech.t("✓ {query} (no. {number})", query=bold(subscription.normal), number=subscription.number)
            counted = pasts.short(known.past, speech) if known else None
            return join(" · ", [line, counted]) if counted else line
        case NotSubscribed(text, refusal):
            words = refusals.words(refusal, text, speech)
            return (
                words
                if alone
                else speech.t("✗ {text}: {reason}", text=bold(lengths.cut(text.rstrip(": "), 60)), reason=words)
            )
