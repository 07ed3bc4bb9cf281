"""
What the buttons below an alert do: mute, exclude a word, switch off its source, change or remove its subscriptions,
save its article.

Each takes effect at once, and is stored with what it changed, so that it can be undone as long as the alert is known.
Who presses a button twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert_action import (
    ActionKind,
    AlertAction,
    AlertActionRepository,
    NewAlertAction,
    SubscriptionBefore,
)
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.alert import Alert
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.delivery.rules import SentAlert, StoryRepository
from bot.core.delivery.schedule import Schedule
from bot.core.errors import Refusal
from bot.core.feed import FeedWish, Origin
from bot.core.ids import AlertActionId, ChatId, DeliveryId, MessageId, SubscriptionId
from bot.core.portable import StoredSubscription, SubscriptionWish
from bot.core.ports import Clock
from bot.core.query import parser, telling
from bot.core.query.parser import AllOf, MatchMode, NoneOf, Query, Term
from bot.core.repositories import StoredQuery, SubscriptionRepository
from bot.core.source import Source
from bot.core.subscription import Subscription, Urgency
from bot.language.analyser import Analyser
from bot.services.alerts import MatcherSync, document
from bot.services.feeds import FeedService
from bot.services.in_flight import InFlight
from bot.services.saved import SavedAlerts
from bot.services.subscriptions import SettingsService, UnsubscribeService

_SAME_PRESS = timedelta(minutes=1)
"""So soon after the first press the same button means the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAlert:
    """An alert that is out, and the subscriptions it was for."""

    sent: SentAlert
    chat: Chat
    article: Article
    subscriptions: tuple[StoredSubscription, ...]
    """Those that are still there, by number."""
    alert: Alert
    """With what was muted or paused since."""

    def find(self, subscription_id: SubscriptionId) -> StoredSubscription | None:
        """Find one of them."""
        return next((stored for stored in self.subscriptions if stored.subscription.id == subscription_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone:
    """What a button changed."""

    action_id: AlertActionId
    names: tuple[str, ...] = ()
    """Of the subscriptions it changed."""
    until: datetime | None = None
    hour_set: Schedule | None = None
    """The receiver had no digest hour; now it has this one."""
    source: str = ""
    is_removed: bool = False
    """The source was the chat's own, and is not polled any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertActionRepositories:
    """Where alerts, subscriptions and what was done to them are stored."""

    stories: StoryRepository
    outbox: DeliveryRepository
    subscriptions: SubscriptionRepository
    actions: AlertActionRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertActionServices:
    """What does the work behind the buttons."""

    settings: SettingsService
    unsubscribe: UnsubscribeService
    feeds: FeedService
    saved: SavedAlerts


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertActions:
    """Does what the buttons below an alert say; `None` means that what they name is not there any more."""

    repositories: AlertActionRepositories
    services: AlertActionServices
    in_flight: InFlight
    matcher_sync: MatcherSync
    analyser: Analyser
    clock: Clock
    max_subscriptions: int

    async def find(self, chat_id: ChatId, delivery_id: DeliveryId, message_id: MessageId) -> ShownAlert | None:
        """Find the alert that a message shows; None when it is too old to be known."""
        sent = await self.in_flight.find(chat_id, lambda: self.repositories.stories.find_sent(delivery_id))
        if sent is None or sent.delivery.chat_id != chat_id or sent.message_id != message_id:
            return None
        alert = (await self.repositories.outbox.load_alerts([sent.delivery], with_unheard=True)).get(delivery_id)
        if alert is None:
            return None
        # A query that was changed below this very alert, or removed and restored, has no match on record any more.
        below = await self.repositories.actions.list_below(delivery_id)
        numbers = {match.subscription.number for match in alert.matches}
        numbers |= {before.number for action in below for before in action.subscriptions}
        listed = await self.repositories.subscriptions.list_all_of(chat_id)
        return ShownAlert(
            sent=sent,
            chat=alert.chat,
            article=alert.article,
            alert=alert,
            subscriptions=tuple(
                stored
                for stored in listed
                if stored.subscription.number in numbers and stored.subscription.thread_id == sent.delivery.thread_id
            ),
        )

    async def mute(self, shown: ShownAlert, length: timedelta) -> ActionDone | None:
        """Drop the alerts of its subscriptions for a while."""
        if not shown.subscriptions:
            return None
        now = self.clock.now()
        standing = await self._find_standing(shown, ActionKind.MUTED)
        if standing and standing.until and abs(standing.until - (now + length)) < _SAME_PRESS:
            return ActionDone(action_id=standing.id, names=_names(shown.subscriptions), until=standing.until)
        until = now + length
        action_id = await self._note(shown, ActionKind.MUTED, shown.subscriptions, until=until)
        await self.repositories.subscriptions.set_muted(
            [stored.subscription.id for stored in shown.subscriptions], until
        )
        return ActionDone(action_id=action_id, names=_names(shown.subscriptions), until=until)

    async def mute_story(self, shown: ShownAlert) -> ActionDone:
        """Tell this receiver nothing more of its story."""
        standing = await self._find_standing(shown, ActionKind.STORY_MUTED)
        return ActionDone(action_id=standing.id if standing else await self._note(shown, ActionKind.STORY_MUTED))

    def list_words(self, shown: ShownAlert, stored: StoredSubscription) -> tuple[str, ...]:
        """List words of the article that a subscription may exclude, the most telling first."""
        subscription = stored.subscription
        asked = ((subscription.query, subscription.mode),) if subscription.query.is_readable else ()
        return telling.list_telling(self.analyser, document(shown.article), asked)

    async def exclude(self, shown: ShownAlert, stored: StoredSubscription, word: str) -> ActionDone | Refusal:
        """Exclude a word from a subscription; gives the refusal where the query would be too long or is there."""
        subscription = stored.subscription
        try:
            query = exclude_word(subscription.query, word)
            changed = await self.repositories.subscriptions.set_query(subscription.id, query, self.clock.now())
        except Refusal as refusal:
            return refusal
        if changed is not None:
            self._learn(changed)
        action_id = await self._note(shown, ActionKind.WORD_EXCLUDED, [stored])
        return ActionDone(action_id=action_id, names=_names([stored]))

    async def drop_source(self, shown: ShownAlert) -> ActionDone | None:
        """Switch its source off for this chat; one of the chat's own is removed."""
        chat_id, feed_id = shown.chat.id, shown.article.feed_id
        source = await self.services.feeds.switch(chat_id, feed_id, followed=False)
        own = None if source is not None else await self.services.feeds.remove(chat_id, feed_id)
        if source is None and own is None:
            return None
        action = NewAlertAction(
            chat_id=chat_id,
            thread_id=shown.sent.delivery.thread_id,
            delivery_id=shown.sent.delivery.id,
            article_id=shown.article.id,
            kind=ActionKind.SOURCE_OFF,
            feed_id=feed_id,
            own_feed=None if own is None else _wish(own),
        )
        action_id = await self.repositories.actions.add(action, self.clock.now())
        named = source or own
        assert named is not None
        return ActionDone(action_id=action_id, source=named.feed.title, is_removed=own is not None)

    async def make_exact(self, shown: ShownAlert, stored: StoredSubscription) -> ActionDone | None:
        """Match a subscription exactly as it is written."""
        if await self._set_mode(stored.subscription.id, MatchMode.EXACT) is None:
            return None
        action_id = await self._note(shown, ActionKind.EXACT, [stored])
        return ActionDone(action_id=action_id, names=_names([stored]))

    async def digest(self, shown: ShownAlert, stored: StoredSubscription) -> ActionDone | None:
        """Let a subscription come in the digest; a receiver without hours gets the usual one."""
        subscription, thread_id = stored.subscription, shown.sent.delivery.thread_id
        done = await self.services.settings.come_as(shown.chat.id, thread_id, subscription.id, Urgency.DIGEST)
        if done is None:
            return None
        action_id = await self._note(shown, ActionKind.DIGEST, [stored])
        return ActionDone(action_id=action_id, names=_names([stored]), hour_set=done.hour_set)

    async def unsubscribe(self, shown: ShownAlert, stored: StoredSubscription) -> ActionDone | None:
        """Remove a subscription."""
        thread_id = shown.sent.delivery.thread_id
        # It is noted first: of one that is removed nothing is left to be noted when a failure comes between the two.
        action_id = await self._note(shown, ActionKind.UNSUBSCRIBED, [stored])
        gone = await self.services.unsubscribe.by_id(shown.chat.id, thread_id, stored.subscription.id)
        return None if gone is None else ActionDone(action_id=action_id, names=_names([stored]))

    async def is_saved(self, shown: ShownAlert) -> bool:
        """Say whether the chat has saved the article of an alert."""
        return await self.services.saved.has(shown.alert)

    async def save(self, shown: ShownAlert) -> ActionDone | Refusal | None:
        """Save the article of an alert for its chat; None when it is saved already."""
        try:
            is_new = await self.services.saved.save(shown.alert)
        except Refusal as refusal:
            return refusal
        return ActionDone(action_id=await self._note(shown, ActionKind.SAVED)) if is_new else None

    async def unsave(self, shown: ShownAlert) -> ActionDone | None:
        """Remove the article of an alert from what its chat has saved."""
        if not await self.services.saved.remove(shown.alert):
            return None
        return ActionDone(action_id=await self._note(shown, ActionKind.UNSAVED))

    async def undo(self, shown: ShownAlert, action_id: AlertActionId) -> AlertAction | Refusal | None:
        """Restore what an action below this alert changed; None when it is undone already."""
        delivery, now = shown.sent.delivery, self.clock.now()
        action = await self.repositories.actions.find(delivery.chat_id, delivery.thread_id, action_id)
        if action is None or action.undone_at is not None or action.delivery_id != delivery.id:
            return None
        try:
            await self._restore(action, now)
            await self._restore_saved(shown, action.kind)
        except Refusal as refusal:
            return refusal
        # Last: should something fail before, the button is there to be pressed again, and all of it can be done twice.
        await self.repositories.actions.undo(action_id, now)
        return action

    async def _restore(self, action: AlertAction, now: datetime) -> None:
        for before in action.subscriptions:
            match action.kind:
                case ActionKind.MUTED:
                    await self.repositories.subscriptions.set_muted([before.id], before.wish.muted_until)
                case ActionKind.WORD_EXCLUDED:
                    changed = await self.repositories.subscriptions.set_query(before.id, before.wish.query, now)
                    if changed is not None:
                        self._learn(changed)
                case ActionKind.EXACT:
                    await self._set_mode(before.id, before.wish.mode)
                case ActionKind.DIGEST:
                    await self.repositories.subscriptions.set_urgency([before.id], before.wish.urgency)
                case ActionKind.UNSUBSCRIBED:
                    await self._subscribe_again(action, before, now)
                case ActionKind.STORY_MUTED | ActionKind.SOURCE_OFF:
                    pass
        if action.own_feed is not None:
            await self.services.feeds.restore(action.own_feed)
        elif action.feed_id is not None:
            await self.services.feeds.switch(action.chat_id, action.feed_id, followed=True)

    async def _restore_saved(self, shown: ShownAlert, kind: ActionKind) -> None:
        if kind is ActionKind.SAVED:
            await self.services.saved.remove(shown.alert)
        elif kind is ActionKind.UNSAVED:
            await self.services.saved.restore(shown.alert)

    async def _subscribe_again(self, action: AlertAction, before: SubscriptionBefore, now: datetime) -> None:
        """Subscribe as before, under the same number."""
        subscription = await self.repositories.subscriptions.restore(
            action.chat_id,
            action.thread_id,
            before.wish,
            limit=self.max_subscriptions,
            now=now,
            number=before.number,
        )
        self._learn(subscription)

    async def _set_mode(self, subscription_id: SubscriptionId, mode: MatchMode) -> Subscription | None:
        changed = await self.repositories.subscriptions.set_mode(subscription_id, mode, self.clock.now())
        if changed is not None:
            self._learn(changed)
        return changed

    def _learn(self, subscription: Subscription) -> None:
        self.matcher_sync.learn(StoredQuery(subscription.query_id, subscription.query, subscription.mode))

    async def _find_standing(self, shown: ShownAlert, kind: ActionKind) -> AlertAction | None:
        """Find the last action of a kind below an alert that is not undone: who presses twice did it once."""
        below = await self.repositories.actions.list_below(shown.sent.delivery.id)
        return next((action for action in reversed(below) if action.kind is kind and action.undone_at is None), None)

    async def _note(
        self,
        shown: ShownAlert,
        kind: ActionKind,
        changed: Sequence[StoredSubscription] = (),
        *,
        until: datetime | None = None,
    ) -> AlertActionId:
        action = NewAlertAction(
            chat_id=shown.chat.id,
            thread_id=shown.sent.delivery.thread_id,
            delivery_id=shown.sent.delivery.id,
            article_id=shown.article.id,
            kind=kind,
            subscriptions=tuple(map(_before, changed)),
            until=until,
        )
        return await self.repositories.actions.add(action, self.clock.now())


def exclude_word(query: Query, word: str) -> Query:
    """Return a query that excludes one more word, or raise a `Refusal` where it is too long."""
    root, without = query.root, NoneOf(Term(word))
    parts = (*root.parts, without) if isinstance(root, AllOf) else (root, without)
    return parser.parse(parser.render(AllOf(parts)))


def _names(changed: Sequence[StoredSubscription]) -> tuple[str, ...]:
    return tuple(stored.subscription.name for stored in changed)


def _before(stored: StoredSubscription) -> SubscriptionBefore:
    subscription = stored.subscription
    wish = SubscriptionWish(
        query=subscription.query,
        mode=subscription.mode,
        urgency=subscription.urgency,
        urgency_before=stored.urgency_before,
        title=subscription.title,
        headline_only=subscription.headline_only,
        paused=subscription.paused,
        muted_until=subscription.muted_until,
    )
    return SubscriptionBefore(id=subscription.id, number=subscription.number, wish=wish)


def _wish(source: Source) -> FeedWish:
    feed = source.feed
    return FeedWish(url=feed.url, title=feed.title, language=feed.language, origin=Origin.CHAT, owner=feed.owner)
