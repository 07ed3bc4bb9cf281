"""
What the bot says in each language: English stands in the code, the translations in `locales/*.po`.

Translations are read when the catalogue is loaded, so that nothing has to be compiled.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale, dates, lists
from babel.messages.catalog import Catalog as Messages
from babel.messages.pofile import read_po

from bot.i18n import markup
from bot.i18n.markup import Html

LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"
_SPOKEN_IN = {"en": "en_GB"}
"""The country whose way of writing dates and lists a language follows, where that is not Babel's own."""
_LONG_DAY = {"en": "EEEE d MMMM y"}
"""A day with its weekday, where a language writes it otherwise than Babel."""
_FIRST_OF_MONTH = {"fr": "1er", "it": "1º"}
"""How a language writes the first day of a month where that is no plain number; Babel does not know it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """One language: `t` and `n` translate messages, `label` makes text without markup for buttons, toasts and menus."""

    language: str
    _locale: Locale
    _single: Mapping[str, str]
    _plural: Mapping[str, tuple[str, ...]]
    _form: Callable[[int], int]

    def t(self, message: str, /, **values: object) -> Html:
        """Say a sentence; values that are not markup are escaped."""
        return markup.fill(self._single.get(message, message), values)

    def n(self, one: str, many: str, count: int, /, **values: object) -> Html:
        """Say a sentence that depends on a number, which its text may show as `{count}`."""
        forms = self._plural.get(one)
        chosen = forms[self._form(count)] if forms else (one if count == 1 else many)
        return markup.fill(chosen, {"count": count, **values})

    def label(self, message: str, /, **values: object) -> str:
        """Say something in a place that knows no markup; that of values is left away."""
        plain = {name: markup.plain(value) if isinstance(value, Html) else value for name, value in values.items()}
        return self._single.get(message, message).format(**plain)

    def moment(self, at: datetime, now: datetime) -> Html:
        """Tell when something was, both given in the reader's zone: the time today, else the day too."""
        time = f"{at:%H:%M}"
        match (now.date() - at.date()).days:
            case 0:
                return markup.time(time, at, "t")
            case 1:
                return markup.time(self.label("yesterday {time}", time=time), at, "dt")
            case _:
                return markup.time(self.day(at.date(), now.date()), at, "d")

    def at(self, moment: datetime, now: datetime) -> Html:
        """Say when something is to come, both given in the reader's zone, as a phrase: "tomorrow at 08:00"."""
        time = markup.time(f"{moment:%H:%M}", moment, "t")
        match (moment.date() - now.date()).days:
            case 0:
                return self.t("at {time}", time=time)
            case 1:
                return self.t("tomorrow at {time}", time=time)
            case _:
                return self.t("on {day} at {time}", day=self._long_day(moment.date(), now.date()), time=time)

    def until(self, moment: datetime, now: datetime) -> Html:
        """Say until when something lasts, both given in the reader's zone, as a phrase: "until tomorrow at 08:00"."""
        time = markup.time(f"{moment:%H:%M}", moment, "t")
        match (moment.date() - now.date()).days:
            case 0:
                return self.t("until {time}", time=time)
            case 1:
                return self.t("until tomorrow at {time}", time=time)
            case _:
                return self.t("until {day} at {time}", day=self._long_day(moment.date(), now.date()), time=time)

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return (self._locale.get_language_name() or self.language).capitalize()

    def language_of(self, code: str) -> str:
        """Name a language."""
        return str(self._locale.languages.get(code, code))

    def series(self, items: Sequence[str]) -> str:
        """Join parts of a sentence: "07:00, 12:00 and 18:00"."""
        return lists.format_list(items, locale=self._locale)

    def weekday(self, number: int) -> str:
        """Name a day of the week in short; 0 is Monday."""
        return str(dates.get_day_names("abbreviated", "stand-alone", locale=self._locale)[number]).rstrip(".")

    def day(self, day: date, today: date) -> str:
        """Name a day, with its year where that is not this one."""
        skeleton = "MMMd" if day.year == today.year else "yMMMd"
        return self._with_first(day, dates.format_skeleton(skeleton, day, locale=self._locale))

    def _long_day(self, day: date, today: date) -> str:
        """Name a day with its weekday, which spares Italian the choice between "al" and "all’"."""
        pattern = _LONG_DAY.get(self.language) or str(self._locale.date_formats["full"].pattern)
        shown = pattern if day.year != today.year else re.sub(r",? y$", "", pattern)
        return self._with_first(day, dates.format_date(day, shown, locale=self._locale))

    def _with_first(self, day: date, named: str) -> str:
        first = _FIRST_OF_MONTH.get(self.language)
        return re.sub(r"\b1\b", first, named) if first and day.day == 1 else named


class Catalog:
    """All languages the bot speaks."""

    def __init__(self, speeches: Mapping[str, Translation], default: str) -> None:
        self._speeches = speeches
        self._default = default if default in speeches else SOURCE
        self.languages = tuple(sorted(speeches))
        self._names = {
            _plain(str(Locale.parse(told_in).languages[language])): language
            for language in speeches
            for told_in in speeches
        }

    @classmethod
    def load(cls, default: str = SOURCE, folder: Path = LOCALES) -> Catalog:
        """Take every translation there is; a folder is read once in the life of a process."""
        return cls(_read_all(folder), default)

    def find(self, tag: str | None) -> str | None:
        """Give the language for a tag like `de-CH`, or None when the bot does not speak it."""
        code = (tag or "").replace("_", "-").split("-")[0].lower()
        return code if code in self._speeches else None

    def find_named(self, text: str) -> str | None:
        """Give the language for a tag, or for a name in any of our languages, also within a sentence."""
        if known := self.find(text) or self._names.get(_plain(text)):
            return known
        named = {self._names[name] for name in map(_plain, text.split()) if name in self._names}
        return named.pop() if len(named) == 1 else None

    def choose(self, tag: str | None) -> str:
        """Give the language for a tag, or the default one."""
        return self.find(tag) or self._default

    def speak(self, tag: str | None) -> Translation:
        """Give the translation for a language tag, or that of the default language."""
        return self._speeches[self.choose(tag)]


def mark(message: str) -> str:
    """Mark a sentence for translation where no translation is at hand yet."""
    return message


def read(path: Path) -> Messages:
    """Read one translation file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


@cache
def _read_all(folder: Path) -> Mapping[str, Translation]:
    speeches = {SOURCE: _speech(Messages(locale=SOURCE))}
    for path in sorted(folder.glob("*.po")):
        speeches[path.stem] = _speech(read(path))
    return speeches


def _speech(messages: Messages) -> Translation:
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        if isinstance(message.id, str):
            if isinstance(message.string, str) and message.string:
                single[message.id] = message.string
        elif isinstance(message.string, tuple | list) and all(message.string):
            plural[message.id[0]] = tuple(message.string)
    language = str(messages.locale)
    locale = Locale.parse(_SPOKEN_IN.get(language, language))
    return Translation(locale.language, locale, single, plural, c2py(messages.plural_expr))


def _plain(name: str) -> str:
    """Leave away case, accents and whatever is no letter."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalpha())
