"""Updates that are posted: stored before they are confirmed, handed out once, by the leader."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from telegram import Update

from bot.core.delivery.delivery import TokenRefused
from bot.core.errors import StorageError
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.services.retry import Outage
from bot.telegram.api.client import UPDATES, BotClient
from bot.telegram.update_intake import UpdateIntake
from bot.telegram.update_queue import PerChatExecutor, StoredUpdateQueue
from bot.telegram.webhook import Webhook, WebhookReceiver, WebhookTiming
from storage.store import Store, open_store
from tests.fakes.bare_telegram import TOKEN, BareTelegram, refusal
from tests.fakes.clock import FakeClock
from tests.fakes.updates import QuietHandler

WEBHOOK = Webhook(url="https://bot.example/telegram", secret="s" * 32)
INFO = {"url": WEBHOOK.url, "has_custom_certificate": False, "pending_update_count": 3}


class Lead:
    """A leadership that a test gives and takes."""

    def __init__(self, is_leader: bool = True) -> None:
        self.is_leader = is_leader

    def is_ours(self) -> bool:
        """Return whether this process is the leader."""
        return self.is_leader

    async def confirm(self) -> None:
        """Do nothing."""


@dataclass
class Heard(QuietHandler):
    """Notes the texts it handles."""

    texts: list[str] = field(default_factory=list)

    async def handle(self, update: Update) -> None:
        """Note a text."""
        self.texts.append((update.message and update.message.text) or "")


@dataclass(kw_only=True)
class Process:
    """A receiver with a handler and a leadership of its own."""

    receiver: WebhookReceiver
    heard: list[str]
    lead: Lead
    beats: list[bool]
    running: asyncio.Task[TokenRefused | None]


@dataclass
class Desk:
    """Processes on one database, with one Telegram."""

    bare: BareTelegram
    store: Store
    account: BotClient
    clock: FakeClock

    @asynccontextmanager
    async def process(self, *, is_leader: bool = True) -> AsyncIterator[Process]:
        """Run a receiver."""
        handler, lead, beats = Heard(), Lead(is_leader), list[bool]()
        queue = StoredUpdateQueue(
            account=self.account,
            inbox=self.store.inbox,
            handler=handler,
            executor=PerChatExecutor(),
            clock=self.clock,
        )
        receiver = WebhookReceiver(
            account=self.account,
            webhook=WEBHOOK,
            intake=UpdateIntake(inbox=self.store.inbox, queue=queue, clock=self.clock),
            queue=queue,
            outage=Outage("telegram", self.clock),
            leadership=lead,
            beat=beats.append,
            timing=WebhookTiming(look=timedelta(milliseconds=20), check=timedelta(milliseconds=20)),
        )
        running = asyncio.create_task(receiver.run())
        try:
            yield Process(receiver=receiver, heard=handler.texts, lead=lead, beats=beats, running=running)
        finally:
            receiver.stop()
            await running


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a database and a Telegram."""
    store = await open_store("sqlite://")
    async with BareTelegram() as bare:
        bare.always("getWebhookInfo", {"ok": True, "result": INFO})
        account = BotClient(bare.url, TOKEN)
        await account.open()
        yield Desk(bare, store, account, FakeClock())
        await account.close_all()
    await store.close()


def text(number: int, said: str) -> dict[str, Any]:
    """Write an update."""
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": 7}, "text": said}}


async def until(heard: list[str], *texts: str) -> None:
    """Wait until exactly these texts were handled."""
    async with asyncio.timeout(HANG_SECONDS):
        while heard != [*texts]:  # noqa: ASYNC110 - a list rings no bell
            await asyncio.sleep(0.005)


