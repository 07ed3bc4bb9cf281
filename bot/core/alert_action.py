"""What a reader does with the buttons below an alert, kept so that it can be undone, and the port that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.feed import FeedWish
from bot.core.ids import AlertActionId, ArticleId, ChatId, DeliveryId, FeedId, SubscriptionId, ThreadId
from bot.core.portable import SubscriptionWish


class ActionKind(StrEnum):
    """What was done."""

    MUTED = "muted"
    """The subscriptions of the alert, for some hours."""
    STORY_MUTED = "story-muted"
    WORD_EXCLUDED = "word-excluded"
    SOURCE_OFF = "source-off"
    EXACT = "exact"
    DIGEST = "digest"
    UNSUBSCRIBED = "unsubscribed"
    SAVED = "saved"
    """Its article, for /saved."""
    UNSAVED = "unsaved"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionBefore:
    """A subscription as it was before the action."""

    id: SubscriptionId
    number: int
    wish: SubscriptionWish


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlertAction:
    """An action that is to be stored."""

    chat_id: ChatId
    thread_id: ThreadId
    delivery_id: DeliveryId
    """The alert below which the button was pressed."""
    article_id: ArticleId
    kind: ActionKind
    subscriptions: tuple[SubscriptionBefore, ...] = ()
    feed_id: FeedId | None = None
    """The feed that was switched off or removed."""
    own_feed: FeedWish | None = None
    """A feed of the chat's own that was removed, as it is to be added again."""
    until: datetime | None = None
    """When it ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAction(NewAlertAction):
    """A stored action."""

    id: AlertActionId
    created_at: datetime
    undone_at: datetime | None


class AlertActionRepository(Protocol):
    """Actions of readers below their alerts; a story that is muted is one, and the rules of delivery read it here."""

    async def add(self, action: NewAlertAction, now: datetime) -> AlertActionId:
        """Store an action of a known chat."""
        ...

    async def find(self, chat_id: ChatId, thread_id: ThreadId, action_id: AlertActionId) -> AlertAction | None:
        """Find an action of this receiver."""
        ...

    async def list_below(self, delivery_id: DeliveryId) -> tuple[AlertAction, ...]:
        """List the actions below an alert, the oldest first, also those undone."""
        ...

    async def list_mutes(self, chat_id: ChatId, thread_id: ThreadId, moment: datetime) -> tuple[AlertAction, ...]:
        """List the actions by which subscriptions of this receiver were muted at that moment."""
        ...

    async def undo(self, action_id: AlertActionId, now: datetime) -> bool:
        """Mark an action as undone; False when it was before."""
        ...
