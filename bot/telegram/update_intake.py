"""Storage of what Telegram delivers: every update is stored durably before it is confirmed, and handed out once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from bot.core.ports import Clock
from bot.core.repositories import UpdateRepository
from bot.telegram.api import transport
from bot.telegram.update_queue import StoredUpdateQueue


def _always() -> bool:
    return True


class UpdateIntake:
    """Stores updates and submits the new ones to the queue; its two methods must not run at the same time."""

    def __init__(self, *, inbox: UpdateRepository, queue: StoredUpdateQueue, clock: Clock) -> None:
        self._inbox = inbox
        self._queue = queue
        self._clock = clock
        self._is_unclear = False
        """Whether the last attempt to store updates failed, and may have stored them all the same."""

    async def submit_unfinished(self) -> None:
        """Submit what was received and is neither finished nor in hand: by another process, or by us unawares."""
        in_hand = self._queue.in_hand  # looked at first: what is finished meanwhile may still be listed
        for update_id, text in await self._inbox.list_unfinished():
            if update_id not in in_hand:
                self._queue.submit(update_id, json.loads(text))

    async def store(self, updates: Iterable[dict[str, Any]], *, may_submit: Callable[[], bool] = _always) -> bool:
        """
        Store updates, and submit the new ones in Telegram's order; returns whether any was new.

        `may_submit` is asked after they are stored; what is not submitted stays unfinished.
        """
        by_id = self._split_inline({int(update["update_id"]): update for update in updates})
        if not by_id:
            return False
        ids = sorted(by_id)
        was_unclear, self._is_unclear = self._is_unclear, True
        texts = [(update_id, json.dumps(by_id[update_id])) for update_id in ids]
        new = set(await self._inbox.receive(texts, self._clock.now()))
        if not may_submit():
            pass
        elif was_unclear:  # an earlier attempt failed and may have stored some, which are not new any more
            await self.submit_unfinished()
        else:
            for update_id in ids:
                if update_id in new:
                    self._queue.submit(update_id, by_id[update_id])
        self._is_unclear = False
        return bool(new)

    def _split_inline(self, by_id: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Answer inline queries, which are not kept since an answer is worth nothing later; return the others."""
        for update in by_id.values():
            if "inline_query" in update and (query := transport.inline_query(update)) is not None:
                self._queue.answer_inline(query)
        return {update_id: update for update_id, update in by_id.items() if "inline_query" not in update}
