"""What the bot says, in each language."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.core.delivery import schedule
from bot.i18n import catalog, update
from bot.i18n.catalog import Catalog
from bot.i18n.markup import bold, plain

ROOT = Path(catalog.__file__).parents[1]
LANGUAGES = tuple(path.stem for path in sorted(catalog.LOCALES.glob("*.po")))


collect = cache(update.collect)
"""Read the code once for all tests, which change nothing in what is found."""


def spoken() -> set[str]:
    """Find every sentence in the code by its syntax, whatever the extractor thinks."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in update.KEYWORDS and node.args and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def test_the_extractor_finds_every_sentence() -> None:
    """A sentence inside the arguments of another is easily overlooked."""
    collected = {message.id if isinstance(message.id, str) else message.id[0] for message in collect()}
    assert spoken() <= collected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    """A language that is there is there completely."""
    known = catalog.read(catalog.LOCALES / f"{language}.po")
    missing = []
    for message in collect():
        translated = known.get(message.id) if message.id else None
        if message.id and (translated is None or not update.all_strings(translated.string)):
            missing.append(message.id)
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_as_the_tool_writes_them(language: str) -> None:
    """`make texts` leaves nothing to change."""
    path = catalog.LOCALES / f"{language}.po"
    assert path.read_text("utf-8") == update.updated(language, collect())


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language: str) -> None:
    """A translation shows the same facts as the original."""
    for message in catalog.read(catalog.LOCALES / f"{language}.po"):
        if not message.id:
            continue
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = {name for text in originals for name in re.findall(r"\{(\w+)\}", text)}
        for text in translations:
            shown = set(re.findall(r"\{(\w+)\}", str(text)))
            assert shown <= wanted, message.id
            assert wanted - shown <= {"count"}, message.id


def test_no_sentence_holds_markup() -> None:
    """Tags come from functions, so that a translator cannot break them."""
    for message in collect():
        assert "</" not in str(message.id)


def test_values_are_escaped_and_markup_is_kept() -> None:
    """What somebody typed never becomes markup."""
    translation = Catalog.load().speak("de")
    said = translation.t("Removed: {query}.", query=bold("<a> & b"))
    assert said == "Entfernt: <b>&lt;a&gt; &amp; b</b>."
    assert translation.t("Removed: {query}.", query="<b>") == "Entfernt: &lt;b&gt;."


def test_numbers_choose_their_form() -> None:
    """One and many have words of their own."""
    translation = Catalog.load().speak("de")
    one, many = "There is one keyword here:", "There are {count} keywords here:"
    assert translation.n(one, many, 1) == "Hier gibt es ein Stichwort:"
    assert translation.n(one, many, 3) == "Hier gibt es 3 Stichwörter:"
    assert Catalog.load().speak("en").n(one, many, 3) == "There are 3 keywords here:"


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("de-CH", "de"), ("de_AT", "de"), ("DE", "de"), ("fi", None), ("", None)]
)
def test_tags_find_their_language(tag: str, language: str | None) -> None:
    """Telegram gives tags with and without a country."""
    assert Catalog.load().find(tag) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("français", "fr"),
        ("Francais", "fr"),
        ("Französisch", "fr"),
        ("french", "fr"),
        ("Deutsch", "de"),
        ("tedesco", "de"),
        ("ENGLISH", "en"),
        ("inglese", "en"),
        ("it", "it"),
        ("italien", "it"),
        ("deutsch bitte", "de"),
        ("auf Französisch", "fr"),
        ("switch it to english, please", "en"),
        ("Deutsch oder Englisch", None),
        ("klingon", None),
        ("", None),
    ],
)
def test_names_find_their_language(name: str, language: str | None) -> None:
    """However one of our languages calls it, with or without accents."""
    assert Catalog.load().find_named(name) == language


def test_an_unknown_language_falls_back() -> None:
    """Who speaks something else is spoken to in the language of the configuration."""
    assert Catalog.load("de").speak("fi").language == "de"
    assert Catalog.load("xx").speak(None).language == "en"


@pytest.mark.parametrize(
    ("at", "de", "en"),
    [
        (datetime(2026, 1, 5, 9, 5, tzinfo=UTC), "09:05", "09:05"),
        (datetime(2026, 1, 4, 23, 10, tzinfo=UTC), "gestern 23:10", "yesterday 23:10"),
        (datetime(2026, 1, 2, 1, 0, tzinfo=UTC), "2. Jan.", "2 Jan"),
        (datetime(2025, 12, 24, 1, 0, tzinfo=UTC), "24. Dez. 2025", "24 Dec 2025"),
    ],
)
def test_moments_are_named_as_people_do(at: datetime, de: str, en: str) -> None:
    """Today the time, yesterday with that word, else the day."""
    now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    texts = Catalog.load()
    assert [plain(texts.speak(language).moment(at, now)) for language in ("de", "en")] == [de, en]


