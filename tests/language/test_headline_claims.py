"""
The figures of headlines.

What headlines say of where, and when that tells two events apart.
"""

from __future__ import annotations

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.language.headline_claims import NOWHERE, figures
from tests.builders import the_analyser


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Zahl der Toten steigt auf zweihundert", {"200"}),
        ("Zehn Millionen für zwei Brücken", {"10000000", "2"}),
        ("Zum dritten Mal Tausende bei der halben Million", set()),
        ("Null Toleranz um 14:30", {"14", "30"}),
        ("Zahl der Toten steigt auf 48", {"48"}),
        ("1,5 Millionen Franken für die Bahn", {"1500000"}),
        ("1'500'000 Franken für die Bahn", {"1500000"}),
        ("1.5 Mio. Franken für die Bahn", {"1500000"}),
        ("1 500 000 francs pour le train", {"1500000"}),
        ("12.500 Stellen fallen weg", {"12500"}),
        ("Zwei Tote, drei Verletzte", {"2", "3"}),
        ("Elf Freunde, ein Ziel", set()),
        ("Zahl der Toten steigt auf fünfzehn", {"15"}),
        ("Littler siegt 6:3", {"6", "3"}),
        ("A380 und G7-Gipfel", {"a380", "g7"}),
        ("27-Jähriger und 2,5-fach", {"27", "2.5"}),
        ("Nichts davon", set()),
    ],
)
def test_a_figure_is_one_in_every_spelling(headline: str, expected: set[str]) -> None:
    """Separators and words for millions make no other figure; names with digits stay names."""
    assert figures(headline, "fr" if "francs" in headline else "de") == expected


def test_a_word_is_a_figure_in_its_own_language_only() -> None:
    """English "due" is no Italian two."""
    assert figures("Construction is due to start", "en") == set()
    assert figures("Due feriti a Lugano", "it") == {"2"}
    assert figures("Due feriti a Lugano", None) == {"2"}


@pytest.mark.timeout(HANG_SECONDS)
def test_hostile_headlines_come_to_an_end() -> None:
    """However the digits stand, the pattern looks at each only a few times."""
    for text in ("1" * 100_000, "1.1" * 50_000, "1'111" * 30_000, "1 " * 80_000):
        assert figures(text, "de")


@pytest.mark.parametrize(
    ("headline", "towns", "countries"),
    [
        ("Zwei Verletzte bei Unfall in Bern", {"bern"}, set()),
        ("Drohnen legen Moskaus Flughafen lahm", {"moskau"}, set()),
        ("Berliner Senat beschliesst Sparpaket", {"berlin"}, set()),
        ("Brand in Dübendorf", {"duebendorf"}, set()),
        ("Lawine in Österreich", set(), {"at"}),
        ("Österreich gewinnt gegen Italien", set(), set()),
        ("Täter in Haft, Gesetz in Kraft", set(), set()),
        ("Glatteis in der Nacht", set(), set()),
    ],
)
def test_towns_count_wherever_they_stand_and_countries_only_behind_in(
    headline: str, towns: set[str], countries: set[str]
) -> None:
    """Inflected and derived forms too, and small towns no table has; no other noun does."""
    assert the_analyser().locate(headline, "de")[:2] == (towns, countries)


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        ("Zwei Verletzte bei Unfall in Bern", "Zwei Verletzte bei Unfall in Basel", "de"),
        ("Lawine in Österreich: drei Tote", "Lawine in Italien: drei Tote", "de"),
        ("Two hurt in crash in Boston", "Two hurt in crash in Chicago", "en"),
        ("Incendie à Genève", "Incendie à Marseille", "fr"),
    ],
)
def test_other_towns_or_countries_differ(first: str, second: str, language: str) -> None:
    """Whatever else the headlines have in common."""
    locate = the_analyser().locate
    assert locate(first, language).differ(locate(second, language))
    assert not locate(first, language).differ(locate(first, language))
    assert not locate(first, language).differ(NOWHERE)


def test_a_town_and_its_country_do_not_differ() -> None:
    """One headline is only more exact than the other."""
    locate = the_analyser().locate
    assert not locate("Explosion in Kiew", "de").differ(locate("Explosion in Polen", "de"))
