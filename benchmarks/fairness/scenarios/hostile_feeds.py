"""
Hostile feeds beside good ones, all polled every second: eight of the catalogue, and eight that readers added.

Each hostile feed shows a document built to be slow, with other bytes every time: nothing is taken for unchanged.
Some exceed the bounds of structure and are refused; some stay just below them and cost what a document may cost.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence

from aiohttp import web

from benchmarks.fairness.databases import Database
from benchmarks.fairness.feeds import Handler
from benchmarks.fairness.probes import ALERT_BOUND, Alerts, make_bystanders
from benchmarks.fairness.rows import Row, percentile
from benchmarks.fairness.stage import Stage, open_stage
from benchmarks.fairness.watch import watching
from bot.demo.telegram_server.people import SimulatedPerson

_SECONDS = 60.0
_PER_PERSON = 4
"""Feeds a reader adds; five an hour are allowed."""
_OWN = "own"

_NUMBER = "@number@"
"""Stands in a document where each answer gets a number of its own."""


def _rss(*items: str, more: str = "") -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'{more}><channel><title>T</title>{listed}</channel></rss>"


def _prefixes() -> str:
    declared = "".join(f" xmlns:n{each}='u:{each}'" for each in range(30_000))
    return _rss(f"<title>{_NUMBER}</title>", "".join(f"<n{each}:x/>" for each in range(30_000)), more=declared)


def _categories() -> str:
    return _rss(f"<title>{_NUMBER}</title>" + "".join(f"<category>{each}</category>" for each in range(50_000)))


def _categories_below_the_bound() -> str:
    listed = "".join(f"<category>{each}</category>" for each in range(1_990))
    return _rss(*(f"<title>{_NUMBER}-{item}</title>{listed}" for item in range(19)))


def _divisions() -> str:
    return _rss(
        *(f"<title>{_NUMBER}-{item}</title><description>{'&lt;div&gt;' * 20_000}</description>" for item in range(20))
    )


def _paragraphs() -> str:
    text = "&lt;p&gt;x" * 5_900
    return _rss(*(f"<title>{_NUMBER}-{item}</title><description>{text}</description>" for item in range(40)))


def _damaged() -> str:
    return _rss(*(f"<title>{_NUMBER} & {item}</title><link>https://h.example/{item}</link>" for item in range(24_000)))


def _references() -> str:
    return _rss(f"<title>{_NUMBER}</title><description>{'&amp;' * 1_900_000}</description>")


def _quotes() -> str:
    text = "„" * 49_000
    return _rss(*(f"<title>Meldung {_NUMBER}-{item}</title><description>{text}</description>" for item in range(10)))


KINDS: Sequence[Callable[[], str]] = (
    *(_prefixes, _categories, _categories_below_the_bound, _divisions),
    *(_paragraphs, _damaged, _references, _quotes),
)


def _handler(make: Callable[[], str]) -> Handler:
    document, numbers = make().encode(), itertools.count()

    async def answer(_: web.Request) -> web.StreamResponse:
        body = document.replace(_NUMBER.encode(), str(next(numbers)).encode())
        return web.Response(body=body, content_type="application/rss+xml")

    return answer


async def _add(stage: Stage, person: SimulatedPerson, name: str) -> None:
    await person.ask(f"/addfeed {stage.feeds.url(name)}", within=60)
    async with asyncio.timeout(60):
        while stage.feeds.fetches[name] < 2:  # noqa: ASYNC110 - the feed server has no bell
            await asyncio.sleep(0.05)


async def run(database: Database) -> Sequence[Row]:
    """Let all be hostile for a while, beside bystanders and a reader with a good feed of their own."""
    listed, added = (
        [f"listed{number}" for number in range(len(KINDS))],
        [f"added{number}" for number in range(len(KINDS))],
    )
    changes = {"chats": {"users_may_add_private_feeds": True}}
    async with open_stage(database, feeds=("daily", *listed), changes=changes) as stage:
        hostile = [stage.server.person(f"Hostile {number}") for number in range(len(KINDS) // _PER_PERSON)]
        for number, name in enumerate(added):
            stage.feeds.publish(name, f"Harmlos {number}")
            await _add(stage, hostile[number // _PER_PERSON], name)
        owner = stage.server.person("Owner")
        await _add(stage, owner, _OWN)
        own = Alerts(stage=stage, people=[owner], feed=_OWN, every=4.0, patience=60.0, beginning="V")
        await own.prepare()
        bystanders = await make_bystanders(stage)
        for make, *names in zip(KINDS, listed, added, strict=True):
            for name in names:
                stage.feeds.handle(name, _handler(make))
        async with watching(stage) as watch, bystanders.beside():
            publishing = asyncio.create_task(own.run())
            await asyncio.sleep(_SECONDS)
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
    row = Row(
        scenario="hostile_feeds",
        database=database.title,
        what=f"an alert of a reader's own good feed, p99 of {len(own.waits)}",
        figure=percentile(own.waits, 0.99),
        bound=ALERT_BOUND,
        unit="s",
    )
    return [*bystanders.rows("hostile_feeds"), row, *watch.rows("hostile_feeds")]
