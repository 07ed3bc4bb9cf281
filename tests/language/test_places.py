"""Countries, regions and towns in four languages."""

from __future__ import annotations

import pytest
from babel import Locale

from bot.language.analyser import Analyser
from bot.language.places import Places
from bot.language.tokens import fold, words

EXEMPT = frozenset("AC BV CP CQ DG EA EZ GS HM IO QO TA TF UM XA XB ZZ".split())


def forms(analyser: Analyser, name: str, language: str) -> set[str]:
    """Return the single words a name leads to in a language."""
    derived = analyser.derived(tuple(name.split()))
    return {form for one in derived if one.language == language for form in one.forms | one.capitals}


@pytest.mark.parametrize(
    ("name", "language", "form"),
    [
        ("Ukraine", "de", "ukrainischen"),
        ("Ukraine", "en", "ukrainians"),
        ("Ukraine", "fr", "ukrainiennes"),
        ("Ucraina", "it", "ucraine"),
        ("Frankreich", "de", "franzoesinnen"),
        ("USA", "de", "US"),
        ("Germany", "en", "germans"),
        ("Schweiz", "de", "schweizerinnen"),
        ("Regensburg", "de", "regensburgerinnen"),
        ("Karlsruhe", "de", "karlsruher"),
        ("Basel", "de", "basler"),
    ],
)
def test_a_place_leads_to_its_adjective_and_inhabitants(
    analyser: Analyser, name: str, language: str, form: str
) -> None:
    """Countries by table, towns by table or rule."""
    assert form in forms(analyser, name, language)


def test_a_name_leads_to_nothing_in_languages_it_does_not_belong_to(analyser: Analyser) -> None:
    """Nordkorea is no English word, so nothing English is derived from it."""
    assert forms(analyser, "Nordkorea", "en") == set()


@pytest.mark.parametrize("language", ["de", "en", "fr", "it"])
def test_every_country_is_known_under_its_usual_name(places: Places, language: str) -> None:
    """No territory with inhabitants is missing; uninhabited ones and groupings may be."""
    territories = {code: name for code, name in Locale.parse(language).territories.items() if len(code) == 2}
    names = {code: " ".join(map(fold, words(name.split(" (")[0]))) for code, name in territories.items()}
    assert {code for code, name in names.items() if not places.is_name(name)} <= EXEMPT


def test_a_country_is_offered_in_the_readers_other_languages(places: Places) -> None:
    """Who asks for Nordkorea is offered North Korea and Corée du Nord, but nothing twice."""
    assert places.names_in("Nordkorea", ("de", "en", "fr")) == ("North Korea", "Corée du Nord")
    assert places.names_in("Iran", ("de", "en", "fr")) == ()
    assert places.names_in("Wort", ("de", "en")) == ()
