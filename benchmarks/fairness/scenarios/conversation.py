"""
Conversation: how long a reader waits for an answer, alone and among a thousand beside running alerts.

First one reader at a time asks while nothing else happens. Then a thousand readers ask in turn, fifteen questions a
second in all
(commands that read and commands that write), while a feed keeps bringing articles to 200 readers of one keyword each.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
from collections.abc import Sequence

from benchmarks.fairness.databases import Database
from benchmarks.fairness.probes import make_title, make_word
from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching
from bot.demo.telegram_server.people import SimulatedPerson

_PEOPLE, _READERS = 1_000, 200
_A_SECOND, _SECONDS = 15.0, 60.0
_IDLE_QUESTIONS = 200
_IDLE_BOUND, _BUSY_BOUND = 0.2, 1.0
_ARTICLES_EVERY = 20.0
"""Each article goes to all readers: ten alerts a second in the mean."""
_PATIENCE = 60.0
_QUESTIONS = ("/list", "/help", "/sub {word}", "/digest 08:00", "/test Nordkorea", "/quiet 22:00-07:00", "/latest")


async def _ask(person: SimulatedPerson, text: str) -> float:
    """Ask; returns seconds until the answer, infinite where none came."""
    said = person.say(text)
    try:
        answer = await person.chat.answer_to(said, within=_PATIENCE)
    except TimeoutError:
        return math.inf
    return answer.at - said.at


async def _ask_alone(stage: Stage) -> list[float]:
    """Let one ask at a time; ten take turns, because thirty commands a minute of one person are answered at once."""
    people = [stage.server.person(f"Alone {number}") for number in range(10)]
    waits = []
    for number in range(_IDLE_QUESTIONS):
        text = _QUESTIONS[number % len(_QUESTIONS)].format(word=make_word(number, "A"))
        waits.append(await _ask(people[number % len(people)], text))
        await asyncio.sleep(0.1)
    return waits


async def _ask_among_many(stage: Stage, people: Sequence[SimulatedPerson]) -> list[float]:
    questions = itertools.cycle(_QUESTIONS)
    asked = []
    for number in range(int(_A_SECOND * _SECONDS)):
        person = people[number % len(people)]
        asked.append(asyncio.create_task(_ask(person, next(questions).format(word=make_word(number, "M")))))
        await asyncio.sleep(1 / _A_SECOND)
    return list(await asyncio.gather(*asked))


async def _publish(stage: Stage, word: str) -> None:
    for number in itertools.count():
        stage.feeds.publish("busy", make_title(word, number))
        await asyncio.sleep(_ARTICLES_EVERY)


async def run(database: Database) -> Sequence[Row]:
    """Measure both."""
    changes = {"alerts": {"burst": 1_000}}
    async with open_stage(database, feeds=("busy",), changes=changes) as stage:
        alone = await _ask_alone(stage)
        word = make_word(1, "W")
        readers = [stage.server.person(f"Reader {number}") for number in range(_READERS)]
        people = [stage.server.person(f"Asks {number}") for number in range(_PEOPLE)]
        for start in range(0, _READERS, 20):
            await asyncio.gather(*(stage.subscribe(reader, word) for reader in readers[start : start + 20]))
        async with watching(stage) as watch:
            publishing = asyncio.create_task(_publish(stage, word))
            among = await _ask_among_many(stage, people)
            publishing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await publishing
    alerts = sum(len(reader.chat.received) - 1 for reader in readers)  # all but the answer to /sub
    figures = (
        (f"a reply while nothing else happens, p99 of {len(alone)}", percentile(alone, 0.99), _IDLE_BOUND, "s"),
        (f"a reply among {_PEOPLE:,} who ask, p99 of {len(among)}", percentile(among, 0.99), _BUSY_BOUND, "s"),
        (f"a reply among {_PEOPLE:,} who ask, median", percentile(among, 0.5), None, "s"),
        ("alerts sent beside it", alerts, None, ""),
    )
    rows = [
        Row(scenario="conversation", database=database.title, what=what, figure=figure, bound=bound, unit=unit)
        for what, figure, bound, unit in figures
    ]
    return [*rows, *watch.rows("conversation")]
