"""How long each thing is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.maintenance import Retention
from tests.fakes.clock import FakeClock


@dataclass
class NotingRetention:
    """Notes up to when it was told to forget; the first piece is full."""

    before: dict[str, list[datetime]] = field(default_factory=dict)

    async def drop_deliveries(self, before: datetime, limit: int) -> int:
        """Forget messages."""
        return self._note("deliveries", before, limit)

    async def drop_articles(self, before: datetime, limit: int) -> int:
        """Forget articles."""
        return self._note("articles", before, limit)

    async def drop_chats(self, before: datetime, limit: int) -> int:
        """Forget chats."""
        return self._note("chats", before, limit)

    async def drop_searches(self, before: datetime, limit: int) -> int:
        """Forget searches."""
        return self._note("searches", before, limit)

    async def drop_alert_actions(self, before: datetime, limit: int) -> int:
        """Forget what buttons did."""
        return self._note("alert_actions", before, limit)

    async def drop_unsaved(self, before: datetime, limit: int) -> int:
        """Nothing."""
        return 0

    async def drop_removed(self, before: datetime, limit: int) -> int:
        """Forget removed subscriptions."""
        return self._note("removed", before, limit)

    async def drop_revoked_lists(self, before: datetime, limit: int) -> int:
        """Forget lists that are not shared any more."""
        return self._note("revoked_lists", before, limit)

    def _note(self, what: str, before: datetime, limit: int) -> int:
        self.before.setdefault(what, []).append(before)
        return limit if len(self.before[what]) == 1 else 0


async def test_each_thing_is_kept_as_long_as_the_operator_says(clock: FakeClock) -> None:
    """Messages, articles and lost chats each have a time of their own; pieces are taken until none is left."""
    repository, days = (
        NotingRetention(),
        {
            "deliveries": 1,
            "articles": 3,
            "chats": 9,
            "searches": 7,
            "alert_actions": 1,
            "removed": 1,
            "revoked_lists": 1,
        },
    )
    retention = Retention(
        repository=repository,
        clock=clock,
        deliveries=timedelta(days=days["deliveries"]),
        articles=timedelta(days=days["articles"]),
        inactive_chats=timedelta(days=days["chats"]),
        breath=0,
    )
    await retention()
    assert repository.before == {what: [clock.now() - timedelta(days=kept)] * 2 for what, kept in days.items()}
