"""The language of a text."""

from __future__ import annotations

import pytest

from bot.language.detect import Detector


@pytest.fixture(scope="module")
def detector() -> Detector:
    """Load the model once."""
    return Detector(("de", "en", "fr", "it"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Bundesrat hat am Mittwoch über neue Regeln entschieden.", "de"),
        ("The prime minister said on Monday that he would resign.", "en"),
        ("Le gouvernement a annoncé lundi une nouvelle réforme.", "fr"),
        ("Il governo ha annunciato lunedì una nuova riforma.", "it"),
        ("Kurzer Text", None),
        ("1234567890 1234567890 1234567890", None),
    ],
)
def test_the_language_is_found_from_twenty_letters_on(detector: Detector, text: str, language: str | None) -> None:
    """Shorter texts are left to what the feed says."""
    assert detector.detect(text) == language


def test_only_languages_in_use_are_found() -> None:
    """One language leaves no choice, and none no answer."""
    text = "The prime minister said on Monday that he would resign."
    assert Detector(("de",)).detect(text) == "de"
    assert Detector(()).detect(text) is None
    assert Detector(("de", "tlh")).detect(text) == "de"
