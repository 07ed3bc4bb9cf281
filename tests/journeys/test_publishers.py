"""
What publishers really send, through the real process: how many alerts a reader gets for each kind of feed.

All feeds are polled by one bot. Each lists its old entries first, which are stored silently, then what is new.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import count
from pathlib import Path

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.feeds.servers import Answer, FeedServer, feed_server
from tests.journeys.process import make_bot, write_config

_COUNTED = "Gämse"
"""The keyword whose old entries get new links with every document; they are four articles for ever."""
_POLLS = 3
"""Polls of a feed after which nothing more comes of a document."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An entry of RSS; `{n}` in link and guid is another number with every document."""

    title: str
    link: str = ""
    guid: str = ""
    date: str | None = None
    """As it stands in the document; None: now."""
    lead: str = "Mehr dazu steht in der Zeitung von morgen."
    enclosure: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One feed: what it lists first, then next, and how many alerts on the keyword come of that."""

    keyword: str
    before: tuple[Item, ...]
    after: tuple[Item, ...]
    alerts: int
    more: tuple[tuple[Item, ...], ...] = ()
    """What it lists after that, each for some polls."""
    headers: tuple[tuple[str, str], ...] = ()


def own(name: str, *titles: str, **changes: str) -> tuple[Item, ...]:
    """Make entries with a link and guid of their own."""
    return tuple(
        Item(title=title, link=f"https://{name}.example/{number}", guid=f"{name}-{number}", **changes)
        for number, title in enumerate(titles, 1)
    )


def rows(*titles: str) -> tuple[Item, ...]:
    """Make entries with a link of their own and a guid that is the row of the list."""
    hours = {title: index for index, title in enumerate(("Altes C", "Altes B", "Altes A"), -9)}
    return tuple(
        Item(
            title=title,
            link=f"https://rows.example/{title.replace(' ', '-')}",
            guid=str(row),
            date=format_datetime(
                datetime.now(UTC).replace(microsecond=0, second=0, minute=0) + timedelta(hours=hours.get(title, -1))
            ),
        )
        for row, title in enumerate(titles)
    )


def numbered(name: str, titles: Sequence[str], link: str, guid: str) -> tuple[Item, ...]:
    """Make old entries whose link and guid hold their number (`{i}`) and that of the document (`{n}`)."""
    return tuple(
        Item(
            title=title,
            link=link.replace("{i}", f"{name}{index}"),
            guid=guid.replace("{i}", f"{name}{index}"),
            date=(datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%dT10:00:00Z"),
        )
        for index, title in enumerate(titles)
    )


FOUR = ("Erster Tag am Berg", "Zweiter Tag am Berg", "Dritter Tag am Berg", "Vierter Tag am Berg")
OLD = "Sommerfest im Dorf"

CASES = {
    "status": Case(
        keyword="Hetzner",
        before=own("status", OLD),
        after=own(
            "status",
            OLD,
            "Elevated errors on Hetzner Cloud in Helsinki",
            "Elevated errors on Hetzner Cloud in Falkenstein",
        ),
        alerts=2,
    ),
    "police": Case(
        keyword="Zeugenaufruf",
        before=own("police", OLD),
        after=own("police", OLD, *(f"Zeugenaufruf nach {what} in Thun" for what in ("Einbruch", "Unfall", "Brand"))),
        alerts=3,
    ),
    "results": Case(
        keyword="Sinner",
        before=own("results", OLD),
        after=own("results", OLD, *(f"Sinner schlägt {whom} in drei Sätzen" for whom in ("Ruud", "Fritz", "Alcaraz"))),
        alerts=3,
    ),
    "one-page": Case(
        keyword="Hornisse",
        before=(Item(title="Wespe im Garten", link="https://one.example/aktuell"),),
        after=(
            Item(title="Hornisse im Garten", link="https://one.example/aktuell"),
            Item(title="Wespe im Garten", link="https://one.example/aktuell"),
        ),
        alerts=1,
    ),
    "one-entry": Case(
        keyword="Murmeltier",
        before=(Item(title="Adler über dem Tal", link="https://single.example/", guid="a"),),
        after=(Item(title="Murmeltier erwacht", link="https://single.example/", guid="b"),),
        alerts=1,
    ),
    "fragments": Case(
        keyword="Kompressor",
        before=(
            Item(
                title="Version eins: Fehler behoben", link="https://log.example/p#v1", guid="https://log.example/p#v1"
            ),
        ),
        after=(
            Item(
                title="Version zwei: Kompressor neu", link="https://log.example/p#v2", guid="https://log.example/p#v2"
            ),
            Item(
                title="Version eins: Fehler behoben", link="https://log.example/p#v1", guid="https://log.example/p#v1"
            ),
        ),
        alerts=1,
    ),
    "one-guid": Case(
        keyword="Steinbock",
        before=(Item(title="Hirsch im Wald", link="https://guid.example/1", guid="feed"),),
        after=(Item(title="Steinbock am Grat", link="https://guid.example/2", guid="feed"),),
        alerts=1,
    ),
    "moved": Case(
        keyword="Luchs",
        before=numbered(
            "m", [f"Luchs: {title}" for title in FOUR], "https://old.example/{i}", "https://old.example/{i}"
        ),
        after=numbered(
            "m", [f"Luchs: {title}" for title in FOUR], "https://new.example/x/{i}", "https://new.example/x/{i}"
        ),
        alerts=0,
    ),
    "tokens": Case(
        keyword="Gämse",
        before=numbered("t", [f"Gämse: {title}" for title in FOUR], "https://tok.example/{i}?x={n}", ""),
        after=numbered("t", [f"Gämse: {title}" for title in FOUR], "https://tok.example/{i}?x={n}", ""),
        alerts=0,
    ),
    "sessions": Case(
        keyword="Dachs",
        before=numbered("s", [f"Dachs: {title}" for title in FOUR], "https://ses.example/{i}?sid=a1", "{i}-a1"),
        after=numbered("s", [f"Dachs: {title}" for title in FOUR], "https://ses.example/{i}?sid=b2", "{i}-b2"),
        alerts=0,
    ),
    "slashes": Case(
        keyword="Reiher",
        before=own("slash", OLD),
        after=own("slash", OLD, "Reiher am Weiher", date=datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S")),
        alerts=1,
    ),
    "day": Case(
        keyword="Storch",
        before=own("day", OLD),
        after=own(
            # Its noon is older than `max_age`, and its end in the last time zone is not.
            "day",
            OLD,
            "Storch auf dem Dach",
            date=(datetime.now(UTC) - timedelta(hours=35.5)).strftime("%Y-%m-%d"),
        ),
        alerts=1,
    ),
    "long-header": Case(
        keyword="Biber",
        before=own("head", OLD),
        after=own("head", OLD, "Biber staut den Bach"),
        alerts=1,
        headers=(("Content-Security-Policy", "https://x.example " * 500),),
    ),
    "podcast": Case(
        keyword="Winterreifen",
        before=own("pod", OLD),
        after=(*own("pod", OLD), Item(title="Folge 7: Winterreifen", guid="p7", enclosure="https://pod.example/7.mp3")),
        alerts=1,
    ),
    "rows": Case(
        keyword="Leichenfund",
        before=rows("Altes A", "Altes B", "Altes C"),
        after=rows("Leichenfund aus Thun", "Altes A", "Altes B"),
        more=(
            rows("Leichenfund aus Biel", "Leichenfund aus Thun", "Altes A"),
            rows("Leichenfund aus Brig", "Leichenfund aus Biel", "Leichenfund aus Thun"),
        ),
        alerts=3,
    ),
    "one-token": Case(
        keyword="Kleinspecht",
        before=(Item(title="Kleinspecht am Waldrand", link="https://token.example/1?x={n}", date=""),),
        after=(Item(title="Kleinspecht am Waldrand", link="https://token.example/1?x={n}", date=""),),
        alerts=0,
    ),
    "stub": Case(
        keyword="Seilbahn",
        before=own("stub", "Eilmeldung: Zwischenfall am Berg"),
        after=own("stub", "Seilbahn am Säntis steht still"),
        alerts=1,
    ),
}


def write(items: Sequence[Item], number: int) -> bytes:
    """Write a document."""
    entries = []
    for item in items:
        date = format_datetime(datetime.now(UTC)) if item.date is None else item.date
        link, guid = (text.replace("{n}", str(number)) for text in (item.link, item.guid))
        entries.append(
            f"<item><title>{escape(item.title)}</title><description>{escape(item.lead)}</description>"
            + (f"<pubDate>{date}</pubDate>" if date else "")
            + (f"<link>{escape(link)}</link>" if link else "")
            + (f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else "")
            + (f'<enclosure url="{item.enclosure}" type="audio/mpeg" length="1"/>' if item.enclosure else "")
            + "</item>"
        )
    return f'<rss version="2.0"><channel><title>Blatt</title>{"".join(entries)}</channel></rss>'.encode()


def documents(case: Case, items: Sequence[Item], numbers: Iterator[int]) -> list[Answer]:
    """Make what the server answers, one after the other; the last one goes on."""
    has_tokens = any("{n}" in item.link + item.guid for item in items)
    fixed = [
        item if item.date is not None else Item(**{**vars(item), "date": format_datetime(datetime.now(UTC))})
        for item in items
    ]
    return [Answer(body=write(fixed, next(numbers)), headers=case.headers) for _ in range(12 if has_tokens else 1)]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own; what the bot does wrong fails the test."""
    async with Server() as server:
        yield server
        assert server.violations == []


