"""
How well the same news is recognised, on labelled headlines, beside two well-known ways; and what it costs.

    python -m benchmarks.stories --data FILE.jsonl [--json OUT]
    python -m benchmarks.stories --invented test [--json OUT]

The file has one JSON object a line: id, language, title, text, published, source, story (the gold number; the same is
the same piece of news); published and story must be there. Articles come in the order of time; each is held back when
an earlier one of the window is alike enough. `right` is the share of those held back that really repeat a story of what
they were put to, `caught` the share of repeats that were held back, `f1` is B-cubed. Without a file the tables are made
of invented headlines.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
import Stemmer

from benchmarks import rows as files
from benchmarks import story_labels
from benchmarks.made_up_headlines import Newswire
from bot.core.article import Article, canonical_link
from bot.core.ids import ArticleId, FeedId, StoryId
from bot.core.republication import opening
from bot.core.story import PlacedArticle, StoryPlacement, StoryPolicy, StoryWindow, WindowHeadline
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.headline_claims import Locations
from bot.language.tokens import fold

_WINDOW = timedelta(hours=72)
_HASHES = 128
_JACCARD, _MINHASH = 0.45, 0.4
"""Where each is right in at least 95 of 100 cases on German headlines; lower, they hold back what is new."""

_STEMMERS = {"de": "german", "fr": "french", "it": "italian", "es": "spanish"}
"""English, where it is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled article."""

    number: int
    language: str | None
    title: str
    link: str | None
    published: datetime
    source: str
    story: str
    text: str = ""
    """The teaser, where there is one; only ours looks at it."""


Group = Callable[[Sequence[Row]], Iterator[int]]
"""Says for each row which group it goes to: the position of the first row of it."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one way is worth."""

    f1: float
    right: float
    caught: float
    ms: float


def main() -> None:
    """Score all ways on a file, else show what ours costs."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stories",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", type=Path, help="the file with the articles")
    source.add_argument("--invented", choices=story_labels.HALVES, help="a half of our own labelled headlines")
    parser.add_argument("--json", type=Path, help="where to write the scores as well")
    options = parser.parse_args()
    if options.data is None and options.invented is None:
        if options.json is not None:
            parser.error("--json needs --data or --invented")
        show_costs()
        return
    with files.one_sentence():
        rows = read(options.data) if options.data else read_invented(options.invented)
        files.prepare(options.json)
        scores = score_all(rows)
        files.write(options.json, {name: asdict(score) for name, score in scores.items()})
    print(f"{'':14}{'B3 F1':>8}{'right':>8}{'caught':>8}{'ms':>8}")
    for name, score in scores.items():
        print(f"{name:14}{score.f1:8.3f}{score.right:8.3f}{score.caught:8.3f}{score.ms:8.3f}")


def show_costs() -> None:
    """Show what an article costs with many others in the window, all of them asked for."""
    print(f"{'in the window':>14}{'median ms':>11}{'95 % ms':>9}{'MB':>7}")
    for size in (10_000, 30_000, 100_000):
        # A process of its own, so that memory is that of one window.
        with get_context("spawn").Pool(1) as pool:
            milliseconds, megabytes = pool.apply(cost, (size,))
        ordered = sorted(milliseconds)
        print(f"{size:14}{median(ordered):11.2f}{ordered[len(ordered) * 95 // 100]:9.2f}{megabytes:7.0f}")


def cost(size: int) -> tuple[list[float], float]:
    """Fill a window and say what the next 500 articles cost, in milliseconds each, and what it holds, in megabytes."""
    rows = invent(size + 500)
    locate = the_gazetteer()
    before = _memory()
    stories, spent = StoryWindow(StoryPolicy(window=_WINDOW), locate), []
    for at, row in enumerate(rows):
        article = article_of(row)
        if at < size:  # each a story of its own: where they belong costs most, and changes nothing for the next
            _count(stories, article)
            _file(stories, article, StoryPlacement(story_id=StoryId(article.id)))
            continue
        started = time.process_time()
        place(stories, article)
        spent.append(1000 * (time.process_time() - started))
    return spent, _memory() - before


def invent(count: int, seed: int = 3) -> list[Row]:
    """Make headlines of words as often as they really occur; one in three rewords an earlier one."""
    chance, newswire = random.Random(seed), Newswire(seed)
    start, rows = datetime(2026, 1, 2, tzinfo=UTC), list[Row]()
    for number in range(1, count + 1):
        title = newswire.headline()
        if rows and chance.random() < 1 / 3:
            title = newswire.reword(chance.choice(rows[-2_000:]).title)
        published = start + number * (_WINDOW - timedelta(hours=1)) / count
        rows.append(
            Row(number=number, language="de", title=title, link=None, published=published, source="x", story="")
        )
    return rows


def _memory() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def read(path: Path) -> tuple[Row, ...]:
    """Read a file of labelled articles, in the order of time."""
    guess = files.guesser()
    found = [
        Row(
            number=number,
            language=row.language(guess),
            title=row.text("title"),
            text=row.text("text"),
            link=row.text("url") or row.text("link") or None,
            published=row.moment("published"),
            source=row.label("source"),
            story=row.required("story", row.label("story")),
        )
        for number, row in enumerate(files.read(path), 1)
    ]
    return tuple(sorted(found, key=lambda row: (row.published, row.number)))


def read_invented(half: story_labels.Half) -> tuple[Row, ...]:
    """Read a half of our own labelled headlines."""
    return tuple(
        Row(
            number=number,
            language=headline.language,
            title=headline.title,
            text=headline.teaser,
            link=None,
            published=headline.published,
            source=headline.paper,
            story=str(headline.development),
        )
        for number, headline in enumerate(story_labels.read(half), 1)
    )


def score_all(rows: Sequence[Row]) -> dict[str, Score]:
    """Score ours and the others on the same rows."""
    ways: dict[str, Group] = {"ours": Ours(the_gazetteer()), "stem_jaccard": stem_jaccard, "minhash": Sketches()}
    return {name: score(rows, way) for name, way in ways.items()}


def score(rows: Sequence[Row], way: Group) -> Score:
    """Score one way."""
    gc.collect()  # what the ways before it left behind is not its work
    started = time.process_time()
    groups = list(way(rows))
    spent = time.process_time() - started
    held = right = caught = repeats = 0
    told: set[str] = set()
    members: dict[int, set[str]] = {}
    for at, (row, group) in enumerate(zip(rows, groups, strict=True)):
        repeats += row.story in told
        if group != at:
            held += 1
            right += row.story in members[group]
            caught += row.story in told
        members.setdefault(group, set()).add(row.story)
        told.add(row.story)
    f1 = b_cubed(groups, [row.story for row in rows])
    return Score(f1, right / max(held, 1), caught / max(repeats, 1), 1000 * spent / max(len(rows), 1))


def b_cubed(groups: Sequence[object], gold: Sequence[object]) -> float:
    """Give the mean over all rows of how well a row's group and its gold story agree, as F1."""
    both = list(zip(groups, gold, strict=True))
    together, found, meant = _sizes(both), _sizes(groups), _sizes(gold)
    if not both:
        return 0.0
    precision = sum(together[each] / found[each[0]] for each in both) / len(both)
    recall = sum(together[each] / meant[each[1]] for each in both) / len(both)
    return 2 * precision * recall / (precision + recall)


