"""The private feed of a chat, as a page of its settings: shows its addresses, makes, replaces and ends them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.private_feeds import PrivateFeeds
from bot.telegram.commands import ButtonPress, Handlers
from bot.telegram.text import private_feed as feed_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateFeedHandlers(Handlers):
    """What the settings open; they demand that who presses may change things."""

    private_feeds: PrivateFeeds

    async def change(self, press: ButtonPress, what: str) -> str:
        """Make, replace or end the feed, and show what there is then."""
        request, feeds, note = press.request, self.private_feeds, ""
        if request.is_in_channel:
            return request.translation.label(
                "Everybody reads the channel. Open its settings in the private chat with me."
            )
        if request.chat is None:
            return request.translation.label("This button is too old.")
        chat_id = request.chat.id
        addresses = await feeds.find(chat_id)
        match what:
            case feed_text.MAKE if addresses is None:
                addresses = await feeds.make(chat_id)
            case feed_text.REPLACED if addresses is not None:
                addresses = await feeds.make(chat_id)
                note = request.translation.label("The old address has ended.")
            case feed_text.ENDED:
                await feeds.revoke(chat_id)
                addresses = None
                note = request.translation.label("The private feed has ended.")
        await press.edit(*feed_text.show(addresses, what, request.translation))
        return note
