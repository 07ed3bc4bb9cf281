"""The benchmark of stories: quick ways that group as the plain ones would, and figures that are right."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import Stemmer

from benchmarks import stories
from benchmarks.stories import Row
from benchmarks.tests.data import run, write
from bot.language import tokens
from bot.language.tokens import fold

STEMMERS = {"de": "german", "fr": "french", "it": "italian", "es": "spanish"}


@pytest.fixture
def rows() -> tuple[Row, ...]:
    """Articles of twelve days in several languages; some headlines are equal, empty or no words at all."""
    chance, made = random.Random(1), stories.invent(1_000, seed=9)
    first = made[0].published
    return tuple(
        replace(
            row,
            language=chance.choice(("de", "de", "fr", "xx", None)),
            title=chance.choice([row.title] * 20 + ["", "–", "Die Lage am Abend"]),
            published=first + 4 * (row.published - first),
            story=str(row.number // 3),
        )
        for row in made
    )


def compare_with_all(rows: Sequence[Row]) -> list[int]:
    """Group by stems the plain way: everything is compared with everything before."""
    kept: list[frozenset[str]] = []
    groups: list[int] = []
    for at, row in enumerate(rows):
        stemmer = Stemmer.Stemmer(STEMMERS.get(row.language or "", "english"))
        stems = frozenset(stemmer.stemWords([fold(word) for word in tokens.words(row.title)]))
        best, group = 0.0, at
        for before, theirs in enumerate(kept):
            other = rows[before]
            if other.language == row.language and row.published - other.published <= stories._WINDOW:
                alike = len(stems & theirs) / max(len(stems | theirs), 1)
                if alike >= stories._JACCARD and alike > best:
                    best, group = alike, groups[before]
        kept.append(stems)
        groups.append(group)
    return groups


def test_the_index_of_stems_finds_what_comparing_with_all_finds(rows: tuple[Row, ...]) -> None:
    """The baseline is quicker and not another one."""
    found = list(stories.stem_jaccard(rows))

    assert found == compare_with_all(rows)
    assert 30 < sum(group != at for at, group in enumerate(found)) < len(rows) // 2


def test_both_groups_of_right_and_wrong_are_counted() -> None:
    """Of two held back one repeats what it was put to; of two repeats one was held back."""
    rows = tuple(replace(row, story=story) for row, story in zip(stories.invent(5), "aabbc", strict=True))
    score = stories.score(rows, lambda _: iter((0, 0, 2, 3, 3)))

    assert (score.right, score.caught) == (0.5, 0.5)
    assert score.f1 == pytest.approx(2 * 0.8 * 0.8 / 1.6)


def test_rows_without_a_language_are_grouped_among_themselves(rows: tuple[Row, ...]) -> None:
    """As the bot does with articles whose language nobody knows."""
    ours = stories.Ours(stories.the_gazetteer())
    bare = [replace(row, language=None) for row in rows[:20]]

    assert list(ours([*bare, replace(bare[0], number=9_999, title=f"{bare[0].title} !")]))[-1] == 0


def test_sketches_are_compared_within_the_window(rows: tuple[Row, ...]) -> None:
    """Quick lookups give what the library's own comparison gives, of equals the oldest."""
    from datasketch import MinHash, MinHashLSH

    lookup, sketches, groups = MinHashLSH(threshold=stories._MINHASH, num_perm=128), [], []
    for at, row in enumerate(rows):
        text = " ".join(fold(word) for word in tokens.words(row.title))
        sketch = MinHash(num_perm=128)
        for start in range(max(1, len(text) - 4)):
            sketch.update(text[start : start + 5].encode())
        best, group = 0.0, at
        for other in sorted(lookup.query(sketch)):
            near = rows[other].language == row.language
            near = near and row.published - rows[other].published <= stories._WINDOW
            alike = sketch.jaccard(sketches[other])
            if near and alike >= stories._MINHASH and alike > best:
                best, group = alike, groups[other]
        lookup.insert(at, sketch)
        sketches.append(sketch)
        groups.append(group)

    assert list(stories.Sketches()(rows)) == groups


def test_the_command_writes_what_it_was_asked_for(
    rows: tuple[Row, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three ways, four figures each, also where rows are in no order of time."""
    shape = [asdict(row) | {"published": row.published.isoformat()} for row in reversed(rows[:50])]
    out = tmp_path / "new" / "out.json"

    assert run(stories.main, monkeypatch, "--data", write(tmp_path / "rows.jsonl", *shape), "--json", out) == 0
    told = json.loads(out.read_text("utf-8"))
    assert list(told) == ["ours", "stem_jaccard", "minhash"]
    assert all(list(each) == ["f1", "right", "caught", "ms"] for each in told.values())
    assert all(figure >= 0 for each in told.values() for figure in each.values())
    assert "minhash" in capsys.readouterr().out
