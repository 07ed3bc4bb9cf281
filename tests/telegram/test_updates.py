"""How updates are received, kept and handled once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from telegram import Update

from bot.core.delivery.delivery import TokenRefused
from bot.core.errors import StorageError
from bot.core.process_state import Leadership
from bot.demo.telegram_server.clock import HANG_SECONDS, until
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.server import Server
from bot.telegram.api.client import BotClient
from bot.telegram.api.transport import RawPress
from bot.telegram.updates import UpdateReceiver
from storage.store import open_store
from storage.updates import SqlUpdateRepository
from tests.fakes.clock import FakeClock
from tests.fakes.updates import QuietHandler, make_receiver


@dataclass
class Post(QuietHandler):
    """A receiver and what it handled."""

    server: Server
    inbox: SqlUpdateRepository
    account: BotClient
    clock: FakeClock
    handled: list[str] = field(default_factory=list)
    sorry: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, update: Update) -> None:
        """Note a text; some texts go wrong."""
        text = (update.message and update.message.text) or ""
        if text == "falsch":
            raise LookupError("a secret text")
        self.handled.append(text)
        self.changed.set()

    async def report_failure(self, update: Update) -> None:
        """Note that somebody was told."""
        self.sorry.append((update.message and update.message.text) or "")
        self.changed.set()

    async def pause(self, seconds: float) -> None:
        """Wait for nothing."""
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def receiver(
        self, inbox: SqlUpdateRepository | None = None, leadership: Leadership | None = None
    ) -> UpdateReceiver:
        """Make a receiver."""
        return make_receiver(
            self.account, inbox or self.inbox, self, self.clock, pause=self.pause, leadership=leadership
        )

    async def until(self, count: int) -> None:
        """Wait until so many updates are through."""
        async with asyncio.timeout(HANG_SECONDS):
            while len(self.handled) + len(self.sorry) < count:
                await self.changed.wait()
                self.changed.clear()


@dataclass
class Unclear:
    """An inbox whose answers get lost, or whose notes fail, as often as said."""

    inbox: SqlUpdateRepository
    lost: int = 0
    unnoted: int = 0

    async def receive(self, updates: Sequence[tuple[int, str]], now: datetime) -> tuple[int, ...]:
        """Store them, and let the answer get lost."""
        new = await self.inbox.receive(updates, now)
        self.lost -= 1
        if self.lost >= 0:
            raise StorageError("the answer to a commit was lost")
        return tuple(new)

    async def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        """Note them, or fail."""
        self.unnoted -= 1
        if self.unnoted >= 0:
            raise StorageError("away")
        await self.inbox.finish(update_ids, now)

    async def list_unfinished(self) -> Sequence[tuple[int, str]]:
        """List what is there."""
        return await self.inbox.list_unfinished()


@pytest.fixture
async def post(clock: FakeClock) -> AsyncIterator[Post]:
    """A server, an inbox and an account."""
    store = await open_store("sqlite://")
    async with Server() as server:
        account = BotClient(server.url, server.token)
        await account.open()
        yield Post(server, store.inbox, account, clock)
        await account.close_all()
    await store.close()


async def stopped(receiver: UpdateReceiver, running: asyncio.Task[TokenRefused | None]) -> TokenRefused | None:
    """Stop, and wait for the end."""
    receiver.stop()
    return await asyncio.wait_for(running, HANG_SECONDS)


async def test_updates_are_kept_before_they_are_confirmed(post: Post) -> None:
    """Handled in order, finished, and never handled again when Telegram repeats them."""
    anna = post.server.person()
    for text in ("eins", "zwei"):
        anna.say(text)
    for _ in range(2):  # the second receiver gets both once more, for the first never confirmed them
        receiver = post.receiver()
        running = asyncio.create_task(receiver.run())
        await post.until(2)
        await asyncio.sleep(0)
        assert await stopped(receiver, running) is None
    assert post.handled == ["eins", "zwei"]
    assert await post.inbox.list_unfinished() == ()


async def test_what_an_earlier_process_left_is_handled_first(post: Post) -> None:
    """Received, not finished, killed: it is still there."""
    anna = post.server.person()
    anna.say("neu")
    kept = (
        '{"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "alt"}}'
    )
    await post.inbox.receive([(5, kept)], post.clock.now())
    receiver = post.receiver()
    running = asyncio.create_task(receiver.run())
    await post.until(2)
    await stopped(receiver, running)
    assert post.handled == ["alt", "neu"]


async def test_a_fault_of_a_handler_is_one_line_and_one_sentence(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """The loop goes on, and the log holds nothing anybody wrote."""
    anna = post.server.person()
    for text in ("falsch", "richtig"):
        anna.say(text)
    receiver = post.receiver()
    running = asyncio.create_task(receiver.run())
    await post.until(2)
    await stopped(receiver, running)
    assert (post.handled, post.sorry) == (["richtig"], ["falsch"])
    (record,) = [each for each in caplog.records if each.name == "bot.telegram.update_queue"]
    assert record.getMessage() == "update.failed"
    fields = vars(record)
    assert (fields["kind"], fields["error"], fields["where"][:15]) == ("message", "LookupError", "test_updates.py")
    assert record.exc_info is None
    assert "secret" not in str(fields)


async def test_an_update_nobody_can_read_is_finished(post: Post) -> None:
    """It must not come again at every start."""
    await post.inbox.receive([(5, '{"update_id": 5, "message": {"message_id": "x"}}')], post.clock.now())
    post.server.person().say("neu")
    receiver = post.receiver()
    running = asyncio.create_task(receiver.run())
    await post.until(1)
    await stopped(receiver, running)
    assert await post.inbox.list_unfinished() == ()


async def test_what_was_stored_with_a_lost_answer_is_handled_before_any_later_update(post: Post) -> None:
    """Once, in its order, and at once instead of at the next start."""
    anna = post.server.person()
    receiver = post.receiver(cast(Any, Unclear(post.inbox, lost=2)))
    anna.say("eins")
    running = asyncio.create_task(receiver.run())
    await post.until(1)
    anna.say("zwei")
    await post.until(2)
    await stopped(receiver, running)
    assert post.handled == ["eins", "zwei"]
    assert await post.inbox.list_unfinished() == ()


async def test_what_is_handled_is_not_handled_again_because_its_note_failed(post: Post) -> None:
    """The note alone is tried again."""
    anna = post.server.person()
    receiver = post.receiver(cast(Any, Unclear(post.inbox, unnoted=3)))
    anna.say("eins")
    running = asyncio.create_task(receiver.run())
    await post.until(1)
    anna.say("zwei")
    await post.until(2)
    await stopped(receiver, running)
    assert post.handled == ["eins", "zwei"]
    assert await post.inbox.list_unfinished() == ()


async def test_a_flood_of_hours_makes_nobody_deaf_for_hours(post: Post) -> None:
    """To ask once a minute costs nothing, and the flood may end sooner than was said."""
    post.server.fault(Effect.FLOOD, "getUpdates", seconds=3600)
    receiver = post.receiver()
    running = asyncio.create_task(receiver.run())
    await post.server.calls.wait("getUpdates", after=len(post.server.calls) + 2)
    await stopped(receiver, running)
    assert set(post.pauses) == {60.0}


async def test_trouble_is_one_line_and_a_growing_pause(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """Telegram is away, then back, which is a line with the length; another poller is told apart."""
    caplog.set_level(logging.INFO, "bot")
    post.server.fault(Effect.RESET, "getUpdates", times=3)
    post.server.person().say("hallo")
    receiver = post.receiver()
    running = asyncio.create_task(receiver.run())
    await post.until(1)
    assert post.pauses == [1.0, 2.0, 3.0]
    assert [each.getMessage() for each in caplog.records] == ["telegram.unreachable", "telegram.reachable_again"]
    caplog.clear()
    other = await post.account.list_updates(0, post.clock.now() - post.clock.now())
    assert isinstance(other, Sequence)
    post.server.person().say("noch da")
    await post.until(2)
    await stopped(receiver, running)
    assert {each.getMessage() for each in caplog.records} <= {"updates.other_receiver"}
    assert all(each.levelno == logging.WARNING and each.exc_info is None for each in caplog.records)


async def test_a_refused_token_ends_it(post: Post) -> None:
    """The process can end with the exit code for that."""
    receiver = post.receiver()
    running = asyncio.create_task(receiver.run())
    await post.server.ready()
    post.server.revoke_token()
    assert isinstance(await asyncio.wait_for(running, HANG_SECONDS), TokenRefused)


@dataclass
class Flaky:
    """An inbox whose store is away for its first calls."""

    inbox: SqlUpdateRepository
    faults: int

    def _fail(self) -> None:
        self.faults -= 1
        if self.faults >= 0:
            raise StorageError("away")

    async def receive(self, updates: Sequence[tuple[int, str]], now: datetime) -> tuple[int, ...]:
        """Receive, or fail."""
        self._fail()
        return await self.inbox.receive(updates, now)

    async def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        """Finish, or fail."""
        await self.inbox.finish(update_ids, now)

    async def list_unfinished(self) -> tuple[tuple[int, str], ...]:
        """List, or fail."""
        self._fail()
        return await self.inbox.list_unfinished()


async def test_a_store_that_is_away_loses_nothing(post: Post) -> None:
    """What cannot be kept is not confirmed, so Telegram gives it again."""
    post.server.person().say("hallo")
    receiver = post.receiver(Flaky(post.inbox, 4))  # type: ignore[arg-type] # the same methods
    running = asyncio.create_task(receiver.run())
    await post.until(1)
    await stopped(receiver, running)
    assert post.handled == ["hallo"]
    assert len(post.pauses) == 4


async def test_ready_is_the_first_answer(post: Post) -> None:
    """Not before, and not only when something comes."""
    receiver = make_receiver(post.account, post.inbox, post, post.clock)
    running = asyncio.create_task(receiver.run())
    await asyncio.wait_for(receiver.ready.wait(), HANG_SECONDS)
    assert await stopped(receiver, running) is None


TAKEN = "Conflict: terminated by other getUpdates request"


@dataclass
class Chair:
    """A leadership that a test gives and takes."""

    ours: bool = False
    asked: int = 0

    def is_ours(self) -> bool:
        """Say what the test set."""
        return self.ours

    async def confirm(self) -> None:
        """Count the question."""
        self.asked += 1


async def test_only_the_leader_receives(post: Post) -> None:
    """Who waits is quiet and comes round; who loses it ends its long poll at once, so that nobody meets a 409."""
    chair, beats = Chair(), list[bool]()

    async def rounds(number: int) -> None:
        before = len(beats)
        async with asyncio.timeout(HANG_SECONDS):
            while len(beats) < before + number:  # noqa: ASYNC110 - a list rings no bell
                await asyncio.sleep(0.01)

    receiver = make_receiver(post.account, post.inbox, post, post.clock, leadership=chair, beat=beats.append)
    running = asyncio.create_task(receiver.run())
    post.server.person().say("eins")
    await rounds(3)
    assert (len(post.server.calls.of("getUpdates")), post.handled) == (0, [])
    assert any(beats), "waiting for the office is no failure"

    chair.ours = True
    await post.until(1)
    calls = post.server.calls

    def last() -> bool | None:
        return (calls.of("getUpdates")[-1].outcome == "open") or None

    await until(calls.bell, last, HANG_SECONDS)
    chair.ours = False
    left = calls.of("getUpdates")[-1]
    await until(calls.bell, lambda: left if left.outcome != "open" else None, HANG_SECONDS)
    asked = len(post.server.calls.of("getUpdates"))
    post.server.person().say("zwei")
    await rounds(3)
    assert (len(post.server.calls.of("getUpdates")), post.handled) == (asked, ["eins"])
    chair.ours = True
    await post.until(2)
    assert await stopped(receiver, running) is None


async def test_a_leader_that_leads_again_begins_nothing_twice(post: Post) -> None:
    """What is in hand stays so when leadership is lost and comes back within one process."""
    chair, flood, rounds = Chair(ours=True), Flood(post), list[bool]()
    anna, bert = post.server.person("Anna"), post.server.person("Bert")
    anna.say("viel")
    anna.say("danach")
    receiver = make_receiver(
        post.account, post.inbox, flood, post.clock, leadership=chair, beat=rounds.append, pause=post.pause
    )
    running = asyncio.create_task(receiver.run())
    bert.say("eins")
    await post.until(1)
    chair.ours = False
    before = rounds.count(True)
    async with asyncio.timeout(HANG_SECONDS):
        while rounds.count(True) < before + 3:  # noqa: ASYNC110 - a list rings no bell
            await asyncio.sleep(0.01)
    chair.ours = True
    bert.say("zwei")
    await post.until(2)
    flood.free.set()
    await post.until(4)
    async with asyncio.timeout(HANG_SECONDS):
        while await post.inbox.list_unfinished():  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.005)
    await stopped(receiver, running)
    assert sorted(post.handled) == ["danach", "eins", "viel", "zwei"]


async def test_a_second_receiver_elsewhere_is_told_once_and_the_office_looked_at(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """In between updates may come; that does not make it news again."""
    chair = Chair(ours=True)
    post.server.fault(Effect.REFUSE, "getUpdates", times=2, status=409, description=TAKEN)
    receiver = post.receiver(leadership=chair)
    running = asyncio.create_task(receiver.run())
    post.server.person().say("eins")
    await post.until(1)
    post.server.fault(Effect.REFUSE, "getUpdates", times=1, status=409, description=TAKEN)
    post.server.person().say("zwei")
    await post.until(2)
    await stopped(receiver, running)

    assert [each.getMessage() for each in caplog.records].count("updates.other_receiver") == 1
    assert chair.asked >= 2


async def test_after_a_cut_the_trace_of_our_own_long_poll_is_no_other_receiver(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """A cut is one line when it begins and one with its length; what refuses us a minute later is somebody else."""
    caplog.set_level(logging.INFO, "bot")
    post.server.fault(Effect.RESET, "getUpdates", times=2)
    receiver = post.receiver(leadership=Chair(ours=True))
    running = asyncio.create_task(receiver.run())
    await post.server.calls.wait("getUpdates", after=0)
    post.server.fault(Effect.REFUSE, "getUpdates", times=2, status=409, description=TAKEN)
    post.server.person().say("eins")
    await post.until(1)
    told = [each.getMessage() for each in caplog.records]
    assert told == ["telegram.unreachable", "telegram.reachable_again"]
    assert "seconds" in vars(caplog.records[1])

    post.clock.move(seconds=61)
    post.server.fault(Effect.REFUSE, "getUpdates", times=1, status=409, description=TAKEN)
    post.server.person().say("zwei")
    await post.until(2)
    await stopped(receiver, running)
    assert [each.getMessage() for each in caplog.records][2:] == ["updates.other_receiver"]


@dataclass
class Flood(QuietHandler):
    """A receiver whose first chat stands still until it is let go."""

    post: Post
    free: asyncio.Event = field(default_factory=asyncio.Event)
    declined: list[str] = field(default_factory=list)
    changes: int = 0

    async def handle(self, update: Update) -> None:
        """Wait in the first chat, and note everything."""
        self.changes += update.my_chat_member is not None
        text = (update.message and update.message.text) or ""
        if text.startswith("viel"):
            await self.free.wait()
        await self.post.handle(update)

    async def report_failure(self, update: Update) -> None:
        """Note that somebody was told."""
        await self.post.report_failure(update)

    async def decline(self, update: Update) -> None:
        """Note what was too much."""
        self.declined.append((update.message and update.message.text) or "")

    async def decline_press(self, press: RawPress) -> None:
        """Note a press that was too much."""
        await self.free.wait()
        self.declined.append("press")


async def test_a_chat_with_too_much_waiting_holds_up_nobody_and_nothing_is_lost(post: Post) -> None:
    """Beyond its own bound its texts are declined together, its presses each; all of it is finished then."""
    anna, bert, flood = post.server.person("Anna"), post.server.person("Bert"), Flood(post)
    for number in range(600):
        said = anna.say(f"viel {number}")
    anna.block()
    for _ in range(7):
        post.server.world.open_press(said, anna.profile, "x")
    bert.say("hallo")
    receiver = make_receiver(post.account, post.inbox, flood, post.clock)
    running = asyncio.create_task(receiver.run())
    await post.until(1)
    assert post.handled == ["hallo"], "600 updates of another chat were received and wait"
    assert len(await post.inbox.list_unfinished()) >= 600
    flood.free.set()
    async with asyncio.timeout(HANG_SECONDS):
        while await post.inbox.list_unfinished():  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.005)
    await stopped(receiver, running)
    assert [each for each in post.handled if each.startswith("viel")] == [f"viel {number}" for number in range(101)]
    assert [each for each in flood.declined if each != "press"] == [f"viel {number}" for number in range(101, 600)]
    assert flood.declined.count("press") == 7
    assert flood.changes == 1


async def test_what_was_too_much_comes_again_after_a_kill(post: Post) -> None:
    """It is stored like everything else until its sentence is said."""
    anna, flood = post.server.person("Anna"), Flood(post)
    for number in range(150):
        anna.say(f"viel {number}")
    receiver = make_receiver(post.account, post.inbox, flood, post.clock, grace=timedelta(0))
    running = asyncio.create_task(receiver.run())
    async with asyncio.timeout(HANG_SECONDS):
        while len(await post.inbox.list_unfinished()) < 150:  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.005)
    await stopped(receiver, running)
    assert (post.handled, flood.declined) == ([], [])
    assert len(await post.inbox.list_unfinished()) == 150