@pytest.mark.parametrize(
    ("language", "first", "eleventh"),
    [
        ("en", "1 Dec", "11 Dec"),
        ("de", "1. Dez.", "11. Dez."),
        ("fr", "1er déc.", "11 déc."),
        ("it", "1º dic", "11 dic"),
    ],
)
def test_the_first_of_a_month_is_named_as_people_do(language: str, first: str, eleventh: str) -> None:
    """In French and Italian it is no plain number; nor is its year touched."""
    translation, today = Catalog.load().speak(language), date(2026, 1, 5)
    assert translation.day(date(2026, 12, 1), today) == first
    assert translation.day(date(2026, 12, 11), today) == eleventh
    assert translation.day(date(2025, 12, 1), today).startswith(first)


@pytest.mark.parametrize(
    ("language", "hours", "phrases"),
    [
        ("en", 6, ("at 18:00", "until 18:00")),
        ("en", 20, ("tomorrow at 08:00", "until tomorrow at 08:00")),
        ("en", 54, ("on Tuesday 1 December at 18:00", "until Tuesday 1 December at 18:00")),
        ("de", 6, ("um 18:00 Uhr", "bis 18:00 Uhr")),
        ("de", 20, ("morgen um 08:00 Uhr", "bis morgen um 08:00 Uhr")),
        ("de", 54, ("am Dienstag, 1. Dezember, um 18:00 Uhr", "bis Dienstag, 1. Dezember, 18:00 Uhr")),
        ("fr", 6, ("à 18:00", "jusqu’à 18:00")),
        ("fr", 20, ("demain à 08:00", "jusqu’à demain à 08:00")),
        ("fr", 54, ("le mardi 1er décembre à 18:00", "jusqu’au mardi 1er décembre à 18:00")),
        ("it", 6, ("alle 18:00", "fino alle 18:00")),
        ("it", 20, ("domani alle 08:00", "fino a domani alle 08:00")),
        ("it", 54, ("martedì 1º dicembre alle 18:00", "fino a martedì 1º dicembre alle 18:00")),
    ],
)
def test_a_time_to_come_is_a_phrase(language: str, hours: int, phrases: tuple[str, str]) -> None:
    """With the preposition it needs: today, tomorrow, or on a day."""
    translation, now = Catalog.load().speak(language), datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    at = now + timedelta(hours=hours)
    assert (plain(translation.at(at, now)), plain(translation.until(at, now))) == phrases


def test_a_time_is_shown_by_the_clock_of_whoever_reads_it() -> None:
    """Telegram shows it in the zone and the format of the reader's phone; older apps show what we write."""
    now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    german = Catalog.load().speak("de")
    assert german.moment(now, now) == '<tg-time unix="1767614400" format="t">12:00</tg-time>'
    assert (
        german.moment(now - timedelta(days=1), now) == '<tg-time unix="1767528000" format="dt">gestern 12:00</tg-time>'
    )
    assert german.until(now, now) == 'bis <tg-time unix="1767614400" format="t">12:00</tg-time> Uhr'
    assert german.label("yesterday {time}", time=german.moment(now, now)) == "gestern 12:00"


def test_a_day_to_come_has_its_year_where_that_is_another_one() -> None:
    """A pause may end next year."""
    now, at = datetime(2026, 11, 29, tzinfo=UTC), datetime(2027, 1, 4, 18, 0, tzinfo=UTC)
    assert plain(Catalog.load().speak("de").until(at, now)) == "bis Montag, 4. Januar 2027, 18:00 Uhr"
    assert plain(Catalog.load().speak("en").at(at, now)) == "on Monday 4 January 2027 at 18:00"


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_every_example_of_hours_is_read(language: str) -> None:
    """Whatever a translation makes of it, with the same meaning."""
    translation = Catalog.load().speak(language)
    for example in ("/digest mon-fri 07:30", "/digest weekly sun 18:00", "/digest mon-fri 07:30, sat 09:00"):
        shown = translation.label(example)
        assert shown.startswith("/digest ")
        assert schedule.read(shown.removeprefix("/digest ")) == schedule.read(example.removeprefix("/digest "))
