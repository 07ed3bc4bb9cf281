"""A delivery: one queued message, why it was not sent, the outcomes of an attempt, and what follows from each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import assert_never

from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId, ThreadId


class SendPriority(IntEnum):
    """Who goes first when Telegram's rate is short."""

    REPLY = 0
    ALERT = 1
    BULK = 2


class DeliveryKind(StrEnum):
    """What the message is."""

    ALERT = "alert"
    NOTICE = "notice"
    """Something the bot has to say on its own account; its text is in the payload."""
    REPLY = "reply"
    """An answer that could not go at once; text and buttons are in the payload."""
    DIGEST = "digest"
    """What was gathered for a set hour."""
    ROUNDUP = "roundup"
    """Alerts that waited and come as one message."""
    ROLLING = "rolling"
    """A burst as one message that grows by edits."""
    EDIT = "edit"
    """A change of an alert that is out; its delivery is in the payload."""
    BROADCAST = "broadcast"
    """A text of an operator to every chat; its broadcast is in the key."""
    HOT_TOPIC = "hot-topic"
    """Tells a reader of the channel that a keyword has; its query is in the key."""


class DeliveryState(StrEnum):
    """Where a delivery stands; `sending` is set just before the call, so that a crash tells unsent from unknown."""

    QUEUED = "queued"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    """Set aside by a rule; `reason` says why. No sender looks at it."""
    FOLDED = "folded"
    """It went out as part of another message."""
    DEAD = "dead"


class UnsentReason(StrEnum):
    """
    Why an article did not come as an alert of its own, or not at once.

    The reason of what reached the queue is stored with its delivery, also when another message tells it; the last
    group is found out when somebody asks.
    """

    # It is held, and comes.
    QUIET = "quiet"
    PAUSE = "pause"
    LATE = "late"
    """It was in the queue for too long, and comes together with others."""
    CATCH_UP = "catch-up"
    """It was published while we were not looking."""
    BURST = "burst"
    """Its keyword had too many in one hour."""
    DIGEST = "digest"
    AWAY = "away"
    """The reader could not be reached; when he comes back, one message tells what he missed."""
    SUMMARY = "summary"
    """It waits in the queue until its summary is written."""

    # It was given up.
    SAME_STORY = "same-story"
    UNSUBSCRIBED = "unsubscribed"
    SUBSCRIPTION_PAUSED = "subscription-paused"
    MUTED = "muted"
    STORY_MUTED = "story-muted"
    """The reader wants to hear no more of its story."""
    FORGOTTEN = "forgotten"
    """The article, or its chat, was not there any more when its turn came."""
    INACTIVE = "inactive"
    """The chat went away before its turn came; alerts are not lost by it."""
    NOTHING_NEW = "nothing-new"
    """The message that was to tell it had nothing left to tell."""
    STOPPED = "stopped"
    """An operator stopped the broadcast it belongs to."""

    # Telegram refused it for good: the values of `RefusedReason`.
    BLOCKED = "blocked"
    GONE = "gone"
    NOT_FOUND = "not-found"
    NO_RIGHTS = "no-rights"
    THREAD_GONE = "thread-gone"
    BAD_MARKUP = "bad-markup"
    TOO_LONG = "too-long"
    BAD_REQUEST = "bad-request"
    MESSAGE_GONE = "message-gone"

    # It never reached the queue.
    NO_SUBSCRIPTION = "no-subscription"
    NO_MATCH = "no-match"
    LANGUAGE = "language"
    """The chat does not read it."""
    FEED_OFF = "feed-off"
    """The chat switched the source off."""
    TOO_OLD = "too-old"
    """It was older than `alerts.max_age` when it was first seen."""
    FIRST_POLL = "first-poll"
    """It was there already when its feed was read for the first time."""
    SUBSCRIBED_LATER = "subscribed-later"
    """It was seen before anybody here asked for it."""
    PENDING = "pending"
    """Its readers are still being looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A claimed message."""

    id: DeliveryId
    chat_id: ChatId
    thread_id: ThreadId
    key: str
    kind: DeliveryKind
    rank: SendPriority
    article_id: ArticleId | None
    payload: str
    silent: bool
    attempts: int
    plain: bool
    """Send without markup: Telegram refused the formatted text once."""
    seen_at: datetime
    """When what it tells was first seen; for measuring and for `max_age`."""
    created_at: datetime
    catch_up: bool = False
    """It tells what was published while we were not looking."""
    released: bool = False
    """It was held once; only the reader's own quiet and pause hold it again, and a burst what we missed ourselves."""
    reply_to: MessageId | None = None
    """Send it as a reply to this message; decided anew at each attempt."""
    message_id: MessageId | None = None
    """It is out, and is edited: a rolling message that has grown."""

    @property
    def is_edit(self) -> bool:
        """Say whether it changes what is out: that counts for the bot's rate and not for the chat's."""
        return self.kind is DeliveryKind.EDIT or self.message_id is not None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Telegram has it."""

    message_id: MessageId


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Telegram's 429: not sent, and not before `delay` has passed."""

    delay: timedelta


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group became a supergroup under another id."""

    chat_id: ChatId


class RefusedReason(StrEnum):
    """Why Telegram will not take a message."""

    BLOCKED = "blocked"
    GONE = "gone"
    NOT_FOUND = "not-found"
    NO_RIGHTS = "no-rights"
    THREAD_GONE = "thread-gone"
    BAD_MARKUP = "bad-markup"
    TOO_LONG = "too-long"
    BAD_REQUEST = "bad-request"
    MESSAGE_GONE = "message-gone"
    """The message to be edited is there no more, or may not be edited any more."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will never take this message for this chat as it is."""

    reason: RefusedReason
    detail: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request surely never reached Telegram (no connection)."""

    detail: str


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """The request left, the answer did not come, or made no sense: it may or may not have been accepted."""

    detail: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Telegram does not accept the token any more."""

    detail: str


