"""What the flows need of the store about stories; `tests/contracts` demands what it promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.article import Article
from bot.core.delivery import Delivery
from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId, ThreadId
from bot.core.retelling import Fate, KnownStory
from bot.core.story import PlacedArticle, StoryPlacement, WindowHeadline

Place = Callable[[Sequence[PlacedArticle]], StoryPlacement]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAlert:
    """An alert that is out, and how it looks."""

    delivery: Delivery
    message_id: MessageId
    named: int
    """How many other sources it names."""
    opened: bool
    """Its reader asked for more."""
    version: datetime | None = None
    """It shows the article as it was then."""


class StoryRepository(Protocol):
    """Which articles tell one story, and what readers were told of it."""

    async def list_headlines(self, *, after: ArticleId, since: datetime, limit: int) -> tuple[WindowHeadline, ...]:
        """List the articles with a greater id that were seen since then, by id."""
        ...

    async def assign(self, article: Article, *, after: int, since: datetime, place: Place) -> None:
        """
        Place an article, once, however often and by however many this is called.

        `place` is given what was placed since then with a number above `after`, by anybody, in that order, and says
        where the article belongs; nobody else places anything meanwhile. Should this fail, nothing was placed.
        """
        ...

    async def list_told(self, deliveries: Sequence[Delivery]) -> Mapping[DeliveryId, KnownStory]:
        """Say what their receivers know of the stories of these alerts; those who know nothing are left out."""
        ...

    async def find_fate(self, chat_id: ChatId, thread_id: ThreadId, key: str) -> Fate | None:
        """Say what became of the article with this key for a receiver; None where no alert is on record."""
        ...

    async def join(self, delivery: Delivery, first: DeliveryId, *, is_new: bool, edits: bool, now: datetime) -> None:
        """
        End a delivery because its receiver was told of the story by `first`, in one transaction.

        `is_new`: the message has one more source to name. `edits`: an edit of it is queued.
        """
        ...

    async def find_sent(self, delivery_id: DeliveryId) -> SentAlert | None:
        """Find an alert that is out."""
        ...

    async def note_look(
        self,
        delivery_id: DeliveryId,
        *,
        named: int | None = None,
        opened: bool = False,
        version: datetime | None = None,
    ) -> None:
        """Note how an alert that is out looks now; `version`: when the article became what it shows."""
        ...
