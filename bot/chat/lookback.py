"""What the bot adds when somebody subscribes: how often it would have fired, and what else may be meant."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.voice import Destination
from bot.core import archive, query
from bot.core.backtest import BacktestResult, plain
from bot.core.chat import Chat
from bot.core.errors import Refusal, StorageError
from bot.core.expression import AllOf, Node, Term
from bot.core.ids import SubscriptionId
from bot.core.ports import Clock
from bot.core.query import MatchMode, Query
from bot.core.shelves import ChatRepository
from bot.core.subscription import Subscription
from bot.flow.backtest import Backtest
from bot.flow.subscribe import Subscribed, SubscribeResult
from bot.language.places import Places

_log = logging.getLogger(__name__)
_PATIENCE = 0.6
"""Seconds of an answer that may go into looking back; of many wishes at once the last ones go without."""
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What there is to say about one wish."""

    past: BacktestResult
    names: tuple[str, ...] = ()
    """What the place it asks for is called in the reader's other languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFinder:
    """Looks back for each wish that was granted."""

    chats: ChatRepository
    backtest: Backtest
    places: Places
    clock: Clock

    async def __call__(
        self, place: Destination, results: tuple[SubscribeResult, ...]
    ) -> Mapping[SubscriptionId, Suggestions]:
        """Look back as far as time allows; a fault of the store costs the reader these lines and no more."""
        told: dict[SubscriptionId, Suggestions] = {}
        started = self.clock.monotonic()
        try:
            chat = await self.chats.find(place.chat_id)
            for each in results:
                if chat is None or self.clock.monotonic() - started > _PATIENCE:
                    break
                if isinstance(each, Subscribed):
                    told[each.subscription.id] = await self.one(chat, each.subscription)
        except StorageError as error:
            _log.warning("lookback.failed", extra={"error": error})
        return told

    async def one(self, chat: Chat, subscription: Subscription) -> Suggestions:
        """Look back for one wish."""
        asked = query.parse(subscription.normal)
        return Suggestions(await self.backtest(chat, asked, subscription.mode), self.names(chat, asked))

    async def of_text(self, place: Destination, asked: Query) -> BacktestResult | None:
        """Look back for what nobody is subscribed to."""
        chat = await self.chats.find(place.chat_id)
        return None if chat is None else await self.backtest(chat, asked, MatchMode.COMPOUNDS)

    async def names_of(self, place: Destination, subscription: Subscription) -> tuple[str, ...]:
        """Name the place a wish asks for in the reader's other languages."""
        chat = await self.chats.find(place.chat_id)
        try:
            return () if chat is None else self.names(chat, query.parse(subscription.normal))
        except Refusal:
            return ()

    def names(self, chat: Chat, asked: Query) -> tuple[str, ...]:
        """Name the place a query asks for in the reader's other languages."""
        name = _name(asked.root)
        if name is None:
            return ()
        return self.places.names_in(name, archive.view(chat, self.clock.now()).languages)[:_NAMES]


def _name(root: Node) -> str | None:
    """Give a query's words, if it is nothing but plain words."""
    match root:
        case Term() if plain(root):
            return root.text
        case AllOf(parts):
            names = [part.text for part in parts if isinstance(part, Term) and plain(part)]
            return " ".join(names) if len(names) == len(parts) else None
        case _:
            return None
