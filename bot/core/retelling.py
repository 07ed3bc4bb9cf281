"""What a reader who was told of a story gets when another article tells it: nothing new, a quiet word, or an alert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.article import Article
from bot.core.delivery import DeliveryState
from bot.core.holding import DIGEST
from bot.core.ids import DeliveryId, MessageId
from bot.core.verdict import SendLater, SendNow

EDITED_FOR = timedelta(hours=48)
"""How long after it went out a message still grows."""
SAME_STORY = "same-story"
MOST_NAMED = 8
"""Sources that a message names; of more it gives the number."""
_FOR_DIGEST = (DeliveryState.HELD, DIGEST)
_AHEAD = frozenset((DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING))
_STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDelivery:
    """What the same receiver got, or is about to get, of a story."""

    delivery_id: DeliveryId
    state: DeliveryState
    message_id: MessageId | None
    finished_at: datetime | None
    not_before: datetime
    source: str
    joined_to: DeliveryId | None
    """The message that names it; it never went out itself."""
    reason: str | None = None
    """Why it is held, if it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """What a receiver knows when an alert's turn comes; both in the order of queueing."""

    source: str
    """Whose article the alert tells of."""
    same: tuple[StoryDelivery, ...] = ()
    related: tuple[StoryDelivery, ...] = ()
    """Of a story that may be the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an article for one receiver."""

    state: DeliveryState
    told_by: Article | None = None
    """The article by whose message he knows the story; only where this one was held back for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinStory:
    """The reader knows; the message he got, or will get, names the source."""

    first: DeliveryId
    is_new: bool
    """The message does not name that source yet."""
    edits: bool
    """The message is out, and young enough to be changed."""


def judge(delivery_id: DeliveryId, told: KnownStory, now: datetime) -> JoinStory | SendLater | SendNow | None:
    """Decide what comes of an alert; None when the reader knows nothing of its story."""
    if first := first_told(told.same):
        named = {first.source, *(each.source for each in told.same if each.joined_to == first.delivery_id)}
        out = first.state is DeliveryState.SENT and first.message_id is not None and first.finished_at is not None
        return JoinStory(
            first=first.delivery_id,
            is_new=told.source not in named,
            edits=out and now - (first.finished_at or now) <= EDITED_FOR,
        )
    ahead = [each for each in (*told.same, *told.related) if each.state in _AHEAD and each.delivery_id < delivery_id]
    if ahead:
        return SendLater(max(now, *(each.not_before for each in ahead)) + _STEP, SAME_STORY)
    sent = [each.message_id for each in told.related if each.state is DeliveryState.SENT and each.message_id]
    return SendNow(silent=True, reply_to=sent[-1]) if sent else None


def first_told(same: Sequence[StoryDelivery]) -> StoryDelivery | None:
    """
    Find what the reader was told: a message of its own before one that is still held or was folded into another.

    What waits for a digest was not told: who asked for the story at once, by another keyword, gets it at once.
    """
    told = [each for each in same if each.joined_to is None and (each.state, each.reason) != _FOR_DIGEST]
    for states in ({DeliveryState.SENT}, {DeliveryState.HELD}, {DeliveryState.FOLDED}):
        if found := next((each for each in told if each.state in states), None):
            return found
    return None


def distinct(own: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Give the other sources that tell a story, each once."""
    return tuple(dict.fromkeys(source for source in sources if source and source != own))
