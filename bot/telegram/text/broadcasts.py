"""Texts of /broadcast: what is asked before it is sent, and how far it is."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup

from bot.core.broadcast import Broadcast, BroadcastCounts, BroadcastState
from bot.core.ids import BroadcastId
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, join
from bot.telegram import keyboards

START, CANCEL, STOP = "bcgo", "bcno", "bcstop"


def question(
    broadcast_id: BroadcastId, chats: int, translation: Translation
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Ask whether the text above is to be sent."""
    text = translation.n(
        "The message above goes to one chat, exactly as it is.",
        "The message above goes to {count} chats, exactly as it is.",
        chats,
    )
    row = [
        keyboards.button(translation.label("Yes, send to {number}", number=f"{chats:,}"), START, broadcast_id),
        keyboards.button(translation.label("Cancel"), CANCEL, broadcast_id),
    ]
    return text, keyboards.keyboard([row])


def progress(
    running: Broadcast, counts: BroadcastCounts, translation: Translation
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Say how far a broadcast is; below it [Stop], as long as there is something to stop."""
    lines = [bold(_state(running, translation)), _sent(running, counts, translation)]
    if counts.unreachable:
        lines.append(translation.t("{number} blocked the bot or are gone", number=f"{counts.unreachable:,}"))
    if counts.refused:
        lines.append(translation.t("{number} were refused by Telegram", number=f"{counts.refused:,}"))
    if counts.stopped:
        lines.append(translation.t("{number} were not sent", number=f"{counts.stopped:,}"))
    if running.is_stopped or running.state is BroadcastState.FINISHED:
        return join("\n", lines), None
    row = [keyboards.button(translation.label("Stop"), STOP, running.id)]
    return join("\n", lines), keyboards.keyboard([row])


def _state(running: Broadcast, translation: Translation) -> str:
    if running.is_stopped:
        return translation.label("The broadcast was stopped")
    if running.state is BroadcastState.FINISHED:
        return translation.label("The broadcast is finished")
    return translation.label("The broadcast is being sent")


def _sent(running: Broadcast, counts: BroadcastCounts, translation: Translation) -> Html:
    return translation.t("{sent} of {total} sent", sent=f"{counts.sent:,}", total=f"{running.chats:,}")
