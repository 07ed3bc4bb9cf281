"""What the manager of a channel is told about it."""

from __future__ import annotations

from bot.core.delivery.delivery import UnsentReason
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold


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
