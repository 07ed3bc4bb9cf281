"""Bystanders: people who ask and wait for alerts while something goes on beside them, and how long they wait."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage
from bot.demo.telegram_server.people import SimulatedPerson

Admit = Callable[[SimulatedPerson], Awaitable[None]]

REPLY_BOUND, ALERT_BOUND = 2.0, 3.0
"""Seconds for 99 of 100."""
_WORDS_EACH = 20
_CONSONANTS, _VOWELS = "bdfgklmnprstvwz", "aeiou"


def make_word(number: int, beginning: str = "Z") -> str:
    """Make a word that stands in no dictionary and is like no other made here; the same number gives the same word."""
    chance = random.Random(f"{beginning}{number}")  # nothing is to be kept secret
    syllables = (chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(4))
    return f"{beginning}o{''.join(syllables)}k"


def make_title(word: str, number: int) -> str:
    """Make a headline with a word in it that is like no other headline of another number."""
    return " ".join((word, *(make_word(number, beginning) for beginning in "HJKL")))


@dataclass(kw_only=True)
class Replies:
    """People who ask /help in turn, each only when the last answer has come."""

    stage: Stage
    people: Sequence[SimulatedPerson]
    every: float
    patience: float
    waits: list[float] = field(default_factory=list)
    """Seconds each waited; infinite where no answer came."""

    async def run(self) -> None:
        """Ask until cancelled; who still waits then counts with what he has waited."""
        free = list(self.people)
        asking: set[asyncio.Task[None]] = set()
        try:
            while True:
                if free:
                    task = asyncio.create_task(self._ask(free.pop(0), free))
                    asking.add(task)
                    task.add_done_callback(asking.discard)
                else:
                    self.waits.append(math.inf)  # everybody waits: nobody is left to ask
                await asyncio.sleep(self.every)
        finally:
            await asyncio.gather(*asking, return_exceptions=True)

    async def _ask(self, person: SimulatedPerson, free: list[SimulatedPerson]) -> None:
        said = person.say("/help")
        try:
            answer = await person.chat.answer_to(said, within=self.patience)
        except TimeoutError:
            self.waits.append(math.inf)
        else:
            self.waits.append(answer.at - said.at)
            free.append(person)


@dataclass(kw_only=True)
class Alerts:
    """Articles that one reader each waits for; a wait begins when the article is published."""

    stage: Stage
    people: Sequence[SimulatedPerson]
    feed: str
    every: float
    patience: float
    beginning: str = "Z"
    waits: list[float] = field(default_factory=list)
    """Seconds from publishing (the feed is polled once a second) until our server accepted the alert."""

    async def prepare(self) -> None:
        """Let everybody subscribe to words of their own."""
        for index, person in enumerate(self.people):
            words = [make_word(number, self.beginning) for number in self._numbers_of(index)]
            await self.stage.subscribe(person, *words)

    def _numbers_of(self, index: int) -> range:
        return range(index, _WORDS_EACH * len(self.people), len(self.people))

    async def run(self) -> None:
        """Publish until cancelled, or until the words are used up; then wait for those that are out."""
        waiting: set[asyncio.Task[None]] = set()
        try:
            for number in range(_WORDS_EACH * len(self.people)):
                waiting.add(asyncio.create_task(self._publish(number)))
                await asyncio.sleep(self.every)
        finally:
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _publish(self, number: int) -> None:
        word, person = make_word(number, self.beginning), self.people[number % len(self.people)]
        title = make_title(word, number)
        article = self.stage.feeds.publish(self.feed, title)
        try:
            alert = await person.chat.wait_for(lambda message: title in message.text, within=self.patience)
        except TimeoutError:
            self.waits.append(math.inf)
        else:
            self.waits.append(alert.at - article.at)


@dataclass(frozen=True, kw_only=True)
class Bystanders:
    """Both kinds of probes; `make_bystanders` lets them in, `beside` runs them."""

    replies: Replies
    alerts: Alerts

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Ask and publish while the block runs, then wait for what is still out."""
        tasks = [asyncio.create_task(self.replies.run()), asyncio.create_task(self.alerts.run())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def rows(self, scenario: str) -> list[Row]:
        """Give p99 of both, with their bounds."""
        title = self.replies.stage.database.title
        replies, alerts = self.replies.waits, self.alerts.waits
        return [
            Row(
                scenario=scenario,
                database=title,
                what=f"a bystander's reply, p99 of {len(replies)}",
                figure=percentile(replies, 0.99),
                bound=REPLY_BOUND,
                unit="s",
            ),
            Row(
                scenario=scenario,
                database=title,
                what=f"a bystander's alert, p99 of {len(alerts)}",
                figure=percentile(alerts, 0.99),
                bound=ALERT_BOUND,
                unit="s",
            ),
        ]


async def make_bystanders(
    stage: Stage,
    *,
    feed: str = "daily",
    people: int = 12,
    every: float = 1.0,
    patience: float = 120.0,
    admit: Admit | None = None,
) -> Bystanders:
    """
    Let people in who ask and who wait for alerts; both kinds are `people` many.

    Args:
        stage: where they are.
        feed: one of the stage's feeds, into which the probes' articles go.
        people: how many of each kind; alerts last for 20 times so many articles.
        every: seconds between two questions, and between two articles.
        patience: seconds after which a wait counts as endless.
        admit: lets one of them in, where the bot is private.
    """
    asking = [stage.server.person(f"Asks {number}") for number in range(people)]
    waiting = [stage.server.person(f"Waits {number}") for number in range(people)]
    if admit is not None:
        for person in (*asking, *waiting):
            await admit(person)
    alerts = Alerts(stage=stage, people=waiting, feed=feed, every=every, patience=patience)
    await alerts.prepare()
    for person in asking:
        await person.ask("/start", within=30)
    return Bystanders(replies=Replies(stage=stage, people=asking, every=every, patience=patience), alerts=alerts)
