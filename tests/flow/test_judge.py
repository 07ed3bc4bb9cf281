"""Rules decide whether a claimed alert goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.core.delivery import Rank
from bot.core.holding import BURST
from bot.core.ids import DeliveryId, MessageId
from bot.core.verdict import Hold, Send, Skip, Verdict, Wait
from bot.flow.judge import Claimed, Judge
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.flow.conftest import eventually
from tests.flow.desk import opened, running


class Sayings:
    """A rule that says the same of every alert for a chat, and notes what it was asked."""

    def __init__(self, **verdicts: Verdict) -> None:
        self.verdicts = {int(name.removeprefix("chat")): verdict for name, verdict in verdicts.items()}
        self.asked: list[int] = []

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Verdict]:
        """Answer for the chats it knows."""
        self.asked.extend(delivery.chat_id for delivery, _ in alerts)
        return {each.id: self.verdicts[each.chat_id] for each, _ in alerts if each.chat_id in self.verdicts}


async def test_each_verdict_has_its_consequence(store: Store, clock: FakeClock) -> None:
    """What is held or skipped is not sent, what waits is sent later, what is sent goes as the rules say."""
    later = clock.now() + timedelta(minutes=5)
    rule = Sayings(chat1=Hold("quiet"), chat2=Skip("muted"), chat3=Wait(later, "burst"), chat4=Send(silent=True))
    async with opened(store, clock, judge=Judge((rule,))) as desk:
        await desk.queue(1, 2, 3, 4)
        await desk.comes_to(chat1="held", chat2="dead", chat3="queued", chat4="sent")
        assert (await desk.row(1)).reason == "quiet"
        assert (await desk.row(2)).reason == "muted"
        assert await desk.postponed(3) == 300
        assert [(call.chat, call.delivery.silent) for call in desk.messenger.calls] == [(4, True)]


async def test_what_needs_no_call_waits_for_no_turn(store: Store, clock: FakeClock) -> None:
    """A chat that may not be written to for a minute has everything held that is to be held, at once."""
    rule = Sayings(chat1=Hold("pause"), chat2=Skip("muted"))
    async with opened(store, clock, judge=Judge((rule,)), is_running=False, batch=3) as desk:
        for number in range(7):
            await desk.queue(1, 2, name=f"artikel {number}")
        desk.gate.chat_waits = {1: 60.0, 2: 60.0}
        desk.gate.bot_wait = 60.0
        async with running(desk):

            async def decided() -> bool:
                rows = [*await desk.rows(1), *await desk.rows(2)]
                return {row.state for row in rows} == {"held", "dead"}

            await eventually(decided)
        assert desk.messenger.calls == []


class OnlyOne:
    """A rule that lets one alert of a batch go and holds the others as too much."""

    async def __call__(self, alerts: Claimed) -> Mapping[DeliveryId, Verdict]:
        """Answer."""
        return {delivery.id: Hold(BURST) for delivery, _ in alerts[1:]}


async def test_what_is_too_much_waits_for_what_it_is_too_much_beside(store: Store, clock: FakeClock) -> None:
    """The message that grows begins when the single ones are out; else they would go into it."""
    async with opened(store, clock, judge=Judge((OnlyOne(),)), is_running=False) as desk:
        for number in range(3):
            await desk.queue(1, name=f"artikel {number}")
        desk.gate.chat_waits = {1: 5.0}
        async with running(desk):

            async def handed_back() -> bool:
                return all(row.not_before > clock.now() for row in await desk.rows(1))

            await eventually(handed_back)
            assert {row.state for row in await desk.rows(1)} == {"queued"}


async def test_a_rule_is_asked_only_what_no_other_kept_back(store: Store, clock: FakeClock) -> None:
    """The first rule that keeps an alert back decides; what two rules say of how to send is joined."""
    first = Sayings(chat1=Hold("quiet"), chat2=Send(reply_to=MessageId(7)))
    second = Sayings(chat2=Send(silent=True))
    async with opened(store, clock, judge=Judge((first, second))) as desk:
        await desk.queue(1, 2)
        await desk.comes_to(chat1="held", chat2="sent")
        assert (sorted(first.asked), second.asked) == ([1, 2], [2])
        (call,) = desk.messenger.calls
        assert (call.delivery.silent, call.delivery.reply_to, call.delivery.rank) == (True, 7, Rank.ALERT)
