"""Tell several articles in one message: find out what it is made of, and make parts of it where it is too long."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core import hours
from bot.core.bundle import CombinedMessage, CombinedMessageRepository, CombinedMessenger
from bot.core.chat import ChatState
from bot.core.delivery import (
    INACTIVE,
    Delivered,
    Delivery,
    DeliveryKind,
    Dropped,
    Finished,
    NextStep,
    SendAgain,
    SendOutcome,
    SetAside,
)
from bot.core.errors import StorageError
from bot.core.ports import Clock
from bot.flow.prepare import Call

_BEHIND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedMessages:
    """Prepares digests, roundups and rolling messages."""

    shelf: CombinedMessageRepository
    herald: CombinedMessenger
    clock: Clock
    timezone: str

    async def __call__(self, delivery: Delivery) -> Call | NextStep:
        """Give the call to Telegram, or what follows where there is none to make."""
        now = self.clock.now()
        bundle = await self.shelf.load(delivery, now)
        if bundle is None or bundle.chat.state is not ChatState.ACTIVE:
            return Dropped(INACTIVE)
        if not bundle.tellings or (bundle.parts == 1 and all(telling.was_sent for telling in bundle.tellings)):
            return Dropped("nothing new")
        if held := self._held(bundle, delivery):
            return held
        if bundle.waits:
            return SendAgain(at=now + _BEHIND)
        shown = await self._first_part(delivery, bundle)
        if delivery.kind is DeliveryKind.ROLLING:
            return self._grow(delivery, shown)
        return lambda: self.herald.send_bundle(delivery, shown)

    def _grow(self, delivery: Delivery, shown: CombinedMessage) -> Call | NextStep:
        """Send or edit a message that grows; what it shows already needs no call, which Telegram would refuse."""
        mark = self.herald.mark(delivery, shown)
        if shown.message_id is not None and mark == shown.shown:
            return Finished(shown.message_id)

        async def call() -> SendOutcome:
            outcome = await self.herald.send_bundle(delivery, shown)
            if isinstance(outcome, Delivered):
                # It is out, whether that can be noted or not; unnoted, it may be edited once too often.
                with contextlib.suppress(StorageError):
                    await self.shelf.note_shown(delivery, mark)
            return outcome

        return call

    def _held(self, bundle: CombinedMessage, delivery: Delivery) -> SetAside | None:
        """Let alerts wait for the reader's hour; a digest has its own hour, and only a pause holds it."""
        held = hours.held_until(bundle.chat, self.timezone, self.clock.now())
        if held is None or _asked(bundle):
            return None
        return None if delivery.kind is DeliveryKind.DIGEST and held[0] == "quiet" else SetAside(*held)

    async def _first_part(self, delivery: Delivery, bundle: CombinedMessage) -> CombinedMessage:
        """Give what this message shows; the rest is made deliveries of their own before anything is sent."""
        parts = self.herald.part(bundle) if bundle.part == 0 else (bundle.tellings,)
        if len(parts) <= 1:
            return bundle
        ids = [[each for telling in part for each in telling.ids] for part in parts]
        await self.shelf.split(delivery, ids, self.clock.now())
        return replace(bundle, tellings=parts[0], part=1, parts=len(parts))


def _asked(bundle: CombinedMessage) -> bool:
    """Say whether the reader asked for it just now (or it is a later part, which may hold what was told before)."""
    return bundle.reason.startswith("digest:now") or bundle.part > 1
