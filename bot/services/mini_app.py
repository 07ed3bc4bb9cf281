"""
The settings of a private chat as its reader sees and changes them in the Mini App.

Every change goes through the service that the chat's own commands and buttons ask, and whoever the bot does not answer
in the chat is not answered here either.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.core import archive
from bot.core.chat import Authorization, Chat
from bot.core.delivery import schedule
from bot.core.delivery.schedule import Schedule
from bot.core.ids import ChatId, FeedId, SubscriptionId, ThreadId, UserId
from bot.core.ports import Clock
from bot.core.repositories import SubscriptionRepository
from bot.core.source import Source
from bot.core.subscription import HitCounts, Subscription
from bot.services import digests
from bot.services.feeds import FeedService
from bot.services.subscriptions import DigestSet, SettingsService

SOURCES = 200
"""So many are shown; the others of a large catalogue are switched by /feeds."""
_MAIN = ThreadId(0)


class TurnedAway(StrEnum):
    """Why a reader is not let in."""

    STRANGER = "stranger"
    BANNED = "banned"
    NOT_STARTED = "not started"
    """The bot does not know the chat: nobody wrote there, or it was forgotten."""
    TOO_FAST = "too fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """What the Mini App shows."""

    chat: Chat
    keywords: tuple[tuple[Subscription, HitCounts], ...]
    sources: tuple[Source, ...]
    """The first of them."""
    source_count: int
    digest: Schedule
    timezone: str
    """The zone of the chat, or that of chats that have set none."""
    now: datetime


@dataclass(frozen=True, slots=True)
class SwitchKeyword:
    """Switch the alerts of a keyword on or off."""

    id: SubscriptionId
    is_on: bool


@dataclass(frozen=True, slots=True)
class SwitchSource:
    """Follow a source of the catalogue, or no longer."""

    id: FeedId
    is_on: bool


@dataclass(frozen=True, slots=True)
class SetQuietHours:
    """Set the quiet hours, in minutes after midnight, or (None) end them."""

    hours: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class SwitchDigestHour:
    """Add hours to the digest, or take them away."""

    hours: Schedule
    is_on: bool


Change = SwitchKeyword | SwitchSource | SetQuietHours | SwitchDigestHour


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDone:
    """A change that is in force."""

    digest_set: DigestSet | None = None
    """The hours of the digest as they are now, and what they moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniApp:
    """The settings of private chats, each for its reader."""

    settings_service: SettingsService
    feed_service: FeedService
    subscriptions: SubscriptionRepository
    authorize: Callable[[UserId], Awaitable[Authorization]]
    """Says how the bot treats somebody now."""
    takes: Callable[[UserId], bool]
    """Counts a request; says whether it is to be handled."""
    clock: Clock
    timezone: str
    """The time zone of chats that have set none."""

    async def admit(self, user_id: UserId) -> Chat | TurnedAway:
        """Find the private chat of somebody whom the bot answers."""
        if not self.takes(user_id):
            return TurnedAway.TOO_FAST
        match await self.authorize(user_id):
            case Authorization.BANNED:
                return TurnedAway.BANNED
            case Authorization.STRANGER:
                return TurnedAway.STRANGER
            case Authorization.WELCOME:
                chat = await self.settings_service.chats.find(ChatId(user_id))
                return TurnedAway.NOT_STARTED if chat is None else chat

    async def load(self, chat_id: ChatId) -> ReaderSettings | None:
        """Load what is in force in a chat; None where it is not known any more."""
        chat = await self.settings_service.chats.find(chat_id)
        if chat is None:
            return None
        now, sources = self.clock.now(), self.feed_service.sources
        listed = await self.subscriptions.list_for(chat_id, _MAIN)
        hits = await self.subscriptions.count_hits(archive.view(chat, now), _MAIN, now) if listed else {}
        return ReaderSettings(
            chat=chat,
            keywords=tuple((each, hits.get(each.id, HitCounts())) for each in listed),
            sources=await sources.list_for(chat_id, newest=False, most=SOURCES),
            source_count=await sources.count_for(chat_id),
            digest=await self._digest(chat_id),
            timezone=chat.timezone or self.timezone,
            now=now,
        )

    async def change(self, chat_id: ChatId, change: Change) -> ChangeDone | None:
        """Make a change; None where what it is about is not there any more. Raises `Refusal`."""
        match change:
            case SwitchKeyword(subscription_id, is_on):
                done = await self.settings_service.pause_keyword(chat_id, _MAIN, subscription_id, paused=not is_on)
                return ChangeDone() if done else None
            case SwitchSource(feed_id, is_on):
                source = await self.feed_service.switch(chat_id, feed_id, followed=is_on)
                return ChangeDone() if source else None
            case SetQuietHours(hours):
                await self.settings_service.set_quiet(chat_id, hours)
                return ChangeDone()
            case SwitchDigestHour():
                return await self._switch_hour(chat_id, change)
            case _:
                assert_never(change)

    async def _switch_hour(self, chat_id: ChatId, change: SwitchDigestHour) -> ChangeDone:
        before = set(await self._digest(chat_id))
        planned = before.union(change.hours) if change.is_on else before.difference(change.hours)
        if not planned:
            await self.settings_service.end_digest(chat_id, _MAIN)
            return ChangeDone()
        hours = schedule.read(schedule.write(tuple(sorted(planned, key=lambda hour: hour.minute))))
        return ChangeDone(digest_set=await self.settings_service.set_digest(chat_id, _MAIN, hours))

    async def _digest(self, chat_id: ChatId) -> Schedule:
        receiver = await self.settings_service.receiver(chat_id, _MAIN)
        return digests.read(receiver.digest) if receiver else ()