SendOutcome = Delivered | RetryAfter | ChatMoved | Refused | NotSent | OutcomeUnknown | TokenRefused


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing is left to do."""

    message_id: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    """Send it once more at `at`; `plain` and `main_thread` say what to change."""

    at: datetime
    plain: bool = False
    main_thread: bool = False
    chat_id: ChatId | None = None
    uncertain: bool = False
    """The earlier attempt may have arrived: this one may be a double."""
    uncalled: bool = False
    """It was about to be sent, and then was not: no attempt."""
    anew: bool = False
    """The message it was is gone: send it as a new one."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """
    Give this message up; `silence_chat` says that nothing else can reach the chat either.

    Alerts of a silenced chat are not lost, nor those that a digest or a roundup for it was to tell: they are held, for
    the reason `AWAY`, until the reader comes back.
    """

    reason: UnsentReason
    silence_chat: bool = False
    strike: bool = False
    """Telegram did not know the chat: three times on different days silence it, until then the message is tried."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Set it aside until somebody gathers it."""

    reason: UnsentReason
    until: datetime | None = None
    """When to look at what this chat has held."""


NextStep = Finished | SendAgain | Dropped | SetAside

THREAD_GONE = "thread-gone"
"""What a reply may have to say instead of a text of its own: the topic is closed, its alerts come to the group."""

_FIRST_RETRY = timedelta(seconds=1)
_LONGEST_RETRY = timedelta(minutes=5)
_CLOSED = timedelta(hours=1)


def next_step(delivery: Delivery, outcome: SendOutcome, now: datetime) -> NextStep:
    """Decide what follows from the outcome of an attempt; nothing is ever given up for a fault that may pass."""
    match outcome:
        case Delivered(message_id):
            return Finished(message_id)
        case RetryAfter(delay):
            return SendAgain(at=now + delay)
        case ChatMoved(chat_id):
            return SendAgain(at=now, chat_id=chat_id)
        case Refused():
            return _after_refusal(delivery, outcome, now)
        case NotSent():
            return SendAgain(at=now + backoff(delivery.attempts))
        case OutcomeUnknown():
            return SendAgain(at=now + backoff(delivery.attempts), uncertain=True)
        case TokenRefused():
            return SendAgain(at=now + _LONGEST_RETRY)
        case _:
            assert_never(outcome)


def _after_refusal(delivery: Delivery, refusal: Refused, now: datetime) -> NextStep:
    match refusal.reason:
        case RefusedReason.BLOCKED | RefusedReason.GONE | RefusedReason.NO_RIGHTS:
            return Dropped(UnsentReason(refusal.reason), silence_chat=True)
        case RefusedReason.NOT_FOUND:
            return Dropped(UnsentReason(refusal.reason), strike=True)
        case RefusedReason.MESSAGE_GONE if delivery.message_id is not None:
            return SendAgain(at=now, anew=True)
        case RefusedReason.THREAD_GONE if delivery.thread_id:
            return SendAgain(at=now, main_thread=True)
        case RefusedReason.THREAD_GONE:  # a forum whose general topic is closed: it may be opened again
            return SendAgain(at=now + _CLOSED)
        case RefusedReason.BAD_MARKUP | RefusedReason.TOO_LONG | RefusedReason.BAD_REQUEST if not delivery.plain:
            return SendAgain(at=now, plain=True)
        case _:
            return Dropped(UnsentReason(refusal.reason))


def backoff(attempts: int) -> timedelta:
    """Double the pause from one second to five minutes; `attempts` counts the ones already made."""
    return min(_FIRST_RETRY * (1 << min(attempts, 10)), _LONGEST_RETRY)


_USUAL_RATE = 60.0
"""Messages per second up to which outcomes are written before the next calls are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderPolicy:
    """How much the sender takes on."""

    in_flight: int = 16
    batch: int = 8
    """About a quarter of a second's work: what is queued meanwhile, and goes first, waits no longer than that."""
    unwritten: int = 2
    """How many outcomes may wait to be written when a call is made; after a kill these messages come twice."""
    lease: timedelta = timedelta(minutes=2)
    fresh: timedelta = timedelta(seconds=5)
    """How old the contents of an alert may be: a reader may have unsubscribed meanwhile."""
    pause: timedelta = timedelta(seconds=1)
    """How long to leave the store alone after a fault, and how often to look for what others queued."""

    @classmethod
    def for_rate(cls, messages_per_second: float) -> SenderPolicy:
        """Take on what the rate needs; above 60 a second marks may wait 50 ms for each other."""
        rate = messages_per_second
        return cls(
            in_flight=max(16, int(rate / 8)),
            batch=max(8, int(rate / 4)),
            unwritten=2 if rate <= _USUAL_RATE else max(3, int(rate * 0.05)),
        )
