"""
A day with one big event, lived through by the real bot: articles, stories, and how often the reader's phone sounds.

    python -m benchmarks.day [--articles 300] [--seed 3] [--json OUT] [--plot FILE]

Ten papers print 300 articles that hit one subscription, most of them within a few hours: developments, each taken over
by some of the other papers in the same or in other words. The bot runs with its default settings, but for what keeps it
on this machine, against our strict server; both clocks are moved on by some minutes whenever nothing is left to do. So
a day takes some minutes, and between two moves everything takes as long as it does. Ends with 1 when any sixty minutes
have more messages with sound than five and one that grows.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import rows as files
from benchmarks.made_up_headlines import Newswire
from bot.demo.newsroom.newsroom import FeedItem, Newsroom, NewsroomStock, Paper
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import ServerClock
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot

KEYWORD = "Nordkorea"
MOST = 6
"""Five single alerts and one message that grows."""
_PLOT = Path(__file__).parents[1] / "docs" / "plots" / "day.png"
_MIDNIGHT = datetime(2026, 11, 27, tzinfo=ZoneInfo("Europe/Zurich"))
_HOUR, _HOURS = 3600.0, 24
_BUSY = (2, 1, 1, 1, 1, 2, 3, 4, 5, 60, 90, 75, 50, 35, 25, 18, 14, 22, 30, 16, 10, 6, 4, 3)
"""How likely a development is in each hour: the news breaks after nine, and in the evening there is more of it."""
_TOLD_BY = (1, 1, 1, 1, 2, 2, 3, 3, 5, 8)
"""How many papers tell a development."""
_SAME_WORDS = 0.25
_NAMED = 0.6
"""How often a paper prints the agency's headline, and how often a headline has the keyword."""
_TAKEN_OVER = 35 * 60.0
"""After how many seconds another paper has it, in the mean."""
_PAPERS = tuple(
    Paper(key=name.lower(), title=f"{name}-Zeitung", language="de", format="rss" if at % 2 else "atom")
    for at, name in enumerate("Ahr Birs Donau Elbe Inn Limmat Mosel Reuss Rhein Weser".split())
)
_STEP, _SHORTEST_STEP = 300.0, 60.0
_UNCHANGED = "message is not modified"
_MARGIN = 30.0
_LATEST = 2 * _HOUR
"""After the end; a feed that was quiet is asked more rarely."""
_NAP = 0.05
_PATIENCE = 120.0
"""Seconds in which all that one move of the clock brings must be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article that will be printed."""

    at: float
    """Seconds after midnight."""
    paper: str
    title: str
    lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came of it; times are seconds after midnight."""

    articles: tuple[float, ...]
    stories: tuple[float, ...]
    """When the first article of each was seen."""
    pushes: tuple[float, ...]
    """New messages with sound."""
    silent: tuple[float, ...]
    edits: tuple[float, ...]
    unchanged: int
    """Edits that would have changed nothing; Telegram refuses them."""
    ends: dict[str, int]
    """What became of the alerts."""
    seconds: float
    """How long the day really took."""

    @property
    def busiest(self) -> int:
        """The most messages with sound in any sixty minutes."""
        return most_within(self.pushes, _HOUR)


def main() -> None:
    """Live the day, show its hours, and say whether there was an hour with too much."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.day",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--json", type=Path, help="where to write the times as well")
    parser.add_argument("--plot", type=Path, default=_PLOT)
    options = parser.parse_args()
    with files.one_sentence():
        files.prepare(options.json)
        day = asyncio.run(live(plan(options.articles, options.seed)))
        files.write(options.json, asdict(day))
    show(day)
    draw(day, options.plot)
    if day.busiest > MOST:
        sys.exit(1)


def plan(articles: int, seed: int = 3) -> tuple[Piece, ...]:
    """Invent a day: developments through the hours, and who takes each of them over."""
    chance, newswire = random.Random(seed), Newswire(seed)
    made: list[Piece] = []
    while len(made) < articles:
        hour = chance.choices(range(_HOURS), _BUSY)[0]
        begun, headline = (hour + chance.random()) * _HOUR, newswire.headline()
        for place, paper in enumerate(chance.sample(_PAPERS, chance.choice(_TOLD_BY))):
            same = place == 0 or chance.random() < _SAME_WORDS
            title = headline if same else newswire.reword(headline)
            at = begun + (chance.expovariate(1 / _TAKEN_OVER) if place else 0.0)
            made.append(
                Piece(
                    at=min(at, _HOURS * _HOUR - 1),
                    paper=paper.key,
                    title=f"{KEYWORD}: {title}" if chance.random() < _NAMED else title,
                    lead=f"In {KEYWORD} {newswire.headline(12)}.",
                )
            )
    return tuple(sorted(made[:articles], key=lambda piece: piece.at))


