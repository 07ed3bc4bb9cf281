"""What a language must bring is in its folder, and on the page that says so."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from bot.i18n.catalog import LOCALES
from bot.language import language_data, word_tables
from bot.language.languages import OWN
from bot.language.word_tables import TABLES

ROOT = Path(__file__).parents[2]
DATA = ROOT / "bot" / "language" / "data"
PAGE = (ROOT / "docs" / "languages.md").read_text("utf-8")


def _missing(language: str) -> list[str]:
    return [table.TABLE for table in TABLES if language_data.find(table, language) is None]


def test_the_languages_of_the_interface_bring_all_words() -> None:
    """Each table of each; a key that is missing in one is an error that names it."""
    assert {"en", *(path.stem for path in LOCALES.glob("*.po"))} == set(OWN)
    assert {language: _missing(language) for language in OWN if _missing(language)} == {}


def test_every_folder_can_be_read_and_has_nothing_unknown() -> None:
    """Also those of languages that bring only some tables."""
    known = {table.TABLE for table in TABLES}
    for language in language_data.languages():
        for table in TABLES:
            language_data.find(table, language)
        files = sorted(path.stem for path in (DATA / language).iterdir())
        tables = {f"{file}.{name}" for file in files for name in language_data.read_file(language, file)}
        assert tables - known == set(), language
    assert len(language_data.languages()) > len(OWN)


def test_twelve_months_and_seven_days_have_a_name() -> None:
    """They are known by their place in the list."""
    for months in language_data.find_all(word_tables.Months).values():
        assert len(months.names) == len(months.short) == 12
    for words in language_data.find_all(word_tables.TimeWords).values():
        assert len(words.weekdays) == len(words.short_weekdays) == 7


def test_the_page_for_translators_names_every_key() -> None:
    """With its file and table."""
    for table in TABLES:
        file, _, name = table.TABLE.partition(".")
        (row,) = re.findall(rf"^\| `{file}\.toml` `\[{name}\]` .*$", PAGE, re.MULTILINE)
        keys = [field.name for field in fields(table)]  # type: ignore[arg-type] # every table is a dataclass
        assert re.findall(r"`([a-z_]+)`", row.rpartition("|")[0].rpartition("|")[2]) == keys


def test_spanish_brings_dates_key_points_and_datelines_only() -> None:
    """A language without an interface may have as much as is known of it."""
    assert set(_missing("es")) == {table.TABLE for table in TABLES} - {
        "words.language",
        "time.months",
        "publishers.key_points",
        "publishers.agencies",
        "publishers.datelines",
    }
