"""What the store keeps of the buttons below alerts, and what a muted story does to deliveries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.core.alert_action import ActionKind, AlertAction, NewAlertAction, SubscriptionBefore
from bot.core.delivery.delivery import Delivery, SendAgain, UnsentReason
from bot.core.feed import FeedWish, Origin
from bot.core.ids import AlertActionId, ArticleId, ChatId, DeliveryId, FeedId, StoryId, SubscriptionId, ThreadId
from bot.core.portable import SubscriptionWish
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.story import StoryPlacement
from bot.core.subscription import Urgency
from storage.store import Store
from tests.builders import MAIN, NOW
from tests.contracts.scenes import add_feed, announce, claim, meet, publish, subscribe

HERE, TOPIC = ChatId(-1), ThreadId(7)
BEFORE = SubscriptionBefore(
    id=SubscriptionId(3),
    number=2,
    wish=SubscriptionWish(
        query=parser.parse('"Kim Jong Un" -Fussball'),
        mode=MatchMode.FORMS,
        urgency=Urgency.DIGEST,
        urgency_before=Urgency.SILENT,
        title="Kim",
        headline_only=True,
        paused=True,
        muted_until=NOW,
    ),
)


def make_action(**changes: Any) -> NewAlertAction:
    """Make an action in a topic of a group."""
    values: dict[str, Any] = {
        "chat_id": HERE,
        "thread_id": TOPIC,
        "delivery_id": DeliveryId(5),
        "article_id": ArticleId(9),
        "kind": ActionKind.MUTED,
    }
    return NewAlertAction(**values | changes)


async def test_an_action_is_found_as_it_was_stored_by_its_own_receiver_alone(store: Store) -> None:
    """With everything that is needed to undo it."""
    await meet(store, HERE)
    feed = FeedWish(url="https://own.example/rss", title="Own", language="de", origin=Origin.CHAT, owner=HERE)
    new = make_action(subscriptions=(BEFORE,), feed_id=FeedId(4), own_feed=feed, until=NOW + timedelta(hours=8))

    action_id = await store.alert_actions.add(new, NOW)

    stored = await store.alert_actions.find(HERE, TOPIC, action_id)
    values = {name: getattr(new, name) for name in NewAlertAction.__dataclass_fields__}
    assert stored == AlertAction(**values, id=action_id, created_at=NOW, undone_at=None)
    assert await store.alert_actions.find(HERE, MAIN, action_id) is None
    assert await store.alert_actions.find(ChatId(-2), TOPIC, action_id) is None
    assert await store.alert_actions.find(HERE, TOPIC, AlertActionId(action_id + 1)) is None


async def test_an_action_is_undone_once(store: Store) -> None:
    """Whoever comes second is told so; it stays listed below its alert."""
    await meet(store, HERE)
    first = await store.alert_actions.add(make_action(), NOW)
    second = await store.alert_actions.add(make_action(kind=ActionKind.STORY_MUTED), NOW)
    await store.alert_actions.add(make_action(delivery_id=DeliveryId(6)), NOW)

    assert [await store.alert_actions.undo(first, NOW) for _ in range(2)] == [True, False]

    below = await store.alert_actions.list_below(DeliveryId(5))
    assert [(action.id, action.undone_at) for action in below] == [(first, NOW), (second, None)]


async def test_what_was_muted_at_a_moment_is_known_afterwards(store: Store) -> None:
    """From the press until its end, or until it was undone."""
    await meet(store, HERE)
    until, undone_at = NOW + timedelta(hours=8), NOW + timedelta(hours=2)
    action_id = await store.alert_actions.add(make_action(until=until), NOW)

    async def is_muted(hours: float) -> bool:
        return bool(await store.alert_actions.list_mutes(HERE, TOPIC, NOW + timedelta(hours=hours)))

    assert [await is_muted(hours) for hours in (-1, 1, 7, 8)] == [False, True, True, False]
    await store.alert_actions.undo(action_id, undone_at)
    assert [await is_muted(hours) for hours in (1, 2, 7)] == [True, False, False]
    assert not await store.alert_actions.list_mutes(HERE, MAIN, NOW)


async def test_old_actions_are_forgotten(store: Store) -> None:
    """By the retention, a piece at a time."""
    await meet(store, HERE)
    await store.alert_actions.add(make_action(), NOW)
    fresh = await store.alert_actions.add(make_action(), NOW + timedelta(days=1))

    later = NOW + timedelta(hours=1)
    assert [await store.retention.drop_alert_actions(later, 10) for _ in range(2)] == [1, 0]
    assert [action.id for action in await store.alert_actions.list_below(DeliveryId(5))] == [fresh]


async def tell(store: Store, *stories: int) -> tuple[Delivery, ...]:
    """Queue an alert for each article of somebody's keyword; the numbers say which are of one story."""
    wish = await subscribe(store)
    feed = await add_feed(store)
    told = []
    for number, story in enumerate(stories, 1):
        (article,) = await publish(store, feed, f"article {number}")
        place = StoryPlacement(story_id=StoryId(story))
        await store.stories.assign(article, after=0, since=NOW, place=lambda _, place=place: place)  # type: ignore[misc]
        await announce(store, article, wish)
        told += [delivery for delivery in await claim(store) if delivery.article_id == article.id]
    return tuple(told)


