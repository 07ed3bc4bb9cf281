"""The buttons below the reply to /sub: how a keyword comes, how exactly it is meant, and Undo."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import keyboards
from bot.core.ids import SubscriptionId
from bot.core.query import MatchMode
from bot.core.subscription import Subscription, Urgency
from bot.texts.catalog import Translation

HOW = "how"
UNDO = "undo"
OPEN, INSTANT, SILENT, DIGEST, EXACT, HEADLINE = "o", "i", "s", "d", "x", "h"
URGENCIES = {INSTANT: Urgency.INSTANT, SILENT: Urgency.SILENT, DIGEST: Urgency.DIGEST}
_CHOSEN = "✓ {label}"

Rows = list[list[InlineKeyboardButton]]


def rows(subscription: Subscription, speech: Translation, *, alone: bool = True, marked: bool = False) -> Rows:
    """Make the rows of one keyword; `marked` shows what is chosen, `alone` that no other is in the message."""
    exact = subscription.mode is MatchMode.EXACT
    labels = {
        INSTANT: (speech.label("Instant"), subscription.urgency is Urgency.INSTANT),
        SILENT: (speech.label("Silent"), subscription.urgency is Urgency.SILENT),
        DIGEST: (speech.label("Digest"), subscription.urgency is Urgency.DIGEST),
        EXACT: (speech.label("Exact"), exact),
        HEADLINE: (speech.label("Headline only"), subscription.headline_only),
    }
    made = [
        keyboards.button(_CHOSEN.format(label=label) if chosen and marked else label, HOW, subscription.id, what)
        for what, (label, chosen) in labels.items()
    ]
    return [made[:3], [*made[3:], undo(subscription, speech, alone=alone)]]


def closed(subscription: Subscription, speech: Translation) -> list[InlineKeyboardButton]:
    """Make the one row a keyword has beside others; its first button opens the others."""
    return [
        undo(subscription, speech, alone=False),
        keyboards.button("⋯", HOW, subscription.id, OPEN),
    ]


def undo(subscription: Subscription, speech: Translation, *, alone: bool) -> InlineKeyboardButton:
    """Make the button that takes the keyword back."""
    label = speech.label("Undo") if alone else speech.label("Undo {name}", name=subscription.name)
    return keyboards.button(label, UNDO, subscription.id)


def refreshed(
    shown: InlineKeyboardMarkup | None, subscription_id: SubscriptionId, fresh: Rows
) -> InlineKeyboardMarkup | None:
    """Put new rows of one keyword in the place of its old ones."""
    made: Rows = []
    is_placed = False
    for row in shown.inline_keyboard if shown else ():
        if not any(_is_of(button, subscription_id) for button in row):
            made.append(list(row))
        elif not is_placed:
            made += fresh
            is_placed = True
    return keyboards.keyboard(made)


def others(shown: InlineKeyboardMarkup | None, subscription_id: SubscriptionId) -> bool:
    """Say whether the message has buttons of other keywords."""
    verbs = (
        {keyboards.unpack(str(each.callback_data)) for row in shown.inline_keyboard for each in row} if shown else ()
    )
    return any(verb == UNDO and rest != str(subscription_id) for verb, rest in verbs)


def read(rest: str) -> tuple[SubscriptionId, str] | None:
    """Read what a button of ours carries."""
    number, _, what = rest.partition(":")
    return (SubscriptionId(int(number[:18])), what) if number.isdecimal() else None


def _is_of(button: InlineKeyboardButton, subscription_id: SubscriptionId) -> bool:
    verb, rest = keyboards.unpack(str(button.callback_data or ""))
    return verb in (HOW, UNDO) and rest.partition(":")[0] == str(subscription_id)