def _sizes(values: Sequence[object]) -> dict[object, int]:
    sizes: dict[object, int] = {}
    for value in values:
        sizes[value] = sizes.get(value, 0) + 1
    return sizes


@dataclass(frozen=True, slots=True)
class Ours:
    """Groups as the bot does, with the thresholds of the manual."""

    locate: Callable[[str, str | None], Locations]

    def __call__(self, rows: Sequence[Row]) -> Iterator[int]:
        """Group."""
        stories, position = (
            StoryWindow(StoryPolicy(window=_WINDOW), self.locate),
            {r.number: at for at, r in enumerate(rows)},
        )
        for row in rows:
            yield position[place(stories, article_of(row))]


def the_gazetteer() -> Callable[[str, str | None], Locations]:
    """Load what is loaded once when the bot starts, so that no article is charged with it."""
    locate = Analyser().locate
    locate("Bern", "de")
    return locate


def place(stories: StoryWindow, article: Article) -> int:
    """Do what the bot does with an article that matched."""
    stories.forget(article.seen_at)
    _count(stories, article)
    placement = stories.place(article)
    _file(stories, article, placement)
    return placement.story_id


def _count(stories: StoryWindow, article: Article) -> None:
    stories.count(
        WindowHeadline(article_id=article.id, title=article.title, language=article.language, seen_at=article.seen_at)
    )


def _file(stories: StoryWindow, article: Article, placement: StoryPlacement) -> None:
    stories.file(
        PlacedArticle(
            number=article.id,
            article_id=article.id,
            placement=placement,
            owner=None,
            feed_id=article.feed_id,
            key=article.key,
            guid_key=article.guid_key,
            url=article.url,
            source_host=article.source_host,
            title=article.title,
            opening=opening(article.lead, article.body),
            language=article.language,
            published_at=article.published_at,
            seen_at=article.seen_at,
        )
    )


