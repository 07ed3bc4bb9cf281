"""
An alert waits in the queue while somebody outside writes, and only if it needs that.

Rules decide whether a claimed alert goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.core.article import Article
from bot.core.delivery import rules
from bot.core.delivery.alert import Alert, Match
from bot.core.delivery.delivery import DeliveryKind, SendPriority, UnsentReason
from bot.core.delivery.rules import Decision, DropAlert, HoldBack, HoldBackPolicy, SendLater, SendNow
from bot.core.ids import DeliveryId, MessageId
from bot.services.send_rules import AwaitSummaryRule, Claimed, HoldBackRule, SendRules
from storage.store import Store
from tests.builders import make_article, make_chat, make_delivery, make_subscription
from tests.fakes.clock import FakeClock
from tests.services.conftest import eventually
from tests.services.sender_desk import opened, running


def alert(*, lead: str = "", **changes: object) -> Alert:
    """Make an alert."""
    article = replace(make_article(), lead=lead)
    match = Match(make_subscription(1, "Nordkorea", **changes), ())
    return Alert(article=article, chat=make_chat(), matches=(match,), subscription_count=1)


async def test_only_what_needs_an_abstract_waits_until_it_is_there() -> None:
    """An editor's line and a reader of headlines wait for nothing; half a second later it is looked at again."""
    asked: list[Article] = []
    ready = False

    async def begin(article: Article) -> bool:
        asked.append(article)
        return ready

    clock = FakeClock()
    rule = AwaitSummaryRule(begin=begin, clock=clock)
    lead = "Es geht unter anderem um die Atomwaffen Nordkoreas und den Besuch Putins in Wladiwostok."
    one, two, three, four = (make_delivery(number) for number in (1, 2, 3, 4))
    claimed = [(one, alert()), (two, alert(lead=lead)), (three, alert(headline_only=True)), (four, alert())]
    later = SendLater(clock.now() + timedelta(seconds=0.5), UnsentReason.SUMMARY)
    assert await rule(claimed) == {one.id: later, four.id: later}
    assert len(asked) == 1
    ready = True
    assert await rule(claimed) == {}


class Sayings:
    """A rule that says the same of every alert for a chat, and notes what it was asked."""

    def __init__(self, **verdicts: Decision) -> None:
        self.verdicts = {int(name.removeprefix("chat")): verdict for name, verdict in verdicts.items()}
        self.asked: list[int] = []

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Decision]:
        """Answer for the chats it knows."""
        self.asked.extend(delivery.chat_id for delivery, _ in alerts)
        return {each.id: self.verdicts[each.chat_id] for each, _ in alerts if each.chat_id in self.verdicts}


async def test_each_verdict_has_its_consequence(store: Store, clock: FakeClock) -> None:
    """What is held or skipped is not sent, what waits is sent later, what is sent goes as the rules say."""
    later = clock.now() + timedelta(minutes=5)
    rule = Sayings(
        chat1=HoldBack(UnsentReason.QUIET),
        chat2=DropAlert(UnsentReason.MUTED),
        chat3=SendLater(later, UnsentReason.BURST),
        chat4=SendNow(silent=True),
    )
    async with opened(store, clock, rules=SendRules((rule,))) as desk:
        await desk.queue(1, 2, 3, 4)
        await desk.comes_to(chat1="held", chat2="dead", chat3="queued", chat4="sent")
        assert (await desk.row(1)).reason == "quiet"
        assert (await desk.row(2)).reason == "muted"
        assert await desk.postponed(3) == 300
        assert [(call.chat, call.delivery.silent) for call in desk.messenger.calls] == [(4, True)]
        assert [desk.counters.counts[f"unsent_total {why}"] for why in ("quiet", "muted", "burst")] == [1, 1, 0]


