"""Sentences are told apart where they end."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import sentencex

from bot.language import sentences
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


@pytest.mark.parametrize(
    ("sentence", "language", "points"),
    [
        ("Das teilte die Polizei am Montag mit.", "de", True),
        ("Das Gericht hat entschieden.", "de", False),
        ("Das neue Gesetz tritt in Kraft.", "de", False),
        ("Spätestens hier hätten sie umkehren müssen.", "de", True),
        ("So deutlich war es noch nie.", "de", True),
        ("Sonntag ist Wahltag.", "de", False),
        ("Dies ist der dritte Fall.", "de", True),
        ("Diese Woche entscheidet der Rat.", "de", False),
        ("This comes after months of warnings.", "en", True),
        ("This bridge is closed.", "en", False),
        ("Cela n'était plus arrivé.", "fr", True),
        ("Questo non era mai successo.", "it", True),
        ("Das teilte die Polizei mit.", None, False),
        ("Das teilte die Polizei mit.", "ru", False),
        ("", "de", False),
        ("Das", "de", False),
    ],
)
def test_what_stands_for_something_said_before_points_back(sentence: str, language: str | None, points: bool) -> None:
    """A pronoun before a verb does, the same word before a noun or adjective is an article."""
    assert sentences.points_back(sentence, language) is points


@pytest.mark.parametrize(
    ("line", "is_label"),
    [
        ("Silvester in Hessen", True),
        ("Silvester in Hessen.", False),
        ("Aufatmen bei den Pendlern:", False),
        ("«Wir haben es geschafft»", False),
        ("Die Polizei hat in der Silvesternacht mehr als dreihundert Einsätze gezählt", False),
    ],
)
def test_a_short_line_without_an_end_is_a_label(line: str, is_label: bool) -> None:
    """A long one is a sentence whose full stop got lost."""
    assert sentences.is_label(line) is is_label