def article_of(row: Row) -> Article:
    """
    Make an article of a row, each in a feed of its own.

    What is measured is how well likeness tells the same news; what one feed lists are different news without it.
    """
    return Article(
        id=ArticleId(row.number),
        feed_id=FeedId(row.number),
        owner=None,
        key=canonical_link(row.link) if row.link else f"row {row.number}",
        guid_key=None,
        url=row.link,
        title=row.title,
        lead=row.text,
        body="",
        key_points=(),
        html="",
        tags=(),
        language=row.language,
        published_at=row.published,
        seen_at=row.published,
        source_title=row.source,
        source_host=row.source,
    )


class Stems:
    """Sets of stems of the headlines of the window, with an index, so that none is compared that cannot be alike."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Stemmer.Stemmer] = {}
        self._kept: dict[int, tuple[datetime, str | None, frozenset[str]]] = {}
        """By position."""
        self._oldest = self._next = 0
        self._postings: dict[tuple[str | None, str], deque[int]] = {}

    def of(self, row: Row) -> frozenset[str]:
        """Give the stems of a headline."""
        name = _STEMMERS.get(row.language or "", "english")
        stemmer = self._stemmers.get(name) or self._stemmers.setdefault(name, Stemmer.Stemmer(name))
        return frozenset(stemmer.stemWords([fold(word) for word in tokens.words(row.title)]))

    def forget(self, before: datetime) -> None:
        """Forget what is older."""
        while self._kept and self._kept[self._oldest][0] < before:
            _, language, stems = self._kept.pop(self._oldest)
            for stem in stems:
                self._postings[language, stem].popleft()  # positions stand in order, and the oldest goes first
            self._oldest += 1

    def file(self, row: Row, stems: frozenset[str]) -> None:
        """Keep the next headline."""
        self._kept[self._next] = row.published, row.language, stems
        for stem in stems:
            self._postings.setdefault((row.language, stem), deque()).append(self._next)
        self._next += 1

    def nearest(self, language: str | None, stems: frozenset[str]) -> int | None:
        """
        Find the position of the headline with the largest share in common, of equals the oldest.

        Who has that share has at least `needed` of our stems, so at least one of any `len - needed + 1` of them: it
        stands under one of our rarest.
        """
        if not stems:
            return None
        needed = next(count for count in range(1, len(stems) + 1) if count / len(stems) >= _JACCARD)
        postings = sorted((self._postings.get((language, stem), ()) for stem in stems), key=len)
        best, found = 0.0, None
        for at in sorted(set().union(*postings[: len(stems) - needed + 1])):
            theirs = self._kept[at][2]
            shared = len(stems & theirs)
            alike = shared / (len(stems) + len(theirs) - shared)
            if alike >= _JACCARD and alike > best:
                best, found = alike, at
        return found


def stem_jaccard(rows: Sequence[Row]) -> Iterator[int]:
    """Compare sets of stems with every earlier headline of the window."""
    window, groups = Stems(), list[int]()
    for at, row in enumerate(rows):
        window.forget(row.published - _WINDOW)
        stems = window.of(row)
        nearest = window.nearest(row.language, stems)
        groups.append(at if nearest is None else groups[nearest])
        window.file(row, stems)
        yield groups[-1]


class Sketches:
    """Compares sketches of the sets of five letters in a row, looked up by hashes."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH  # loaded here, so that no article is charged with it

        self._blank = MinHash(num_perm=_HASHES)
        usual = MinHashLSH(threshold=_MINHASH, num_perm=_HASHES)
        self._lookup = partial(MinHashLSH, num_perm=_HASHES, params=(usual.b, usual.r))

    def __call__(self, rows: Sequence[Row]) -> Iterator[int]:
        """Group."""
        lookups, groups, oldest = dict[str | None, Any](), list[int](), 0
        sketches = np.zeros((len(rows), _HASHES), dtype=np.uint64)
        for at, row in enumerate(rows):
            while rows[oldest].published < row.published - _WINDOW:
                lookups[rows[oldest].language].remove(oldest)
                oldest += 1
            sketch = self._sketch(row)
            sketches[at] = sketch.hashvalues
            if row.language not in lookups:
                lookups[row.language] = self._lookup()
            lookup = lookups[row.language]
            near = np.array(sorted(lookup.query(sketch)), dtype=np.intp)
            alike = (sketches[near] == sketches[at]).sum(axis=1) / _HASHES
            best = int(alike.argmax()) if len(near) else -1  # of equals the oldest
            groups.append(groups[near[best]] if best >= 0 and alike[best] >= _MINHASH else at)
            lookup.insert(at, sketch)
            yield groups[-1]

    def _sketch(self, row: Row) -> Any:
        text = " ".join(fold(word) for word in tokens.words(row.title))
        sketch = self._blank.copy()
        sketch.update_batch(text[start : start + 5].encode() for start in range(max(1, len(text) - 4)))
        return sketch


if __name__ == "__main__":
    main()
