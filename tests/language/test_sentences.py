"""Sentences are told apart where they end."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import sentencex

from bot.language.sentences import WINDOW, split

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


HOSTILE = [
    "Dr. ",
    "A. ",
    "1. ",
    "z. B. ",
    "Der 1. FC ",
    "usw. Das ",
    "Gold. 25. T ",
    "a",
    ". ",
    "„",
    "«",
    "“",
    "(",
    "!",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_library_never_sees_more_than_a_window(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of nothing but doubtful signs is handed over in bounded pieces, and about once: so time is linear."""
    seen: list[int] = []
    segment = sentencex.segment

    def note(language: str, text: str) -> list[str]:
        seen.append(len(text))
        return list(segment(language, text))

    monkeypatch.setattr(sentencex, "segment", note)
    text = piece * (100_000 // len(piece))
    assert "".join("".join(split(text, "de")).split()) == "".join(text.split())
    assert max(seen) <= WINDOW
    assert sum(seen) <= 2 * len(text) + WINDOW


def test_a_long_line_is_cut_like_its_parts() -> None:
    """Windows leave no trace in a text whose sentences are shorter than one."""
    sentences = [
        f"Satz Nummer {number} handelt von {'Dingen ' * (number % 40)}und endet hier." for number in range(400)
    ]
    assert split(" ".join(sentences), "de") == tuple(sentences)


def test_a_sentence_longer_than_a_window_loses_nothing() -> None:
    """It is cut at a space, since nobody knows where it ends."""
    text = "Wort " * 2_000 + "Ende. Und weiter."
    found = split(text, "de")
    assert " ".join(found) == text
    assert all(len(each) <= WINDOW for each in found)
