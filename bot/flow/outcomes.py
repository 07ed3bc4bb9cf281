"""What came of each send, for the log and the metrics."""

from __future__ import annotations

import logging

from bot.core.delivery import Delivery, Dropped, Finished, NextStep, NotSent, SendOutcome
from bot.core.ports import Clock, Counters
from bot.flow.outage import Outage

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
