"""What is too much for a subscription within an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.delivery import rules
from bot.core.delivery.alert import Alert, Match
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, UnsentReason
from bot.core.delivery.rules import (
    EDITED_FOR,
    HeldDelivery,
    HoldBack,
    HoldBackPolicy,
    JoinStory,
    KnownStory,
    SendLater,
    SendNow,
    StoryDelivery,
    SubscriptionActivity,
)
from bot.core.ids import DeliveryId, MessageId, SubscriptionId, ThreadId
from tests.builders import NOW, make_article, make_chat, make_delivery, make_subscription

POLICY = HoldBackPolicy(timezone="UTC")
ONE = SubscriptionId(1)


def claimed(number: int, **changes: object) -> list[tuple[Delivery, Alert]]:
    """Claim so many alerts of one subscription."""
    match = Match(make_subscription(1), ())
    return [
        (
            make_delivery(at, **changes),
            Alert(article=make_article(at), chat=make_chat(), matches=(match,), subscription_count=1),
        )
        for at in range(1, number + 1)
    ]


COUNTED = pytest.mark.parametrize("before", [{}, {"released": True, "catch_up": True}])


@COUNTED
def test_after_five_alerts_in_an_hour_the_next_ones_wait_for_the_message_that_grows(before: dict[str, bool]) -> None:
    """Also what a feed that failed for a while had to tell: who is told five things needs no sixth single one."""
    held = rules.bursting(claimed(4, **before), SubscriptionActivity({ONE: 3}), POLICY, NOW)

    assert held == {3: HoldBack(UnsentReason.BURST, NOW), 4: HoldBack(UnsentReason.BURST, NOW)}


@COUNTED
def test_while_a_message_grows_everything_goes_into_it(before: dict[str, bool]) -> None:
    """Whatever comes within the hour."""
    held = rules.bursting(claimed(2, **before), SubscriptionActivity({}, {ONE: DeliveryId(0)}), POLICY, NOW)

    assert held.keys() == {1, 2}


def test_what_waited_for_the_end_of_quiet_or_a_pause_comes_singly() -> None:
    """Up to three are released one by one, however many came in the hour before."""
    assert (
        rules.bursting(claimed(3, released=True), SubscriptionActivity({ONE: 5}, {ONE: DeliveryId(0)}), POLICY, NOW)
        == {}
    )


def test_what_was_admitted_comes_singly_whatever_came_after_it() -> None:
    """It waited for its turn while later ones were judged and a message began to grow; it is counted already."""
    pace = SubscriptionActivity({ONE: 5}, {ONE: DeliveryId(0)})
    held = rules.bursting(claimed(3), pace, POLICY, NOW, admitted={DeliveryId(1), DeliveryId(2)})

    assert held.keys() == {3}


def test_what_is_older_than_the_message_that_grows_comes_singly_while_there_is_room() -> None:
    """After a kill nobody knows any more which alerts were to be the single ones; the message has begun meanwhile."""
    pace = SubscriptionActivity({ONE: 3}, {ONE: DeliveryId(4)})
    held = rules.bursting(claimed(6), pace, POLICY, NOW)

    assert held.keys() == {3, 4, 5, 6}
    assert rules.bursting(claimed(6), SubscriptionActivity({ONE: 1}, {ONE: DeliveryId(2)}), POLICY, NOW).keys() == {
        3,
        4,
        5,
        6,
    }


def late(number: int, held_at: datetime) -> HeldDelivery:
    """Hold an alert that was found again after a failure."""
    return HeldDelivery(
        id=DeliveryId(number),
        thread_id=ThreadId(0),
        reason=UnsentReason.CATCH_UP,
        held_at=held_at,
        kind=DeliveryKind.ALERT,
    )


def test_what_comes_in_without_end_is_told_all_the_same() -> None:
    """As long as more comes it is waited for, but for half a minute at most."""
    second = timedelta(seconds=1)
    stream = [late(number, NOW + number * second) for number in range(60)]
    for seen in range(1, 60):
        now = NOW + seen * second
        plan = rules.plan(make_chat(), stream[:seen], POLICY, now)
        assert bool(plan.folds or plan.release) == (seen >= 30)
        assert (plan.look_at is None) == (seen >= 30)


def test_what_is_late_takes_along_what_is_still_in_the_queue() -> None:
    """One message tells both; without anything late the queue stays as it is."""
    long_ago = NOW - timedelta(hours=1)
    queued = [replace(late(number, long_ago), reason=None, is_queued=True) for number in (1, 2)]
    waiting = replace(late(3, long_ago), reason=UnsentReason.LATE)

    (fold,) = rules.plan(make_chat(), [*queued, waiting], POLICY, NOW).folds
    assert (fold.reason, fold.ids) == (UnsentReason.LATE, (1, 2, 3))
    alone = rules.plan(make_chat(), [*queued, replace(waiting, reason=UnsentReason.CATCH_UP)], POLICY, NOW)
    assert (alone.folds, alone.release) == ((), (3,))


ME = DeliveryId(9)
SENT = StoryDelivery(
    delivery_id=DeliveryId(3),
    state=DeliveryState.SENT,
    message_id=MessageId(77),
    finished_at=NOW,
    not_before=NOW,
    source="SRF",
    joined_to=None,
)


def decide(
    *same: StoryDelivery, related: tuple[StoryDelivery, ...] = (), source: str = "NZZ", hours: float = 0
) -> object:
    told = KnownStory(source=source, same=same, related=related)
    return rules.decide_same_story(ME, told, NOW + timedelta(hours=hours))


def test_who_was_told_is_told_no_more() -> None:
    """The message he got names the source, and is edited."""
    assert decide(SENT) == JoinStory(first=DeliveryId(3), is_new=True, edits=True)


def test_a_source_is_named_once() -> None:
    """Neither the first one's own nor one that joined before."""
    joined = replace(SENT, delivery_id=DeliveryId(4), state=DeliveryState.DEAD, source="NZZ", joined_to=DeliveryId(3))
    assert decide(SENT, source="SRF") == JoinStory(first=DeliveryId(3), is_new=False, edits=True)
    assert decide(SENT, joined) == JoinStory(first=DeliveryId(3), is_new=False, edits=True)
    assert decide(SENT, joined, source="FAZ") == JoinStory(first=DeliveryId(3), is_new=True, edits=True)


