"""
Assigns articles to stories, and names further sources in alerts that were sent instead of alerting again.

Only articles that match a query are assigned, compared with the headlines of the whole window. The window in memory is
a copy of the stored one and is brought up to date before every assignment, so that any number of processes assign
alike, and a restart changes nothing.

A reader who knows the story gets no second alert, but the name of the source in the first one. The rule finishes such
alerts itself, in one transaction with the edit they cause, so that a kill loses neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.core.article import Article
from bot.core.delivery import rules
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import Delivered, Delivery, Dropped, Finished, NextStep, SendOutcome, UnsentReason
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.delivery.rules import Decision, DropAlert, JoinStory, SendLater, SendNow, SentAlert, StoryRepository
from bot.core.ids import ArticleId, ChatId, DeliveryId
from bot.core.ports import Clock, Messenger
from bot.core.story import PlacedArticle, StoryPlacement, StoryPolicy, StoryWindow
from bot.language.headline_claims import Locations
from bot.services.in_flight import InFlight
from bot.services.send_rules import Claimed

_AT_ONCE = 500
"""Headlines read and counted before other tasks run: some 30 ms."""


class StoryGrouping:
    """Assigns articles to stories; belongs to one event loop."""

    def __init__(
        self,
        *,
        stories: StoryRepository,
        clock: Clock,
        policy: StoryPolicy,
        locate: Callable[[str, str | None], Locations],
    ) -> None:
        self._repository = stories
        self._clock = clock
        self._policy = policy
        self._stories = StoryWindow(policy, locate)
        self._counted = ArticleId(0)
        self._filed = 0
        self._turn = asyncio.Lock()

    async def __call__(self, article: Article) -> None:
        """Assign an article that matched; repeating it changes nothing."""
        await self.catch_up()
        async with self._turn:
            since = self._clock.now() - self._policy.window
            await self._repository.assign(
                article, after=self._filed, since=since, place=lambda others: self._place(article, others)
            )

    async def catch_up(self) -> None:
        """Count the headlines that are new since the last call; after a start, those of the whole window."""
        async with self._turn:
            now = self._clock.now()
            self._stories.forget(now)
            since = now - self._policy.window
            while found := await self._repository.list_headlines(after=self._counted, since=since, limit=_AT_ONCE):
                for headline in found:
                    self._stories.count(headline)
                self._counted = found[-1].article_id
                await asyncio.sleep(0)

    def _place(self, article: Article, others: Sequence[PlacedArticle]) -> StoryPlacement:
        """Take in what other processes and this one assigned; a transaction that failed left nothing behind."""
        for telling in others:
            self._stories.file(telling)
            self._filed = telling.number
        return self._stories.place(article)


Call = Callable[[], Awaitable[SendOutcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameStoryRule:
    """The send rule of one alert per story, for chats that want that."""

    stories: StoryRepository
    clock: Clock

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Decision]:
        """Drop alerts of which the receiver knows the story."""
        asked = [delivery for delivery, alert in alerts if alert.chat.one_per_story]
        told = await self.stories.list_told(asked) if asked else {}
        decisions: dict[DeliveryId, Decision] = {}
        named: dict[DeliveryId, set[str]] = {}
        for delivery in asked:
            if delivery.id not in told:
                continue
            known, now = told[delivery.id], self.clock.now()
            match rules.decide_same_story(delivery.id, known, now):
                case JoinStory(first=first, is_new=is_new, edits=edits):
                    names = named.setdefault(first, set())
                    fresh = is_new and known.source not in names
                    names.add(known.source)
                    await self.stories.join(delivery, first, is_new=fresh, edits=edits, now=now)
                    decisions[delivery.id] = DropAlert(UnsentReason.SAME_STORY)
                case SendLater() | SendNow() as decision:
                    decisions[delivery.id] = decision
                case None:
                    pass
                case _ as never:
                    assert_never(never)
        return decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdates:
    """Edits alerts that were sent: more sources, more sentences, another headline."""

    stories: StoryRepository
    outbox: DeliveryRepository
    messenger: Messenger
    summarise: Callable[[Alert], Awaitable[Summary]]
    """Returns the summary the message shows; it must not wait for anything, because a press is answered at once."""
    in_flight: InFlight

    async def prepare(self, delivery: Delivery) -> Call | NextStep:
        """Prepare the queued edit of an alert; several in a row become one, since each names all sources."""
        sent = await self.stories.find_sent(DeliveryId(int(delivery.payload)))
        if sent is None:
            return Dropped(UnsentReason.MESSAGE_GONE)
        alert = (await self.outbox.load_alerts([sent.delivery])).get(sent.delivery.id)
        if alert is None or not alert.matches:
            return Dropped((alert and alert.unheard) or UnsentReason.UNSUBSCRIBED)
        changed_at = alert.article.updated_at
        is_older = changed_at is not None and (sent.version is None or sent.version < changed_at)
        if len(alert.also) <= sent.named and not is_older:
            return Finished(sent.message_id)
        summary = await self.summarise(alert)

        async def call() -> SendOutcome:
            outcome = await self.messenger.edit_alert(sent, alert, summary)
            if isinstance(outcome, Delivered):
                await self.stories.note_look(sent.delivery.id, named=len(alert.also), version=changed_at)
            return outcome

        return call

    async def open(self, delivery_id: DeliveryId, chat_id: ChatId) -> tuple[SentAlert, Alert, Summary] | None:
        """Return the contents of a sent alert, to show more of it; None when it does not exist any more."""
        sent = await self.in_flight.find(chat_id, lambda: self.stories.find_sent(delivery_id))
        if sent is None or sent.delivery.chat_id != chat_id:
            return None
        # What its reader muted or removed meanwhile is no reason to show less of what is out.
        alert = (await self.outbox.load_alerts([sent.delivery], with_unheard=True)).get(sent.delivery.id)
        return None if alert is None else (sent, alert, await self.summarise(alert))

    async def note_open(self, sent: SentAlert, alert: Alert) -> None:
        """Store that an alert shows more now, and all its sources."""
        version = alert.article.updated_at
        await self.stories.note_look(sent.delivery.id, named=len(alert.also), opened=True, version=version)
