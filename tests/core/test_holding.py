"""What is too much for a subscription within an hour."""

from __future__ import annotations

import pytest

from bot.core import holding
from bot.core.alert import Alert, Match
from bot.core.delivery import Delivery
from bot.core.holding import HoldPolicy, Pace
from bot.core.ids import SubscriptionId
from bot.core.verdict import Hold
from tests.builders import NOW, make_article, make_chat, make_delivery, make_subscription

POLICY = HoldPolicy(timezone="UTC")
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


@pytest.mark.parametrize("released", [False, True])
def test_after_five_alerts_in_an_hour_the_next_ones_wait_for_the_message_that_grows(released: bool) -> None:
    """Whether or not they waited for something else before: who is told five things needs no sixth single one."""
    held = holding.bursting(claimed(4, released=released), Pace({ONE: 3}), POLICY, NOW)

    assert held == {3: Hold(holding.BURST, NOW), 4: Hold(holding.BURST, NOW)}


@pytest.mark.parametrize("released", [False, True])
def test_while_a_message_grows_everything_goes_into_it(released: bool) -> None:
    """Also what a feed that failed for a while had to tell."""
    held = holding.bursting(claimed(2, released=released), Pace({}, frozenset((ONE,))), POLICY, NOW)

    assert held.keys() == {1, 2}
