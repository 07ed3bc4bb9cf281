"""A subscription: the query of a chat, its match mode, and how urgently its alerts come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.ids import ChatId, QueryId, SubscriptionId, ThreadId
from bot.core.query.parser import MatchMode, Query


class Urgency(StrEnum):
    """How an alert reaches the reader; where several subscriptions hit, the strongest wins."""

    INSTANT = "instant"
    SILENT = "silent"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One numbered line of /list."""

    id: SubscriptionId
    chat_id: ChatId
    thread_id: ThreadId
    number: int
    """Counts up within a chat and is never given out twice."""
    query_id: QueryId
    query: Query
    """In the spelling of the reader."""
    mode: MatchMode
    urgency: Urgency
    title: str | None
    """The name the reader gave it."""
    headline_only: bool
    paused: bool
    muted_until: datetime | None
    created_at: datetime

    @property
    def name(self) -> str:
        """The name the reader gave it, else the query."""
        return self.title or self.query.normal
