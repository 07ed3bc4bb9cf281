"""What is too much for a subscription within an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core import holding
from bot.core.alert import Alert, Match
from bot.core.delivery import Delivery, DeliveryKind
from bot.core.holding import HeldDelivery, HoldBackPolicy, SubscriptionActivity
from bot.core.ids import DeliveryId, SubscriptionId, ThreadId
from bot.core.verdict import HoldBack
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
    held = holding.bursting(claimed(4, **before), SubscriptionActivity({ONE: 3}), POLICY, NOW)

    assert held == {3: HoldBack(holding.BURST, NOW), 4: HoldBack(holding.BURST, NOW)}


@COUNTED
def test_while_a_message_grows_everything_goes_into_it(before: dict[str, bool]) -> None:
    """Whatever comes within the hour."""
    held = holding.bursting(claimed(2, **before), SubscriptionActivity({}, {ONE: DeliveryId(0)}), POLICY, NOW)

    assert held.keys() == {1, 2}


def test_what_waited_for_the_end_of_quiet_or_a_pause_comes_singly() -> None:
    """Up to three are released one by one, however many came in the hour before."""
    assert (
        holding.bursting(claimed(3, released=True), SubscriptionActivity({ONE: 5}, {ONE: DeliveryId(0)}), POLICY, NOW)
        == {}
    )


def test_what_was_admitted_comes_singly_whatever_came_after_it() -> None:
    """It waited for its turn while later ones were judged and a message began to grow; it is counted already."""
    pace = SubscriptionActivity({ONE: 5}, {ONE: DeliveryId(0)})
    held = holding.bursting(claimed(3), pace, POLICY, NOW, admitted={DeliveryId(1), DeliveryId(2)})

    assert held.keys() == {3}


def test_what_is_older_than_the_message_that_grows_comes_singly_while_there_is_room() -> None:
    """After a kill nobody knows any more which alerts were to be the single ones; the message has begun meanwhile."""
    pace = SubscriptionActivity({ONE: 3}, {ONE: DeliveryId(4)})
    held = holding.bursting(claimed(6), pace, POLICY, NOW)

    assert held.keys() == {3, 4, 5, 6}
    assert holding.bursting(claimed(6), SubscriptionActivity({ONE: 1}, {ONE: DeliveryId(2)}), POLICY, NOW).keys() == {
        3,
        4,
        5,
        6,
    }


def late(number: int, held_at: datetime) -> HeldDelivery:
    """Hold an alert that was found again after a failure."""
    return HeldDelivery(
        id=DeliveryId(number), thread_id=ThreadId(0), reason=holding.CATCH_UP, held_at=held_at, kind=DeliveryKind.ALERT
    )


def test_what_comes_in_without_end_is_told_all_the_same() -> None:
    """As long as more comes it is waited for, but for half a minute at most."""
    second = timedelta(seconds=1)
    stream = [late(number, NOW + number * second) for number in range(60)]
    for seen in range(1, 60):
        now = NOW + seen * second
        plan = holding.plan(make_chat(), stream[:seen], POLICY, now)
        assert bool(plan.folds or plan.release) == (seen >= 30)
        assert (plan.look_at is None) == (seen >= 30)
