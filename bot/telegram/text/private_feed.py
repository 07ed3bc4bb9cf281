"""The private feed of a chat in its settings: the addresses, and the buttons that make and end them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.private_feed import FEED_ENTRIES
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, join, link
from bot.services.private_feeds import FeedAddresses
from bot.telegram import keyboards
from bot.telegram.text.settings import FEED, MENU, Reply, with_back

MAKE, REPLACE, END = "make", "new", "end"
"""What the buttons say; the last two ask first."""
REPLACED, ENDED = "new!", "end!"
"""The same when it was confirmed."""


def show(addresses: FeedAddresses | None, asked: str, translation: Translation) -> Reply:
    """Show the addresses, or offer to make one; `asked` is what is to be confirmed first."""
    t, label = translation.t, translation.label
    if addresses is None:
        text = t(
            "A private feed shows the last {count} alerts of this chat in any feed reader. Whoever knows its address "
            "can read them. It can be ended at any time.",
            count=FEED_ENTRIES,
        )
        make = keyboards.keyboard([[keyboards.button(label("Make an address"), MENU, FEED, MAKE)]])
        return with_back((text, make), translation)
    lines = [
        t("The private feed of this chat. Whoever knows its address can read the alerts."),
        join(": ", ["Atom", link(addresses.atom, addresses.atom)]),
        join(": ", ["JSON", link(addresses.json, addresses.json)]),
    ]
    if asked in (REPLACE, END):
        return _ask(lines, asked, translation)
    rows = [
        keyboards.copy(label("Copy the address"), addresses.atom),
        [
            keyboards.button(label("New address"), MENU, FEED, REPLACE),
            keyboards.button(label("End the feed"), MENU, FEED, END),
        ],
    ]
    return with_back((join("\n", lines), keyboards.keyboard(rows)), translation)


def _ask(lines: Sequence[Html], asked: str, translation: Translation) -> Reply:
    """Ask before an address ends."""
    t, label = translation.t, translation.label
    if asked == REPLACE:
        question = t("Shall I replace the address? The old one ends at once.")
        confirm = keyboards.button(label("Yes, replace it"), MENU, FEED, REPLACED)
    else:
        question = t("Shall I end the private feed? Its address ends at once.")
        confirm = keyboards.button(label("Yes, end it"), MENU, FEED, ENDED)
    cancel = keyboards.button(label("Cancel"), MENU, FEED)
    return join("\n", [*lines, question]), keyboards.keyboard([[confirm, cancel]])
