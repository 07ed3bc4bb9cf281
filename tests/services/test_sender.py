"""What the sender does with what is queued, and with what Telegram says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.chat import ChatState
from bot.core.delivery.delivery import (
    ChatMoved,
    Delivered,
    Dropped,
    Finished,
    NextStep,
    NotSent,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    RetryAfter,
    SendAgain,
    SendOutcome,
    SetAside,
    TokenRefused,
    UnsentReason,
)
from bot.core.ids import ChatId, MessageId
from bot.services.retry import Outage
from bot.services.sender import OutcomeReport
from storage.store import Store
from tests.builders import MAIN, NOW, make_delivery
from tests.contracts.scenes import meet, notice
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.services.sender_desk import Desk, opened, running


@pytest.fixture
async def desk(store: Store, clock: FakeClock) -> AsyncIterator[Desk]:
    """A sender at work."""
    async with opened(store, clock) as made:
        yield made


async def test_what_is_queued_goes_out_once_with_its_summary(desk: Desk) -> None:
    """The message id is kept, and the time from first sight to Telegram is measured."""
    await desk.queue(1, 2)
    await desk.comes_to(chat1="sent", chat2="sent")

    assert sorted(call.chat for call in desk.messenger.calls) == [1, 2]
    assert desk.messenger.calls[0].summary is not None
    assert desk.messenger.calls[0].summary.lines[0].text == "Ein Satz."
    assert sorted([(await desk.row(1)).message_id, (await desk.row(2)).message_id]) == [1001, 1002]
    assert desk.rate_limiter.taken == [call.chat for call in desk.messenger.calls]
    assert desk.counters.counts["sends_total delivered"] == 2
    assert len(desk.counters.observed["seen_to_sent_seconds"]) == 2


async def test_a_notice_goes_before_alerts(store: Store, clock: FakeClock) -> None:
    """What the bot itself has to say is short and rare."""
    async with opened(store, clock, is_running=False, in_flight=1) as desk:
        await desk.queue(1)
        await meet(store, 2)
        await notice(store, 2)
        async with running(desk):
            await desk.messenger.called(2)

        assert [(call.chat, call.delivery.payload) for call in desk.messenger.calls] == [(2, "text of hello"), (1, "")]


async def test_who_unsubscribed_meanwhile_gets_nothing(store: Store, clock: FakeClock) -> None:
    """The alert is dropped without a call."""
    async with opened(store, clock) as desk:
        desk.rate_limiter.bot_wait = 1.0
        await desk.queue(1)
        (wish,) = await store.subscriptions.list_for(ChatId(1), MAIN)
        await desk.comes_to(chat1="leased")
        await store.subscriptions.remove([wish.id])
        clock.move(seconds=6)
        desk.rate_limiter.bot_wait = 0.0
        await desk.comes_to(chat1="dead")

        assert desk.messenger.calls == []
        assert (await desk.row(1)).reason == "unsubscribed"


async def test_a_chat_that_blocked_the_bot_meanwhile_gets_nothing(store: Store, clock: FakeClock) -> None:
    """Delivery ends where it cannot arrive; the alert waits for the reader's return."""
    async with opened(store, clock, is_running=False) as desk:
        await desk.queue(1)
        await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)
        await desk.deliver._run_once()
        await desk.comes_to(chat1="held")

        assert (await desk.row(1)).reason == "away"
        assert desk.messenger.calls == []


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [(NotSent("no connection"), 1), (OutcomeUnknown("no answer"), 1), (RetryAfter(timedelta(seconds=7)), 7)],
    ids=["unsent", "unknown", "flood"],
)
async def test_a_passing_fault_is_tried_again_in_time(
    desk: Desk, outcome: NotSent | OutcomeUnknown | RetryAfter, seconds: float
) -> None:
    """Nothing is given up for what may pass, and nothing is tried before its time."""
    desk.messenger.answer(1, outcome)
    await desk.queue(1)
    assert await desk.postponed(1) == seconds
    await desk.pass_by(seconds=seconds)
    await desk.comes_to(chat1="sent")

    assert len(desk.messenger.calls) == 2
    assert (await desk.row(1)).uncertain == isinstance(outcome, OutcomeUnknown)
    assert desk.rate_limiter.outcomes == [(1, outcome), (1, Delivered(MessageId(1002)))]


async def test_a_refusal_of_the_markup_is_tried_once_more_in_plain_text(desk: Desk) -> None:
    """What cannot be formatted is still told; refused again, it is given up."""
    refused = Refused(RefusedReason.BAD_MARKUP, "can't parse entities")
    desk.messenger.answer(1, refused)
    desk.messenger.answer(2, refused, refused)
    await desk.queue(1, 2)
    await desk.comes_to(chat1="sent", chat2="dead")

    assert [call.delivery.plain for call in desk.messenger.calls if call.chat == 1] == [False, True]
    assert (await desk.row(2)).reason == "bad-markup"


async def test_a_chat_that_blocks_the_bot_is_told_nothing_more(desk: Desk) -> None:
    """One refused call is enough; what was in hand for the chat is not tried."""
    desk.messenger.answer(1, Refused(RefusedReason.BLOCKED, "blocked by the user"))
    desk.rate_limiter.bot_wait = 0.01
    await desk.queue(1)
    await desk.queue(1, name="zweites")
    desk.rate_limiter.bot_wait = 0.0
    await desk.comes_to(chat1="held")

    assert len(desk.messenger.calls) == 1
    assert (await desk.store.chats.find(ChatId(1))).state is ChatState.BLOCKED  # type: ignore[union-attr]


