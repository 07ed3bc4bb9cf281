"""Asking for updates, from servers that err: nobody is deaf for long, nothing is lost, and nothing runs in circles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Update

from bot.core.delivery.delivery import TokenRefused
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.telegram.api.client import BotClient
from bot.telegram.api.transport import RawPress
from bot.telegram.updates import UpdateReceiver
from storage.store import open_store
from tests.fakes.bare_telegram import TOKEN, BareTelegram, refusal
from tests.fakes.clock import FakeClock
from tests.fakes.updates import QuietHandler, make_receiver
from tests.telegram.test_updates import Chair

Json = dict[str, Any]
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
TAKEN = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass
class Ears(QuietHandler):
    """Notes what comes in."""

    heard: list[str] = field(default_factory=list)
    presses: list[RawPress] = field(default_factory=list)

    def is_exceeded(self, press: RawPress) -> bool:
        """Note a press when it comes in."""
        self.presses.append(press)
        return False

    async def handle(self, update: Update) -> None:
        """Note a text."""
        self.heard.append((update.message and update.message.text) or "?")

    async def report_failure(self, update: Update) -> None:
        """Note a text as well."""
        await self.handle(update)


@dataclass
class Ear:
    """A receiver at a bare server, and what it heard."""

    bare: BareTelegram
    receiver: UpdateReceiver
    clock: FakeClock
    chair: Chair
    heard: list[str]
    presses: list[RawPress]
    pauses: list[float]
    running: asyncio.Task[TokenRefused | None] = field(init=False)

    async def until(self, *texts: str) -> None:
        """Wait until these texts were heard."""
        async with asyncio.timeout(HANG_SECONDS):
            while self.heard != [*texts]:  # noqa: ASYNC110 - a list rings no bell
                await asyncio.sleep(0.005)


def text(number: int, said: str = "") -> Json:
    """Write an update."""
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": 7}, "text": said or str(number)}}


@pytest.fixture
async def ear(clock: FakeClock) -> AsyncIterator[Ear]:
    """Open an ear."""
    store = await open_store("sqlite://")
    ears, pauses = Ears(), list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.001)

    async with BareTelegram() as bare:
        account = BotClient(bare.url, TOKEN)
        await account.open()
        chair = Chair(ours=True)
        receiver = make_receiver(account, store.inbox, ears, clock, pause=pause, leadership=chair)
        opened = Ear(bare, receiver, clock, chair, ears.heard, ears.presses, pauses)
        opened.running = asyncio.create_task(receiver.run())
        await bare.called("getUpdates", 2)
        yield opened
        receiver.stop()
        await asyncio.wait_for(opened.running, HANG_SECONDS)
        await account.close_all()
    await store.close()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """List the lines of the log."""
    return [each.getMessage() for each in caplog.records]


@pytest.mark.parametrize(
    ("answer", "longest"),
    [
        ((502, {}, b"<html>"), 3.0),
        (refusal(409, TAKEN), 3.0),
        ({"ok": True, "result": {}}, 3.0),
        ({"ok": False, "description": "?"}, 3.0),
    ],
)
async def test_nobody_is_deaf_for_long(
    ear: Ear, caplog: pytest.LogCaptureFixture, answer: Json, longest: float
) -> None:
    """However long the trouble lasts, its end is noticed within three seconds; it is one line."""
    ear.bare.answer("getUpdates", *[answer] * 12)
    await ear.bare.push(text(1))
    await ear.bare.called("getUpdates", 15)
    await ear.until("1")
    assert len(ear.pauses) == 12
    assert max(ear.pauses) == longest
    assert len(told(caplog)) == 1


async def test_another_receiver_is_given_way_at_once(ear: Ear) -> None:
    """The pause is long from the first time on, so that a take-over costs one 409; and the lease is checked."""
    ear.bare.answer("getUpdates", refusal(409, TAKEN))
    await ear.bare.push(text(1))
    await ear.until("1")
    await ear.bare.push(text(2))
    await ear.until("1", "2")
    assert ear.pauses == [3.0]
    assert ear.chair.asked == 1


async def test_a_webhook_somebody_set_is_taken_back(ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    """At once and in one line; where somebody sets it again and again, once a minute."""
    set_again = [True]

    def answer(params: object) -> Json | None:
        return refusal(409, WEBHOOK) if set_again[0] else None

    ear.bare.always("getUpdates", answer)
    await ear.bare.push(text(1))
    asked = len(ear.bare.of("getUpdates"))
    await ear.bare.called("getUpdates", asked + 4)
    assert len(ear.bare.of("deleteWebhook")) == 1
    ear.clock.move(seconds=61)
    await ear.bare.called("deleteWebhook", 2)
    set_again[0] = False
    await ear.until("1")
    assert told(caplog) == ["updates.webhook_deleted"] * 2


async def test_updates_come_in_their_order_and_are_confirmed_by_the_highest(ear: Ear) -> None:
    """Also from a server that lists them otherwise, or twice; what is no update costs the others nothing."""
    listed = [text(5), {}, None, text(3), {"update_id": "4"}, text(4), text(5), {"update_id": 6, "message": 7}]
    ear.bare.answer("getUpdates", {"ok": True, "result": listed})
    await ear.bare.push(text(1))
    asked = await ear.bare.called("getUpdates", 4)
    async with asyncio.timeout(HANG_SECONDS):
        while len(ear.heard) < 5:  # noqa: ASYNC110 - a list rings no bell
            await asyncio.sleep(0.005)
    assert [each for each in ear.heard if each not in ("1", "?")] == ["3", "4", "5"]
    assert "7" in [each.params.get("offset") for each in asked]


async def test_a_server_without_long_polls_is_not_run_over(ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    """It says at once that there is nothing; it is asked four times a second, and what comes is heard."""
    ear.bare.long_polls = False
    await ear.bare.push(text(1))
    await ear.until("1")
    asked = len(ear.bare.of("getUpdates"))
    await ear.bare.called("getUpdates", asked + 30)
    await ear.bare.push(text(2))
    await ear.until("1", "2")
    assert set(ear.pauses) == {0.25}
    assert len(ear.pauses) >= 15  # an answer that was long on its way is none that came at once
    assert told(caplog) == ["updates.no_long_polls"]


async def test_a_server_that_repeats_itself_is_not_run_over(ear: Ear) -> None:
    """Updates we have already are no news, and come without end where nobody looks at what we confirm."""
    ear.bare.always("getUpdates", {"ok": True, "result": [text(1)]})
    await ear.bare.push(text(9))
    asked = len(ear.bare.of("getUpdates"))
    await ear.bare.called("getUpdates", asked + 20)
    assert set(ear.pauses) == {0.25}
    assert ear.heard.count("1") == 1
    ear.bare.always("getUpdates", None)


async def test_a_press_is_counted_when_it_comes_in(ear: Ear) -> None:
    """Its turn may be some way off."""
    press = {"update_id": 1, "callback_query": {"id": "5", "from": {"id": 7}}}
    await ear.bare.push(press)
    await ear.until("?")
    assert [press.query_id for press in ear.presses] == ["5"]
