"""
Decides for claimed deliveries whether and what to send: contents, send rules, summary with matches in bold.

The contents are loaded for a whole batch at once, and again for a delivery that had to wait: its reader may have left.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import assert_never

from bot.core import summary, visible_text
from bot.core.chat import ChatState
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import (
    Delivery,
    DeliveryKind,
    Dropped,
    NextStep,
    SendAgain,
    SendOutcome,
    SetAside,
    UnsentReason,
)
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.delivery.rules import Decision, DropAlert, HoldBack, SendLater, SendNow
from bot.core.ids import DeliveryId
from bot.core.ports import Clock, Messenger, ModelSummariser
from bot.core.query.highlight import Highlighter
from bot.core.query.parser import MatchMode, Query
from bot.core.repositories import ChatRepository
from bot.core.summary import SummaryRepository
from bot.language import sentences
from bot.language.analyser import Analyser
from bot.services.send_rules import SendRules

_log = logging.getLogger(__name__)
_SUMMARIES = 256

Call = Callable[[], Awaitable[SendOutcome]]
"""The call to Telegram, ready to be made."""
Preparer = Callable[[Delivery], Awaitable[Call | NextStep]]
"""Finds out what a message of its kind is made of; a step instead of a call ends the attempt before it begins."""


class MessagePreparation:
    """Turns claimed deliveries into calls."""

    def __init__(
        self,
        *,
        outbox: DeliveryRepository,
        chats: ChatRepository,
        messenger: Messenger,
        clock: Clock,
        summarise: Callable[[Alert], Awaitable[Summary]],
        rules: SendRules,
        preparers: Mapping[DeliveryKind, Preparer],
        fresh: timedelta,
    ) -> None:
        self._outbox = outbox
        self._chats = chats
        self._messenger = messenger
        self._clock = clock
        self._summarise = summarise
        self._rules = rules
        self._preparers = preparers
        self._fresh = fresh
        self._alerts: dict[DeliveryId, tuple[Alert, Decision, float]] = {}
        self._summaries: dict[Hashable, Summary] = {}

    async def load(self, claimed: Sequence[Delivery]) -> None:
        """Load the alerts among them and apply the send rules; if this fails, each is looked at at its turn."""
        moment = self._clock.monotonic()
        self._alerts = {
            delivery_id: found for delivery_id, found in self._alerts.items() if self._is_fresh(found[2], moment)
        }
        if alerts := [delivery for delivery in claimed if delivery.kind is DeliveryKind.ALERT]:
            self._alerts |= {
                delivery_id: (*found, moment) for delivery_id, found in (await self._gather(alerts)).items()
            }

    def _is_fresh(self, loaded_at: float, moment: float) -> bool:
        return moment - loaded_at <= self._fresh.total_seconds()

    async def __call__(self, delivery: Delivery) -> Call | NextStep:
        """Give the call for one delivery, or what follows when there is none to make."""
        if delivery.kind is DeliveryKind.ALERT:
            return await self._alert(delivery)
        if preparer := self._preparers.get(delivery.kind):
            return await preparer(delivery)
        chat = await self._chats.find(delivery.chat_id)
        return lambda: self._messenger.send_notice(delivery, chat)

    def take_decided(self, claimed: Sequence[Delivery]) -> tuple[tuple[Delivery, NextStep], ...]:
        """
        Take out of what was loaded the alerts that need no call, each with what follows.

        They are not to wait for their chats' turns: that would let trickle what is held, and delay what it holds up.
        """
        loaded = [(delivery, self._alerts[delivery.id]) for delivery in claimed if delivery.id in self._alerts]
        steps = [(delivery, _without_call(*found[:2])) for delivery, found in loaded]
        decided = [(delivery, step) for delivery, step in steps if step is not None]
        for delivery, _ in decided:
            del self._alerts[delivery.id]
        return tuple(decided)

    async def _alert(self, delivery: Delivery) -> Call | NextStep:
        alert, decision = await self._find(delivery)
        step = _without_call(alert, decision)
        if step is not None:
            return step
        assert alert is not None
        assert isinstance(decision, SendNow)
        silent = delivery.silent if decision.silent is None else decision.silent
        changed = replace(delivery, silent=silent, reply_to=decision.reply_to)
        summary = await self._sum_up(alert)
        return lambda: self._messenger.send_alert(changed, alert, summary)

    async def _find(self, delivery: Delivery) -> tuple[Alert | None, Decision]:
        loaded = self._alerts.pop(delivery.id, None)
        if loaded is not None and self._is_fresh(loaded[2], self._clock.monotonic()):
            return loaded[:2]
        return (await self._gather([delivery])).get(delivery.id, (None, SendNow()))

    async def _gather(self, wanted: Sequence[Delivery]) -> dict[DeliveryId, tuple[Alert, Decision]]:
        found = await self._outbox.load_alerts(wanted)
        pairs = [
            (delivery, found[delivery.id]) for delivery in wanted if delivery.id in found and found[delivery.id].matches
        ]
        decisions = await self._rules(pairs) if pairs else {}
        return {delivery_id: (alert, decisions.get(delivery_id, SendNow())) for delivery_id, alert in found.items()}

    async def _sum_up(self, alert: Alert) -> Summary:
        """Sum up; thousands of readers with the same keyword share one summary."""
        key = likeness(alert)
        if (known := self._summaries.get(key)) is not None:
            return known
        try:
            summary = await self._summarise(alert)
        except Exception as error:
            _log.error("summary.failed", extra={"article": alert.article.id, "error": error})
            return Summary(())
        while len(self._summaries) >= _SUMMARIES:
            self._summaries.pop(next(iter(self._summaries)), None)
        self._summaries[key] = summary
        return summary


def _without_call(alert: Alert | None, decision: Decision) -> NextStep | None:
    """Say what follows where nothing is sent now; None: a call is to be made."""
    if alert is None:
        return Dropped(UnsentReason.FORGOTTEN)
    if not alert.matches:
        return Dropped(alert.unheard or UnsentReason.UNSUBSCRIBED)
    if alert.chat.state is not ChatState.ACTIVE:
        return Dropped(UnsentReason.INACTIVE)
    match decision:
        case SendNow():
            return None
        case SendLater(until=until):
            return SendAgain(at=until)
        case HoldBack(reason, until):
            return SetAside(reason, until)
        case DropAlert(reason):
            return Dropped(reason)
        case _:
            assert_never(decision)


def likeness(alert: Alert) -> Hashable:
    """Name all that a summary depends on; the text may still grow, when the whole article is read."""
    wishes = tuple(
        (match.subscription.query, match.subscription.mode, match.subscription.headline_only) for match in alert.matches
    )
    article = alert.article
    return article.id, article.updated_at, len(article.body), len(article.lead), visible_text.foot_length(alert), wishes


Wishes = tuple[tuple[Query, MatchMode], ...]
_WISHES = 1_000
"""Wishes, alone or together, whose marks stay prepared; the next article may match the same."""


class AlertSummariser:
    """Knows the analyser, so that a summary marks exactly the forms the matcher accepts."""

    def __init__(
        self, analyser: Analyser, abstractor: ModelSummariser | None = None, summaries: SummaryRepository | None = None
    ) -> None:
        self._analyser = analyser
        self._abstractor = abstractor
        self._marks = lru_cache(_WISHES)(self._make_marks)
        self._summaries = summaries

    async def __call__(self, alert: Alert) -> Summary:
        """Give the summary of the alert's article for the subscriptions it hit."""
        abstract = None
        if self._abstractor is not None and _needs_abstract(alert):
            abstract = await self._abstractor.abstract(alert.article)
        return self._sum_up(alert, abstract)

    async def again(self, alert: Alert) -> Summary:
        """Give the summary of an alert that is out, as it was: nobody outside is asked or waited for."""
        abstract = None
        if self._summaries is not None and _needs_abstract(alert):
            abstract = await self._summaries.find(alert.article.id)
        return self._sum_up(alert, abstract)

    def _sum_up(self, alert: Alert, abstract: str | None) -> Summary:
        article, language = alert.article, alert.article.language

        wishes = tuple((match.subscription.query, match.subscription.mode) for match in alert.matches)
        return summary.summarise(
            article,
            self._marks(wishes, language),
            headline_only=_headline_only(alert),
            sentences=lambda text: sentences.split(text, language),
            abstract=abstract or "",
            foot=visible_text.foot_length(alert),
        )

    def _make_marks(self, wishes: Wishes, language: str | None) -> Highlighter:
        asked = [(query, mode) for query, mode in wishes if query.is_readable]
        return Highlighter(self._analyser, asked, language, together=True)


def _needs_abstract(alert: Alert) -> bool:
    return not _headline_only(alert) and summary.needs_abstract(alert.article)


def _headline_only(alert: Alert) -> bool:
    return bool(alert.matches) and all(match.subscription.headline_only for match in alert.matches)
