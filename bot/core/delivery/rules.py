"""
Rules of delivery: whether a claimed alert is sent now, held or dropped, and when held alerts are released.

A held alert is a row with a reason, and its chat notes when to look at what is held for it. Then a `ReleasePlan` is
made from plain values: up to three alerts are sent one by one, more become one message.

A reader who was told a story and whose next article tells it again gets nothing new (the source is named in the first
alert), a silent reply, or an alert. `StoryRepository` keeps what each receiver was told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.core import quiet_hours
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.alert import Alert
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, UnsentReason
from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId, SubscriptionId, ThreadId
from bot.core.story import PlacedArticle, StoryPlacement, WindowHeadline
from bot.core.subscription import Urgency


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
    reason: UnsentReason


@dataclass(frozen=True, slots=True)
class HoldBack:
    """It is set aside, durably; whoever gathers what is held queues it again or folds it into another message."""

    reason: UnsentReason
    until: datetime | None = None
    """When to look at what this chat has held; None: somebody else's business."""


@dataclass(frozen=True, slots=True)
class DropAlert:
    """It never goes out."""

    reason: UnsentReason


Decision = SendNow | SendLater | HoldBack | DropAlert


GATHERED = (
    UnsentReason.QUIET,
    UnsentReason.PAUSE,
    UnsentReason.AWAY,
    UnsentReason.LATE,
    UnsentReason.CATCH_UP,
    UnsentReason.BURST,
)
"""Reasons that end by themselves; a digest's are gathered at its hour."""
_OWN_WISH = frozenset((UnsentReason.QUIET, UnsentReason.PAUSE))
_FEW = 3
"""So many come one by one."""
_SETTLED = timedelta(seconds=3)
_LONGEST_SETTLING = timedelta(seconds=30)
_LOOK_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldBackPolicy:
    """The operator's bounds."""

    timezone: str
    """For chats that have set none."""
    burst: int = 5
    burst_length: timedelta = timedelta(hours=1)
    max_wait: timedelta = timedelta(hours=1)
    edit_gap: timedelta = timedelta(seconds=5)
    """At least so far apart are two edits of a rolling message."""


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """A row that waits."""

    id: DeliveryId
    thread_id: ThreadId
    kind: DeliveryKind
    reason: UnsentReason | None
    held_at: datetime
    is_queued: bool = False
    """It is still in the queue, and may be told along with others that are late."""


