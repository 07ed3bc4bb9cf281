"""The language of a text."""

from __future__ import annotations

import pytest

from bot.language.languages import Detector
from bot.language.stop_words import find_other_language


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


REPORTS = {
    "de": (
        "Die Polizei hat am Montagmorgen auf der Autobahn bei Bern einen Lastwagen gestoppt, der ohne Licht unterwegs "
        "war. Der Fahrer sagte aus, er habe das nicht bemerkt. Verletzt wurde niemand. Die Kantonspolizei sucht Zeugen "
        "und bittet Personen, die etwas gesehen haben, sich zu melden. Auch im Tunnel gab es Stau."
    ),
    "en": (
        "Police stopped a lorry on the motorway near Bern on Monday morning that had been driving without lights. The "
        "driver said that he had not noticed. Nobody was hurt. Officers are looking for witnesses and ask anybody who "
        "has seen something to come forward. There were also queues in the tunnel."
    ),
    "fr": (
        "La police a arrêté lundi matin un camion qui circulait sans feux sur l'autoroute près de Berne. Le conducteur "
        "a déclaré ne pas l'avoir remarqué. Personne n'a été blessé. La police cantonale cherche des témoins et prie "
        "les personnes qui ont vu quelque chose de se manifester. Il y a eu aussi des bouchons dans le tunnel."
    ),
}


@pytest.mark.parametrize("language", REPORTS)
def test_a_long_text_overrules_what_is_declared(language: str) -> None:
    """Publishing systems declare English whatever they publish; a short text or another language is believed."""
    text = REPORTS[language]
    for declared in ("de", "en"):
        assert find_other_language(text, declared) == (None if declared == language else language)
        assert find_other_language(" ".join(text.split()[:30]), declared) is None
    assert find_other_language(text, "ja") is None
