"""
Whether a feed's own news are told one by one, where it makes headlines of a pattern; lived through by the real bot.

    python -m benchmarks.templates [--only rule|placed|together|after|papers]

`rule`: pairs of entries labelled by hand, and how many of them are taken for one article published again. `placed`: how
many headlines are put into a story of their feed, with the rule and without it, as if each were another paper's; takes
a second and no bot. `together`
and `after`: thirty patterns for each of eight kinds of feeds, three headlines of each, all in one document or one after
another. `papers`: articles that their paper publishes again, and events that five papers tell. The bot runs against our
strict server and asks for each feed every two seconds; its clock jumps a day where issues of a column need it. A reader
each follows one feed. An article is swallowed when no message is headed by it. Ends with 1 when one is swallowed, more
than one in twenty of a kind is silent, one that was published again sounds, or an event has a second alert.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import sqlite3
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.day import Hand
from benchmarks.made_up_headlines import Newswire
from benchmarks.stories import place, the_gazetteer
from bot.core import republication
from bot.core.article import Article
from bot.core.ids import ArticleId, FeedId
from bot.core.republication import PublishedText, PublishedTexts
from bot.core.story import StoryPolicy, StoryWindow
from bot.demo.newsroom.newsroom import Newsroom, NewsroomStock, Paper
from bot.demo.telegram_server.clock import ServerClock
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from bot.language import headline_claims
from bot.language.headline_claims import Locations
from tests.journeys.process import make_bot

MOST_SILENT = 0.05
_DATA = Path(__file__).parent / "data"
_EACH = 3
"""Headlines of one pattern."""
_COLUMNS = "columns"
_ROUNDS = 25
"""Between two days; there is an issue of a column on each."""
_DAY = 25 * 3600.0
_NAP, _PATIENCE = 0.1, 900.0
_LONG = 100
"""Characters of a text that a paper does not write twice."""
_START = datetime(2026, 11, 27, tzinfo=UTC)
_SLOT = re.compile(r"\{([^}]*)\}")
_PARTS = ("rule", "placed", "together", "after", "papers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A pattern and the headlines made of it."""

    kind: str
    language: str
    titles: tuple[str, ...]
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article that will be printed; pieces of one round are in one document."""

    round: int
    feed: str
    title: str
    lead: str
    again: str = ""
    """How it differs from an earlier one of the same headline: in "guid", "link" or "both"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a piece: whether a message is headed by it, and whether that made a sound."""

    piece: Piece
    has_message: bool
    is_silent: bool


def main() -> None:
    """Run the parts, show what came of them, and say whether all is as it should be."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.templates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--only", choices=_PARTS)
    wanted = parser.parse_args().only
    shows = dict(zip(_PARTS, (_show_rule, _show_placed, _show_together, _show_after, _show_papers), strict=True))
    is_right = [show() for name, show in shows.items() if wanted in (None, name)]
    if not all(is_right):
        sys.exit(1)


def read_templates(path: Path = _DATA / "templates.txt") -> tuple[Template, ...]:
    """Read the patterns; the texts of a kind are in turn none, one for all, and one that repeats the headline."""
    found: list[Template] = []
    kind = language = common = ""
    newswire = Newswire(5)
    for line in map(str.strip, path.read_text("utf-8").splitlines()):
        name, _, rest = line.partition(": ")
        if line.startswith("["):
            kind, common = line.strip("[]"), ""
        elif name in ("lead", "language"):
            common, language = (rest, language) if name == "lead" else (common, rest)
        elif line and not line.startswith("#"):
            titles = tuple(_SLOT.sub(lambda slot, at=at: slot[1].split("/")[at], line) for at in range(_EACH))  # type: ignore[misc]
            texts = ("", common, "{title}. Wir berichten weiter.") if common else ("", "{news}", "{news}")
            text = texts[len(found) % len(texts)]
            leads = tuple(text.format(title=title, news=f"{newswire.headline(14)}.") for title in titles)
            found.append(Template(kind=kind, language=language, titles=titles, leads=leads))
    return tuple(found)


