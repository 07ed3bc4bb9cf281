"""Changes of the bot's own membership: added to a group, removed, blocked, unblocked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated
from telegram.constants import ChatMemberStatus

from bot.core.channel import ChannelRepository
from bot.core.chat import Authorization, ChatKind, ChatState
from bot.core.delivery.delivery import SendPriority, UnsentReason
from bot.core.ids import ChatId, ThreadId, UserId
from bot.core.repositories import KeyValueRepository
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html
from bot.telegram.access import Authorizer, CommandRateLimit, Requester
from bot.telegram.api.client import BotClient
from bot.telegram.commands import ChatRegistry
from bot.telegram.replies import Destination, ReplySender
from bot.telegram.text import access as access_text
from bot.telegram.text import welcome

GROUPS = 5
"""How many groups and channels one person may add the bot to."""
_OUTSIDE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLeaver:
    """Leaves groups and channels, in one of the slower slots, since there may be many at once."""

    replies: ReplySender
    step_back: Callable[[], Awaitable[None]]
    """Moves the running task to such a slot."""
    farewells: CommandRateLimit
    """Groups per person and minute in which the bot says why it leaves; it leaves the others silently."""

    async def leave(self, update: ChatMemberUpdated, farewell: Html | None) -> None:
        """Leave a group, after one line where the bot may write."""
        await self.step_back()
        chat_id, kind = ChatId(update.chat.id), ChatKind(update.chat.type)
        if farewell is not None and _may_write(update, kind) and not self.farewells.step(update.from_user.id):
            await self.replies.say(Destination(chat_id, ThreadId(0)), farewell, rank=SendPriority.BULK)
        await self.replies.leave(chat_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipTracker:
    """Follows where the bot is a member; subscriptions stay whatever happens."""

    authorizer: Authorizer
    registry: ChatRegistry
    channels: ChannelRepository
    replies: ReplySender
    key_value: KeyValueRepository
    account: BotClient
    """Whose id is known once it is open."""
    leaver: GroupLeaver
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def change(self, update: ChatMemberUpdated) -> None:
        """Store one change of membership."""
        chat_id, was = ChatId(update.chat.id), _inside(update.old_chat_member)
        if not _inside(update.new_chat_member):
            if await self.registry.chats.find(chat_id) is not None:
                await self.registry.chats.set_state(chat_id, ChatState.BLOCKED, self.registry.clock.now())
        elif update.chat.type == ChatKind.PRIVATE:
            await self._unblocked(update)
        elif not was and update.from_user.id != self.account.id:
            await self._joined(update)
        elif was:
            await self._follow_rights(update)

    async def _follow_rights(self, update: ChatMemberUpdated) -> None:
        """Stop delivery where the bot lost the right to write, and start it where it got the right back."""
        chats, now = self.registry.chats, self.registry.clock.now()
        chat = await chats.find(ChatId(update.chat.id))
        if chat is None:
            return
        if not _may_write(update, chat.kind):
            await chats.set_state(chat.id, ChatState.BLOCKED, now, UnsentReason.NO_RIGHTS)
        elif chat.state is not ChatState.ACTIVE:
            await chats.set_state(chat.id, ChatState.ACTIVE, now)

    async def _unblocked(self, update: ChatMemberUpdated) -> None:
        chat_id = ChatId(update.chat.id)
        requester = await self.authorizer.identify(UserId(update.from_user.id))
        if requester.authorization is Authorization.WELCOME and await self.registry.chats.find(chat_id) is not None:
            await self.registry.chats.set_state(chat_id, ChatState.ACTIVE, self.registry.clock.now())

    async def _joined(self, update: ChatMemberUpdated) -> None:
        chats, catalog, now = self.registry.chats, self.registry.catalog, self.registry.clock.now()
        chat_id, kind = ChatId(update.chat.id), ChatKind(update.chat.type)
        place = Destination(chat_id, ThreadId(0))
        language = catalog.find(update.from_user.language_code)
        requester = await self.authorizer.identify(UserId(update.from_user.id), language=language)
        translation = catalog.speak(language)
        if requester.authorization is not Authorization.WELCOME:
            is_stranger = requester.authorization is Authorization.STRANGER
            await self.leaver.leave(update, access_text.private(translation) if is_stranger else None)
            return
        async with self._counting:  # the next one is counted when this one is known
            refusal = await self._find_refusal(chat_id, kind, requester, translation)
            if refusal is not None:
                await self.leaver.leave(update, refusal)
                return
            chat = await chats.meet(chat_id, kind, catalog.choose(language), now)
        if kind is ChatKind.CHANNEL:
            await self.channels.save(chat_id, UserId(update.from_user.id), update.chat.title or "", now)
        if not _may_write(update, kind):
            await chats.set_state(chat_id, ChatState.BLOCKED, now, UnsentReason.NO_RIGHTS)
        elif chat.state is not ChatState.ACTIVE:
            await chats.set_state(chat_id, ChatState.ACTIVE, now)
        elif kind is not ChatKind.CHANNEL:
            translation = catalog.speak(chat.language)
            await self.replies.say(place, *welcome.welcome(translation, in_group=True))

    async def _find_refusal(
        self, chat_id: ChatId, kind: ChatKind, requester: Requester, translation: Translation
    ) -> Html | None:
        """Return why the bot leaves a new group or channel again; None where it stays."""
        if not requester.is_operator and not await self._has_room(requester.user_id, chat_id):
            return access_text.too_many_groups(GROUPS, translation)
        if not await self.registry.admit(chat_id, kind, requester):
            return access_text.full(translation)
        return None

    async def _has_room(self, user_id: UserId, chat_id: ChatId) -> bool:
        """Count a group for the person who added the bot; groups the bot has left do not count."""
        key = f"groups.{user_id}"
        stored = [ChatId(group) for group in json.loads(await self.key_value.get(key) or "[]") if group != chat_id]
        groups = [await self.registry.chats.find(group) for group in stored]
        kept = [group.id for group in groups if group is not None and group.state is ChatState.ACTIVE]
        if len(kept) >= GROUPS:
            return False
        await self.key_value.set(key, json.dumps([*kept, chat_id]))
        return True


def _inside(member: object) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return getattr(member, "status", ChatMemberStatus.LEFT) not in _OUTSIDE


def _may_write(update: ChatMemberUpdated, kind: ChatKind) -> bool:
    """Return whether the bot may write; in a channel that is a right of its own."""
    member = update.new_chat_member
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    if kind is ChatKind.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    return True
