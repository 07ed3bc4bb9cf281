"""
How good summaries are that come from plain text, beside the first two sentences and LexRank; and what they cost.

    python -m benchmarks.summaries --data FILE.jsonl [--json OUT]

The file has one JSON object a line: id, language, title, text, keywords (what a reader would have asked for) and
reference (what the publisher wrote); only that must be there. ROUGE is F1 of words and pairs of words, and of the
longest common row of words; `keyword` is the share of articles whose headline or summary shows a form of a keyword.
"""

from __future__ import annotations

import argparse
import re
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import fmean

from benchmarks import rows as files
from bot.core import summary
from bot.core.article import Article
from bot.core.errors import Refusal
from bot.core.ids import ArticleId, FeedId
from bot.core.query import parser as query_parser
from bot.core.query.highlight import Highlighter
from bot.core.query.parser import MatchMode, Query
from bot.feeds.cleaning import key_points
from bot.language import sentences
from bot.language.analyser import Analyser

DATA = Path(__file__).parent / "data" / "summaries.jsonl"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article and what its publisher says of it."""

    language: str | None
    title: str
    text: str
    queries: tuple[Query, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Score:
    """What one way is worth, as means over all articles."""

    rouge1: float
    rouge2: float
    rougeL: float
    keyword: float
    characters: float
    cut: float
    """The share that ends, or goes on, in an ellipsis."""
    ms: float


Spans = tuple[tuple[int, int], ...]
Way = Callable[[Row], str]


def main() -> None:
    """Score all ways on a file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.summaries",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the file with the articles; without one, our own")
    parser.add_argument("--json", type=Path, help="where to write the scores as well")
    options = parser.parse_args()
    with files.one_sentence():
        rows = read(options.data)
        files.prepare(options.json)
        scores = score_all(rows)
        files.write(options.json, {name: asdict(each) for name, each in scores.items()})
    print(f"{len(rows)} articles{'R1':>8}{'R2':>8}{'RL':>8}{'keyword':>9}{'chars':>7}{'cut':>6}{'ms':>8}")
    for name, each in scores.items():
        print(
            f"{name:12}{100 * each.rouge1:8.1f}{100 * each.rouge2:8.1f}{100 * each.rougeL:8.1f}"
            f"{100 * each.keyword:8.0f}%{each.characters:7.0f}{100 * each.cut:5.0f}%{each.ms:8.2f}"
        )


def read(path: Path) -> tuple[Row, ...]:
    """Read a file of articles."""
    guess = files.guesser()
    return tuple(_row(each, guess) for each in files.read(path))


def _row(row: files.Fields, guess: Callable[[str], str | None]) -> Row:
    return Row(
        language=row.language(guess),
        title=row.text("title"),
        text=row.text("text"),
        queries=tuple(parsed for each in row.texts("keywords") if (parsed := _parse(each))),
        reference=row.required("reference", row.text("reference")),
    )


def _parse(keyword: str) -> Query | None:
    try:
        return query_parser.parse(keyword)
    except Refusal:
        return None


class Marker:
    """Finds the forms of keywords as the bot does: what is asked for is prepared once, not for every article."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._prepared = cache(self._prepare)

    def __call__(self, row: Row, text: str) -> Spans:
        """Give the forms in a text."""
        return self._prepared(row.queries, row.language)(text)

    def _prepare(self, queries: tuple[Query, ...], language: str | None) -> Highlighter:
        return Highlighter(self._analyser, [(each, MatchMode.COMPOUNDS) for each in queries], language)


@dataclass(frozen=True, slots=True)
class Ours:
    """What the bot says of an article that came as plain text, without a description."""

    marker: Marker

    def __call__(self, row: Row) -> str:
        """Summarise."""
        found = key_points.find(row.text)
        article = Article(
            id=ArticleId(1),
            feed_id=FeedId(1),
            owner=None,
            key="",
            guid_key=None,
            url=None,
            title=row.title,
            lead="",
            body=found.rest,
            key_points=found.points,
            html="",
            tags=(),
            language=row.language,
            published_at=_EPOCH,
            seen_at=_EPOCH,
            source_title="",
            source_host="",
        )
        made = summary.summarise(
            article, lambda text: self.marker(row, text), sentences=lambda text: sentences.split(text, row.language)
        )
        return " ".join(line.text for line in made.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An article of which it is labelled with which words its summary is to begin."""

    row: Row
    starts: str
    why: str


