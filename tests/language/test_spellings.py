"""Spellings of one name in several languages."""

from __future__ import annotations

import pytest

from bot.language.names import Spellings, key


@pytest.mark.parametrize(
    "spellings",
    [
        ("swerew", "zverev"),
        ("kasparow", "kasparov"),
        ("chatschanow", "khachanov"),
        ("asarenka", "azarenka"),
        ("mischustin", "mishustin", "michoustine"),
        ("vučić", "vucic"),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    """What four languages write for a sound is written in one way."""
    assert len({key(spelling) for spelling in spellings}) == 1


def test_other_names_have_other_keys() -> None:
    """Putin is not Petrow, nor Merkel Markel."""
    assert len({key(name) for name in ("putin", "petrow", "patten", "merkel", "markel")}) == 5


def test_the_table_knows_what_no_rule_tells() -> None:
    """Persons, places and bodies."""
    spellings = Spellings()
    assert spellings.key("gaddafi") == spellings.key("kadhafi")
    assert "ONU" in spellings.others("UNO")
    assert "Kyiv" in spellings.others("Kiew")
    assert spellings.others("Haus") == ()
