"""
Learns how the facts of a pair of headlines are weighed, and writes `bot/language/data/same_news.json`.

    PYTHONPATH=. .venv/bin/python tools/learn_stories.py

Needs scikit-learn (`.venv/bin/pip install scikit-learn`). Only the half `train` of the labelled headlines is read
(`benchmarks/data/stories.txt`): once with the hours as they were written, and twice with the reports of a development
spread over hours, because invented ones follow each other more quickly than papers do. A pair counts when it shares a
word and its claims do not speak against it, as in the bot. The likeness 0.55 stands for the lowest probability at which
97 of 100 headlines of `train` that are held back are right, 0.45 for an even chance.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks import stories
from benchmarks.stories import Row
from bot.core.republication import opening
from bot.core.story import StoryPolicy, StoryWindow, compared, differ
from bot.core.story_similarity import HeadlineSimilarity
from bot.language import headline_claims
from bot.language.headline_claims import Locate
from bot.language.headline_pairs import PairFacts, PairModel

OUT = Path("bot/language/data/same_news.json")
SPREAD_HOURS = 4.0
SEEDS = (1, 2)
WINDOW = timedelta(hours=72)
STRENGTH = 0.1
"""The inverse of how strongly large weights are held back."""
RIGHT = 0.97
"""On what the weights were learned from: a point to spare for what they were not."""
EVEN = 0.5
STEPS = [step / 100 for step in range(50, 96, 2)]
IDENTITY = ((0.0, 0.0), (1.0, 1.0))


def main() -> None:
    """Learn, choose the scale, and write both."""
    rows, locate = stories.read_invented("train"), stories.the_gazetteer()
    samples = [rows, *(spread(rows, seed) for seed in SEEDS)]
    pairs = [pair for sample in samples for pair in facts_of(sample, locate)]
    model = learn(pairs)
    same = next(step for step in STEPS if right(rows, locate, model, step) >= RIGHT)
    scale = [[0, 0], [EVEN, 0.45], [same, 0.55], [1, 1]]
    weights = {name: round(value, 3) for name, value in model.weights._asdict().items()}
    values = {"intercept": round(model.intercept, 3), "weights": weights, "scale": scale}
    OUT.write_text(json.dumps(values, indent=2) + "\n", "utf-8")
    print(f"{len(pairs)} pairs, {sum(is_same for _, is_same in pairs)} of the same news; same from {same} on")


def spread(rows: Sequence[Row], seed: int) -> tuple[Row, ...]:
    """Let the later reports of each development come some hours after the first."""
    chance, first, moved = random.Random(seed), dict[str, Row](), list[Row]()
    for row in rows:
        begin = first.setdefault(row.story, row).published
        delay = timedelta(hours=chance.expovariate(1 / SPREAD_HOURS)) if row is not first[row.story] else timedelta()
        moved.append(replace(row, published=max(row.published, begin + delay)))
    return tuple(sorted(moved, key=lambda row: (row.published, row.number)))


def facts_of(rows: Sequence[Row], locate: Locate) -> Iterator[tuple[PairFacts, bool]]:
    """Give the facts of all pairs of the window that the bot would weigh, and whether they are the same news."""
    likeness: dict[str | None, HeadlineSimilarity] = {}
    filed: dict[tuple[str | None, int], Row] = {}
    for row in rows:
        article, claims = stories.article_of(row), headline_claims.read(row.title, row.language, locate)
        headlines_of = likeness.setdefault(row.language, HeadlineSimilarity())
        for slot in headlines_of.forget(row.published - WINDOW):
            del filed[row.language, slot]
        headline = compared(article, claims, opening(article.lead, article.body))
        headlines_of.count(headline.features, row.published)
        for slot, facts in headlines_of.compare(headline):
            other = filed[row.language, slot]
            others = headline_claims.read(other.title, other.language, locate)
            if not claims.is_roundup and not others.is_roundup and not differ(article, claims, other, others):
                yield facts, row.story == other.story
        filed[row.language, headlines_of.file(headline, row.published)] = row


def learn(pairs: Sequence[tuple[PairFacts, bool]]) -> PairModel:
    """Fit the regression."""
    facts, labels = [list(facts) for facts, _ in pairs], [is_same for _, is_same in pairs]
    scaler = StandardScaler().fit(facts)
    fitted = LogisticRegression(C=STRENGTH, max_iter=3000).fit(scaler.transform(facts), labels)
    weights = [float(weight) for weight in fitted.coef_[0] / scaler.scale_]
    intercept = float(fitted.intercept_[0]) - sum(map(float.__mul__, weights, map(float, scaler.mean_)))
    return PairModel(intercept=intercept, weights=PairFacts(*weights), scale=IDENTITY)


def right(rows: Sequence[Row], locate: Locate, model: PairModel, same: float) -> float:
    """Say how many of those held back repeat a story of what they were put to, from this probability on."""
    window = StoryWindow(StoryPolicy(window=WINDOW, same=same, related=same), locate, model)
    places = {row.number: at for at, row in enumerate(rows)}
    return stories.score(
        rows, lambda rows: (places[stories.place(window, stories.article_of(row))] for row in rows)
    ).right


if __name__ == "__main__":
    main()
