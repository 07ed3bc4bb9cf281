"""The benchmark of summaries: its figures, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import summaries
from benchmarks.tests.data import run, write
from tests.builders import the_analyser


def test_rouge_counts_words_pairs_and_the_longest_common_row() -> None:
    """F1 of each, whatever the case."""
    wanted, given = "Kim trifft Putin heute", "kim trifft heute niemanden"

    assert summaries.rouge(wanted, given, 1) == 0.75
    assert summaries.rouge(wanted, given, 2) == pytest.approx(1 / 3)
    assert summaries.rouge_l(wanted, given) == 0.75
    assert summaries.rouge("", given, 1) == 0.0


def test_the_command_writes_what_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three ways, seven figures each, also for rows that have next to nothing."""
    rows = [json.loads(line) for line in summaries.DATA.read_text("utf-8").splitlines()[:3]]
    bare = [{"reference": "x"}, {"reference": "", "text": "Ein Satz", "language": None, "keywords": "Satz"}]
    out = tmp_path / "new" / "out.json"

    assert run(summaries.main, monkeypatch, "--data", write(tmp_path / "r", *rows, *bare), "--json", out) == 0
    told = json.loads(out.read_text("utf-8"))
    assert list(told) == ["ours", "lead2", "lexrank"]
    figures = ["rouge1", "rouge2", "rougeL", "keyword", "characters", "cut", "ms"]
    assert all(list(each) == figures for each in told.values())
    assert told["ours"]["rouge1"] > 0


def test_summaries_begin_where_an_editor_lets_them_begin() -> None:
    """Labelled before the rules were written; the first sentence of each text is right in eight of them."""
    ours = summaries.Ours(summaries.Marker(the_analyser()))
    labelled = summaries.read_openings()

    assert len(labelled) == 28
    assert [each.starts for each in labelled if not ours(each.row).startswith(each.starts)] == []
    assert sum(summaries.lead_two(each.row).startswith(each.starts) for each in labelled) < 10
