"""The bot's inbox: updates wait here until the bot confirms them."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping

from bot.demo.telegram_server.clock import Bell
from bot.demo.telegram_server.rate_limits import bad_request, conflict

_OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_MAX = 100
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class UpdateQueue:
    """Unconfirmed updates in order, one poller at a time, or a webhook."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.allowed: frozenset[str] = frozenset()
        self.webhook: Mapping[str, object] = {}
        self._waiting: deque[dict[str, object]] = deque()
        self._next = 100_000_001
        self._poller: object | None = None

    def __len__(self) -> int:
        """Count the unconfirmed updates."""
        return len(self._waiting)

    @property
    def polled(self) -> bool:
        """Whether somebody waits for updates at this moment."""
        return self._poller is not None

    def put(self, kind: str, payload: Mapping[str, object]) -> None:
        """Queue an update unless the bot did not ask for its kind."""
        if (self.allowed and kind not in self.allowed) or (not self.allowed and kind in _OPT_IN):
            return
        self._waiting.append({"update_id": self._next, kind: payload})
        self._next += 1
        self.bell.ring()

    def clear(self) -> None:
        """Drop all updates."""
        self._waiting.clear()

    def listen_to(self, kinds: Iterable[str]) -> None:
        """Remember which kinds of update the bot wants from now on."""
        self.allowed = frozenset(kinds)

    async def fetch(self, offset: int, limit: int, hold: float) -> list[dict[str, object]]:
        """Confirm updates before the offset, and return the next ones as soon as there are some."""
        if self.webhook:
            raise conflict(_WEBHOOK)
        if hold < 0:
            raise bad_request("timeout must be non-negative")
        me = self._poller = object()
        self.bell.ring()  # an older poller wakes and sees that it was replaced
        self._confirm(offset)
        try:
            async with asyncio.timeout(hold or None):
                while not self._waiting and hold > 0:
                    await self.bell.wait()
                    if self._poller is not me:
                        raise conflict(_OTHER_POLLER)
                    if self.webhook:
                        raise conflict("terminated by setWebhook request")
        except TimeoutError:
            pass
        finally:
            if self._poller is me:
                self._poller = None
        return list(self._waiting)[: limit if 0 < limit <= _MAX else _MAX]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while self._waiting and int(str(self._waiting[0]["update_id"])) < offset:
            self._waiting.popleft()
