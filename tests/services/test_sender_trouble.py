"""The sender when the store fails, leases run out, chats hang, or the process is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.delivery.delivery import NotSent, Refused, RefusedReason
from bot.core.ids import ChatId
from bot.demo.telegram_server.clock import HANG_SECONDS
from storage.store import Store
from tests.builders import MAIN
from tests.contracts.scenes import meet, notice
from tests.fakes.clock import FakeClock
from tests.services.conftest import eventually
from tests.services.sender_desk import SENDER, Desk, opened, running


@pytest.fixture
async def desk(store: Store, clock: FakeClock) -> AsyncIterator[Desk]:
    """A sender at work."""
    async with opened(store, clock) as made:
        yield made


async def test_a_store_that_fails_a_while_stops_the_sender_only_for_that_while(desk: Desk) -> None:
    """A fault is one log line and a pause, never the end."""
    desk.outbox.break_before("claim", 2)
    desk.outbox.break_before("next_due", 2)
    await desk.queue(1)
    await desk.comes_to(chat1="sent")


async def test_what_was_claimed_is_sent_also_when_its_contents_could_not_be_loaded(desk: Desk) -> None:
    """Contents that are missing are loaded again; they are never taken for an unsubscription."""
    desk.outbox.break_before("load_alerts", 2)
    await desk.queue(1, 2)
    await desk.comes_to(chat2="sent")
    await desk.pass_by(seconds=2)
    await desk.comes_to(chat1="sent", chat2="sent")

    assert len(desk.messenger.calls) == 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_message_whose_start_could_not_be_noted_is_not_sent_then(desk: Desk, *, after: bool) -> None:
    """Without the mark a kill would not know of the call; the message comes when the store does."""
    (desk.outbox.break_after if after else desk.outbox.break_before)("start")
    await desk.queue(1)
    await desk.pass_by(seconds=await desk.postponed(1))
    await desk.comes_to(chat1="sent")

    assert len(desk.messenger.calls) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_message_that_is_out_is_not_sent_again_because_the_store_was_away(desk: Desk, *, after: bool) -> None:
    """What Telegram said is kept in mind, also beyond the lease, until it is written down."""
    times = 20
    (desk.outbox.break_after if after else desk.outbox.break_before)("finish", times)
    await desk.queue(1)
    await desk.messenger.called(1)
    await desk.pass_by(minutes=10)
    await desk.comes_to(chat1="sent")
    await desk.pass_by(minutes=10)
    await desk.queue(2, name="zweites")
    await desk.comes_to(chat2="sent")

    assert [call.chat for call in desk.messenger.calls] == [1, 2]


async def test_an_outcome_the_store_never_takes_holds_up_nobody_for_ever(desk: Desk) -> None:
    """After a lease's time the message is left to its lease, and the place in the air is free again."""
    desk.messenger.answer(1, Refused(RefusedReason.BAD_REQUEST, "odd"))
    desk.outbox.break_before("finish", 10_000)
    await desk.queue(1)

    async def tried() -> bool:
        return desk.outbox.failed["finish"] > 0

    await eventually(tried)
    for _ in range(2):
        before = desk.outbox.failed["finish"]

        async def tried_again(before: int = before) -> bool:
            return desk.outbox.failed["finish"] > before + 1

        await eventually(tried_again)
        desk.clock.move(minutes=3)
    desk.outbox.mend()
    await desk.pass_by(minutes=3)
    await desk.comes_to(chat1="sent")


async def test_a_chat_that_hangs_holds_up_no_other_and_gets_nothing_twice(store: Store, clock: FakeClock) -> None:
    """While one call is open, all others go; even when its lease runs out there is no second call."""
    async with opened(store, clock) as desk:
        answer = desk.messenger.hang(1)
        await desk.queue(1)
        await desk.messenger.called(1)
        await desk.queue(*range(2, 40), name="zweites")
        await desk.comes_to(**{f"chat{chat}": "sent" for chat in range(2, 40)})

        for _ in range(3):
            await desk.pass_by(minutes=10)
            await desk.queue(2, name=f"nach {clock.now():%H:%M}")
            await desk.comes_to(chat2="sent")
        answer.set()
        await desk.comes_to(chat1="sent")
        await desk.pass_by(minutes=10)
        await desk.queue(3, name="am Ende")
        await desk.comes_to(chat3="sent")

        assert [call.chat for call in desk.messenger.calls].count(1) == 1


