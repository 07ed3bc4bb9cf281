"""What is said to those whom the bot does not let in, or leaves."""

from __future__ import annotations

from bot.i18n.catalog import Translation
from bot.i18n.markup import Html


def full(translation: Translation) -> Html:
    """Say that as many chats are served as the operator allows."""
    return translation.t("This bot already serves as many chats as its operator allows.")


def private(translation: Translation) -> Html:
    """Say that a private bot does not stay where somebody added it who is not approved."""
    return translation.t("This bot is private and cannot stay here.")


def too_many_groups(limit: int, translation: Translation) -> Html:
    """Say that one person added the bot to as many groups as anybody may."""
    return translation.t(
        "The same person has added this bot to {count} groups already; that is the limit.", count=limit
    )
