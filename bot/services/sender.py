"""
Sender: delivers what is queued, within the rate, so that no chat delays another.

The way of a delivery is `Sender._deliver`: prepare (rules, summary, text) → note durably that it is about to be sent →
wait for a place in Telegram's rate → call → decide what follows → store that.

A delivery is marked `sending` before the call and gets its outcome after it, each durably. So a kill can lose nothing,
and only a call that was under way at that moment may be repeated; no call is begun while too many outcomes wait to be
written. What Telegram answered while the store was away is written as soon as that is possible, and the chat waits for
it. Each outcome is logged and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.delivery import delivery as deliveries
from bot.core.delivery.delivery import (
    Delivery,
    DeliveryKind,
    Dropped,
    Finished,
    NextStep,
    NotSent,
    OutcomeUnknown,
    SendAgain,
    SenderPolicy,
    SendOutcome,
    SetAside,
    TokenRefused,
)
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.errors import StorageError
from bot.core.ids import ChatId
from bot.core.ports import Clock, Counters, SendRateLimiter
from bot.core.process_state import LoopOutcomes
from bot.services.in_flight import InFlight
from bot.services.message import Call, MessagePreparation
from bot.services.retry import Outage, StoreRetry
from bot.services.send_queue import OutcomeWriter, SendQueue

_log = logging.getLogger(__name__)
_LONGEST_NAP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReport:
    """Counts every outcome, and writes a line for those that are no success."""

    counters: Counters
    clock: Clock
    outage: Outage

    def called(self, delivery: Delivery, outcome: SendOutcome, step: NextStep) -> None:
        """Note the outcome of a call and what follows from it."""
        self.counters.count("stichwort_sends_total", outcome=type(outcome).__name__.lower())
        if isinstance(step, Finished):
            if delivery.kind in (DeliveryKind.BROADCAST, DeliveryKind.HOT_TOPIC):
                return  # it tells nothing that was seen
            waited = self.clock.now() - delivery.seen_at
            self.counters.observe("stichwort_seen_to_sent_seconds", waited.total_seconds())
            return
        if isinstance(outcome, NotSent):
            self.outage.failed(outcome.detail)  # one line for all messages that could not leave
            return
        facts = {"delivery": delivery.id, "chat": delivery.chat_id, "outcome": type(outcome).__name__}
        if why := getattr(outcome, "reason", None) or getattr(outcome, "detail", None):
            facts["why"] = why  # of a refusal only the code: Telegram's words may quote the message
        _log.warning("delivery.refused" if isinstance(step, Dropped) else "delivery.again", extra=facts)

    def unsent(self, delivery: Delivery, step: NextStep) -> None:
        """Note what was held or given up, and why."""
        if isinstance(step, Dropped | SetAside):
            self.counters.count("stichwort_unsent_total", reason=step.reason.value)
            facts = {"delivery": delivery.id, "chat": delivery.chat_id, "why": step.reason.value}
            _log.debug("delivery.unsent", extra=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderProcess:
    """The process around the sender: what it is asked, and what it is told."""

    owner: str
    """Names this process in leases."""
    token_refused: Callable[[], None]
    may_send: Callable[[], bool] = lambda: True
    """Whether this process is the one that sends."""
    beat: Callable[[bool], None] = lambda succeeded: None
    """Told of every round, and whether it succeeded."""
    in_flight: InFlight = field(default_factory=InFlight)
    """Told of every message that is on its way."""


class Sender:
    """The sender; exactly one runs per bot token."""

    def __init__(
        self,
        *,
        outbox: DeliveryRepository,
        prepare: MessagePreparation,
        rate_limiter: SendRateLimiter,
        clock: Clock,
        retry: StoreRetry,
        report: OutcomeReport,
        process: SenderProcess,
        policy: SenderPolicy,
    ) -> None:
        self._outbox = outbox
        self._prepare = prepare
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._retry = retry
        self._report = report
        self._process = process
        self._policy = policy
        self._queue = SendQueue(rate_limiter, clock)
        self._writer = OutcomeWriter(outbox, clock)
        self._loop_outcomes = LoopOutcomes(process.beat)
        self._tasks: set[asyncio.Task[None]] = set()
        self._claiming: asyncio.Task[bool] | None = None
        self._claim_was_full = False
        self._admission = asyncio.Lock()
        self._wakeup = asyncio.Event()
        self._outcome_written = asyncio.Event()
        self._unwritten = 0
        self._stopping = False

    def wake(self) -> None:
        """Say that something was queued, or that we may send."""
        self._wakeup.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in the air has landed. Who stops us gives the leases back."""
        self._stopping = True
        self._outcome_written.set()
        self.wake()

    async def run(self) -> None:
        """Send until `stop`; a fault of the store is one log line and a pause, never the end."""
        failing = False
        try:
            while not self._stopping:
                try:
                    await self._run_once()
                    self._loop_outcomes.found_nothing()
                    failing = False
                except Exception as error:
                    if not failing:
                        _log.error("sender.failed", extra={"error": error})
                    failing = True
                    self._loop_outcomes.came_round()
                    await self._pause(self._policy.pause.total_seconds())
            await asyncio.gather(*self._tasks)
        finally:
            late = [*self._tasks, *([self._claiming] if self._claiming else [])]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self._writer.close()

    async def _run_once(self) -> None:
        """Claim when nothing is in hand, then begin with the next delivery whose chat is free, or wait."""
        self._wakeup.clear()
        if not self._process.may_send():
            await self._pause(self._policy.pause.total_seconds())
            return
        claim_ended = self._claiming is not None and self._claiming.done()
        if (not self._queue.ready or claim_ended) and not await self._claim():
            await self._pause_until_due()
            return
        if self._stopping:
            return
        if self._claim_was_full and self._claiming is None and len(self._queue.ready) <= self._policy.batch // 4:
            self._claiming = asyncio.create_task(self._claim_batch())  # while the end of this batch goes out
        if (wait := self._rate_limiter.next_call(len(self._tasks), self._policy.in_flight)) > 0:
            await self._pause(min(wait, 0.05))
        elif (delivery := self._queue.pick()) is None:
            await self._hand_back()
        else:
            self._begin(delivery)

    async def _claim(self) -> bool:
        claiming, self._claiming = self._claiming or asyncio.create_task(self._claim_batch()), None
        return await claiming

    async def _claim_batch(self) -> bool:
        """Lease a batch, load its contents and put it into the queue; returns whether there was anything."""
        limit, in_hand = self._policy.batch, self._queue.in_hand()
        now, lease = self._clock.now(), self._policy.lease
        claimed: Sequence[Delivery] = await self._outbox.claim(self._process.owner, now, lease, limit, in_hand)
        self._claim_was_full = len(claimed) == limit
        left = claimed
        try:
            await self._prepare.load(claimed)
            left = await self._finish_decided(claimed)
        finally:  # what is leased is ours, whether its contents are there yet or not
            self._queue.take_in(left)
        return bool(claimed)

    async def _finish_decided(self, claimed: Sequence[Delivery]) -> Sequence[Delivery]:
        """Store at once what follows where no call is needed; returns the rest."""
        if not (decided := self._prepare.take_decided(claimed)):
            return claimed
        await self._outbox.note((), decided, self._clock.now())
        for delivery, step in decided:
            self._report.unsent(delivery, step)
        await self._free_turns(self._queue.had_turns(delivery for delivery, _ in decided))
        done = {delivery.id for delivery, _ in decided}
        return [delivery for delivery in claimed if delivery.id not in done]

    async def _hand_back(self) -> None:
        """Give back what has to wait for its chat; should that fail, the next claim finds that we do not have it."""
        with self._queue.handing_back() as waiting:
            if waiting:
                steps = [(delivery, SendAgain(at=at)) for delivery, at in waiting]
                await self._outbox.note((), steps, self._clock.now())

    async def _free_turns(self, chat_ids: Collection[ChatId]) -> None:
        """Let what waits behind messages that needed no call be claimed anew, at once."""
        if freed := self._queue.free_turns(chat_ids):
            await self._outbox.hasten(freed, self._clock.now())

    async def _pause_until_due(self) -> None:
        """Wait until something is due; what other processes queue wakes nobody here."""
        longest = self._policy.pause.total_seconds()
        due = await self._outbox.next_due(self._clock.now())
        ahead = longest if due is None else (due - self._clock.now()).total_seconds()
        await self._pause(min(max(ahead, 0.05), longest))

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wakeup.wait(), seconds)

    def _begin(self, delivery: Delivery) -> None:
        self._queue.busy[delivery.chat_id] = delivery.id
        self._rate_limiter.begin()
        task = asyncio.create_task(self._deliver_safely(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()

    async def _deliver_safely(self, delivery: Delivery) -> None:
        try:
            if await self._deliver(delivery):
                self._loop_outcomes.succeeded()
        except Exception as error:
            self._loop_outcomes.failed()
            # Only this one is affected, and it comes again; where that cannot be noted, when its lease has run out.
            _log.error("delivery.failed", extra={"delivery": delivery.id, "chat": delivery.chat_id, "error": error})
            delay = timedelta(seconds=1) if isinstance(error, StorageError) else timedelta(minutes=1)
            with contextlib.suppress(StorageError):
                await self._store(delivery, SendAgain(at=self._clock.now() + delay))
        finally:
            self._queue.busy.pop(delivery.chat_id, None)

    async def _deliver(self, delivery: Delivery) -> bool:
        """Bring a delivery as far as it goes; returns whether that proves that the sender works."""
        call = await self._prepare(delivery)
        if isinstance(call, Finished | SendAgain | Dropped | SetAside):
            await self._store(delivery, call)
            await self._free_turns(() if delivery.is_edit else (delivery.chat_id,))
            return True
        if not await self._writer.start(delivery):
            return False  # its lease ran out while it waited, or it was sent or dropped meanwhile
        wait = await self._admit(delivery)
        if wait is None or wait > 0:
            # The chat has to wait after all, the process ends, or another one sends now: no call was made.
            again_at = self._clock.now() + timedelta(seconds=wait or 0.0)
            await self._store(delivery, SendAgain(at=again_at, uncalled=True))
            return False
        with self._process.in_flight.sending(delivery.chat_id):
            return await self._call_and_store(delivery, call)

    async def _call_and_store(self, delivery: Delivery, call: Call) -> bool:
        outcome = await self._call(delivery, call)
        step = deliveries.next_step(delivery, outcome, self._clock.now())
        self._unwritten += 1
        try:
            await self._store(delivery, step)
        finally:
            self._unwritten -= 1
            self._outcome_written.set()
        self._report.called(delivery, outcome, step)
        return not isinstance(outcome, OutcomeUnknown)

    async def _admit(self, delivery: Delivery) -> float | None:
        """
        Take a place in the rate at the very moment of the call, so that a slow store cannot bunch messages.

        Returns 0 for a place, the seconds for which the chat itself stands in the way, or None when we must not send.
        """
        chat_id, rank, is_edit = delivery.chat_id, delivery.rank, delivery.is_edit
        async with self._admission:
            while not self._stopping and self._process.may_send():
                if self._unwritten >= self._policy.unwritten:
                    self._outcome_written.clear()
                    await self._outcome_written.wait()
                elif (wait := self._rate_limiter.chat_wait(chat_id, rank, is_edit=is_edit)) > 0:
                    return wait
                elif (wait := self._rate_limiter.wait(None, rank)) <= 0:
                    self._rate_limiter.take(None if is_edit else chat_id, rank)
                    return 0.0
                else:
                    await asyncio.sleep(min(wait, _LONGEST_NAP))
        return None

    async def _call(self, delivery: Delivery, call: Call) -> SendOutcome:
        """Make the call, and tell the rate limiter and the process what came of it."""
        began = self._clock.monotonic()
        outcome: SendOutcome
        try:
            outcome = await call()
        except Exception as error:
            _log.error("delivery.broken", extra={"delivery": delivery.id, "chat": delivery.chat_id, "error": error})
            self._loop_outcomes.failed()
            outcome = OutcomeUnknown(type(error).__name__)
        if isinstance(outcome, TokenRefused):
            self._process.token_refused()
        return self._rate_limiter.ended(delivery.chat_id, outcome, began, is_edit=delivery.is_edit)

    async def _store(self, delivery: Delivery, step: NextStep) -> None:
        """Store what follows, however long the store is away; a message that is out must not go out again."""
        longest = None if isinstance(step, Finished) else self._policy.lease
        await self._retry(lambda: self._writer.finish(delivery, step), "outcome of a delivery", longest=longest)
        self._report.unsent(delivery, step)
        if isinstance(step, SendAgain) and step.chat_id is not None:
            for waiting in self._queue.take_out(delivery.chat_id):  # it is claimed anew, under the chat's new id
                await self._store(waiting, SendAgain(at=self._clock.now()))