def test_a_message_is_edited_for_two_days() -> None:
    """After that it stays as it is, and the story is told all the same."""
    assert decide(SENT, hours=47.9) == JoinStory(first=DeliveryId(3), is_new=True, edits=True)
    assert decide(SENT, hours=48.1) == JoinStory(first=DeliveryId(3), is_new=True, edits=False)
    assert timedelta(hours=48) == EDITED_FOR


@pytest.mark.parametrize("state", [DeliveryState.HELD, DeliveryState.FOLDED])
def test_what_is_held_or_was_folded_counts_as_told(state: DeliveryState) -> None:
    """There is no message of its own to edit yet, or ever."""
    assert decide(replace(SENT, state=state, message_id=None, finished_at=None)) == JoinStory(
        first=DeliveryId(3), is_new=True, edits=False
    )


def test_a_message_counts_before_what_has_none() -> None:
    """So that the reader sees the source grow."""
    held = replace(SENT, delivery_id=DeliveryId(2), state=DeliveryState.HELD, message_id=None)
    assert decide(held, SENT) == JoinStory(first=DeliveryId(3), is_new=True, edits=True)


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING])
def test_the_later_of_two_on_their_way_waits(state: DeliveryState) -> None:
    """Until it is known what became of the first, and not before the first one's own turn; the first does not wait."""
    ahead = replace(SENT, state=state, message_id=None, finished_at=None)
    assert decide(ahead) == SendLater(NOW + timedelta(seconds=1), UnsentReason.SAME_STORY)
    late = replace(ahead, not_before=NOW + timedelta(hours=8))
    assert decide(late) == SendLater(NOW + timedelta(hours=8, seconds=1), UnsentReason.SAME_STORY)
    assert decide(replace(ahead, delivery_id=DeliveryId(10))) is None
    assert decide(related=(ahead,)) == SendLater(NOW + timedelta(seconds=1), UnsentReason.SAME_STORY)


def test_what_never_went_out_does_not_count() -> None:
    """Refused, dropped, muted: the reader knows nothing."""
    assert decide(replace(SENT, state=DeliveryState.DEAD, message_id=None)) is None
    assert decide() is None


def test_what_may_be_the_same_comes_silently_below_the_other() -> None:
    """As an answer to the newest message of that story; an alert of its own where there is none."""
    newer = replace(SENT, delivery_id=DeliveryId(5), message_id=MessageId(80))
    assert decide(related=(SENT, newer)) == SendNow(silent=True, reply_to=MessageId(80))
    assert decide(related=(replace(SENT, state=DeliveryState.FOLDED, message_id=None),)) is None


def test_what_waits_for_a_digest_was_not_told() -> None:
    """Another keyword asks for the story at once, and the strongest wish wins."""
    waits = replace(SENT, state=DeliveryState.HELD, reason=UnsentReason.DIGEST, message_id=None, finished_at=None)
    assert decide(waits) is None
    assert decide(waits, replace(SENT, delivery_id=DeliveryId(4))) == JoinStory(
        first=DeliveryId(4), is_new=True, edits=True
    )
    assert decide(replace(waits, reason=UnsentReason.QUIET)) == JoinStory(first=DeliveryId(3), is_new=True, edits=False)
