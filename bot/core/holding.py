"""
Alerts that wait: which ones go out now, and what becomes of those that did not when their time has come.

A held alert is a row with a reason. Its chat notes when to look at what is held for it; whoever looks makes a `Plan`
from plain values: up to three go out one by one, more become one message.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import hours
from bot.core.alert import Alert
from bot.core.chat import Chat
from bot.core.delivery import AWAY, Delivery, DeliveryKind
from bot.core.ids import ChatId, DeliveryId, SubscriptionId, ThreadId
from bot.core.subscription import Urgency
from bot.core.verdict import Decision, HoldBack, SendNow

QUIET, PAUSE, LATE, CATCH_UP, BURST, DIGEST = "quiet", "pause", "late", "catch-up", "burst", "digest"
GATHERED = (QUIET, PAUSE, AWAY, LATE, CATCH_UP, BURST)
"""Reasons that end by themselves; a digest's are gathered at its hour."""
_OWN_WISH = frozenset((QUIET, PAUSE))
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
    reason: str
    held_at: datetime
    is_queued: bool = False
    """It is still in the queue, and may be told along with others that are late."""


@dataclass(frozen=True, slots=True)
class FoldedAlerts:
    """Several alerts of one receiver that become one message."""

    thread_id: ThreadId
    reason: str
    ids: tuple[DeliveryId, ...]


@dataclass(kw_only=True)
class ReleasePlan:
    """What becomes of what one chat has held."""

    release: list[DeliveryId] = field(default_factory=list)
    folds: list[FoldedAlerts] = field(default_factory=list)
    bursts: list[DeliveryId] = field(default_factory=list)
    """Each goes into the rolling message of its subscription."""
    look_at: datetime | None = None
    """When to look again; None: nothing is left."""


def verdict(delivery: Delivery, alert: Alert, policy: HoldBackPolicy, now: datetime) -> Decision:
    """Judge an alert by its reader's hour and its age in the queue."""
    urgencies = {match.subscription.urgency for match in alert.matches}
    if urgencies == {Urgency.DIGEST}:
        return HoldBack(DIGEST)
    if held := hours.held_until(alert.chat, policy.timezone, now):
        return HoldBack(*held)
    if not delivery.released:
        if delivery.catch_up:
            return HoldBack(CATCH_UP, now + _SETTLED)
        if now - delivery.created_at > policy.max_wait:
            return HoldBack(LATE, now + _SETTLED)
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
        hit = [each.subscription.id for each in alert.matches if each.subscription.urgency is not Urgency.DIGEST]
        is_too_much = all(
            counted[each] >= policy.burst or pace.rolling.get(each, delivery.id) < delivery.id for each in hit
        )
        # What was held for the reader comes as he wished; what we missed ourselves counts like all else.
        if is_too_much and (delivery.catch_up or not delivery.released):
            held[delivery.id] = HoldBack(BURST, now)
        else:
            counted.update(hit)
    return held


def plan(chat: Chat, held: Sequence[HeldDelivery], policy: HoldBackPolicy, now: datetime) -> ReleasePlan:
    """Decide what becomes of everything a chat has held."""
    made = ReleasePlan()
    waits = hours.held_until(chat, policy.timezone, now)
    if waits is not None:
        made.look_at = waits[1] if any(not each.is_queued for each in held) else None
        return made
    receivers: dict[ThreadId, list[HeldDelivery]] = defaultdict(list)
    for each in held:
        if each.reason == BURST:
            made.bursts.append(each.id)
        elif each.kind is not DeliveryKind.ALERT:
            made.release.append(each.id)
        else:
            receivers[each.thread_id].append(each)
    for thread_id, alerts in receivers.items():
        _settle(made, thread_id, alerts, now)
    return made


def _settle(made: ReleasePlan, thread_id: ThreadId, alerts: list[HeldDelivery], now: datetime) -> None:
    """Release or fold the alerts of one receiver; what is late takes the rest of the queue along."""
    waiting = [each for each in alerts if not each.is_queued]
    if not waiting:
        return
    reasons = Counter(each.reason for each in waiting)
    if not reasons.keys() & (_OWN_WISH | {AWAY}) and _is_settling(waiting, now):
        made.look_at = now + _LOOK_AGAIN
        return
    is_late = reasons.keys() == {LATE}
    together = alerts if LATE in reasons else waiting
    if len(together) > (1 if is_late or AWAY in reasons else _FEW):
        reason = reasons.most_common(1)[0][0]
        made.folds.append(FoldedAlerts(thread_id, reason, tuple(each.id for each in together)))
    else:
        made.release += [each.id for each in waiting]


def _is_settling(waiting: Sequence[HeldDelivery], now: datetime) -> bool:
    """Say whether more of the same is likely to come at any moment."""
    last, first = max(each.held_at for each in waiting), min(each.held_at for each in waiting)
    # What seems to come from the future was held before the clock was set back.
    return abs(now - last) < _SETTLED and now - first < _LONGEST_SETTLING


def receivers_of(alerts: Iterable[tuple[Delivery, Alert]]) -> tuple[tuple[ChatId, ThreadId], ...]:
    """List whom alerts are for, each once."""
    return tuple(dict.fromkeys((delivery.chat_id, delivery.thread_id) for delivery, _ in alerts))