async def test_a_group_that_moved_gets_everything_under_its_new_id(store: Store, clock: FakeClock) -> None:
    """The old id is tried once; the rest in hand goes to the new one."""
    async with opened(store, clock, is_running=False, in_flight=1) as desk:
        desk.messenger.answer(-1, ChatMoved(ChatId(-1001)))
        await desk.queue(-1)
        await desk.queue(-1, name="zweites")
        async with running(desk):
            await desk.messenger.called(2, chat=-1001)
            await desk.comes_to(**{"chat-1001": "sent"})

        assert [call.chat for call in desk.messenger.calls] == [-1, -1001, -1001]


async def test_a_refused_token_is_told_and_loses_nothing(desk: Desk) -> None:
    """The process ends then; the message waits."""
    desk.messenger.answer(1, TokenRefused("Unauthorized"))
    await desk.queue(1)
    await desk.refused.wait()

    assert await desk.postponed(1) > 0


async def test_an_article_that_cannot_be_summed_up_is_told_by_its_headline(desk: Desk) -> None:
    """A text nobody expected costs the summary and not the alert."""
    desk.broken.add("Nordkorea: treffen")
    await desk.queue(1)
    await desk.comes_to(chat1="sent")

    assert desk.messenger.calls[0].summary is not None
    assert desk.messenger.calls[0].summary.lines == ()


async def test_a_messenger_that_breaks_takes_one_message_back_into_the_queue(desk: Desk) -> None:
    """A bug in one message is an unknown outcome, and stops no other."""
    desk.messenger.answer(1, RuntimeError("a bug"))
    await desk.queue(1, 2)
    await desk.comes_to(chat2="sent")
    await desk.pass_by(seconds=await desk.postponed(1))
    await desk.comes_to(chat1="sent")

    assert (await desk.row(1)).uncertain == 1


async def test_who_may_not_send_claims_nothing(store: Store, clock: FakeClock) -> None:
    """Of two processes one sends; what is queued stays queued for it, and is sent when this process leads."""
    async with opened(store, clock, is_running=False) as desk:
        await desk.queue(1)
        desk.office.clear()
        async with running(desk):
            await asyncio.sleep(0.05)
            assert await desk.states() == {1: "queued"}
            assert not desk.messenger.calls
            desk.office.append("ours")
            desk.deliver.wake()
            await desk.comes_to(chat1="sent")


async def test_who_loses_the_office_before_the_call_does_not_make_it(desk: Desk) -> None:
    """What is in hand is left to the process that sends now."""
    desk.rate_limiter.bot_wait = 0.5
    await desk.queue(1)
    desk.office.clear()
    desk.rate_limiter.bot_wait = 0.0
    await asyncio.sleep(0.05)

    assert not desk.messenger.calls


LATER = SendAgain(at=NOW + timedelta(minutes=1))
GIVEN_UP = Dropped(UnsentReason.BLOCKED)


def report_of(clock: FakeClock, counters: FakeCounters) -> OutcomeReport:
    """Make a report with an outage of its own."""
    return OutcomeReport(counters=counters, clock=clock, outage=Outage("telegram", clock))


@pytest.mark.parametrize(
    ("outcome", "step", "told"),
    [
        (Delivered(MessageId(9)), Finished(MessageId(9)), None),
        (Refused(RefusedReason.GONE, "chat not found"), Finished(MessageId(9)), None),
        (NotSent("connection refused"), LATER, ("telegram.unreachable", None, None, None)),
        (RetryAfter(timedelta(seconds=3)), LATER, ("delivery.again", 7, "RetryAfter", None)),
        (OutcomeUnknown("timeout"), LATER, ("delivery.again", 7, "OutcomeUnknown", "timeout")),
        (Refused(RefusedReason.BAD_MARKUP, "can't parse"), LATER, ("delivery.again", 7, "Refused", "bad-markup")),
        (Refused(RefusedReason.BLOCKED, "blocked"), GIVEN_UP, ("delivery.refused", 7, "Refused", "blocked")),
    ],
)
def test_each_outcome_is_counted_and_those_that_are_no_success_are_a_line(
    outcome: SendOutcome,
    step: NextStep,
    told: tuple[str, int | None, str | None, str | None] | None,
    clock: FakeClock,
    counters: FakeCounters,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With the delivery and its chat, what came of the call and why; an end is measured from the first sight."""
    delivery = make_delivery(7, seen_at=NOW - timedelta(seconds=40), chat_id=ChatId(5))
    report_of(clock, counters).called(delivery, outcome, step)

    assert counters.counts == {f"sends_total {type(outcome).__name__.lower()}": 1}
    assert counters.observed == ({"seen_to_sent_seconds": [40.0]} if isinstance(step, Finished) else {})
    lines = [(record.getMessage(), vars(record)) for record in caplog.records]
    assert [(event, *map(facts.get, ("delivery", "outcome", "why"))) for event, facts in lines] == (
        [told] if told else []
    )
    assert all(facts["chat"] == 5 for event, facts in lines if event.startswith("delivery."))


@pytest.mark.parametrize(
    ("step", "counted"),
    [
        (GIVEN_UP, {"unsent_total blocked": 1}),
        (SetAside(UnsentReason.QUIET, None), {"unsent_total quiet": 1}),
        (LATER, {}),
        (Finished(MessageId(9)), {}),
    ],
)
def test_what_is_held_or_given_up_is_counted_by_its_reason(
    step: NextStep, counted: dict[str, int], clock: FakeClock, counters: FakeCounters
) -> None:
    """What goes out or comes again is not."""
    report_of(clock, counters).unsent(make_delivery(), step)

    assert counters.counts == counted
