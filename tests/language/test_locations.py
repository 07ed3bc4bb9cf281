"""What headlines say of where, and when that tells two events apart."""

from __future__ import annotations

import pytest

from bot.language.locations import NOWHERE
from tests.builders import the_analyser


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
    assert the_analyser().locate(headline, "de") == (towns, countries)


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
