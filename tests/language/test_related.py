"""Words that are offered beside a keyword: from the tables, behind the last part of a compound, and by rule."""

from __future__ import annotations

import pytest

from bot.language import related
from bot.language.analyser import Analyser
from bot.language.languages import OWN
from bot.language.related import RelatedWords


@pytest.fixture(scope="module")
def words(analyser: Analyser) -> RelatedWords:
    """Read the tables once."""
    return RelatedWords(analyser)


@pytest.mark.parametrize(
    ("keyword", "other", "language"),
    [
        ("VW", "Volkswagen", "de"),
        ("Volkswagen", "VW", "de"),
        ("WM", "Weltmeisterschaft", "de"),
        ("Islam", "islamisch", "de"),
        ("Weltmeisterschaften", "WM", "de"),
        ("künstliche Intelligenz", "KI", "de"),
        ("AI", "artificial intelligence", "en"),
        ("BCE", "Banque centrale européenne", "fr"),
        ("ONU", "Nazioni Unite", "it"),
    ],
)
def test_a_table_knows_the_word(words: RelatedWords, keyword: str, other: str, language: str) -> None:
    """In both directions, of a plural too, and only for those who read the language."""
    assert other in words.list_known(keyword, (language,))
    assert other not in words.list_known(keyword, ("xx", "ru"))
    assert keyword not in words.list_known(keyword, OWN)


def test_a_compound_takes_the_words_of_its_last_part(words: RelatedWords) -> None:
    """Skating is not in the table, its last part is; what only ends with the same letters is no compound with it."""
    assert {"Eiskunstläufer", "Eiskunstläuferin"} <= set(words.list_known("Eiskunstlauf", ("de",)))
    assert words.list_known("Verlauf", ("de",)) == ()


def test_a_neighbour_in_the_news_is_no_related_word(words: RelatedWords) -> None:
    """Nothing is listed beside names that merely are in the same articles."""
    for keyword in ("Putin", "Trump", "Nordkorea", "Bahnhof"):
        assert words.list_known(keyword, OWN) == ()


@pytest.mark.parametrize(
    ("keyword", "text", "base"),
    [
        ("Putin", "Putinisten", "Putinist"),
        ("Trump", "Trumpismus", "Trumpismus"),
        ("Chemie", "chemischen", "chemisch"),
        ("Islam", "Islamische", "islamisch"),
        ("Bahn", "Bahnhof", None),
        ("Trump", "Trumpf", None),
        ("Markt", "Marktisch", "marktisch"),
        ("Kim", "Kimono", None),
    ],
)
def test_a_known_ending_makes_a_derivation(words: RelatedWords, keyword: str, text: str, base: str | None) -> None:
    """In its base form; what looks so by chance is left to the archive, which does not confirm it."""
    assert words.derived(words.stems(keyword, ("de",)), text, "de") == base


@pytest.mark.parametrize(
    ("abbreviation", "phrase", "is_it"),
    [
        ("VW", "Volkswagen", True),
        ("BIP", "Bruttoinlandsprodukt", True),
        ("EZB", "Europäische Zentralbank", True),
        ("WM", "Weltmeisterschaft", True),
        ("VW", "Verwaltung", False),
        ("CDU", "Christian Dürr", False),
        ("VW", "VW", False),
        ("SP", "Sport", False),
    ],
)
def test_the_parts_of_a_long_form_begin_with_the_letters(
    words: RelatedWords, abbreviation: str, phrase: str, is_it: bool
) -> None:
    """Each letter at the beginning of a word or of a compound's part."""
    assert words.spells(abbreviation, phrase.split()) is is_it


def test_texts_explain_abbreviations_in_brackets(words: RelatedWords) -> None:
    """With as few words before the bracket as have the letters."""
    text = "Gestern beriet die Kommission für Umwelt (KFU). Der Chef von Testwagen (TW) und Christian Dürr (CDU) kamen."
    assert list(words.find_long_forms("KFU", text)) == ["Kommission für Umwelt"]
    assert list(words.find_long_forms("CDU", text)) == []
    assert list(words.find_short_forms("Testwagen", text)) == ["TW"]


def test_every_line_of_a_table_is_a_group(words: RelatedWords) -> None:
    """Of two words at least, each of them searchable; a word stands once in its line."""
    for language in OWN:
        lines = [line for line in related._read(language).splitlines() if not line.startswith("#")]
        assert len(lines) > 50
        for line in lines:
            members = [member.strip() for member in line.lstrip("-").split(";")]
            assert len(members) > 1, line
            assert all(members), line
            assert len(set(members)) == len(members), line
    assert related._read("xx") == ""
