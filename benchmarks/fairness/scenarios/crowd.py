"""
Crowds at a private bot: many strangers at once, with groups to which they add it too; a group that types without pause;
one reader who presses on and on.

None of them may be felt by whoever the bot knows: bystanders ask and wait for alerts all the time. Strangers and
presses are all answered in the end, groups are left, and the operator has one card for all who wait.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.fairness.databases import Database
from benchmarks.fairness.probes import ALERT_BOUND, REPLY_BOUND, Bystanders, make_bystanders
from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching
from bot.demo.telegram_server.chats import MemberStatus
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson

_OPERATOR = 77
_STRANGERS = 400
_ADDED = 300
_MEMBERS, _COMMANDS = 28, 60
_PRESSES = 1_500
_PATIENCE = 240.0
_LONG_ENOUGH = 45.0
"""Seconds for which bystanders are watched beside each crowd, at least."""


@dataclass(kw_only=True)
class Crowds:
    """The crowds, one after the other, and what bystanders felt of each."""

    stage: Stage
    operator: SimulatedPerson
    bystanders: Bystanders
    rows: list[Row] = field(default_factory=list)

    async def strangers(self) -> None:
        """Let people come whom nobody knows."""
        people = [self.stage.server.person(f"Stranger {number}") for number in range(_STRANGERS)]
        before = len(self.operator.chat.received)
        async with self._felt("400 strangers"):
            began = time.monotonic()
            for person in people:
                person.say("/start")
            answered = await asyncio.gather(*(_first_answer(person) for person in people))
            took = time.monotonic() - began
        self._add("400 strangers: answered", sum(answered), bound=_STRANGERS, at_least=True)
        self._add("400 strangers: until the last one is answered", took, unit="s")
        cards = len(self.operator.chat.received) - before
        self._add("400 strangers: messages to the operator", cards, bound=2)

    async def adders(self) -> None:
        """Let people whom nobody knows add the bot to groups."""
        people = [self.stage.server.person(f"Adder {number}") for number in range(_ADDED)]
        async with self._felt("300 groups at once"):
            began = time.monotonic()
            groups = [self.stage.server.group(f"Added {number}", person) for number, person in enumerate(people)]
            left = await asyncio.gather(*(_left(group) for group in groups))
            took = time.monotonic() - began
        self._add("300 groups at once: left", sum(left), bound=_ADDED, at_least=True)
        self._add("300 groups at once: until the last one is left", took, unit="s")

    async def group(self) -> None:
        """Let all members of a group type as fast as they can."""
        members = [self.stage.server.person(f"Member {number}") for number in range(_MEMBERS)]
        group = self.stage.server.group("Crowd", self.operator)
        await group.chat.wait_until(lambda chat: bool(chat.received), within=30)
        for member in members:
            group.enrol(member)
        async with self._felt("28 × 60 commands in a group"):
            for _ in range(_COMMANDS):
                for member in members:
                    member.say("/list", chat=group.chat)
        self._add("28 × 60 commands in a group: answers there", len(group.chat.received) - 1)

    async def presses(self) -> None:
        """Let one reader press a button on and on."""
        reader = self.bystanders.alerts.people[0]
        message = await reader.ask("/sub Zwetschge", within=30)
        async with self._felt("1,500 presses"):
            began = time.monotonic()
            made = [self.stage.server.world.open_press(message, reader.profile, "zz:1") for _ in range(_PRESSES)]
            waits = await asyncio.gather(*(_answered(press.answered(within=_PATIENCE)) for press in made))
            took = time.monotonic() - began
        self._add("1,500 presses: answered", sum(waits), bound=_PRESSES, at_least=True)
        self._add("1,500 presses: until the last one is answered", took, unit="s")

    @asynccontextmanager
    async def _felt(self, name: str) -> AsyncIterator[None]:
        """Give the bystanders' figures of a block, which lasts long enough for a figure."""
        replies, alerts = self.bystanders.replies.waits, self.bystanders.alerts.waits
        first_reply, first_alert, began = len(replies), len(alerts), time.monotonic()
        yield
        await asyncio.sleep(max(0.0, _LONG_ENOUGH - (time.monotonic() - began)))
        for what, waits, bound in (
            ("reply", replies[first_reply:], REPLY_BOUND),
            ("alert", alerts[first_alert:], ALERT_BOUND),
        ):
            waited = f"{name}: a bystander's {what}, p99 of {len(waits)}"
            self._add(waited, percentile(waits, 0.99), bound=bound, unit="s")

    def _add(
        self, what: str, figure: float, *, bound: float | None = None, unit: str = "", at_least: bool = False
    ) -> None:
        self.rows.append(
            Row(
                scenario="crowd",
                database=self.stage.database.title,
                what=what,
                figure=figure,
                bound=bound,
                unit=unit,
                at_least=at_least,
            )
        )


async def _first_answer(person: SimulatedPerson) -> bool:
    return await _answered(person.chat.wait_until(lambda chat: bool(chat.received), within=_PATIENCE))


async def _left(group: SimulatedGroup) -> bool:
    return await _answered(group.chat.wait_until(lambda chat: chat.bot is MemberStatus.LEFT, within=_PATIENCE))


async def _answered(waiting: Awaitable[object]) -> bool:
    try:
        await waiting
    except TimeoutError:
        return False
    return True


async def run(database: Database) -> Sequence[Row]:
    """Run the crowds beside the same bystanders."""
    changes = {"telegram": {"access": "private", "operators": [_OPERATOR]}}
    async with open_stage(database, changes=changes) as stage:
        operator = stage.server.person("Olga", user_id=_OPERATOR)
        await operator.ask("/start", within=30)

        async def admit(person: SimulatedPerson) -> None:
            await operator.ask(f"/approve {person.id}", within=30)

        bystanders = await make_bystanders(stage, admit=admit)
        crowds = Crowds(stage=stage, operator=operator, bystanders=bystanders)
        async with watching(stage) as watch, bystanders.beside():
            await crowds.strangers()
            await crowds.adders()
            await crowds.group()
            await crowds.presses()
    return [*crowds.rows, *bystanders.rows("crowd"), *watch.rows("crowd")]
