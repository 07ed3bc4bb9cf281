"""What headlines are compared by."""

from __future__ import annotations

import pytest

from bot.language import headlines


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("FAZ+ Der grosse Streit um die Rente", "Der grosse Streit um die Rente"),
        ("(Abo) Der grosse Streit um die Rente", "Der grosse Streit um die Rente"),
        ("Z+ (abopflichtiger Inhalt); Wie es weitergeht", "Wie es weitergeht"),
        ("LIVE: Treffen in Genf beginnt heute", "Treffen in Genf beginnt heute"),
        ("Ticker +++ Maduro festgenommen in Caracas +++", "Maduro festgenommen in Caracas"),
        ("Treffen in Genf – Liveticker", "Treffen in Genf"),
        ("Trump live im Fernsehen gesehen", "Trump live im Fernsehen gesehen"),
        ("Der Live-Ticker", "Der Live-Ticker"),
        ("Live", "Live"),
        ("", ""),
    ],
)
def test_marks_of_publishers_are_cut(title: str, bare: str) -> None:
    """Marks go from both ends; a headline that is nothing else stays."""
    assert headlines.unmarked(title) == bare


@pytest.mark.parametrize(
    ("title", "normal"),
    [
        ("Venezuela: USA greifen Caracas an", "usa greifen caracas an"),
        ("USA unter Trump: Maduro: Venezuela offen für Gespräche", "venezuela offen fuer gespraeche"),
        ("Darts-WM:Machtdemonstration im Finale von London", "machtdemonstration im finale von london"),
        ("Wetter: sonnig", "wetter sonnig"),
        ("Spielstand 3:1 im Final gegen Bern", "spielstand 3 1 im final gegen bern"),
        ("ВОЙНА: три слова здесь", "три слова здесь"),
        ("", ""),
    ],
)
def test_kickers_are_cut_from_what_must_be_equal(title: str, normal: str) -> None:
    """A kicker goes as long as three words are left."""
    assert headlines.normalise(title) == normal


def test_features_are_words_and_pieces() -> None:
    """Words are cut to seven letters, pieces have five; each counts once."""
    found = headlines.features("Stromausfälle in Berlin, Berlin")
    assert found.words == ("stromau", "in", "berlin")
    assert found.pieces[:2] == ("strom", "troma")
    assert "in" in found.pieces
    assert len(found.pieces) == len(set(found.pieces))


def test_headline_without_end_costs_no_more() -> None:
    """Whatever a feed calls a headline, only its beginning counts."""
    assert len(headlines.features("wort" * 30_000).words) == 1
    assert len(headlines.features(" ".join(f"w{at}" for at in range(30_000))).words) <= 60