async def test_messages_of_one_chat_wait_for_their_turns_and_let_others_pass(store: Store, clock: FakeClock) -> None:
    """Each gets a time of its own, a second apart (three in a group), also over several rounds."""
    async with opened(store, clock, is_running=False, batch=3) as desk:
        for number in range(6):
            await desk.queue(1, -2, name=f"artikel {number}")
        await desk.queue(3, name="anderer Artikel")
        desk.rate_limiter.chat_waits = {1: 2.0, -2: 5.0}
        async with running(desk):
            await desk.comes_to(chat3="sent")

            async def handed_back() -> bool:
                found = [*await desk.rows(1), *await desk.rows(-2)]
                return all(row.not_before > clock.now() for row in found)

            await eventually(handed_back)

        def turns(chat: int) -> list[float]:
            return [(row.not_before - clock.now()).total_seconds() for row in rows[chat]]

        rows = {chat: await desk.rows(chat) for chat in (1, -2)}
        assert turns(1) == [2, 3, 4, 5, 6, 7]
        assert turns(-2) == [5, 8, 11, 14, 17, 20]


async def test_a_place_in_the_rate_is_taken_at_the_moment_of_the_call(desk: Desk) -> None:
    """A chat in whose way something came after the choice goes back into the queue; others wait for the bot's rate."""
    waits = iter((0.0, 3.0))
    desk.rate_limiter.chat_wait = lambda chat, rank, is_edit: next(waits, 0.0)  # type: ignore[method-assign]
    await desk.queue(1)
    assert await desk.postponed(1) == 3
    assert desk.rate_limiter.taken == []
    await desk.pass_by(seconds=3)
    await desk.comes_to(chat1="sent")

    waits_for_bot = iter((0.0, 0.01, 0.0))
    desk.rate_limiter.wait = lambda chat, rank: next(waits_for_bot, 0.0)  # type: ignore[method-assign]
    await desk.queue(2, name="zweites")
    await desk.comes_to(chat2="sent")
    assert desk.rate_limiter.taken == [1, 2]


async def test_a_stop_lets_land_what_is_in_the_air_and_starts_nothing(store: Store, clock: FakeClock) -> None:
    """What was claimed and not started is given back by a release, and nothing is lost or doubled."""
    async with opened(store, clock, is_running=False, in_flight=1) as desk:
        answer = desk.messenger.hang(1)
        await desk.queue(1, 2, 3)
        task = asyncio.create_task(desk.deliver.run())
        await desk.messenger.called(1)
        desk.deliver.stop()
        await asyncio.sleep(0)
        assert not task.done()
        answer.set()
        await asyncio.wait_for(task, HANG_SECONDS)

        assert await desk.states() == {1: "sent", 2: "leased", 3: "leased"}
        assert await store.outbox.release(SENDER, clock.now()) == 2
        assert await desk.states() == {1: "sent", 2: "queued", 3: "queued"}


async def test_a_stop_while_claiming_starts_no_message(store: Store, clock: FakeClock) -> None:
    """The process is about to give back its leases; a call now would be a double later."""
    async with opened(store, clock, is_running=False) as desk:
        await desk.queue(1)
        claim = desk.outbox.claim

        async def claim_and_stop(*arguments: object) -> object:
            claimed = await claim(*arguments)
            desk.deliver.stop()
            return claimed

        vars(desk.outbox)["claim"] = claim_and_stop
        await asyncio.wait_for(desk.deliver.run(), HANG_SECONDS)

        assert desk.messenger.calls == []
        assert await desk.states() == {1: "leased"}


async def test_a_stop_does_not_wait_for_the_rate(store: Store, clock: FakeClock) -> None:
    """What waits for the rate limit is given back."""
    async with opened(store, clock, is_running=False) as desk:
        await desk.queue(1)
        answers = iter((0.0,))
        desk.rate_limiter.wait = lambda chat, rank: next(answers, 60.0)  # type: ignore[method-assign]
        task = asyncio.create_task(desk.deliver.run())
        await desk.comes_to(chat1="sending")
        desk.deliver.stop()
        await asyncio.wait_for(task, HANG_SECONDS)

        assert desk.messenger.calls == []
        await store.outbox.release(SENDER, clock.now())
        assert await desk.states() == {1: "queued"}


