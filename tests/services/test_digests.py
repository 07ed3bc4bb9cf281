"""When a message about several articles is worth sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery.delivery import Delivered, Delivery, DeliveryKind, Dropped, SendOutcome, SetAside, UnsentReason
from bot.core.delivery.digest import CombinedMessage, DigestReceiver, DigestTurn, StoryEntry
from bot.core.delivery.schedule import Slot
from bot.core.ids import ChatId, DeliveryId, MessageId
from bot.services.digests import CombinedMessages, turn
from tests.builders import MAIN, NOW, make_article, make_chat, make_delivery, make_subscription
from tests.fakes.clock import FakeClock


@dataclass
class OneMessage:
    """Holds one combined message."""

    combined: CombinedMessage
    splits: list[Sequence[Sequence[DeliveryId]]] = field(default_factory=list)

    async def load(self, delivery: Delivery, now: datetime) -> CombinedMessage | None:
        """Give it."""
        return self.combined

    async def split(self, delivery: Delivery, parts: Sequence[Sequence[DeliveryId]], now: datetime) -> None:
        """Note the parts."""
        self.splits.append(parts)


class TwoStoriesEach:
    """Takes two stories in a message."""

    def part(self, combined: CombinedMessage) -> tuple[tuple[StoryEntry, ...], ...]:
        """Cut after every second."""
        return tuple(combined.tellings[at : at + 2] for at in range(0, len(combined.tellings), 2))

    async def send_combined(self, delivery: Delivery, combined: CombinedMessage) -> SendOutcome:
        """Say yes."""
        return Delivered(MessageId(1))


def combined(*told: bool, reason: str = "digest:2026-01-05T08:00", part: int = 0, parts: int = 1) -> CombinedMessage:
    """Make a digest of stories of which some were told before."""
    tellings = tuple(
        StoryEntry(
            ids=(DeliveryId(number),),
            article=make_article(number, f"story {number}"),
            subscriptions=(make_subscription(),),
            source_titles=("SRF",),
            was_sent=was_sent,
        )
        for number, was_sent in enumerate(told, 1)
    )
    kind = DeliveryKind.DIGEST
    return CombinedMessage(
        kind=kind, reason=reason, part=part, parts=parts, chat=make_chat(), tellings=tellings, message_id=None
    )


@pytest.mark.parametrize(
    ("shown", "is_sent"),
    [
        (combined(), False),
        (combined(False), True),
        (combined(True, False), True),
        (combined(True, True), False),
        (combined(True, reason="digest:now:1"), False),
        (combined(False, reason="digest:now:1"), True),
        (combined(True, True, part=1, parts=2), True),
        (combined(True, part=2, parts=2), True),
        (combined(part=2, parts=2), False),
    ],
)
async def test_a_digest_without_news_is_not_sent(shown: CombinedMessage, is_sent: bool, clock: FakeClock) -> None:
    """Asked for or not; one of several parts may tell only what was told, but none is empty."""
    tell = CombinedMessages(messages=OneMessage(shown), messenger=TwoStoriesEach(), clock=clock, timezone="UTC")
    step = await tell(make_delivery(kind=DeliveryKind.DIGEST))
    assert callable(step) is is_sent
    assert is_sent or step == Dropped(UnsentReason.NOTHING_NEW)


async def test_a_digest_asked_for_now_comes_during_a_pause(clock: FakeClock) -> None:
    """Its reader has just asked for it; the one of an hour waits until the pause is over."""
    end = clock.now() + timedelta(hours=2)
    for reason, step in (("digest:now:1", None), ("digest:2026-01-05T08:00", SetAside(UnsentReason.PAUSE, end))):
        shown = replace(combined(False, reason=reason), chat=make_chat(paused_until=end))
        told = await CombinedMessages(
            messages=OneMessage(shown), messenger=TwoStoriesEach(), clock=clock, timezone="UTC"
        )(make_delivery(kind=DeliveryKind.DIGEST))
        assert callable(told) if step is None else told == step


MORNING = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
"""Eight o'clock in Zurich, on the day of the tests."""
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("digest", "next_due", "due_at", "next_at"),
    [
        ("8:00", MORNING, MORNING, MORNING + DAY),
        ("8:00", MORNING - DAY, MORNING, MORNING + DAY),  # of several that were missed, the last
        ("8:00", MORNING + DAY, None, MORNING + DAY),  # it was looked at early
        ("8:00", None, None, MORNING + DAY),  # its hour was set just now
        (None, MORNING, None, None),
        ("whenever", MORNING, None, None),  # a version with another grammar wrote it
    ],
)
def test_a_digest_is_due_once_its_hour_has_come(
    digest: str | None, next_due: datetime | None, due_at: datetime | None, next_at: datetime | None
) -> None:
    """By the reader's clock; the next one is a day later."""
    receiver = DigestReceiver(chat_id=ChatId(1), thread_id=MAIN, digest=digest, next_due=next_due, last_digest_at=None)
    slot = Slot(MORNING.date(), 8 * 60, MORNING) if due_at else None

    assert turn(receiver, "Europe/Zurich", NOW) == DigestTurn(slot, next_at)
