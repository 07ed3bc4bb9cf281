"""What a reader types becomes wishes, or refusals that say why."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.ids import ChatId, SubscriptionId
from bot.core.query.matcher import Matcher
from bot.language.analyser import Analyser
from bot.services.alerts import MatcherSync
from bot.services.subscriptions import (
    NotSubscribed,
    SettingsService,
    Subscribed,
    SubscribeResult,
    SubscribeService,
    UnsubscribeService,
)
from storage.store import Store
from tests.builders import MAIN
from tests.contracts.scenes import meet
from tests.fakes.clock import FakeClock
from tests.services.test_alerts import ARTICLE

ANNA, BERT = ChatId(1), ChatId(2)


@pytest.fixture
async def subscribe(store: Store, clock: FakeClock, analyser: Analyser) -> SubscribeService:
    """Subscribing, for two chats that were met."""
    await meet(store, ANNA)
    await meet(store, BERT)
    matcher_sync = MatcherSync(store.subscriptions, Matcher(analyser))
    return SubscribeService(
        subscriptions=store.subscriptions, matcher_sync=matcher_sync, clock=clock, max_subscriptions=3
    )


@pytest.fixture
def unsubscribe(store: Store, clock: FakeClock) -> UnsubscribeService:
    """Unsubscribing."""
    return UnsubscribeService(subscriptions=store.subscriptions, clock=clock, max_subscriptions=3)


def outcome(result: SubscribeResult) -> str:
    """Put a result into a word."""
    match result:
        case Subscribed(subscription):
            return subscription.query.normal
        case NotSubscribed(text, refusal):
            return f"{text}: {refusal.reason}"


async def test_a_wish_is_stored_and_watched_for_at_once(subscribe: SubscribeService) -> None:
    """The next article is matched against it, without a look at the store."""
    (result,) = await subscribe(ANNA, MAIN, "Nordkorea")

    assert outcome(result) == "Nordkorea"
    assert len(subscribe.matcher_sync.matcher.match(ARTICLE)) == 1


class CountedCalls:
    """Passes every call on to a repository, and counts those of each method."""

    def __init__(self, repository: Any) -> None:
        """Count nothing yet."""
        self.counts: Counter[str] = Counter()
        self._repository = repository

    def __getattr__(self, name: str) -> Any:
        """Give a method of the repository."""
        self.counts[name] += 1
        return getattr(self._repository, name)


async def test_a_full_chat_is_noticed_once(subscribe: SubscribeService) -> None:
    """Of hundreds of keywords beyond the limit the store is asked for one; what is there already is told as ever."""
    counted = CountedCalls(subscribe.subscriptions)
    many = ", ".join(f"wort{number}" for number in range(500))
    results = await replace(subscribe, subscriptions=counted)(ANNA, MAIN, f'{many}, WORT1, "offen')

    assert [outcome(each) for each in results[:3]] == ["wort0", "wort1", "wort2"]
    assert {outcome(each).partition(" ")[2] for each in results[3:500]} == {"subscription.limit"}
    assert [outcome(each) for each in results[500:]] == ["WORT1: subscription.exists", '"offen: query.unclosed_quote']
    assert counted.counts == {"add": 4, "list_for": 1}


async def test_each_part_has_a_result_of_its_own(subscribe: SubscribeService) -> None:
    """One that cannot be granted stops no other; the order is that of the typing."""
    results = await subscribe(ANNA, MAIN, 'Nordkorea, "offen\nBahnhof, Nordkorea, Putin, Kim')

    assert [outcome(each) for each in results] == [
        "Nordkorea",
        '"offen: query.unclosed_quote',
        "Bahnhof",
        "Nordkorea: subscription.exists",
        "Putin",
        "Kim: subscription.limit",
    ]


async def test_a_wish_is_taken_back_by_number_id_or_query(
    subscribe: SubscribeService, unsubscribe: UnsubscribeService
) -> None:
    """However it is spelled; what is not there is None, and so is what belongs to others."""
    await subscribe(ANNA, MAIN, "Nordkorea, Kim Jong Un, Putin")
    (other,) = await subscribe(BERT, MAIN, "Bahnhof")
    assert isinstance(other, Subscribed)

    named = await unsubscribe.by_text(ANNA, MAIN, "1,   kim  JONG un , x")
    assert [each.query.normal for each in named.subscriptions] == ["Nordkorea", "Kim Jong Un"]
    assert named.unknown == ("x",)
    assert (await unsubscribe.by_text(ANNA, MAIN, '1, "offen')).subscriptions == ()
    assert await unsubscribe.by_id(ANNA, MAIN, other.subscription.id) is None
    assert await unsubscribe.by_id(ANNA, MAIN, SubscriptionId(999)) is None
    assert await unsubscribe.all(ANNA, MAIN, up_to=2) == ()
    assert [each.query.normal for each in await unsubscribe.all(ANNA, MAIN)] == ["Putin"]
    assert await unsubscribe.all(ANNA, MAIN) == ()
    assert await unsubscribe.by_id(BERT, MAIN, other.subscription.id) == other.subscription


async def test_another_zone_moves_the_hours_of_every_digest(store: Store, clock: FakeClock, analyser: Analyser) -> None:
    """They keep what the clock there shows; other chats keep their zone."""
    await meet(store, ANNA)
    await meet(store, BERT)
    await store.digests.set_digest(ANNA, MAIN, "18:00", clock.now())
    settings = SettingsService(
        subscriptions=store.subscriptions,
        chats=store.chats,
        held=store.held,
        digests=store.digests,
        matcher_sync=MatcherSync(store.subscriptions, Matcher(analyser)),
        clock=clock,
        timezone="UTC",
    )

    await settings.set_timezone(ANNA, "Asia/Tokyo")

    anna, bert = await store.chats.find(ANNA), await store.chats.find(BERT)
    assert anna is not None
    assert bert is not None
    assert (anna.timezone, bert.timezone) == ("Asia/Tokyo", None)
    (receiver,) = await store.digests.list_of(ANNA)
    assert receiver.next_due is not None
    assert receiver.next_due.astimezone(ZoneInfo("Asia/Tokyo")).hour == 18
    assert receiver.next_due > clock.now()