async def test_cut_off_it_leaves_nothing_running(file_store: Store, clock: FakeClock) -> None:
    """When a call takes too long for a stop, it is ended, and the message is queued again as uncertain."""
    store = file_store
    async with opened(store, clock, is_running=False) as desk:
        desk.messenger.hang(1)
        await desk.queue(1)
        task = asyncio.create_task(desk.deliver.run())
        await desk.messenger.called(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.outbox.release(SENDER, clock.now())

        row = await desk.row(1)
        assert (row.state, row.uncertain) == ("queued", 1)


async def test_what_others_queue_is_found_without_a_bell(desk: Desk) -> None:
    """Another process cannot ring; a look at the store now and then does."""
    await meet(desk.store, 1)
    await notice(desk.store, 1)
    await desk.messenger.called(1)


async def test_a_notice_whose_chat_cannot_be_read_comes_later(desk: Desk) -> None:
    """A fault before the call costs a second and nothing else."""
    desk.chats.break_before("find")
    await meet(desk.store, 1)
    await notice(desk.store, 1)
    desk.deliver.wake()
    await desk.pass_by(seconds=await desk.postponed(1))
    await desk.comes_to(chat1="sent")


async def test_a_fault_nobody_foresaw_comes_again_after_a_minute(desk: Desk) -> None:
    """A bug in one message must not fill the log."""
    desk.outbox.break_before("load_alerts", 2, RuntimeError("a bug"))
    await desk.queue(1)
    assert await desk.postponed(1) == 60
    await desk.pass_by(seconds=60)
    await desk.comes_to(chat1="sent")


async def test_rounds_with_nothing_due_hide_no_messages_that_fail(desk: Desk) -> None:
    """A fault of ours stands until a message gets through; before the first one there is nothing wrong."""
    await eventually(lambda: has_beaten(desk, 2))
    assert all(desk.beats)
    desk.outbox.break_before("load_alerts", 2, RuntimeError("a bug"))
    await desk.queue(1)
    assert await desk.postponed(1) == 60
    desk.beats.clear()
    await eventually(lambda: has_beaten(desk, 3))
    assert not any(desk.beats)

    await desk.pass_by(seconds=60)
    await desk.comes_to(chat1="sent")
    desk.beats.clear()
    await eventually(lambda: has_beaten(desk, 3))
    assert all(desk.beats[1:])


async def has_beaten(desk: Desk, times: int) -> bool:
    """Say whether the sender has come round so often."""
    return len(desk.beats) >= times


async def test_fresh_contents_are_loaded_for_what_waited_long(store: Store, clock: FakeClock) -> None:
    """What a reader changed after the claim counts."""
    async with opened(store, clock) as desk:
        desk.rate_limiter.bot_wait = 1.0
        await desk.queue(1)
        await desk.comes_to(chat1="leased")
        (wish,) = await store.subscriptions.list_for(ChatId(1), MAIN)
        clock.move(seconds=60)
        desk.rate_limiter.bot_wait = 0.0
        await desk.comes_to(chat1="sent")

        assert desk.messenger.calls[0].alert is not None
        assert [match.subscription.id for match in desk.messenger.calls[0].alert.matches] == [wish.id]


async def test_a_refusal_is_logged_by_its_code(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Telegram's own words may quote the message."""
    desk.messenger.answer(1, *[Refused(RefusedReason.BAD_MARKUP, "can't parse: Nordkorea")] * 2)
    await desk.queue(1)
    await desk.comes_to(chat1="dead")

    told = [vars(record) for record in caplog.records if record.getMessage().startswith("delivery.")]
    assert {each["why"] for each in told} == {"bad-markup"}
    assert "Nordkorea" not in str(told)


async def test_messages_whose_claim_was_lost_on_the_way_are_claimed_again(store: Store, clock: FakeClock) -> None:
    """They are leased to us, and only the store knows: no reader waits for the end of that lease."""
    async with opened(store, clock, is_running=False) as desk:
        await desk.queue(1, 2)
        desk.outbox.break_after("claim")
        async with running(desk):
            await desk.comes_to(chat1="sent", chat2="sent")

        assert sorted(call.chat for call in desk.messenger.calls) == [1, 2]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_messages_that_could_not_be_handed_back_are_claimed_again(desk: Desk, *, after: bool) -> None:
    """A chat had to wait, and the store failed when that was to be noted."""
    desk.rate_limiter.chat_waits = {1: 5.0}
    (desk.outbox.break_after if after else desk.outbox.break_before)("note")
    await desk.queue(1)
    await desk.postponed(1)
    desk.rate_limiter.chat_waits = {}
    await desk.pass_by(seconds=5)
    await desk.comes_to(chat1="sent")

    assert [call.chat for call in desk.messenger.calls] == [1]


async def test_messages_that_cannot_leave_are_one_line(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """However many they are: that is one outage; the line that ends it belongs to whoever hears of Telegram."""
    for chat in (1, 2, 3):
        desk.messenger.answer(chat, NotSent("connection refused"))
    await desk.queue(1, 2, 3)
    for chat in (1, 2, 3):
        await desk.postponed(chat)

    (record,) = caplog.records
    assert (record.getMessage(), vars(record)["error"]) == ("telegram.unreachable", "connection refused")
