"""Sentences are told apart where they end."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.language.sentences import split

HARD = tomllib.loads((Path(__file__).parents[1] / "data" / "sentences.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("Er kam. Sie ging.", "de", ("Er kam.", "Sie ging.")),
        ("Titel ohne Punkt\nErster Satz.", "de", ("Titel ohne Punkt", "Erster Satz.")),
        ("", "de", ()),
        ("One. Two.", None, ("One.", "Two.")),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, language: str | None, sentences: tuple[str, ...]) -> None:
    """Full stops end sentences, and so do lines."""
    assert split(text, language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [(language, tuple(row)) for language, rows in HARD.items() for row in rows],
    ids=lambda value: value if isinstance(value, str) else " | ".join(value),
)
def test_hard_cases_are_cut_where_they_end(language: str, sentences: tuple[str, ...]) -> None:
    """Dates, ordinals, initials and abbreviations end no sentence; a letter or number that ends one does."""
    assert split(" ".join(sentences), language) == sentences


@pytest.mark.parametrize(
    "piece", ["Dr. ", "A. ", "1. ", "z. B. ", "Der 1. FC ", "usw. Das ", "Gold. 25. T ", "a", ". "]
)
def test_hostile_texts_are_cheap(piece: str) -> None:
    """A text of nothing but doubtful full stops takes time in proportion to its length (the timeout judges)."""
    assert split(piece * (200_000 // len(piece)), "de")
