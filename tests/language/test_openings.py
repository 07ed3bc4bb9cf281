"""What a summary does not begin with."""

from __future__ import annotations

import pytest

from bot.language import openings


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
    assert openings.points_back(sentence, language) is points


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
    assert openings.is_label(line) is is_label