async def test_what_needs_no_call_waits_for_no_turn(store: Store, clock: FakeClock) -> None:
    """A chat that may not be written to for a minute has everything held that is to be held, at once."""
    rule = Sayings(chat1=HoldBack(UnsentReason.PAUSE), chat2=DropAlert(UnsentReason.MUTED))
    async with opened(store, clock, rules=SendRules((rule,)), is_running=False, batch=3) as desk:
        for number in range(7):
            await desk.queue(1, 2, name=f"artikel {number}")
        desk.rate_limiter.chat_waits = {1: 60.0, 2: 60.0}
        desk.rate_limiter.bot_wait = 60.0
        async with running(desk):

            async def decided() -> bool:
                rows = [*await desk.rows(1), *await desk.rows(2)]
                return {row.state for row in rows} == {"held", "dead"}

            await eventually(decided)
        assert desk.messenger.calls == []


async def test_nobody_waits_behind_messages_that_came_to_nothing(store: Store, clock: FakeClock) -> None:
    """Each of these had a turn of its own; when the first one is dropped, the others are looked at there and then."""
    rule = Sayings()
    async with opened(store, clock, rules=SendRules((rule,)), is_running=False, batch=2) as desk:
        for number in range(6):
            await desk.queue(1, name=f"artikel {number}")
        desk.rate_limiter.chat_waits = {1: 30.0}
        async with running(desk):

            async def have_turns() -> bool:
                return all(row.not_before > clock.now() for row in await desk.rows(1))

            await eventually(have_turns)
            rule.verdicts = {1: DropAlert(UnsentReason.MUTED)}
            desk.rate_limiter.chat_waits = {}
            await desk.pass_by(seconds=30)

            async def are_dropped() -> bool:
                return {row.state for row in await desk.rows(1)} == {"dead"}

            await eventually(are_dropped)


async def test_a_burst_is_decided_before_any_of_it_is_out(store: Store, clock: FakeClock) -> None:
    """The first two are to come singly and wait for their chat; the rest waits for nothing and holds up nobody."""
    policy = HoldBackPolicy(timezone="UTC", burst=2)
    rule = HoldBackRule(held=store.held, clock=clock, policy=policy)
    async with opened(store, clock, rules=SendRules((rule,)), is_running=False, batch=3) as desk:
        for number in range(8):
            await desk.queue(1, name=f"artikel {number}")
        desk.rate_limiter.chat_waits = {1: 60.0}
        async with running(desk):

            async def decided() -> bool:
                states = [row.state for row in await desk.rows(1)]
                return states.count("held") == 6 and states.count("queued") == 2

            await eventually(decided)
            assert desk.messenger.calls == []
            assert await store.held.release_due(
                clock.now(), 10, lambda chat, held: rules.plan(chat, held, policy, clock.now()), policy
            )  # the message that grows begins
            desk.rate_limiter.chat_waits = {}
            await desk.pass_by(minutes=1)

            async def is_all_out() -> bool:
                await desk.pass_by(seconds=1)
                return (await desk.states())[1] == "sent"

            await eventually(is_all_out)
        kinds = [call.delivery.kind for call in desk.messenger.calls]
        assert kinds == [DeliveryKind.ALERT, DeliveryKind.ALERT, DeliveryKind.ROLLING], "and none went into it instead"


async def test_a_rule_is_asked_only_what_no_other_kept_back(store: Store, clock: FakeClock) -> None:
    """The first rule that keeps an alert back decides; what two rules say of how to send is joined."""
    first = Sayings(chat1=HoldBack(UnsentReason.QUIET), chat2=SendNow(reply_to=MessageId(7)))
    second = Sayings(chat2=SendNow(silent=True))
    async with opened(store, clock, rules=SendRules((first, second))) as desk:
        await desk.queue(1, 2)
        await desk.comes_to(chat1="held", chat2="sent")
        assert (sorted(first.asked), second.asked) == ([1, 2], [2])
        (call,) = desk.messenger.calls
        assert (call.delivery.silent, call.delivery.reply_to, call.delivery.rank) == (True, 7, SendPriority.ALERT)
