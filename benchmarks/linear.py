"""
Hostile texts against everything that reads texts of strangers: whether twice the text takes twice the time.

Each entry point gets texts made of one doubtful piece over and over, a quarter as long as its bound, half as long, and
as long as the bound. What takes more than `GROWTH` times as long for the last doubling, or longer than its place allows
(`LOOP_SECONDS` on the event loop, `WORKER_SECONDS` in a reading process), fails.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core import article as articles
from bot.core import quiet_hours, redirectors, summary
from bot.core.article import Article
from bot.core.delivery import schedule
from bot.core.errors import Refusal
from bot.core.feed import Entry, FeedWish, unmet
from bot.core.ids import ArticleId, QueryId
from bot.core.query import parser as query_parser
from bot.core.query.highlight import Highlighter
from bot.core.query.matcher import Matcher
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import Document
from bot.feeds import dates, entries, pages, parse
from bot.feeds.cleaning import boilerplate, key_points, plain_text
from bot.feeds.worker_protocol import WorkerJob
from bot.i18n.zones import Zones
from bot.language import headline_claims, headlines, sentences
from bot.language.analyser import Analyser
from bot.language.headline_claims import NOWHERE
from bot.language.languages import Detector
from bot.llm import answer_check
from bot.telegram import commands

GROWTH = 3.0
"""Times as long for twice the text: two, and what a shared machine adds; what is quadratic takes four times as long."""
FLOOR = 0.05
"""Seconds under which growth is not judged: nobody can be held up by what takes less."""
LOOP_SECONDS, WORKER_SECONDS = 0.25, 5.0
_TIMES = 3
_BODY, _TITLE, _LEAD, _HTML, _MESSAGE = 50_000, 500, 5_000, 100_000, 4_096
"""Characters: what `bot.feeds.entries` lets through of an entry, and what Telegram lets through of a message."""
PIECES = (
    *(
        "a",
        "ä",
        "Ab",
        "a b ",
        "A. ",
        "1. ",
        "1.",
        "a.b ",
        "z. B. ",
        "Dr. ",
        "...",
        ". ",
        "! ",
        "?",
        "„",
        "“",
        "«",
        "‹",
        '"',
    ),
    *(
        "'",
        "’",
        "(",
        "[",
        "{",
        "<",
        ">",
        "</",
        "&",
        "&amp;",
        "&lt;",
        "&lt;b&gt;",
        "&#",
        "<div>",
        "<b>",
        "<p>x",
        "<p ",
        "<a b='",
    ),
    *(
        "<!--",
        "<![CDATA[",
        "<ul><li>",
        "<br>",
        "\n",
        " ",
        "\t \n",
        "\r",
        "\u00a0",
        "\u200b",
        "\u00ad",
        "e\u0301",
        "\u0301",
    ),
    *(
        ": ",
        ":",
        " – ",
        " - ",
        "-",
        "–",
        " | ",
        "|",
        "+",
        "+++ ",
        "•",
        "• a\n",
        ",",
        ";",
        "/",
        "_",
        "*",
        "=",
        "%",
        "#",
        "@a ",
    ),
    *(
        "http://a.b/ ",
        "https://",
        "www.",
        "8 mon ",
        "12:",
        "8h",
        "1 ",
        "1,0",
        "2026-01-01 ",
        "10 Prozent ",
        "C++ ",
        "U.S.A. ",
    ),
    *(
        "Nordkorea ",
        "Nordkoreas-",
        "NORD",
        "Bahnhof",
        "Zürich (sda) – ",
        "(Reuters) ",
        "Quelle: ",
        "Lesen Sie auch ",
        "漢",
        "नि",
    ),
    *(
        "🙂",
        "👩‍👩‍👧",
        "\ud7ff",
        "İ",
        "ß",
        "Das Wichtigste in Kürze\n",
        "OR ",
        "-a ",
        "title:",
        "1: Abo+ ",
        "Mehr dazu: ",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Something that reads texts of strangers."""

    name: str
    bound: int
    """Characters of the longest text that reaches it."""
    read: Callable[[str], object]
    seconds: float = LOOP_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one reader took for one piece: seconds for a quarter of the bound, a half, and the bound."""

    reader: Reader
    piece: str
    seconds: tuple[float, float, float]

    @property
    def growth(self) -> float:
        """Say how many times as long the last doubling took; 0 where that is too short to say."""
        _, half, whole = self.seconds
        return whole / max(half, 1e-9) if whole > FLOOR else 0.0

    @property
    def is_met(self) -> bool:
        """Say whether it holds nobody up."""
        return self.growth <= GROWTH and self.seconds[2] <= self.reader.seconds


def _article(title: str = "Kim trifft Putin", lead: str = "", body: str = "") -> Article:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    feed = unmet(FeedWish(url="https://n.example/rss", title="Zeitung"), now)
    draft = articles.draft(feed, _entry(title, lead, body), language="de", now=now)
    values = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    return Article(**values, id=ArticleId(1))


def _entry(title: str, lead: str = "", body: str = "") -> Entry:
    return Entry(
        guid="1",
        link="https://n.example/1",
        title=title,
        summary=lead,
        content=body,
        key_points=(),
        html="",
        published_at=None,
        language=None,
    )


def _refusing(read: Callable[[str], object]) -> Callable[[str], object]:
    def ask(text: str) -> object:
        with contextlib.suppress(Refusal):
            return read(text)
        return None

    return ask


def list_loop_readers() -> list[Reader]:
    """List what runs on the event loop."""
    analyser, detector = Analyser(), Detector(("de", "en", "fr", "it"))
    matcher = Matcher(analyser)
    for number, text in enumerate(
        ("Nordkorea", '"Kim Jong Un"', "Bahn", "Zürich -Fussball", "Putin OR Trump", "title:Nordkorea")
    ):
        matcher.add(QueryId(number), query_parser.parse(text), MatchMode.COMPOUNDS)
    marks = Highlighter(analyser, [(query_parser.parse("Nordkorea"), MatchMode.COMPOUNDS)], "de", together=True)

    def match(title: str = "", lead: str = "", body: str = "") -> object:
        return matcher.match(
            Document(title=title, lead=lead, body=body, language="de", source_title="Zeitung", source_host="n.example")
        )

    def sum_up(article: Article) -> object:
        return summary.summarise(article, marks, sentences=lambda text: sentences.split(text, "de"))

    return [
        Reader(name="sentences", bound=8_000, read=lambda text: sentences.split(text, "de")),
        Reader(name="matching, body", bound=_BODY, read=lambda text: match(body=text)),
        Reader(name="matching, lead", bound=_LEAD, read=lambda text: match(lead=text)),
        Reader(name="matching, title", bound=_TITLE, read=lambda text: match(title=text)),
        Reader(name="matching, between words", bound=_BODY, read=lambda text: match(body=f"Kim{text}Jong Un")),
        Reader(
            name="answer of a model, its article",
            bound=answer_check.LONGEST_TEXT,
            read=lambda text: answer_check.adds_negation("", text, None),
        ),
        Reader(
            name="answer of a model", bound=answer_check.LONGEST, read=lambda text: answer_check.gives_order(text, None)
        ),
        Reader(name="summary, body", bound=_BODY, read=lambda text: sum_up(_article(body=f"{text} Nordkorea."))),
        Reader(name="summary, lead", bound=_LEAD, read=lambda text: sum_up(_article(lead=text))),
        Reader(name="summary, title", bound=_TITLE, read=lambda text: sum_up(_article(title=text))),
        Reader(name="language", bound=_TITLE + _LEAD, read=detector.detect),
        Reader(name="features of a headline", bound=_TITLE, read=headlines.features),
        Reader(
            name="claims of a headline",
            bound=_TITLE,
            read=lambda text: headline_claims.read(text, "de", lambda *_: NOWHERE),
        ),
        Reader(
            name="canonical link", bound=2_000, read=lambda text: articles.canonical_link(f"https://n.example/{text}")
        ),
        Reader(
            name="redirector",
            bound=2_000,
            read=lambda text: redirectors.unwrap(f"https://news.google.com/rss/articles/{text}"),
        ),
        Reader(name="query", bound=_MESSAGE, read=_refusing(query_parser.parse)),
        Reader(name="command", bound=_MESSAGE, read=lambda text: commands.parse(f"/sub {text}")),
        Reader(name="hours of a digest", bound=_MESSAGE, read=_refusing(schedule.read)),
        Reader(name="quiet hours", bound=_MESSAGE, read=_refusing(quiet_hours.read_quiet)),
        Reader(name="pause", bound=_MESSAGE, read=_refusing(quiet_hours.read_pause)),
        Reader(name="clock", bound=_MESSAGE, read=_refusing(quiet_hours.read_clock)),
        Reader(name="time zone", bound=_MESSAGE, read=_refusing(Zones().find)),
    ]


def list_worker_readers() -> list[Reader]:
    """List what runs in a reading process."""

    def document(text: str) -> bytes:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        item = f"<item><title>Nordkorea</title><description>{escaped}</description></item>"
        return f"<rss version='2.0'><channel>{item}</channel></rss>".encode("utf-8", "replace")

    def raw(text: str) -> bytes:
        return f"<rss version='2.0'><channel><item>{text}".encode("utf-8", "replace")

    def read_feed(body: bytes) -> object:
        return parse.parse(body, url="https://n.example/rss", content_type="application/xml")

    def read_page(job: WorkerJob, text: str) -> object:
        page = f"<html><body><article><p>{text}".encode("utf-8", "replace")
        return pages.read(job, page, ["https://n.example/", "text/html"])

    return [
        Reader(name="HTML to text", bound=_HTML, read=plain_text.to_text, seconds=WORKER_SECONDS),
        Reader(name="key points", bound=_HTML, read=key_points.find, seconds=WORKER_SECONDS),
        Reader(name="boilerplate", bound=_HTML, read=boilerplate.clean_body, seconds=WORKER_SECONDS),
        Reader(name="boilerplate of a lead", bound=_HTML, read=boilerplate.clean, seconds=WORKER_SECONDS),
        Reader(name="headline", bound=4 * _TITLE, read=entries.line, seconds=WORKER_SECONDS),
        Reader(name="date", bound=10_000, read=dates.parse, seconds=WORKER_SECONDS),
        Reader(
            name="entry of a feed", bound=_HTML, read=lambda text: read_feed(document(text)), seconds=WORKER_SECONDS
        ),
        Reader(name="damaged feed", bound=400_000, read=lambda text: read_feed(raw(text)), seconds=WORKER_SECONDS),
        Reader(name="page", bound=400_000, read=lambda text: read_page(WorkerJob.TEXT, text), seconds=WORKER_SECONDS),
        Reader(
            name="links of a page",
            bound=400_000,
            read=lambda text: read_page(WorkerJob.LINKS, text),
            seconds=WORKER_SECONDS,
        ),
    ]


def measure(reader: Reader, piece: str) -> Figure:
    """Measure processor time for three lengths, the best of several tries each."""
    seconds = [
        _time(reader, (piece * (length // len(piece) + 1))[:length])
        for length in (reader.bound // 4, reader.bound // 2, reader.bound)
    ]
    return Figure(reader=reader, piece=piece, seconds=(seconds[0], seconds[1], seconds[2]))


def _time(reader: Reader, text: str) -> float:
    best = float("inf")
    for _ in range(_TIMES):
        began = time.process_time()
        reader.read(text)
        best = min(best, time.process_time() - began)
        if best < FLOOR / 8:
            break
    return best


def write_table(figures: Sequence[Figure]) -> str:
    """Write the worst of each reader, by time and by growth, as a Markdown table."""
    lines = ["| reads | where | up to | slowest | with | largest growth | met |", "|---|---|---:|---:|---|---:|---|"]
    for reader in dict.fromkeys(figure.reader for figure in figures):
        own = [figure for figure in figures if figure.reader == reader]
        slowest, steepest = max(own, key=lambda figure: figure.seconds[2]), max(own, key=lambda figure: figure.growth)
        place = "event loop" if reader.seconds == LOOP_SECONDS else "reading process"
        growth = f"{steepest.growth:.1f} ({steepest.piece!r})" if steepest.growth else f"under {FLOOR * 1000:.0f} ms"
        met = "yes" if all(figure.is_met for figure in own) else "**no**"
        time_taken = f"{slowest.seconds[2] * 1000:.0f} ms"
        lines.append(
            f"| {reader.name} | {place} | {reader.bound:,} | {time_taken} | {slowest.piece!r} | {growth} | {met} |"
        )
    return "\n".join(lines).replace("'|'", "bar").replace("' | '", "bar between spaces")


def main() -> None:
    """Measure all, or those whose name contains the argument."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks linear", description=__doc__)
    parser.add_argument("name", nargs="?", default="", help="part of the name of a reader")
    wanted = parser.parse_args().name
    readers = [reader for reader in (*list_loop_readers(), *list_worker_readers()) if wanted in reader.name]
    figures: list[Figure] = []
    for reader in readers:
        own = [measure(reader, piece) for piece in PIECES]
        figures += own
        failed = [figure for figure in own if not figure.is_met]
        print(f"· {reader.name}: {'fine' if not failed else 'too slow'}", flush=True)
        for figure in failed:
            print(f"  {figure.piece!r}: {', '.join(f'{seconds:.3f}' for seconds in figure.seconds)} s", flush=True)
    print(write_table(figures))
    if not all(figure.is_met for figure in figures):
        sys.exit(1)