@dataclass(frozen=True, slots=True)
class FoldedAlerts:
    """Several alerts of one receiver that become one message."""

    thread_id: ThreadId
    reason: UnsentReason
    ids: tuple[DeliveryId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePlan:
    """What becomes of what one chat has held."""

    release: tuple[DeliveryId, ...] = ()
    folds: tuple[FoldedAlerts, ...] = ()
    bursts: tuple[DeliveryId, ...] = ()
    """Each goes into the rolling message of its subscription."""
    look_at: datetime | None = None
    """When to look again; None: nothing is left."""


def held_until(chat: Chat, otherwise: str, now: datetime) -> tuple[UnsentReason, datetime] | None:
    """Say why the alerts of a chat wait at this moment and until when; None when they do not."""
    if chat.paused_until is not None and chat.paused_until > now:
        return UnsentReason.PAUSE, chat.paused_until
    end = quiet_hours.quiet_until(chat, otherwise, now)
    return None if end is None else (UnsentReason.QUIET, end)


def decide(delivery: Delivery, alert: Alert, policy: HoldBackPolicy, now: datetime) -> Decision:
    """Judge an alert by its reader's hour and its age in the queue."""
    urgencies = {match.subscription.urgency for match in alert.matches}
    if urgencies == {Urgency.DIGEST}:
        return HoldBack(UnsentReason.DIGEST)
    if held := held_until(alert.chat, policy.timezone, now):
        return HoldBack(*held)
    if not delivery.released:
        if delivery.catch_up:
            return HoldBack(UnsentReason.CATCH_UP, now + _SETTLED)
        if now - delivery.created_at > policy.max_wait:
            return HoldBack(UnsentReason.LATE, now + _SETTLED)
    return SendNow(silent=Urgency.INSTANT not in urgencies)


@dataclass(frozen=True, slots=True)
class SubscriptionActivity:
    """How busy subscriptions were in the last hour."""

    singles: Mapping[SubscriptionId, int] = field(default_factory=dict)
    """Alerts that came one by one, or are to do so and wait for their turn."""
    rolling: Mapping[SubscriptionId, DeliveryId] = field(default_factory=dict)
    """Those that have a rolling message that goes on, with that message."""


def bursting(
    alerts: Iterable[tuple[Delivery, Alert]],
    pace: SubscriptionActivity,
    policy: HoldBackPolicy,
    now: datetime,
    admitted: Collection[DeliveryId] = (),
) -> dict[DeliveryId, Decision]:
    """
    Hold back what is too much for every subscription it hits; the alerts of one claim count among each other.

    Those `admitted` before are counted in `pace` and come singly, whatever came after them. An alert older than the
    rolling message is not for it as long as there is room for a single one.
    """
    held: dict[DeliveryId, Decision] = {}
    counted = Counter(pace.singles)
    for delivery, alert in alerts:
        if delivery.id in admitted:
            continue
        hit = [match.subscription.id for match in alert.matches if match.subscription.urgency is not Urgency.DIGEST]
        is_too_much = all(
            counted[subscription_id] >= policy.burst or pace.rolling.get(subscription_id, delivery.id) < delivery.id
            for subscription_id in hit
        )
        # What was held for the reader comes as he wished; what we missed ourselves counts like all else.
        if is_too_much and (delivery.catch_up or not delivery.released):
            held[delivery.id] = HoldBack(UnsentReason.BURST, now)
        else:
            counted.update(hit)
    return held


def plan(chat: Chat, held: Sequence[HeldDelivery], policy: HoldBackPolicy, now: datetime) -> ReleasePlan:
    """Decide what becomes of everything a chat has held."""
    waits = held_until(chat, policy.timezone, now)
    if waits is not None:
        return ReleasePlan(look_at=waits[1] if any(not delivery.is_queued for delivery in held) else None)
    release: list[DeliveryId] = []
    folds: list[FoldedAlerts] = []
    bursts: list[DeliveryId] = []
    look_at: datetime | None = None
    receivers: dict[ThreadId, list[HeldDelivery]] = defaultdict(list)
    for delivery in held:
        if delivery.reason == UnsentReason.BURST:
            bursts.append(delivery.id)
        elif delivery.kind is not DeliveryKind.ALERT:
            release.append(delivery.id)
        else:
            receivers[delivery.thread_id].append(delivery)
    for thread_id, alerts in receivers.items():
        waiting = [alert for alert in alerts if not alert.is_queued]
        if waiting and _is_settling(waiting, now):
            look_at = now + _LOOK_AGAIN
        elif fold := _fold(thread_id, alerts, waiting):
            folds.append(fold)
        else:
            release += [alert.id for alert in waiting]
    return ReleasePlan(release=tuple(release), folds=tuple(folds), bursts=tuple(bursts), look_at=look_at)


def _fold(thread_id: ThreadId, alerts: Sequence[HeldDelivery], waiting: Sequence[HeldDelivery]) -> FoldedAlerts | None:
    """Fold a receiver's alerts that are too many to come singly; what is late takes the rest of the queue along."""
    reasons = Counter(alert.reason for alert in waiting if alert.reason is not None)
    is_late = reasons.keys() == {UnsentReason.LATE}
    together = alerts if UnsentReason.LATE in reasons else waiting
    if len(together) <= (1 if is_late or UnsentReason.AWAY in reasons else _FEW):
        return None
    reason = reasons.most_common(1)[0][0]
    return FoldedAlerts(thread_id, reason, tuple(alert.id for alert in together))


def _is_settling(waiting: Sequence[HeldDelivery], now: datetime) -> bool:
    """Say whether more of the same is likely to come at any moment; of the reader's own wishes nothing more comes."""
    if {alert.reason for alert in waiting} & (_OWN_WISH | {UnsentReason.AWAY}):
        return False
    last, first = max(alert.held_at for alert in waiting), min(alert.held_at for alert in waiting)
    # What seems to come from the future was held before the clock was set back.
    return abs(now - last) < _SETTLED and now - first < _LONGEST_SETTLING


def receivers_of(alerts: Iterable[tuple[Delivery, Alert]]) -> tuple[tuple[ChatId, ThreadId], ...]:
    """List whom alerts are for, each once."""
    return tuple(dict.fromkeys((delivery.chat_id, delivery.thread_id) for delivery, _ in alerts))


EDITED_FOR = timedelta(hours=48)
"""How long after it went out a message still grows."""
MOST_NAMED = 8
"""Sources that a message names; of more it gives the number."""
_FOR_DIGEST = (DeliveryState.HELD, UnsentReason.DIGEST)
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
    reason: UnsentReason | None = None
    """Why it is held, if it is."""
    parent: DeliveryId | None = None
    """The message that tells it together with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """What a receiver knows when an alert's turn comes; both in the order of queueing."""

    source: str
    """Whose article the alert tells of."""
    same: tuple[StoryDelivery, ...] = ()
    related: tuple[StoryDelivery, ...] = ()
    """Of a story that may be the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierMessage:
    """A message that tells several articles, as one of them sees it."""

    state: DeliveryState
    reason: UnsentReason | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an article for one receiver."""

    state: DeliveryState
    reason: UnsentReason | None = None
    """Why it did not come as an alert of its own, or not at once."""
    sent_at: datetime | None = None
    """When its own message went out."""
    carrier: CarrierMessage | None = None
    """The message that tells it together with others."""
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


def decide_same_story(
    delivery_id: DeliveryId, told: KnownStory, now: datetime
) -> JoinStory | SendLater | SendNow | None:
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
        return SendLater(max(now, *(each.not_before for each in ahead)) + _STEP, UnsentReason.SAME_STORY)
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


Place = Callable[[Sequence[PlacedArticle]], StoryPlacement]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAlert:
    """An alert that was sent, and how it looks."""

    delivery: Delivery
    message_id: MessageId
    named: int
    """How many other sources it names."""
    opened: bool
    """Its reader has pressed [More]."""
    version: datetime | None = None
    """The version of the article that it shows."""


class StoryRepository(Protocol):
    """Which articles belong to one story, and what each receiver was told of it."""

    async def list_headlines(self, *, after: ArticleId, since: datetime, limit: int) -> tuple[WindowHeadline, ...]:
        """List the articles with a greater id that were seen since then, by id."""
        ...

    async def assign(self, article: Article, *, after: int, since: datetime, place: Place) -> None:
        """
        Place an article, once, however often and by however many this is called.

        `place` is given what was placed since then with a number above `after`, by anybody, in that order, and says
        where the article belongs; nobody else places anything meanwhile. Should this fail, nothing was placed.
        """
        ...

    async def list_told(self, deliveries: Sequence[Delivery]) -> Mapping[DeliveryId, KnownStory]:
        """Return what the receivers of these alerts know of their stories; those who know nothing are left out."""
        ...

    async def find_fate(self, chat_id: ChatId, thread_id: ThreadId, key: str) -> Fate | None:
        """Return what became of the article with this key for a receiver; None where no alert is on record."""
        ...

    async def join(self, delivery: Delivery, first: DeliveryId, *, is_new: bool, edits: bool, now: datetime) -> None:
        """
        End a delivery because its receiver was told of the story by `first`, in one transaction.

        `is_new`: the message has one more source to name. `edits`: an edit of it is queued.
        """
        ...

    async def find_sent(self, delivery_id: DeliveryId) -> SentAlert | None:
        """Find an alert that was sent."""
        ...

    async def note_look(
        self,
        delivery_id: DeliveryId,
        *,
        named: int | None = None,
        opened: bool = False,
        version: datetime | None = None,
    ) -> None:
        """Store how a sent alert looks now; `version`: when the article became what it shows."""
        ...