class Hand:
    """Moves the clock of the bot and ours; the first time to the end of the day before."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.move(-_HOUR / 6)

    def __call__(self) -> float:
        """Read the clock, in seconds since 1970."""
        return time.time() + self._offset

    @property
    def now(self) -> float:
        """Seconds after midnight."""
        return self() - _MIDNIGHT.timestamp()

    def move(self, to: float) -> None:
        """Move it to a second of the day."""
        self._offset = _MIDNIGHT.timestamp() + to - time.time()
        self.file.write_text(str(self._offset), "ascii")


class Ledger:
    """The database of the bot, as far as it says what is still to be done and what became of alerts."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def is_idle(self, now: float) -> bool:
        """Say whether there is nothing to poll, announce, send or release at this moment."""
        moment, soon = int(now * 1e6), int((now + 60) * 1e6)
        (left,) = self._read(
            "SELECT (SELECT count(*) FROM feeds WHERE next_poll_at <= ? OR lease_until > ?)"
            " + (SELECT count(*) FROM fanouts)"
            " + (SELECT count(*) FROM deliveries WHERE state IN ('queued', 'leased', 'sending'))"
            " + (SELECT count(*) FROM chats WHERE release_at <= ?)",
            (moment, moment, soon),
        )[0]
        return not left

    def next_step(self, now: float) -> float:
        """Say how far the clock may go, so that no feed seems to have been forgotten."""
        (latest,) = self._read("SELECT min(next_poll_at + interval) FROM feeds", ())[0]
        return min(max(latest / 1e6 - _MARGIN - now, _SHORTEST_STEP), _STEP)

    def stories(self) -> tuple[float, ...]:
        """Say when each story began."""
        return tuple(at / 1e6 for (at,) in self._read("SELECT min(seen_at) FROM tellings GROUP BY story_id", ()))

    def ends(self) -> dict[str, int]:
        """Count what became of alerts."""
        why = "CASE WHEN state = 'dead' THEN ': ' || reason ELSE '' END"
        ended = f"state || {why} || CASE WHEN catch_up THEN ', late' ELSE '' END"
        counted = f"SELECT {ended}, count(*) FROM deliveries WHERE kind = 'alert' GROUP BY 1 ORDER BY 1"
        return dict(self._read(counted, ()))

    def _read(self, statement: str, values: Sequence[object]) -> list[tuple[float, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(statement, values).fetchall()


async def live(pieces: Sequence[Piece], until: float = _HOURS * _HOUR) -> Day:
    """Let the bot live through a day, or its first seconds; what is printed must fall into them."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand, ledger = Hand(folder / "clock"), Ledger(folder / "bot.db")
        stock = NewsroomStock(papers=_PAPERS, older=(), ready=())
        async with Server(clock=ServerClock(wall=hand)) as server, Newsroom(stock=stock, now=hand) as newsroom:
            for paper in _PAPERS:
                newsroom.publish(paper.key, f"{paper.title} wünscht einen guten Abend")
            bot = make_bot(folder, _config(server, newsroom), {"STICHWORT_CLOCK": str(hand.file)})
            await bot.start()
            try:
                await server.ready()
                await _settled(bot, hand, ledger)
                reader = server.person("Anna", language="de")
                asked = await reader.ask(f"/sub {KEYWORD}")
                entries = await _go_on(bot, hand, ledger, newsroom, pieces, until)
            except BaseException:
                print(bot.tail(), file=sys.stderr)
                raise
            finally:
                await bot.terminate()
            wrong = [each for each in server.violations if _UNCHANGED not in each.detail]
            assert not wrong, wrong
            return Day(
                **_count(reader, asked.message_id, entries),
                stories=tuple(sorted(at - _MIDNIGHT.timestamp() for at in ledger.stories())),
                unchanged=len(server.violations),
                ends=ledger.ends(),
                seconds=time.monotonic() - began,
            )


async def _go_on(
    bot: BotProcess, hand: Hand, ledger: Ledger, newsroom: Newsroom, pieces: Sequence[Piece], until: float
) -> list[FeedItem]:
    """Print what is due and move the clocks, again and again, in the end until the last article has been found."""
    left, printed = list(pieces), list[FeedItem]()
    while hand.now < until or sum(ledger.ends().values()) < len(printed):
        assert hand.now < until + _LATEST, "an article was lost"
        to = hand.now + ledger.next_step(hand())
        while left and left[0].at <= to:
            piece = left.pop(0)
            at = _MIDNIGHT.timestamp() + piece.at
            printed.append(newsroom.publish(piece.paper, piece.title, lead=piece.lead, at=at))
        await _move(bot, hand, to)
        await _settled(bot, hand, ledger)
    return printed


async def _move(bot: BotProcess, hand: Hand, to: float) -> None:
    """Move the clocks and wait until the bot has noticed."""
    before = _count_moves(bot)
    hand.move(to)
    async with asyncio.timeout(_PATIENCE):
        while _count_moves(bot) == before:  # noqa: ASYNC110 - a log rings no bell
            await asyncio.sleep(_NAP)


def _count_moves(bot: BotProcess) -> int:
    return bot.log.read_bytes().count(b"clock.moved")


async def _settled(bot: BotProcess, hand: Hand, ledger: Ledger) -> None:
    """Wait until nothing is left to do."""
    async with asyncio.timeout(_PATIENCE):
        while not ledger.is_idle(hand()):
            assert bot.running, "the bot has ended"
            await asyncio.sleep(_NAP)


def _config(server: Server, newsroom: Newsroom) -> str:
    """Keep the bot on this machine, and let all feeds be on one host; everything else is as it comes."""
    feeds = "".join(
        f'[[feeds]]\nurl = "{newsroom.feed_url(paper.key)}"\ntitle = "{paper.title}"\nlanguage = "de"\n'
        for paper in _PAPERS
    )
    return (
        f'[telegram]\ntoken = "{server.token}"\napi_url = "{server.url}"\naccess = "public"\n'
        '[database]\nurl = "sqlite:///bot.db"\n'
        '[polling]\nhost_gap = "0s"\nallow_networks = ["127.0.0.0/8"]\n'
        f'[web]\nlisten = ""\n{feeds}'
    )


def _count(reader: SimulatedPerson, asked: int, entries: Iterable[FeedItem]) -> dict[str, tuple[float, ...]]:
    """Say when what was printed, and when the reader noticed what of it."""
    midnight = _MIDNIGHT.timestamp()
    came = [each for each in reader.chat.received if each.message_id > asked]
    times = {
        "articles": [entry.at for entry in entries],
        "pushes": [each.at for each in came if not each.silent],
        "silent": [each.at for each in came if each.silent],
        "edits": sorted(edit.until for each in came for edit in each.edits),
    }
    return {name: tuple(at - midnight for at in those) for name, those in times.items()}


def most_within(times: Sequence[float], seconds: float) -> int:
    """Give the most of them that fall into so many seconds, wherever these begin."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def per_hour(times: Iterable[float]) -> list[int]:
    """Count by hour of the day."""
    counted = Counter(int(at // _HOUR) for at in times)
    return [counted[hour] for hour in range(_HOURS)]


def show(day: Day) -> None:
    """Print the hours and the sums."""
    columns = {name: getattr(day, name) for name in ("articles", "stories", "pushes", "silent", "edits")}
    print("hour " + "".join(f"{name:>10}" for name in columns))
    hours = {name: per_hour(times) for name, times in columns.items()}
    for hour in range(_HOURS):
        if any(counted[hour] for counted in hours.values()):
            print(f"{hour:02}:00" + "".join(f"{counted[hour]:10}" for counted in hours.values()))
    print("all  " + "".join(f"{len(times):10}" for times in columns.values()))
    ended = ", ".join(f"{count} {end}" for end, count in day.ends.items())
    print(f"alerts: {ended}; {day.unchanged} edits that changed nothing")
    print(
        f"busiest sixty minutes: {most_within(day.articles, _HOUR)} articles, {day.busiest} messages with sound "
        f"(at most {MOST}), {most_within(sorted((*day.pushes, *day.silent)), _HOUR)} with those without; "
        f"the day took {timedelta(seconds=round(day.seconds))}"
    )


def draw(day: Day, path: Path) -> None:
    """Draw the hours."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(11, 4.5))
    shown = {"articles": day.articles, "stories": day.stories, "pushes (messages with sound)": day.pushes}
    for at, (label, times) in enumerate(shown.items()):
        places = [hour + 0.2 + 0.3 * at for hour in range(_HOURS)]
        axes.bar(places, per_hour(times), width=0.3, label=f"{label}: {len(times)}")
    axes.axhline(MOST, color="grey", linestyle="--", linewidth=1, label=f"{MOST} an hour")
    axes.set(
        title=f"One event, {len(day.articles)} articles in ten papers: at most {day.busiest} pushes in sixty minutes",
        xlabel="hour of the day",
        xticks=range(0, _HOURS + 1, 2),
        xlim=(0, _HOURS),
    )
    axes.grid(visible=True, axis="y", alpha=0.3)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


if __name__ == "__main__":
    main()
