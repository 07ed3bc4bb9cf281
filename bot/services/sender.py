"""
Sender: delivers what is queued, within the rate, so that no chat delays another.

A delivery is marked `sending` before the call and gets its outcome after it, each durably. So a kill can lose nothing,
and only a call that was under way at that moment may be repeated; no call is begun while too many outcomes wait to be
written. What Telegram answered while the store was away is written as soon as that is possible, and the chat waits for
it. Each outcome is logged and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta

from bot.core.delivery import delivery as deliveries
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import (
    Delivered,
    Delivery,
    DeliveryKind,
    Dropped,
    Finished,
    NextStep,
    NotSent,
    OutcomeUnknown,
    RetryAfter,
    SendAgain,
    SenderPolicy,
    SendOutcome,
    SendPriority,
    SetAside,
    TokenRefused,
)
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.errors import StorageError
from bot.core.ids import ChatId
from bot.core.ports import Clock, Counters, Messenger, SendRateLimiter
from bot.core.process_state import LoopOutcomes
from bot.core.repositories import ChatRepository
from bot.services.message import MessagePreparation, Preparer
from bot.services.retry import Outage, StoreRetry
from bot.services.send_queue import CircuitBreaker, OutcomeWriter, SendQueue
from bot.services.send_rules import SendRules

_log = logging.getLogger(__name__)


class OutcomeLog:
    """Counts every outcome, and writes a line for those that are no success."""

    def __init__(self, counters: Counters, clock: Clock, outage: Outage) -> None:
        self._counters = counters
        self._clock = clock
        self._outage = outage

    def __call__(self, delivery: Delivery, outcome: SendOutcome, step: NextStep) -> None:
        """Note one outcome and what follows from it."""
        self._counters.count("stichwort_sends_total", outcome=type(outcome).__name__.lower())
        if isinstance(step, Finished):
            waited = self._clock.now() - delivery.seen_at
            self._counters.observe("stichwort_seen_to_sent_seconds", waited.total_seconds())
            return
        if isinstance(outcome, NotSent):
            self._outage.failed(outcome.detail)  # one line for all messages that could not leave
            return
        facts = {"delivery": delivery.id, "chat": delivery.chat_id, "outcome": type(outcome).__name__}
        if why := getattr(outcome, "reason", None) or getattr(outcome, "detail", None):
            facts["why"] = why  # of a refusal only the code: Telegram's words may quote the message
        _log.warning("delivery.refused" if isinstance(step, Dropped) else "delivery.again", extra=facts)

    def unsent(self, delivery: Delivery, step: NextStep) -> None:
        """Note what was held or given up, and why."""
        if isinstance(step, Dropped | SetAside):
            self._counters.count("stichwort_unsent_total", reason=step.reason.value)
            facts = {"delivery": delivery.id, "chat": delivery.chat_id, "why": step.reason.value}
            _log.debug("delivery.unsent", extra=facts)


_LONGEST_NAP = 0.5


class Sender:
    """The sender; exactly one runs per bot token."""

    def __init__(
        self,
        *,
        outbox: DeliveryRepository,
        chats: ChatRepository,
        messenger: Messenger,
        gate: SendRateLimiter,
        clock: Clock,
        counters: Counters,
        owner: str,
        summarise: Callable[[Alert], Awaitable[Summary]],
        token_refused: Callable[[], None],
        patience: StoreRetry,
        judge: SendRules | None = None,
        preparers: Mapping[DeliveryKind, Preparer] | None = None,
        may_send: Callable[[], bool] = lambda: True,
        policy: SenderPolicy | None = None,
        outage: Outage | None = None,
        beat: Callable[[bool], None] = lambda succeeded: None,
    ) -> None:
        self._outbox = outbox
        self._gate = gate
        self._clock = clock
        self._tell = OutcomeLog(counters, clock, outage or Outage("telegram", clock))
        self._owner = owner
        self._token_refused = token_refused
        self._patience = patience
        self._may_send = may_send
        self._outcomes = LoopOutcomes(beat)
        self._policy = policy or SenderPolicy()
        self._prepare = MessagePreparation(
            outbox=outbox,
            chats=chats,
            messenger=messenger,
            clock=clock,
            summarise=summarise,
            judge=judge or SendRules(),
            preparers=preparers or {},
            fresh=self._policy.fresh,
        )
        self._choose = SendQueue(gate, clock)
        self._mark = OutcomeWriter(outbox, clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._turnstile = asyncio.Lock()
        self._bell = asyncio.Event()
        self._written = asyncio.Event()
        self._unwritten = 0
        self._claiming: asyncio.Task[bool] | None = None
        self._was_full = False
        self._calm = CircuitBreaker(clock)
        self._stopping = False

    def wake(self) -> None:
        """Say that something was queued, or that we may send."""
        self._bell.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in the air has landed. Who stops us gives the leases back."""
        self._stopping = True
        self._written.set()
        self.wake()

    async def run(self) -> None:
        """Send until `stop`; a fault of the store is one log line and a pause, never the end."""
        failing = False
        try:
            while not self._stopping:
                try:
                    await self._turn()
                    self._outcomes.found_nothing()
                    failing = False
                except Exception as error:
                    if not failing:
                        _log.error("sender.failed", extra={"error": error})
                    failing = True
                    self._outcomes.came_round()
                    await self._pause(self._policy.pause.total_seconds())
            await asyncio.gather(*self._tasks)
        finally:
            late = [*self._tasks, *([self._claiming] if self._claiming else [])]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self._mark.close()

    async def _turn(self) -> None:
        self._bell.clear()
        if not self._may_send():
            await self._pause(self._policy.pause.total_seconds())
        elif (not self._choose.ready or (self._claiming and self._claiming.done())) and not await self._claim():
            await self._rest()
        elif not self._stopping:
            self._claim_ahead()
            await self._send_next()

    def _claim_ahead(self) -> None:
        """Claim the next batch while the end of this one goes out, where there is any chance of one."""
        if self._was_full and self._claiming is None and len(self._choose.ready) <= self._policy.batch // 4:
            self._claiming = asyncio.create_task(self._fetch())

    async def _send_next(self) -> None:
        wait = max(self._gate.wait(None, SendPriority.ALERT), self._calm.wait)
        most = self._calm.most(self._policy.in_flight, len(self._tasks))
        if wait > 0 or len(self._tasks) >= most:
            await self._pause(min(wait, 0.05) if wait > 0 else 0.05)
        elif (chosen := self._choose.pick()) is None:
            await self._clear_the_way()
        else:
            self._choose.busy[chosen.chat_id] = chosen.id
            self._calm.begin()
            task = asyncio.create_task(self._send(chosen))
            self._tasks.add(task)
            task.add_done_callback(self._land)

    async def _clear_the_way(self) -> None:
        """Give back what has to wait for its chat; should that fail, the next claim finds that we do not have it."""
        with self._choose.handing_back() as back:
            if back:
                steps = [(each, SendAgain(at=at)) for each, at in back]
                await self._outbox.note((), steps, self._clock.now())

    async def _rest(self) -> None:
        """Wait for the next turn of anybody; what others queue rings no bell here."""
        longest = self._policy.pause.total_seconds()
        due = await self._outbox.next_due(self._clock.now())
        ahead = longest if due is None else (due - self._clock.now()).total_seconds()
        await self._pause(min(max(ahead, 0.05), longest))

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), seconds)

    async def _claim(self) -> bool:
        claiming, self._claiming = self._claiming or asyncio.create_task(self._fetch()), None
        return await claiming

    async def _fetch(self) -> bool:
        limit, in_hand = self._policy.batch, self._choose.in_hand()
        claimed = await self._outbox.claim(self._owner, self._clock.now(), self._policy.lease, limit, in_hand)
        self._was_full = len(claimed) == limit
        left: Sequence[Delivery] = claimed
        try:
            await self._prepare.load(claimed)
            left = await self._finish_decided(claimed)
        finally:  # what is leased is ours, whether its contents are there yet or not
            self._choose.take_in(left)
        return bool(claimed)

    async def _finish_decided(self, claimed: Sequence[Delivery]) -> Sequence[Delivery]:
        """Write down at once what needs no call; gives the rest."""
        if not (decided := self._prepare.take_decided(claimed)):
            return claimed
        await self._outbox.note((), decided, self._clock.now())
        for each, step in decided:
            self._tell.unsent(each, step)
        await self._free_turns(self._choose.had_turns(each for each, _ in decided))
        done = {each.id for each, _ in decided}
        return [each for each in claimed if each.id not in done]

    async def _send(self, each: Delivery) -> None:
        try:
            if await self._attempt(each):
                self._outcomes.succeeded()
        except Exception as error:
            self._outcomes.failed()
            # Only this one is affected, and it comes again; where that cannot be noted, when its lease has run out.
            _log.error("delivery.failed", extra={"delivery": each.id, "chat": each.chat_id, "error": error})
            delay = timedelta(seconds=1) if isinstance(error, StorageError) else timedelta(minutes=1)
            with contextlib.suppress(StorageError):
                await self._settle(each, SendAgain(at=self._clock.now() + delay))
        finally:
            self._choose.busy.pop(each.chat_id, None)

    async def _free_turns(self, chat_ids: Collection[ChatId]) -> None:
        """Let what waits behind messages that needed no call be claimed anew, at once."""
        if freed := self._choose.free_turns(chat_ids):
            await self._outbox.hasten(freed, self._clock.now())

    def _land(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()

    async def _attempt(self, each: Delivery) -> bool:
        """Bring one as far as it goes; returns whether that proves that the sender works."""
        call = await self._prepare(each)
        if isinstance(call, Finished | SendAgain | Dropped | SetAside):
            await self._settle(each, call)
            await self._free_turns(() if each.is_edit else (each.chat_id,))
            return True
        if not await self._mark.start(each):
            return False  # its lease ran out while it waited, or it was sent or dropped meanwhile
        wait = await self._admit(each)
        if wait is None or wait > 0:
            # The chat has to wait after all, the process ends, or another one sends now: no call was made.
            await self._settle(each, SendAgain(at=self._clock.now() + timedelta(seconds=wait or 0.0), uncalled=True))
            return False
        began = self._clock.monotonic()
        outcome = await self._call(each, call)
        if isinstance(outcome, RetryAfter):
            outcome = RetryAfter(self._gate.flooded(each.chat_id, outcome.delay))
        if isinstance(outcome, Delivered) and not each.is_edit:
            self._gate.succeeded(each.chat_id, began)
        if isinstance(outcome, TokenRefused):
            self._token_refused()
        self._calm.note(each.chat_id, outcome)
        step = deliveries.next_step(each, outcome, self._clock.now())
        self._unwritten += 1
        try:
            await self._settle(each, step)
        finally:
            self._unwritten -= 1
            self._written.set()
        self._tell(each, outcome, step)
        return not isinstance(outcome, OutcomeUnknown)

    async def _admit(self, each: Delivery) -> float | None:
        """
        Take a place in the rate at the very moment of the call, so that a slow store cannot bunch messages.

        Returns 0 for a place, the seconds for which the chat itself stands in the way, or None when we must not send.
        """
        chat = None if each.is_edit else each.chat_id
        async with self._turnstile:
            while not self._stopping and self._may_send():
                if self._unwritten >= self._policy.unwritten:
                    self._written.clear()
                    await self._written.wait()
                elif (wait := self._chat_wait(each)) > 0:
                    return wait
                elif (wait := self._gate.wait(None, each.rank)) <= 0:
                    self._gate.take(chat, each.rank)
                    return 0.0
                else:
                    await asyncio.sleep(min(wait, _LONGEST_NAP))
        return None

    def _chat_wait(self, each: Delivery) -> float:
        return self._gate.paused(each.chat_id) if each.is_edit else self._gate.chat_wait(each.chat_id, each.rank)

    async def _call(self, each: Delivery, call: Callable[[], Awaitable[SendOutcome]]) -> SendOutcome:
        try:
            return await call()
        except Exception as error:
            _log.error("delivery.broken", extra={"delivery": each.id, "chat": each.chat_id, "error": error})
            self._outcomes.failed()
            return OutcomeUnknown(type(error).__name__)

    async def _settle(self, each: Delivery, step: NextStep) -> None:
        """Write down what follows, however long the store is away; a message that is out must not go out again."""
        longest = None if isinstance(step, Finished) else self._policy.lease
        await self._patience(lambda: self._mark.finish(each, step), "outcome of a delivery", longest=longest)
        self._tell.unsent(each, step)
        if isinstance(step, SendAgain) and step.chat_id is not None:
            await self._redirect(each.chat_id)

    async def _redirect(self, old: ChatId) -> None:
        """Claim anew, under its new id, what is in hand for a chat that moved."""
        for each in self._choose.take_out(old):
            await self._settle(each, SendAgain(at=self._clock.now()))