async def polled(news: FeedServer, names: Sequence[str], more: int) -> None:
    """Wait until each feed was asked for so many times more."""

    def times() -> dict[str, int]:
        return {name: sum(asked.path == f"/{name}" for asked in news.asked) for name in names}

    goal = {name: seen + more for name, seen in times().items()}
    async with asyncio.timeout(HANG_SECONDS):
        while any(seen < goal[name] for name, seen in times().items()):  # noqa: ASYNC110  # the server has no bell
            await asyncio.sleep(0.1)


async def assert_counted(reader: SimulatedPerson) -> None:
    """Subscribe to what is counted, and look at the count."""
    answer = await reader.ask(f"/sub {_COUNTED}")
    assert answer.text.split("\n")[1].startswith("4 "), answer.text


async def test_each_feed_brings_as_many_alerts_as_it_has_news(tmp_path: Path, server: Server) -> None:
    """No article is swallowed, misread or told twice, whatever tells the entries of a feed apart."""
    counter = count()
    async with feed_server() as news:
        for name, case in CASES.items():
            news.say(f"/{name}", *documents(case, case.before, counter))
        config = write_config(server, {name: news.url(f"/{name}") for name in CASES}, extra="[alerts]\nburst = 50")
        bot = make_bot(tmp_path, config)
        await bot.start()
        try:
            await server.ready()
            await polled(news, list(CASES), 2)
            anna = server.person("Anna", language="de")
            await assert_counted(anna)
            start = await anna.ask(
                "/sub " + ", ".join(case.keyword for case in CASES.values() if case.keyword != _COUNTED)
            )
            for name, case in CASES.items():
                news.say(f"/{name}", *documents(case, case.after, counter))
            wanted = sum(case.alerts for case in CASES.values())
            await polled(news, [name for name, case in CASES.items() if case.more], _POLLS)
            for step in range(max(len(case.more) for case in CASES.values())):
                changing = {name: case for name, case in CASES.items() if len(case.more) > step}
                for name, case in changing.items():
                    news.say(f"/{name}", *documents(case, case.more[step], counter))
                await polled(news, list(changing), _POLLS)

            def received() -> dict[str, int]:
                messages = [message for message in anna.chat.received if message.message_id > start.message_id]
                return {
                    name: sum(case.keyword in message.text.split("\n")[0] for message in messages)
                    for name, case in CASES.items()
                }

            async with asyncio.timeout(HANG_SECONDS):
                while sum(received().values()) < wanted:  # noqa: ASYNC110  # a chat has no bell for that
                    await asyncio.sleep(0.1)
            await polled(news, list(CASES), _POLLS)
            assert received() == {name: case.alerts for name, case in CASES.items()}
            (podcast,) = [
                message
                for message in anna.chat.received
                if "Winterreifen" in message.text.split("\n")[0] and message.message_id > start.message_id
            ]
            assert podcast.links[0] == "https://pod.example/7.mp3"
            await anna.ask(f"/unsub {_COUNTED}")
            await assert_counted(anna)
            for number, town in ((2, "Helsinki"), (3, "Falkenstein")):
                lines = (await anna.ask(f"/why https://status.example/{number}")).text.split("\n")
                headline, sent, keyword, reason = lines
                assert headline.endswith(town)
                assert sent.startswith("Gesendet: ")
                assert keyword.startswith("Hetzner")
                assert "Hetzner" in reason
        except TimeoutError:
            print(received(), bot.tail(20))
            raise
        finally:
            await bot.terminate()
