"""What the manager of a channel is told about it, and the picker of channels."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot.core.channel import ManagedChannel
from bot.core.delivery.delivery import UnsentReason
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, code
from bot.telegram import keyboards
from bot.telegram.text import settings, welcome


def silenced(title: str, reason: UnsentReason, translation: Translation) -> Html:
    """Say why nothing can be posted in a channel any more."""
    t, channel = translation.t, bold(title)
    match reason:
        case UnsentReason.NO_RIGHTS:
            return t(
                "I may not post in the channel {channel}. Its alerts wait until I have the right to post messages "
                "there.",
                channel=channel,
            )
        case UnsentReason.BLOCKED:
            return t(
                "I was removed from the channel {channel}. Its alerts wait until I am an administrator there again.",
                channel=channel,
            )
        case _:
            return t("The channel {channel} is not there any more. Nothing is posted there now.", channel=channel)


def restored(title: str, translation: Translation) -> Html:
    """Say that the bot posts in a channel again."""
    return translation.t("I may post in the channel {channel} again. Its alerts go on.", channel=bold(title))


def picker(managed: Sequence[ManagedChannel], translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Offer the settings of each channel, and the way back to those of the private chat."""
    t = translation.t
    if not managed:
        text = t("You manage no channel. Add me to one as an administrator with the right to post messages.")
    else:
        example = code("/sub @… " + welcome.examples(translation)[0])
        text = t("Your channels: tap one to change its settings. {example} adds a keyword to one.", example=example)
    rows = [[settings.open_channel(channel.id, channel.title)] for channel in managed]
    return settings.with_back((text, keyboards.keyboard(rows)), translation)
