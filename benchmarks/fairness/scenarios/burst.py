"""
Bursts: many articles on one keyword at once, in a private chat and in a supergroup.

The growing message has to come right after the last single alert, and whatever else the chat waits for must not queue
behind alerts that are never sent on their own; it is due when it is queued and, if it was published with the burst, the
five single alerts are out. Beside it, bystanders ask and wait for alerts of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.fairness.databases import Database
from benchmarks.fairness.probes import make_bystanders, make_title, make_word
from benchmarks.fairness.rows import Row
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching
from bot.demo.telegram_server.chats import SimulatedChat
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson

_SIZES = (30, 60)
_SINGLES = 5
"""`alerts.burst` of the configuration the stage writes: its default."""
_PRIVATE_BOUND, _GROUP_BOUND = 3.0, 12.0
_PATIENCE = 300.0
_GROWING = "innerhalb einer Stunde"


@dataclass(kw_only=True)
class Case:
    """One burst in one chat."""

    stage: Stage
    number: int
    size: int
    person: SimulatedPerson
    chat: SimulatedChat
    is_group: bool

    def _word(self, which: int) -> str:
        return make_word(100 * self.number + which, "B")

    async def run(self) -> list[Row]:
        """Let it burst and measure."""
        burst, beside, after = self._word(0), self._word(1), self._word(2)
        said = self.person.say(f"/sub {burst}\n{beside}\n{after}", chat=self.chat)
        start = await self.chat.wait_for(_names(after), within=60, after=said)  # in a group, a greeting comes before
        for index in range(self.size):
            self.stage.feeds.publish("bursts", make_title(burst, 1000 * self.number + index))
        early = self.stage.feeds.publish("daily", make_title(beside, 1000 * self.number + 900))
        await self.chat.wait_until(lambda _: len(self._singles(start)) >= _SINGLES, within=_PATIENCE)
        fifth = self._singles(start)[_SINGLES - 1]
        late = self.stage.feeds.publish("daily", make_title(after, 1000 * self.number + 901))
        growing = await self.chat.wait_for(_is_growing, within=_PATIENCE, after=start)
        complete = f"{self.size - _SINGLES} weitere"
        await self.chat.wait_for(lambda message: complete in message.text, within=_PATIENCE, after=start)
        with_it = await self.chat.wait_for(_names(beside), within=_PATIENCE, after=start)
        after_it = await self.chat.wait_for(_names(after), within=_PATIENCE, after=start)
        early_due = max(fifth.at, await self.stage.queued_at(early.title))
        late_due = await self.stage.queued_at(late.title)
        complete_at = self.stage.server.world.clock.wall() if growing.edited_at is None else growing.edited_at
        return [
            self._row("growing message, after the fifth alert", growing.at - fifth.at, bound=True),
            self._row("growing message shows all, after the fifth alert", complete_at - fifth.at, bound=False),
            self._row("unrelated alert published with it, after it was due", with_it.at - early_due, bound=True),
            self._row("unrelated alert published at the fifth, after it was due", after_it.at - late_due, bound=True),
            self._row("single alerts", len(self._singles(start)), bound=False, unit=""),
        ]

    def _singles(self, start: Message) -> list[Message]:
        burst = self._word(0)
        return [
            message
            for message in self.chat.received
            if message.message_id > start.message_id and burst in message.text and not _is_growing(message)
        ]

    def _row(self, what: str, figure: float, *, bound: bool, unit: str = "s") -> Row:
        seconds = _GROUP_BOUND if self.is_group else _PRIVATE_BOUND
        place = "supergroup" if self.is_group else "private"
        return Row(
            scenario="burst",
            database=self.stage.database.title,
            what=f"{self.size} articles, {place}: {what}",
            figure=figure,
            bound=seconds if bound else None,
            unit=unit,
        )


def _is_growing(message: Message) -> bool:
    return _GROWING in message.text


def _names(word: str) -> Callable[[Message], bool]:
    return lambda message: word in message.text


async def run(database: Database) -> Sequence[Row]:
    """Run all bursts one after the other, beside bystanders."""
    rows: list[Row] = []
    async with open_stage(database, feeds=("daily", "bursts", "steady")) as stage:
        bystanders = await make_bystanders(stage, feed="steady")
        async with watching(stage) as watch, bystanders.beside():
            number = 0
            for size in _SIZES:
                for is_group in (False, True):
                    number += 1
                    person = stage.server.person(f"Reader {number}")
                    chat = stage.server.group(f"Group {number}", person).chat if is_group else person.chat
                    case = Case(stage=stage, number=number, size=size, person=person, chat=chat, is_group=is_group)
                    rows += await case.run()
    return [*rows, *bystanders.rows("burst"), *watch.rows("burst")]