async def test_a_muted_story_is_not_heard_any_more(store: Store) -> None:
    """By its receiver; other stories are, and all of it again when that is undone."""
    first, second, other = await tell(store, 1, 1, 3)
    assert first.article_id is not None
    muted = make_action(
        chat_id=first.chat_id,
        thread_id=MAIN,
        delivery_id=first.id,
        article_id=first.article_id,
        kind=ActionKind.STORY_MUTED,
    )
    action_id = await store.alert_actions.add(muted, NOW)

    alerts = await store.outbox.load_alerts([second, other])
    assert (alerts[second.id].matches, alerts[second.id].unheard) == ((), UnsentReason.STORY_MUTED)
    assert alerts[other.id].matches
    everything = await store.outbox.load_alerts([second], with_unheard=True)
    assert everything[second.id].matches

    await store.alert_actions.undo(action_id, NOW)
    assert (await store.outbox.load_alerts([second]))[second.id].matches


async def test_a_story_that_was_merged_into_another_stays_muted(store: Store) -> None:
    """Both were told apart when it was muted."""
    first, second = await tell(store, 1, 2)
    assert first.article_id is not None
    muted = make_action(
        chat_id=first.chat_id,
        thread_id=MAIN,
        delivery_id=first.id,
        article_id=first.article_id,
        kind=ActionKind.STORY_MUTED,
    )
    await store.alert_actions.add(muted, NOW)
    assert (await store.outbox.load_alerts([second]))[second.id].matches

    (bridge,) = await publish(store, (await store.feeds.list_all())[0], "bridge")
    merged = StoryPlacement(story_id=StoryId(2), absorbed=(StoryId(1),))
    await store.stories.assign(bridge, after=0, since=NOW, place=lambda _: merged)

    assert (await store.outbox.load_alerts([second]))[second.id].unheard is UnsentReason.STORY_MUTED


async def test_of_a_closed_topic_the_actions_go_with_its_keywords(store: Store) -> None:
    """A story that was muted there stays muted."""
    await meet(store, HERE)
    await subscribe(store, HERE, thread=TOPIC)
    action_id = await store.alert_actions.add(make_action(kind=ActionKind.STORY_MUTED), NOW)
    feed = await add_feed(store)
    (article,) = await publish(store, feed, "eins")
    (wish,) = await store.subscriptions.list_for(HERE, TOPIC)
    await announce(store, article, wish)
    (delivery,) = await claim(store)
    await store.outbox.start([delivery.id], NOW)

    await store.outbox.finish(delivery, SendAgain(at=NOW, main_thread=True), NOW)

    assert await store.alert_actions.find(HERE, MAIN, action_id) is not None