def read_openings(path: Path = DATA.parent / "openings.toml") -> tuple[Opening, ...]:
    """Read the labelled beginnings."""
    guess = files.guesser()
    return tuple(
        Opening(
            row=Row(
                language=guess(f"{each['title']}. {each['text']}"),
                title=each["title"],
                text=each["text"],
                queries=(),
                reference="",
            ),
            starts=each["starts"],
            why=each["why"],
        )
        for each in tomllib.loads(path.read_text("utf-8"))["opening"]
    )


def lead_two(row: Row) -> str:
    """Take the first two sentences."""
    return " ".join(_sentences(row)[:2])


class LexRank:
    """Take the two sentences most others resemble, with sumy."""

    def __call__(self, row: Row) -> str:
        """Summarise."""
        from sumy.parsers.plaintext import PlaintextParser
        from sumy.summarizers.lex_rank import LexRankSummarizer

        parser = PlaintextParser.from_string(row.text, _Tokens(row.language))
        return " ".join(map(str, LexRankSummarizer()(parser.document, 2)))


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Sentences and words for sumy, whose own need a download."""

    language: str | None

    def to_sentences(self, text: str) -> tuple[str, ...]:
        return sentences.split(text, self.language)

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(_words(sentence))


def _sentences(row: Row) -> tuple[str, ...]:
    return tuple(sentence for line in row.text.split("\n") for sentence in sentences.split(line, row.language))


def score_all(rows: Sequence[Row]) -> dict[str, Score]:
    """Score ours and the others on the same rows."""
    marker = Marker(Analyser())
    ways: dict[str, Way] = {"ours": Ours(marker), "lead2": lead_two, "lexrank": LexRank()}
    return {name: score(rows, way, marker) for name, way in ways.items()}


def score(rows: Sequence[Row], way: Way, marker: Marker) -> Score:
    """Score one way."""
    for row in rows:
        marker(row, "")  # readers asked before the article came
    for row in rows[:5]:
        way(row)  # what is read once is not what an article costs
    made: list[str] = []
    started = time.process_time()
    for row in rows:
        made.append(way(row))  # noqa: PERF401 - only this is timed
    spent = time.process_time() - started
    pairs = list(zip(rows, made, strict=True))
    return Score(
        fmean(rouge(row.reference, text, 1) for row, text in pairs),
        fmean(rouge(row.reference, text, 2) for row, text in pairs),
        fmean(rouge_l(row.reference, text) for row, text in pairs),
        fmean(bool(marker(row, row.title) or marker(row, text)) for row, text in pairs),
        fmean(map(len, made)),
        fmean("…" in text for text in made),
        1000 * spent / len(rows),
    )


def rouge(reference: str, text: str, size: int) -> float:
    """Give the F1 of rows of so many words."""
    wanted, given = _rows(_words(reference), size), _rows(_words(text), size)
    return _f1((wanted & given).total(), wanted.total(), given.total())


def rouge_l(reference: str, text: str) -> float:
    """Give the F1 of the longest common row of words, with gaps."""
    wanted, given = _words(reference), _words(text)
    line = [0] * (len(given) + 1)
    for word in wanted:
        before = 0
        for at, other in enumerate(given, 1):
            before, line[at] = line[at], before + 1 if word == other else max(line[at], line[at - 1])
    return _f1(line[-1], len(wanted), len(given))


def _f1(shared: int, wanted: int, given: int) -> float:
    return 2 * shared / (wanted + given) if shared else 0.0


def _rows(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


if __name__ == "__main__":
    main()