async def test_the_webhook_is_set_with_its_secret_and_kept(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """It is asked for now and then, and set again where another program took it away; failures come to the log once."""
    async with desk.process() as process:
        (call,) = await desk.bare.called("setWebhook")
        assert (call.params["url"], call.params["secret_token"]) == (WEBHOOK.url, WEBHOOK.secret)
        assert all(kind in call.params["allowed_updates"] for kind in UPDATES)
        await process.receiver.ready.wait()
        failure = {"last_error_date": 1_800_000_000, "last_error_message": "Wrong response from the webhook: 502"}
        desk.bare.always("getWebhookInfo", {"ok": True, "result": INFO | failure})
        await desk.bare.called("getWebhookInfo", 4)
        assert len(desk.bare.of("setWebhook")) == 1
        desk.bare.answer("getWebhookInfo", {"ok": True, "result": INFO | failure | {"url": ""}})
        await desk.bare.called("setWebhook", 2)
    events = [record.msg for record in caplog.records if record.levelno == logging.WARNING]
    assert events == ["webhook.not_delivered", "webhook.replaced"]


async def test_an_update_is_handled_once_however_often_it_comes(desk: Desk) -> None:
    """One after the other, and at the same time; in Telegram's order within a chat."""
    async with desk.process() as process:
        together = [text(2, "b"), text(1, "a"), text(2, "b"), text(3, "c")]
        await asyncio.gather(*map(process.receiver.receive, together))
        await process.receiver.receive(text(1, "a"))
        await process.receiver.receive(text(4, "d"))
        await until(process.heard, "a", "b", "c", "d")
        assert await desk.store.inbox.list_unfinished() == ()


async def test_what_another_process_took_is_handled_by_the_leader(desk: Desk) -> None:
    """A process that is not the leader stores, and hands out what is unfinished once it is."""
    async with desk.process(is_leader=False) as second:
        await second.receiver.receive(text(1, "a"))
        async with desk.process() as first:
            await until(first.heard, "a")
            await second.receiver.receive(text(2, "b"))
            await until(first.heard, "a", "b")
            assert second.heard == []
        await second.receiver.receive(text(3, "c"))
        assert len(desk.bare.of("setWebhook")) == 1
        second.lead.is_leader = True
        await until(second.heard, "c")
        await desk.bare.called("setWebhook", 2)


async def test_what_was_left_unfinished_is_handled_before_what_arrives_at_the_start(desk: Desk) -> None:
    """A keyword is not removed before it was added, because the process was killed in between."""
    await desk.store.inbox.receive([(1, json.dumps(text(1, "a")))], desk.clock.now())
    async with desk.process() as process:
        await process.receiver.receive(text(2, "b"))
        await until(process.heard, "a", "b")


async def test_an_update_that_is_not_stored_is_not_confirmed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram sends it again; one that was stored all the same is not lost then."""
    receive, failures = desk.store.inbox.receive, [1]

    async def commit_and_lose(updates: list[tuple[int, str]], now: datetime) -> tuple[int, ...]:
        new = await receive(updates, now)
        if failures:
            failures.clear()
            raise StorageError("the answer was lost")
        return new

    monkeypatch.setattr(desk.store.inbox, "receive", commit_and_lose)
    async with desk.process() as process:
        with pytest.raises(StorageError):
            await process.receiver.receive(text(1, "a"))
        assert process.beats[-1] is False
        await process.receiver.receive(text(1, "a"))
        await until(process.heard, "a")


async def test_a_stopping_process_confirms_nothing_more(desk: Desk) -> None:
    """The update comes again, to the next process."""
    async with desk.process() as process:
        process.receiver.stop()
        with pytest.raises(StorageError):
            await process.receiver.receive(text(1, "a"))


async def test_a_refused_token_ends_it(desk: Desk) -> None:
    """As it does when updates are polled."""
    desk.bare.always("setWebhook", refusal(401, "Unauthorized"))
    async with desk.process() as process:
        assert isinstance(await asyncio.wait_for(process.running, HANG_SECONDS), TokenRefused)


async def test_a_refused_address_is_said_and_tried_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Telegram's words tell what is wrong with it; meanwhile the bot is not ready."""
    desk.bare.answer("setWebhook", refusal(400, "Bad Request: bad webhook: Failed to resolve host"))
    async with desk.process() as process:
        await desk.bare.called("setWebhook", 2)
        await process.receiver.ready.wait()
    (told,) = [record for record in caplog.records if record.msg == "webhook.refused"]
    assert "resolve host" in str(told.__dict__["error"])
