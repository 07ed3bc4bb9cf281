"""What is new in feeds whose links and guids do not identify, or change with every answer."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from bot.core.feed import Feed, Fetched, ParsedFeed, ParseFailed
from bot.feeds import parse
from storage.store import Store
from tests.contracts.scenes import announce
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.services.polling_desk import MINUTE, open_desk

CASES = tomllib.loads((Path(__file__).parents[1] / "data" / "identities.toml").read_text("utf-8"))["case"]
_URL = "https://zeitung.example/feed"


@dataclass
class RealParser:
    """The `Parser` port without the processes."""

    skips: bool
    """Whether entries with a mark are left out."""

    async def parse(self, fetched: Fetched, marks: bytes = b"") -> ParsedFeed | ParseFailed:
        """Read the document as a worker does; a short reading must agree with a whole one."""
        read = partial(parse.parse, fetched.body, url=fetched.url, content_type=fetched.content_type)
        if not self.skips:
            return read()
        audited = read(marks=marks, audit=True)
        assert isinstance(audited, ParseFailed) or audited.audit is not False
        return read(marks=marks)


def write(entries: list[dict[str, str]], number: int, kind: str) -> Fetched:
    """Write the document of a poll."""
    listed = [{name: value.replace("{n}", str(number)) for name, value in entry.items()} for entry in entries]
    body = {"rss": _rss, "atom": _atom, "json": _json}[kind](listed)
    return Fetched(body=body.encode(), url=_URL, content_type="text/xml", etag=None, last_modified=None)


def _date(entry: dict[str, str]) -> str:
    return f"2026-01-{entry['d']}:15:00Z"


def _rss(listed: list[dict[str, str]]) -> str:
    def item(entry: dict[str, str]) -> str:
        parts = [f"<title>{escape(entry['t'])}</title><description>{escape(entry.get('s', 'x'))}</description>"]
        parts += [f"<link>{escape(entry['l'])}</link>"] if "l" in entry else []
        parts += [f'<guid isPermaLink="false">{escape(entry["g"])}</guid>'] if "g" in entry else []
        parts += [f"<pubDate>{_date(entry)}</pubDate>"] if "d" in entry else []
        return f"<item>{''.join(parts)}</item>"

    return f'<rss version="2.0"><channel><title>Zeitung</title>{"".join(map(item, listed))}</channel></rss>'


def _atom(listed: list[dict[str, str]]) -> str:
    def item(entry: dict[str, str]) -> str:
        return (
            f"<entry><id>{entry['g']}</id><title>{escape(entry['t'])}</title><link href='{escape(entry['l'])}'/>"
            f"<updated>{_date(entry)}</updated><summary>{escape(entry.get('s', 'x'))}</summary></entry>"
        )

    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Zeitung</title>{"".join(map(item, listed))}</feed>'


def _json(listed: list[dict[str, str]]) -> str:
    items = [
        {"id": entry["g"], "title": entry["t"], "content_text": entry.get("s", "x"), "date_published": _date(entry)}
        for entry in listed
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Zeitung", "items": items})


@pytest.mark.parametrize("skips", [True, False], ids=["short", "whole"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_what_is_new_is_announced_once(
    store: Store, clock: FakeClock, counters: FakeCounters, case: dict[str, Any], skips: bool
) -> None:
    """Whatever the identities are worth; over restarts, and whether unchanged entries are skipped unread or not."""
    desk = open_desk(store, clock, counters, reader=RealParser(skips))
    feed: Feed = await desk.add()
    kind = case.get("format", "rss")
    for number, entries in enumerate(case["polls"], 1):
        desk.fetcher.answer(feed, write(entries, number, kind))
        await desk.round(seconds=61)
        assert not desk.counters.counts["polls_total broken"]
        waiting = await desk.waiting()
        assert len(waiting) == sum(case["new"][1:number]), f"poll {number}: {waiting}"
        titles = [article.title for article in await desk.articles()]
        assert len(titles) == sum(case["new"][:number]), f"poll {number}: {titles}"
        desk.restart()
    if "rule" in case:
        assert str((await desk.look(feed)).identity) == case["rule"]


@pytest.mark.parametrize("skips", [True, False], ids=["short", "whole"])
@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
async def test_a_stub_that_is_filled_in_is_the_same_entry_and_says_something_new(
    store: Store, clock: FakeClock, counters: FakeCounters, kind: str, skips: bool
) -> None:
    """It is read although its guid is known, and announced with what it said before; once."""
    desk = open_desk(store, clock, counters, reader=RealParser(skips))
    feed = await desk.add()
    old = {"t": "Alt", "l": "/1", "g": "1", "d": "04T08"}
    stub = {"t": "Eilmeldung: Zwischenfall am Berg", "l": "/2", "g": "2", "d": "05T08"}
    filled = stub | {"t": "Seilbahn am Säntis steht still", "s": "Die Bahn steht."}
    for number, listed in enumerate(([old], [stub, old], [filled, old], [stub, old], [filled, old]), 1):
        desk.fetcher.answer(feed, write(listed, number, kind))
        await desk.round(seconds=61)
        waiting = await store.articles.claim_fanouts("other", clock.now(), MINUTE, 99)
        for each in waiting:
            await announce(store, each.article, now=clock.now())
        said = [(each.article.title, each.before.title if each.before else "") for each in waiting]
        assert said == [[], [(stub["t"], "")], [(filled["t"], stub["t"])], [], []][number - 1]