def plan_templates(templates: Iterable[Template], *, together: bool) -> tuple[Piece, ...]:
    """Lay out the headlines: all in one round, or one a round; of a column there is one issue a day."""
    feeds: dict[str, list[Template]] = {}
    for template in templates:
        feeds.setdefault(f"{template.kind}-{template.language}", []).append(template)
    made: list[Piece] = []
    for feed, those in feeds.items():
        is_column = feed.startswith(_COLUMNS)
        for number, template in enumerate(those):
            for at in range(_EACH):
                place = at * _ROUNDS + number if is_column else number * _EACH + at
                made.append(
                    Piece(round=0 if together else place, feed=feed, title=template.titles[at], lead=template.leads[at])
                )
    return tuple(made)


def plan_papers() -> tuple[Piece, ...]:
    """Lay out articles with long texts that are published again in three ways, then events told by five papers."""
    firsts = {pair.first.title: pair.first for pair in read_pairs() if pair.again and len(pair.first.lead) > _LONG}
    made: list[Piece] = []
    for at, article in enumerate(firsts.values()):
        for way in ("guid", "link", "both"):
            first = Piece(round=3 * at, feed=f"again-{way}", title=article.title, lead=article.lead)
            made += [first, replace(first, round=3 * at + 1, again=way)]
    events = tomllib.loads((_DATA / "events.toml").read_text("utf-8"))["event"]
    for at, event in enumerate(events):
        made += [
            Piece(round=3 * at + number // 2, feed=f"paper{number}", title=title, lead="")
            for number, title in enumerate(event["titles"])
        ]
    return tuple(made)


async def live(pieces: Sequence[Piece], keyword: Callable[[str], str] = lambda feed: feed) -> tuple[Told, ...]:
    """Let the bot live through it; feeds with one keyword have one reader."""
    feeds = dict.fromkeys(piece.feed for piece in pieces)
    stock = NewsroomStock(papers=tuple(map(_paper, feeds)), older=(), ready=())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand = Hand(folder / "clock")
        async with Server(clock=ServerClock(wall=hand)) as server, Newsroom(stock=stock, now=hand) as newsroom:
            for feed in feeds:
                newsroom.publish(feed, "Zur Begrüssung")
            bot = make_bot(folder, _config(server, newsroom, feeds), {"STICHWORT_CLOCK": str(hand.file)})
            await bot.start()
            try:
                await server.ready()
                await newsroom.read_by_all(within=_PATIENCE)
                readers = {word: server.person(word, language=_language(word)) for word in map(keyword, feeds)}
                for word, reader in readers.items():
                    await reader.ask(f"/sub source:{word}")
                links = await _print(newsroom, pieces, hand, folder / "bot.db")
            finally:
                await bot.terminate()
            assert not server.violations, server.violations
    return tuple(_came(readers[keyword(piece.feed)], piece, link) for piece, link in links)


async def _print(newsroom: Newsroom, pieces: Sequence[Piece], hand: Hand, database: Path) -> list[tuple[Piece, str]]:
    """Print what is due in each round, and let all of it be told; returns the link of each piece."""
    printed: list[tuple[Piece, str]] = []
    has_columns = any(piece.feed.startswith(_COLUMNS) for piece in pieces)
    for number in range(max(piece.round for piece in pieces) + 1):
        if has_columns and number and number % _ROUNDS == 0:
            hand.move(hand.now + _DAY)
            await _told(newsroom, {piece.feed for piece in pieces}, database)
        due = [piece for piece in pieces if piece.round == number]
        for piece in due:
            printed.append((piece, _publish(newsroom, piece, f"/{piece.feed}/{len(printed)}")))
        await _told(newsroom, {piece.feed for piece in due}, database)
    return printed


async def _told(newsroom: Newsroom, feeds: Iterable[str], database: Path) -> None:
    """Wait until these feeds were asked for twice, and nobody waits for anything of them."""
    for feed in feeds:
        before = sum(visit.paper == feed for visit in newsroom.visits)
        await newsroom.visited(feed, times=before + 2, within=_PATIENCE)
    async with asyncio.timeout(_PATIENCE):
        while not _is_idle(database):  # noqa: ASYNC110 - a database rings no bell
            await asyncio.sleep(_NAP)


def _is_idle(database: Path) -> bool:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as opened:
        waits = "SELECT (SELECT count(*) FROM fanouts) + (SELECT count(*) FROM deliveries"
        return not opened.execute(f"{waits} WHERE state IN ('queued', 'leased', 'sending'))").fetchone()[0]


def _publish(newsroom: Newsroom, piece: Piece, link: str) -> str:
    """Print a piece; where it is an article again, instead of the first one."""
    guid = link
    if piece.again:
        old = next(entry for entry in newsroom.entries if (entry.paper, entry.title) == (piece.feed, piece.title))
        newsroom.entries.remove(old)
        link, guid = old.link if piece.again == "guid" else link, old.guid if piece.again == "link" else guid
    return newsroom.publish(piece.feed, piece.title, lead=piece.lead, link=link, guid=guid).link


def _came(reader: SimulatedPerson, piece: Piece, link: str) -> Told:
    """Find the message that is headed by a piece; of two with one link, the later one."""
    heads = [(next((each.url for each in one.entities if each.url), ""), one.silent) for one in reader.chat.received]
    own = [silent for head, silent in heads if head == link]
    own = own[1:] if piece.again == "guid" else own
    return Told(piece=piece, has_message=bool(own), is_silent=all(own))


def _paper(feed: str) -> Paper:
    return Paper(key=feed, title=f"Blatt {feed}", language=_language(feed), format="rss")


def _language(feed: str) -> str:
    return feed[-2:] if feed[-3:] in ("-en", "-fr") else "de"


def _config(server: Server, newsroom: Newsroom, feeds: Iterable[str]) -> str:
    listed = "".join(
        f'[[feeds]]\nurl = "{newsroom.feed_url(feed)}"\ntitle = "Blatt {feed}"\nlanguage = "{_language(feed)}"\n'
        for feed in feeds
    )
    return (
        f'[telegram]\ntoken = "{server.token}"\napi_url = "{server.url}"\naccess = "public"\n'
        '[database]\nurl = "sqlite:///bot.db"\n[alerts]\nburst = 500\n'
        '[polling]\ninterval = "2s"\nmin_interval = "2s"\nmax_interval = "2s"\nhost_gap = "0s"\n'
        f'allow_networks = ["127.0.0.0/8"]\n[web]\nlisten = ""\n{listed}'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two entries of one feed, and whether the second is the first again."""

    first: Article
    second: Article
    again: bool


def read_pairs(path: Path = _DATA / "republications.toml") -> tuple[Pair, ...]:
    """Read the labelled pairs."""
    return tuple(map(_pair, tomllib.loads(path.read_text("utf-8"))["pair"]))


def _pair(read: Mapping[str, Any]) -> Pair:
    later = _START + timedelta(hours=read["hours"])
    second = _article(read.get("title2", read["title"]), read.get("text2", read["text"]), later)
    if read.get("together"):
        second = replace(second, seen_at=_START)
    return Pair(first=_article(read["title"], read["text"], _START), second=second, again=read["again"])


def _article(title: str, lead: str, at: datetime) -> Article:
    return Article(
        id=ArticleId(1),
        feed_id=FeedId(1),
        owner=None,
        key="",
        guid_key=None,
        url=None,
        title=title,
        lead=lead,
        body="",
        key_points=(),
        html="",
        tags=(),
        language="de",
        published_at=at,
        seen_at=at,
        source_title="",
        source_host="zeitung.example",
    )


def is_taken_for_again(pair: Pair, locate: Callable[[str, str | None], Locations]) -> bool:
    """Say what the rule says of a pair, with the first one filed."""
    paper, editions = republication.paper(pair.first), PublishedTexts[int]()
    old, new = (
        PublishedText.of(
            each, republication.opening(each.lead, ""), headline_claims.read(each.title, each.language, locate)
        )
        for each in (pair.first, pair.second)
    )
    editions.file(1, paper, old.title, old.opening)
    return bool(editions.candidates(paper, new.title, new.opening)) and republication.is_again(new, old)


def _show_rule() -> bool:
    locate, pairs = the_gazetteer(), read_pairs()
    said = [(pair, is_taken_for_again(pair, locate)) for pair in pairs]
    for pair, is_again in said:
        if pair.again != is_again:
            print(f"  {'missed' if pair.again else 'wrong'}: {pair.first.title} / {pair.second.title}")
    right = sum(is_again for pair, is_again in said if pair.again)
    wrong = sum(is_again for pair, is_again in said if not pair.again)
    again = sum(pair.again for pair in pairs)
    print(
        f"rule: {right} of {again} recognised as published again, {wrong} of {len(pairs) - again} others taken for it"
    )
    return not wrong


def count_swallowed(pieces: Sequence[Piece], *, own_feeds: bool) -> Counter[str]:
    """Count, by kind, what is put into a story that its feed told; `own_feeds`: each as if in a feed of its own."""
    stories, feeds = StoryWindow(StoryPolicy(), the_gazetteer()), list(dict.fromkeys(piece.feed for piece in pieces))
    told, swallowed = set[tuple[str, int]](), Counter[str]()
    for number, piece in enumerate(sorted(pieces, key=lambda piece: piece.round), 1):
        at = _START + timedelta(seconds=_DAY * (piece.round // _ROUNDS) + 60 * piece.round)
        feed_id = FeedId(number if own_feeds else feeds.index(piece.feed) + 1)
        known = {"id": ArticleId(number), "key": str(number), "feed_id": feed_id, "source_host": piece.feed}
        article = replace(_article(piece.title, piece.lead, at), language=_language(piece.feed), **known)  # type: ignore[arg-type]
        story = place(stories, article)
        swallowed[piece.feed.partition("-")[0]] += (piece.feed, story) in told
        told.add((piece.feed, story))
    return swallowed


def _show_placed() -> bool:
    print(
        f"{'placed':14}{'headlines':>10}{'swallowed':>10}{'without':>9}   one by one: {'swallowed':>10}{'without':>9}"
    )
    counted = [
        count_swallowed(plan_templates(read_templates(), together=together), own_feeds=own_feeds)
        for together in (True, False)
        for own_feeds in (False, True)
    ]
    for kind in counted[0]:
        numbers = [each[kind] for each in counted]
        print(f"{kind:14}{30 * _EACH:10}{numbers[0]:10}{numbers[1]:9}{'':15}{numbers[2]:10}{numbers[3]:9}")
    return not any(counted[0].values()) and not any(counted[2].values())


def _show_kinds(title: str, told: Iterable[Told]) -> bool:
    """Show what was told of each kind."""
    kinds: dict[str, list[Told]] = {}
    for each in told:
        kinds.setdefault(each.piece.feed.partition("-")[0], []).append(each)
    print(f"{title:14}{'headlines':>10}{'swallowed':>10}{'silent':>8}")
    is_right = True
    for kind, those in kinds.items():
        swallowed = [each.piece.title for each in those if not each.has_message]
        silent = [each.piece.title for each in those if each.has_message and each.is_silent]
        print(f"{kind:14}{len(those):10}{len(swallowed):10}{len(silent):8}")
        for name, titles in (("swallowed", swallowed), ("silent", silent)):
            print("".join(f"    {name}: {each}\n" for each in titles), end="")
        is_right &= not swallowed and len(silent) <= MOST_SILENT * len(those)
    return is_right


def _show_together() -> bool:
    return _show_kinds("together", asyncio.run(live(plan_templates(read_templates(), together=True))))


def _show_after() -> bool:
    return _show_kinds("one by one", asyncio.run(live(plan_templates(read_templates(), together=False))))


def _show_papers() -> bool:
    """Show what sounded of what was published again, and how many alerts each event had."""

    def reader(feed: str) -> str:
        return "paper" if feed.startswith("paper") else feed

    told = asyncio.run(live(plan_papers(), reader))
    ends = Counter((each.piece.again, _end(each)) for each in told if each.piece.again)
    print("again under    none  silent  sounds")
    for way in ("guid", "link", "both"):
        print(f"another {way:6}" + "".join(f"{ends[way, end]:6}  " for end in ("none", "silent", "sounds")))
    events = [each for each in told if each.piece.feed.startswith("paper")]
    sounds = sum(_end(each) == "sounds" for each in events)
    silent = sum(_end(each) == "silent" for each in events)
    print(f"{len(events)} articles on {len(events) // 5} events: {sounds} alerts, {silent} silent")
    firsts = [each for each in told if each.piece.feed.startswith("again") and not each.piece.again]
    is_right = all(_end(each) == "sounds" for each in firsts) and sounds * 5 == len(events)
    return is_right and not any(ends[way, "sounds"] for way in ("guid", "link", "both"))


def _end(told: Told) -> str:
    return "none" if not told.has_message else "silent" if told.is_silent else "sounds"


if __name__ == "__main__":
    main()
