"""
Channels that are managed from a private chat: which one a command names, who may manage it, and buttons that act on it.

Callback data of such a button holds the channel's id; the rights of both sides are asked of Telegram at each use.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

from bot.core.channel import ChannelRepository, ManagedChannel
from bot.core.chat import ChatKind, ChatState
from bot.core.ids import ThreadId, UserId
from bot.i18n.markup import Html
from bot.telegram.api.client import ChatSummary
from bot.telegram.commands import ChatRegistry, Request, TypedCommand
from bot.telegram.named_channel import NamedChannel
from bot.telegram.replies import Destination, ReplySender
from bot.telegram.text import access as access_text

_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_LINK = r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me)/"
_REFERENCE = re.compile(
    rf"(?:(?P<name>[@＠]{_NAME})|(?P<id>-100\d{{5,13}})|{_LINK}(?P<link>{_NAME})/?|{_LINK}c/(?P<number>\d{{5,13}})(?:/\d+)?)"
    r"(?:\s+(?P<rest>.*))?",
    re.DOTALL | re.IGNORECASE,
)
"""A name, an id, or a link to a channel or to a post of a private one, as an app copies it."""
_TAKES_LINKS = frozenset({"addfeed", "why", "warum"})
"""Commands whose argument may be a link itself."""

_MOST_LISTED = 30
"""Channels in the picker; Telegram is asked about each."""


def split_reference(typed: TypedCommand) -> tuple[int | str, TypedCommand] | None:
    """Split the channel that a command begins with from the rest; None where it names none."""
    match = _REFERENCE.fullmatch(typed.argument)
    if match is None or (typed.name in _TAKES_LINKS and not (match["name"] or match["id"])):
        return None
    if name := match["link"] or (match["name"] or "")[1:]:
        reference: int | str = f"@{name}"
    else:
        reference = int(match["id"] or f"-100{match['number']}")
    return reference, replace(typed, argument=(match["rest"] or "").strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAccess:
    """Turns a request from a private chat into one about a channel, where asker and bot have the rights."""

    replies: ReplySender
    registry: ChatRegistry
    channels: ChannelRepository

    async def concern(self, request: Request, reference: int | str) -> Request | Html:
        """Return the request about the channel, answered in the private chat, or the sentence that refuses it."""
        t, bot_id = request.translation.t, UserId(self.replies.account.id)
        found = await self.replies.find_chat(reference)
        if found is None:
            return t("I cannot see this channel: check its name, and make me an administrator there if it is private.")
        channel_id = found.id
        if found.kind != ChatKind.CHANNEL:
            return t("This is not a channel. In a group, send the command in the group itself.")
        rights = await self.replies.find_member(channel_id, bot_id)
        if not rights.is_administrator:
            return t("I am not an administrator of this channel. Add me there with the right to post messages.")
        if not rights.may_post:
            return t("I may not post in this channel. Give me the right to post messages there.")
        if not (await self.replies.find_member(channel_id, request.requester.user_id)).is_administrator:
            return t("Only administrators of this channel can manage it.")
        if not await self.registry.admit(channel_id, ChatKind.CHANNEL, request.requester):
            return access_text.full(request.translation)
        named = NamedChannel(title=found.title, reference=f"@{found.username}" if found.username else str(channel_id))
        about = replace(request, place=Destination(channel_id, ThreadId(0), request.answer_place, named))
        about = await self.registry.register(about, ChatKind.CHANNEL)
        await self._note_manager(found, request.requester.user_id)
        if about.chat is not None and about.chat.state is not ChatState.ACTIVE:
            await self.registry.chats.set_state(channel_id, ChatState.ACTIVE, self.registry.clock.now())
        return replace(about, translation=request.translation)

    async def list_managed(self, user_id: UserId) -> tuple[ManagedChannel, ...]:
        """List the channels that a person set up, still administers, and the bot has not been removed from."""
        managed = [each for each in await self.channels.list_managed(user_id) if not each.is_left]
        rights = await asyncio.gather(
            *(self.replies.find_member(channel.id, user_id) for channel in managed[:_MOST_LISTED])
        )
        return tuple(channel for channel, right in zip(managed, rights, strict=False) if right.is_administrator)

    async def _note_manager(self, channel: ChatSummary, user_id: UserId) -> None:
        """Store the first person who manages a channel, or the next one when that is no administrator any more."""
        known = await self.channels.find(channel.id)
        if known is not None and known.manager_id != user_id:
            if (await self.replies.find_member(channel.id, known.manager_id)).is_administrator:
                return
        elif known is not None and known.title == channel.title:
            return
        await self.channels.save(channel.id, user_id, channel.title, self.registry.clock.now())
