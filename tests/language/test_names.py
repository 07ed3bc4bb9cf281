"""Names that look like bent words or compounds, and compounds with another sense."""

from __future__ import annotations

import pytest

from bot.language.analyser import Analyser
from bot.language.names import NameList, OtherSenses


@pytest.mark.parametrize("word", ["neuer", "siegen", "stark", "wuest"])
def test_a_name_that_looks_like_a_form_is_known(word: str) -> None:
    """Persons and towns that are forms of a noun or an adjective."""
    assert NameList().is_unbent(word)


@pytest.mark.parametrize("word", ["haeuser", "banken", "autos", "frauen", "solar"])
def test_a_plural_is_no_name(word: str) -> None:
    """What people type as the plural of a noun stays one, though there are persons of that name."""
    assert not NameList().is_unbent(word)


def test_a_name_is_whole_in_the_genitive_too() -> None:
    """Hildebrands is no fire."""
    names = NameList()
    assert names.is_whole("hildebrand")
    assert names.is_whole("hildebrands")
    assert not names.is_whole("grossbrand")


def test_a_list_of_senses_looks_at_what_stands_beside() -> None:
    """A data bank is no bank, however long its first part; a national bank is one."""
    senses = OtherSenses()
    assert senses.is_other_last("bank", "kundendaten")
    assert not senses.is_other_last("bank", "national")
    assert senses.is_other_first("steuer", "steuerknueppel")


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("Siegen", "Sieg"),
        ("Wüst", "wüst"),
        ("Sachsen", "Sachse"),
        ("Neuer", "neuer"),
        ("Baden", "baden"),
        ("Merkel", None),
        ("Schmidt", None),
        ("baden", None),
        ("Sieg", None),
        ("siegen", None),
        ("Häuser", None),
    ],
)
def test_the_other_reading_of_a_name_is_told(analyser: Analyser, typed: str, other: str | None) -> None:
    """So that a reader can be asked which one is meant; it is written as one would type it."""
    assert analyser.other_reading(typed) == other


def test_doubtful_compounds_are_told(analyser: Analyser) -> None:
    """What is found and may not be meant can be offered as an exclusion, written as one would type it."""
    assert "Landtag" in analyser.doubtful_compounds("Tag")
    assert analyser.doubtful_compounds("Flügel") == ("Parteiflügel",)
    assert analyser.doubtful_compounds("Bank") == ()
