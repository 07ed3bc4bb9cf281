"""What the bot answers to wishes for keywords: each result on its own, with a button that takes it back."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import keyboards, refusals
from bot.core.subscription import Subscription
from bot.flow.subscribe import NotSubscribed, Subscribed, SubscribeResult
from bot.texts.catalog import Speech
from bot.texts.markup import Html, bold, join

UNDO = "undo"
_MOST_BUTTONS = 30


def report(results: tuple[SubscribeResult, ...], speech: Speech) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Say what became of each wish."""
    lines = [_line(each, speech, alone=len(results) == 1) for each in results]
    done = [each.subscription for each in results if isinstance(each, Subscribed)]
    rows = [[_undo(each, speech, alone=len(done) == 1)] for each in done[:_MOST_BUTTONS]]
    return join("\n", lines), keyboards.keyboard(rows)


def _undo(subscription: Subscription, speech: Speech, *, alone: bool) -> InlineKeyboardButton:
    label = speech.label("Undo") if alone else speech.label("Undo {name}", name=subscription.name)
    return keyboards.button(label, UNDO, subscription.id)


def _line(result: SubscribeResult, speech: Speech, *, alone: bool) -> Html:
    match result:
        case Subscribed(subscription):
            name, number = bold(subscription.normal), subscription.number
            if alone:
                return speech.t(
                    "Done: as soon as a feed carries a story on {query}, I tell you. (No. {number})",
                    query=name,
                    number=number,
                )
            return speech.t("✓ {query} (no. {number})", query=name, number=number)
        case NotSubscribed(text, refusal):
            words = refusals.words(refusal, text, speech)
            return words if alone else speech.t("✗ {text}: {reason}", text=bold(text[:60]), reason=words)
