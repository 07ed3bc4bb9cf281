"""
A broadcast to 100,000 chats, beside which bystanders ask and wait for alerts.

How long an alert takes is measured before, while the messages are being queued, and while they are being sent at
Telegram's rate. Sending all of them takes 55 minutes at that rate: after two minutes the operator stops the broadcast,
which drops what is left, and that is watched too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.fairness.databases import Database
from benchmarks.fairness.probes import Bystanders, make_bystanders
from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching
from bot.core.chat import ChatKind, ChatState
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from storage.store import open_store
from storage.tables import chats

_OPERATOR = 77
_CHATS = 100_000
_PORTION = 5_000
_QUIET_SECONDS = 30.0
_SENDING_SECONDS = 120.0
_PATIENCE = 240.0
_MOST_DELAY = 2.0
"""Seconds that the broadcast may add to an alert."""


async def _meet(stage: Stage) -> None:
    """Make as many people known to Telegram and to the bot, as if each had opened the chat one day."""
    people = [stage.server.person(f"Reader {number}") for number in range(_CHATS)]
    for person in people:
        person.chat.met = True
    now = datetime.now(UTC)
    rows = [
        {
            "id": person.id,
            "kind": ChatKind.PRIVATE,
            "language": "de",
            "state": ChatState.ACTIVE,
            "state_at": now,
            "created_at": now,
        }
        for person in people
    ]
    store = await open_store(stage.database_url)
    try:
        for begin in range(0, len(rows), _PORTION):
            async with store._database.write() as connection:
                await connection.execute(chats.insert(), rows[begin : begin + _PORTION])
    finally:
        await store.close()


async def _confirm(operator: SimulatedPerson) -> Message:
    """Let the operator send the broadcast; gives the message that shows its progress."""
    operator.say("/broadcast Heute Nacht steht der Bot für eine Stunde still.")
    question = await operator.chat.wait_for(lambda message: len(message.buttons) == 1, within=30)
    await operator.press(question.buttons[0][0], question).answered()
    return question


async def run(database: Database) -> Sequence[Row]:
    """Measure before, during and after."""
    async with open_stage(database, changes={"telegram": {"operators": [_OPERATOR]}}) as stage:
        operator = stage.server.person("Olga", user_id=_OPERATOR)
        await operator.ask("/start", within=30)
        bystanders = await make_bystanders(stage, people=16)
        await _meet(stage)
        async with watching(stage) as watch, bystanders.beside():
            await asyncio.sleep(_QUIET_SECONDS)
            begin = len(bystanders.alerts.waits)
            progress = await _confirm(operator)
            await asyncio.sleep(_SENDING_SECONDS)
            sent = _count_sent(stage)
            await operator.press(progress.buttons[0][0], progress).answered()
            await operator.chat.wait_until(lambda _: _is_stopped(progress), within=_PATIENCE)
        title = database.title
    rows = [
        Row(scenario="broadcast", database=title, what="chats it is for", figure=_CHATS),
        Row(scenario="broadcast", database=title, what="messages of it in two minutes", figure=sent),
        *_compare(bystanders, begin, title),
    ]
    return [*rows, *bystanders.rows("broadcast"), *watch.rows("broadcast")]


def _compare(bystanders: Bystanders, begin: int, title: str) -> list[Row]:
    """Give how long alerts took before and with the broadcast; what else the machine does delays both."""
    waits = bystanders.alerts.waits
    before, during = waits[:begin], waits[begin:]

    def row(what: str, figure: float, bound: float | None = None) -> Row:
        return Row(scenario="broadcast", database=title, what=what, figure=figure, bound=bound, unit="s")

    rows = []
    for share in (0.5, 0.95):
        alone, beside = percentile(before, share), percentile(during, share)
        rows += [
            row(f"an alert without it, p{share * 100:.0f} of {len(before)}", alone),
            row(f"an alert beside it, p{share * 100:.0f} of {len(during)}", beside),
            row(f"what it adds to an alert, p{share * 100:.0f}", beside - alone, _MOST_DELAY),
        ]
    return rows


def _is_stopped(progress: Message) -> bool:
    """Say whether the end of the broadcast is shown."""
    return not progress.buttons and "nicht gesendet" in progress.text


def _count_sent(stage: Stage) -> int:
    """Count the chats that have the message."""
    return sum(
        any(message.text.startswith("Heute Nacht") for message in chat.received)
        for chat in stage.server.world.chats.values()
        if chat.id != _OPERATOR
    )
