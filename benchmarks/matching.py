"""
How fast an article is matched against many queries, beside other ways to do it, from 1,000 to 300,000 terms.

Ours does all it can: inflection, places, compounds, capitals, phrases, evidence. The plot goes to docs/plots.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.alternatives import RIVALS
from benchmarks.corpus import Corpus
from bot.core.errors import Refusal
from bot.core.ids import QueryId
from bot.core.query.matcher import Matcher
from bot.core.query.parser import MatchMode, Query, parse
from bot.core.query.patterns import Document
from bot.language.analyser import Analyser

SIZES = (1_000, 10_000, 100_000, 300_000)
SUBSCRIPTIONS = 1_000_000
ADDED = 2_000
SECONDS = 6.0
"""For how long an engine is asked at one size; slow ones see fewer articles."""
HOPELESS = 400.0
"""Milliseconds per article from which an engine is not asked about more terms."""
PLOT = Path(__file__).parents[1] / "docs" / "plots" / "matching.png"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one engine did at one size."""

    engine: str
    terms: int
    median: float
    worst: float
    hits: float
    build: float
    memory: float


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def _ask(ask: Callable[[Document], int], articles: Sequence[Document]) -> tuple[float, float, float]:
    """Return median and worst time of an article in ms (the best of three rounds, if there is time), and the hits."""
    best: dict[int, float] = {}
    hits: dict[int, int] = {}
    started = time.perf_counter()
    for _ in range(3):
        for number, article in enumerate(articles):
            begun = time.perf_counter()
            hits[number] = ask(article)
            took = (time.perf_counter() - begun) * 1000
            best[number] = min(took, best.get(number, took))
            if time.perf_counter() - started > SECONDS:
                return statistics.median(best.values()), max(best.values()), statistics.mean(hits.values())
    return statistics.median(best.values()), max(best.values()), statistics.mean(hits.values())


def _parsed(terms: Sequence[str]) -> list[Query]:
    queries = []
    for term in terms:
        try:
            queries.append(parse(term))
        except Refusal:
            continue
    return queries


def _ours(terms: Sequence[str], articles: Sequence[Document], *, detailed: bool) -> Measured:
    analyser = Analyser()
    begun = time.perf_counter()
    queries = _parsed(terms)
    parsing = time.perf_counter() - begun
    before = _memory()
    begun = time.perf_counter()
    matcher = Matcher(analyser)
    for number, query in enumerate(queries[:-ADDED] if detailed else queries):
        matcher.add(QueryId(number), query, MatchMode.COMPOUNDS)
    build = time.perf_counter() - begun
    memory = _memory() - before
    gc.freeze()  # as the bot does when its index is built: what lives for ever need not be looked through again
    if detailed:
        _report_adding(matcher, queries, parsing)
    for article in articles:
        matcher.match(article)
    warm = _memory() - before
    median, worst, hits = _ask(lambda article: len(matcher.match(article)), articles)
    if detailed:
        sys.stdout.write(f"  index {memory:.0f} MB, with {len(articles)} articles' words remembered {warm:.0f} MB\n")
        _report_subscriptions(matcher, len(queries), articles)
    gc.unfreeze()
    return Measured("Stichwort", len(terms), median, worst, hits, build, memory)


def _report_adding(matcher: Matcher, queries: Sequence[Query], parsing: float) -> None:
    times = []
    for number, query in enumerate(queries[-ADDED:], start=len(queries) - ADDED):
        begun = time.perf_counter()
        matcher.add(QueryId(number), query, MatchMode.COMPOUNDS)
        times.append((time.perf_counter() - begun) * 1e6)
    sys.stdout.write(
        f"  parsing {len(queries):,} queries {parsing:.1f} s; adding one parsed query to the full index: "
        f"median {statistics.median(times):.1f} µs, mean {statistics.mean(times):.1f} µs\n"
    )


def _report_subscriptions(matcher: Matcher, queries: int, articles: Sequence[Document]) -> None:
    """Measure with subscriptions behind the queries, as the bot keeps them: by the query's number."""
    source = random.Random(3)
    followers: list[list[int]] = [[number] for number in range(queries)]
    for chat in range(queries, SUBSCRIPTIONS):
        followers[source.randrange(queries)].append(chat)

    def ask(article: Document) -> int:
        return len([chat for hit in matcher.match(article) for chat in followers[hit.query_id]])

    median, worst, reached = _ask(ask, articles)
    sys.stdout.write(
        f"  with {SUBSCRIPTIONS:,} subscriptions: median {median:.2f} ms, worst {worst:.2f} ms, {reached:.0f} reached\n"
    )


def _rival(name: str, terms: Sequence[str], articles: Sequence[Document]) -> Measured:
    plain = [term.strip('"') for term in terms]
    before, begun = _memory(), time.perf_counter()
    with ExitStack() as stack:
        ask = stack.enter_context(RIVALS[name](plain))
        build, memory = time.perf_counter() - begun, _memory() - before
        median, worst, hits = _ask(lambda a: ask(f"{a.title}\n{a.lead}\n{a.body}"), articles)
    return Measured(name, len(terms), median, worst, hits, build, memory)


def main() -> None:
    """Measure all engines at all sizes, print the table and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--engines", default=",".join(["Stichwort", *RIVALS]))
    parser.add_argument("--plot", type=Path, default=PLOT)
    options = parser.parse_args()
    sizes, engines = [int(size) for size in options.sizes.split(",")], options.engines.split(",")
    corpus = Corpus()
    articles = corpus.articles(options.articles)
    results: list[Measured] = []
    for size in sizes:
        terms = corpus.terms(size)
        for engine in engines:
            slow = [one for one in results if one.engine == engine and one.median > HOPELESS]
            if slow:
                continue
            measured = (
                _ours(terms, articles, detailed=size == max(sizes) and size > ADDED)
                if engine == "Stichwort"
                else _rival(engine, terms, articles)
            )
            results.append(measured)
            _print(measured)
    _draw(results, options.plot)


def _print(one: Measured) -> None:
    sys.stdout.write(
        f"{one.engine:<20}{one.terms:>8,} terms  median {one.median:>8.2f} ms  worst {one.worst:>8.2f} ms"
        f"  {one.hits:>6.0f} hits  build {one.build:>6.1f} s  {one.memory:>6.0f} MB\n"
    )
    sys.stdout.flush()


def _draw(results: Sequence[Measured], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5))
    for engine in dict.fromkeys(one.engine for one in results):
        points = [(one.terms, one.median) for one in results if one.engine == engine]
        axes.plot(*zip(*points, strict=True), marker="o", label=engine, linewidth=3 if engine == "Stichwort" else 1.5)
    axes.set(xscale="log", yscale="log", xlabel="terms", ylabel="ms per article (median)")
    axes.set_title("One article of 2.6 KB against many keywords, one core")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


if __name__ == "__main__":
    main()
