"""Whether a claimed alert goes out now: what the rules of the reader's hour and of stories can say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.ids import MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNow:
    """It goes out now."""

    silent: bool | None = None
    """None: as the delivery says."""
    reply_to: MessageId | None = None
    """An earlier message of the same chat that this one belongs to."""


@dataclass(frozen=True, slots=True)
class SendLater:
    """It goes back into the queue until then."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HoldBack:
    """It is set aside, durably; whoever gathers what is held queues it again or folds it into another message."""

    reason: str
    until: datetime | None = None
    """When to look at what this chat has held; None: somebody else's business."""


@dataclass(frozen=True, slots=True)
class DropAlert:
    """It never goes out."""

    reason: str


Decision = SendNow | SendLater | HoldBack | DropAlert
