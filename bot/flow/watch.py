"""Keep the matcher in step with the stored queries, those of other processes too."""

from __future__ import annotations

import asyncio

from bot.core import query
from bot.core.errors import Refusal
from bot.core.ids import QueryId
from bot.core.matching import Matcher
from bot.core.shelves import StoredQuery, SubscriptionRepository

_OVERLAP = 1000
_BATCH = 500


class MatcherSync:
    """
    The matcher of this process and how much of the store it knows.

    Ids may become visible out of order when several processes write, so each look goes back a little.
    """

    def __init__(self, subscriptions: SubscriptionRepository, matcher: Matcher) -> None:
        self.matcher = matcher
        self._subscriptions = subscriptions
        self._seen = QueryId(0)

    async def refresh(self) -> int:
        """Learn the queries that are new since the last look; returns how many."""
        learned = 0
        for number, stored in enumerate(await self._subscriptions.list_queries(QueryId(max(0, self._seen - _OVERLAP)))):
            learned += self.learn(stored)
            if number % _BATCH == _BATCH - 1:
                await asyncio.sleep(0)  # a hundred thousand queries must not hold up the conversation
        return learned

    def learn(self, stored: StoredQuery) -> bool:
        """Add one query; returns whether it was new and could still be read."""
        self._seen = max(self._seen, stored.id)
        if stored.id in self.matcher:
            return False
        try:
            parsed = query.parse(stored.normal)
        except Refusal:
            return False  # written by a version with another grammar: it stays listed and can be replaced
        self.matcher.add(stored.id, parsed, stored.mode)
        return True

    async def forget_unused(self) -> int:
        """Drop the queries that nobody is subscribed to any more; returns how many."""
        unused = [query_id for query_id in await self._subscriptions.list_unused_queries() if query_id in self.matcher]
        for query_id in unused:
            self.matcher.remove(query_id)
        return len(unused)
