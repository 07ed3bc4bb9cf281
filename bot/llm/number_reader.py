"""
Reads the numbers of one sentence: amounts, dates, times, ratios and ranks, each with its unit.

Digits with marks between them may have several readings ("25.4" is a date or an amount). A measure counts nothing: "12
Minuten" is not twelve people, nor is "12 Milliarden Dollar".
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from bot.language import tokens
from bot.language.stop_words import STOP_WORDS
from bot.llm import number_words
from bot.llm.number_words import HALF, Part, plain_word

_MOST_DIGITS = 40
_MONTHS = {
    "de": "januar,jan,janner februar,feb marz april,apr mai juni,jun juli,jul august,aug september,sept,sep "
    "oktober,okt november,nov dezember,dez",
    "en": "january,jan february,feb march,mar april,apr may june,jun july,jul august,aug september,sept,sep "
    "october,oct november,nov december,dec",
    "fr": "janvier,janv fevrier,fevr mars avril mai juin juillet,juil aout septembre,sept octobre,oct novembre,nov "
    "decembre,dec",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
MONTHS = {
    language: {name: number for number, names in enumerate(months.split(), start=1) for name in names.split(",")}
    for language, months in _MONTHS.items()
}


def read_amounts(raw: str, language: str | None) -> frozenset[Fraction]:
    """List what digits with marks may amount to; nothing for what is no amount."""
    plain = re.sub("[' ]", "", raw)
    marks = re.findall("[.,]", plain)
    groups = re.split("[.,]", plain)
    if len(plain) > _MOST_DIGITS or not all(group.isdecimal() for group in groups):
        return frozenset()
    whole = Fraction(int("".join(groups)))
    in_threes = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if not marks:
        return frozenset((whole,))
    if len(marks) > 1 and len(set(marks)) == 1:
        return frozenset((whole,)) if in_threes else frozenset()
    if len(marks) > 1 and marks[-1] in marks[:-1]:
        return frozenset()
    decimal = whole / 10 ** len(groups[-1])
    # "1.500" is a thousand and a half nearly everywhere, "2,500" in English only.
    if len(marks) > 1 or not in_threes or groups[0] == "0" or plain != raw:
        return frozenset((decimal,))
    return frozenset((whole,)) if marks[0] == ("," if language == "en" else ".") else frozenset((whole, decimal))


def read_date(raw: str) -> tuple[int, int, int | None] | None:
    """Read "25.4.2019", "25/04/19" or "25.4" (to be asked for only where it must be a date): day, month, year."""
    found = re.fullmatch(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?", raw)
    if found is None or not 1 <= int(found[1]) <= 31 or not 1 <= int(found[3]) <= 12:
        return None
    year = int(found[4]) if found[4] else None
    return int(found[1]), int(found[3]), year + 2000 if year is not None and year < 100 else year


def read_time(raw: str) -> int | None:
    """Read "14:30" or "14.30": minutes since midnight."""
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", raw)
    return read_minutes(int(found[1]), int(found[2])) if found else None


def read_minutes(hour: int, minute: int) -> int | None:
    """Give the minutes since midnight, of a time of the day."""
    return hour * 60 + minute if hour <= 24 and minute < 60 else None


def read_ratio(raw: str) -> tuple[int, ...] | None:
    """Read "3:1", "3/4" or "24/7"."""
    parts = re.split("[:/⁄]", raw)
    if len(parts) < 2 or len(raw) > _MOST_DIGITS or not all(part.isdecimal() for part in parts):
        return None
    return tuple(map(int, parts))


class NumberKind(Enum):
    """What a number is."""

    NUMBER = "number"
    MANY = "many"
    """No certain number: thousands, a dozen."""
    PERCENT = "percent"
    ORDINAL = "ordinal"
    DATE = "date"
    DAY = "day"
    YEAR = "year"
    TIME = "time"
    RATIO = "ratio"
    NAME = "name"
    """A part of a name: G7, Covid-19."""
    OTHER = "other"


Reading = tuple[NumberKind, Hashable]


@dataclass(slots=True)
class Figure:
    """A number in its sentence; several readings where the text leaves it open."""

    readings: set[Reading]
    start: int
    end: int
    bare: Fraction | None = None
    """Its value, if nothing beside it says what it is."""
    scale: Fraction = Fraction(1)
    unit: str = ""
    """What it measures."""
    counted: str = ""
    """How the word begins that it counts, if it measures nothing."""


_NAMES = """
    second sekunde sekunden seconds seconde secondes secondi
    minute minuten minutes minuti minuto min
    hour stunde stunden hours heure heures ora ore std h
    day tag tage tagen days jour jours giorno giorni
    week woche wochen weeks semaine semaines settimana settimane
    month monat monate monaten months mois mese mesi
    year jahr jahre jahren years annee annees ans anno anni
    metre meter metern meters metres metro metri m
    kilometre kilometer kilometern kilometers kilometres chilometro chilometri km
    centimetre zentimeter zentimetern centimeters centimetres centimetri cm
    kilogram kilo kilos kilogramm kilograms kilogramme kilogrammes chilo chili chilogrammi kg
    ton tonne tonnen tons tonnes tonnellata tonnellate t
    litre liter litern liters litres litro litri
    degree grad degrees degre degres grado gradi °
    hectare hektar hektaren hectares ettaro ettari
    watt watts kilowatt kw megawatt mw gigawatt gw kilowattstunden kwh gwh
    franc franken francs franco franchi chf fr sfr
    euro euros eur €
    dollar dollars dollaro dollari usd $
    pound pfund pounds livres sterlina sterline gbp £
    yen ¥
    rouble rubel roubles rubel rublo rubli
"""
_UNITS = {name: names.split()[0] for names in _NAMES.strip().splitlines() for name in names.split()}
_AGES = ("jahrig", "jaehrig")


def unit_of(word: str) -> str:
    """Give the unit a word or sign names, always by the same name; empty: none."""
    folded = plain_word(word)
    return "year" if folded.startswith(_AGES) else _UNITS.get(folded, "")


_TOKEN = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:/⁄']\d+)*|[^\W\d_]+|[%‰]")
_TIME_WORDS = {"de": {"uhr", "h"}, "en": {"am", "pm", "h"}, "fr": {"h", "heures", "heure"}, "it": {"h"}}
_TIME_CUES = {"ore", "alle", "dalle"}
_POINT_CUES = {"um", "gegen", "ab", "bis", "at", "by", "until", "a", "vers", *_TIME_CUES}
_ORDINAL_ENDS = {"en": {"st", "nd", "rd", "th"}, "fr": {"er", "re", "e", "eme", "ieme", "nd", "nde"}, "it": {"o", "a"}}
_DAY_CUES = {"am", "vom", "zum", "dem", "den", "bis", "ab", "und"}
_YEAR_ENDS = {"er", "ern", "s", "e"}
_YEAR_NAMES = set(
    "jahr jahre jahren jahres anno anfang mitte ende sommer winter herbst fruhling fruhjahr year years summer spring "
    "autumn fall annee annees an ans ete hiver automne printemps anni estate inverno autunno primavera".split()
)
_YEAR_CUES = set("in im seit since until by en depuis des fin nel dal del dall".split())
_DETERMINERS = set("the a an of les la le der die das des".split())
_AND_A_HALF = re.compile(r" (?:and a half|et demie?|e mezz[oa])\b")
_LETTERS = {"k": Fraction(1000), "m": Fraction(10**6)}
_ROMAN = re.compile("M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_MONEY = tuple("$€£¥")
_CLOSE = (" ", "-", "")
_SHORTENED = {"mio", "mill", "mrd", "tsd", "mln", "mld"}
_NEAR = 40


class Reader:
    """One sentence; `bot.llm.numbers` puts sentences together."""

    def __init__(self, text: str, language: str | None) -> None:
        self._text = text
        self._language = language or ""
        self._tokens = list(_TOKEN.finditer(text))

    def read(self) -> list[Figure]:
        """List the numbers of the sentence."""
        found: list[Figure] = []
        at = 0
        while at < len(self._tokens):
            figures, at = self._digits(at) if self._word(at)[0].isdecimal() else self._words(at)
            found += figures
        return found

    def _word(self, at: int) -> str:
        return self._tokens[at][0] if 0 <= at < len(self._tokens) else ""

    def _gap(self, at: int) -> str:
        """Give what stands before a token."""
        if not 0 < at < len(self._tokens):
            return "\0"
        return self._text[self._tokens[at - 1].end() : self._tokens[at].start()]

    def _behind(self, at: int) -> str:
        """Give the rest of the sentence before a token."""
        start = self._tokens[at - 1].end()
        return self._text[start : start + _NEAR]

    def _before(self, at: int) -> str:
        return plain_word(self._word(at - 1)) if self._gap(at) in (" ", "'") else ""

    def _month(self, at: int) -> int | None:
        word = self._word(at)
        if self._language in ("de", "en") and not word[:1].isupper():
            return None
        return MONTHS.get(self._language, {}).get(plain_word(word))

    def _figure(self, readings: Iterable[Reading], first: int, end: int, **known: object) -> Figure:
        span = self._tokens[first].start(), self._tokens[min(end, len(self._tokens)) - 1].end()
        return Figure(set(readings), *span, **known)  # type: ignore[arg-type] # fields of Figure

    def _digits(self, at: int) -> tuple[list[Figure], int]:
        token, raw = self._tokens[at], self._word(at)
        before, after = self._text[max(0, token.start() - 2) : token.start()], self._text[token.end() :]
        if before[-1:].isalpha() or (before[-1:] == "-" and before[:1].isalpha()):
            return [self._figure({(NumberKind.NAME, plain_word(self._word(at - 1) + raw))}, at, at + 1)], at + 1
        day = read_date(raw)
        if day and (day[2] is not None or (after[:1] == "." and "." in raw)):
            readings: set[Reading] = {(NumberKind.DATE, day[:2])}
            if day[2] is None and not after[1:].strip():
                readings |= {(NumberKind.NUMBER, value) for value in read_amounts(raw, self._language)}
            figures = [self._figure(readings, at, at + 1)]
            return figures + [self._figure({(NumberKind.YEAR, day[2])}, at, at + 1)] * (day[2] is not None), at + 1
        if found := self._clock(at):
            return found
        if ratio := read_ratio(raw):
            return self._ratio(at, ratio)
        values = set(read_amounts(raw, self._language))
        if not values:
            return [self._figure({(NumberKind.OTHER, raw)}, at, at + 1)], at + 1
        fraction = read_ratio(self._word(at + 1)) if "⁄" in self._word(at + 1) and self._gap(at + 1) == " " else None
        if fraction and len(fraction) == 2 and fraction[1]:
            return self._beside({value + Fraction(*fraction) for value in values}, at, at + 2)
        return self._beside(values, at, at + 1)

    def _ratio(self, at: int, ratio: tuple[int, ...]) -> tuple[list[Figure], int]:
        readings: set[Reading] = {(NumberKind.RATIO, ratio)}
        if (time := read_time(self._word(at))) is not None:
            readings.add((NumberKind.TIME, time))
        if ":" in self._word(at) or len(ratio) != 2 or not ratio[1]:
            return [self._figure(readings, at, at + 1)], at + 1
        figures, end = self._beside({Fraction(*ratio)}, at, at + 1)
        figures[0].readings |= readings
        return figures, end

    def _clock(self, at: int) -> tuple[list[Figure], int] | None:
        """Read a time of the day, if it can be nothing else, or "14.30" where a time may stand."""
        raw, after = self._word(at), plain_word(self._word(at + 1))
        is_said = after in _TIME_WORDS.get(self._language, ()) and self._gap(at + 1) in (" ", "")
        time, end = read_time(raw), at + 1
        if raw.isdecimal() and len(raw) <= 2 and (is_said or self._cue(at) in _TIME_CUES):
            time, end = read_minutes(int(raw), 0), at + 1 + is_said
            minute = self._word(end)
            if is_said and len(minute) == 2 and minute.isdecimal() and self._gap(end) in (" ", ""):
                time, end = read_minutes(int(raw), int(minute)), end + 1
        elif is_said:
            end += 1
        elif ":" in raw or time is None or self._before(at) not in _POINT_CUES:
            return None
        if time is None:
            return None
        noon = 12 * 60
        time = time % noon + noon * (after == "pm") if is_said and after in ("am", "pm") else time
        readings: set[Reading] = {(NumberKind.TIME, time)}
        if not is_said and not raw.isdecimal():
            readings |= {(NumberKind.NUMBER, value) for value in read_amounts(raw, self._language)}
        return [self._figure(readings, at, end)], end

    def _cue(self, at: int) -> str:
        return self._before(at) if self._language == "it" else ""

    def _words(self, at: int) -> tuple[list[Figure], int]:
        """Read a number in words, if one begins here."""
        span = range(at, min(at + number_words.MOST_WORDS, len(self._tokens)))
        if number_words.is_one(self._word(at)) and (half := _AND_A_HALF.match(self._behind(at + 1))):
            return self._beside({Fraction(3, 2)}, at, at + 1 + len(half[0].split()))
        if len(self._word(at)) > 1 and _ROMAN.fullmatch(self._word(at)):
            return [self._figure({(NumberKind.NAME, plain_word(self._word(at)))}, at, at + 1)], at + 1
        found = number_words.read_spelled(
            [self._word(each) for each in span], [self._gap(each) for each in span], self._language
        )
        if not found.length:
            return [], at + 1
        end = at + found.length
        if found.is_rank:
            return self._rank(found.value, at, end, {(NumberKind.NUMBER, share) for share in found.shares})
        if found.is_many:
            return [self._figure({(NumberKind.MANY, found.value)}, at, end)], end
        return self._beside({found.value}, at, end, scale=found.last)

    def _beside(
        self, values: set[Fraction], first: int, end: int, *, scale: Fraction = Fraction(1)
    ) -> tuple[list[Figure], int]:
        """Say what a number is by what stands beside it."""
        if self._gap(end) == "" and (found := self._glued(values, first, end)):
            return found
        about = next(
            (each for each in number_words.read_numeral(self._word(end), self._language) if each.is_about), None
        )
        if about and self._gap(end) in _CLOSE:
            return [self._figure({(NumberKind.MANY, value * about.value) for value in values}, first, end + 1)], end + 1
        values, end, scale = self._scaled(values, first, end, scale)
        if self._word(end) in ("%", "‰") or plain_word(self._word(end)).startswith(("prozent", "percent")):
            return [self._figure({(NumberKind.PERCENT, value) for value in values}, first, end + 1)], end + 1
        (value, *others) = values
        if scale == 1 and not others and value.denominator == 1:
            if found := self._date(value, first, end):
                return found
            if self._is_ordinal(first, end):
                return self._rank(value, first, end, set())
            if (readings := self._year(value, first, end)) is not None:
                return [self._figure(readings, first, end)], end
        bare = value if scale == 1 and not others else None
        readings = {(NumberKind.NUMBER, value) for value in values}
        unit = self._unit(first, end)
        counted = "" if unit else self._counted(end)
        return [self._figure(readings, first, end, bare=bare, scale=scale, unit=unit, counted=counted)], end

    def _glued(self, values: set[Fraction], first: int, end: int) -> tuple[list[Figure], int] | None:
        """Read what letters directly behind the digits make of them: 25th, 5G, 1980er."""
        suffix, raw = self._word(end), self._word(end - 1)
        if not suffix.isalpha() or not raw.isdecimal():
            return None
        (value,) = values
        if plain_word(suffix) in _ORDINAL_ENDS.get(self._language, ()):
            return self._date(value, first, end + 1) or self._rank(value, first, end + 1, set())
        if len(raw) == 4 and plain_word(suffix) in _YEAR_ENDS:
            return [self._figure({(NumberKind.YEAR, int(value))}, first, end + 1)], end + 1
        is_money = self._text[self._tokens[first].start() - 1 : self._tokens[first].start()] in _MONEY
        if len(suffix) == 1 and suffix.isupper() and not is_money:
            return [self._figure({(NumberKind.NAME, plain_word(raw + suffix))}, first, end + 1)], end + 1
        return None

    def _scaled(
        self, values: set[Fraction], first: int, end: int, scale: Fraction
    ) -> tuple[set[Fraction], int, Fraction]:
        """Multiply by the powers that follow: 1,5 Mio., $5bn, five and a half million."""
        power = scale
        is_money = self._text[self._tokens[first].start() - 1 : self._tokens[first].start()] in _MONEY
        if half := _AND_A_HALF.match(self._behind(end)):
            values, end = {value + HALF * power for value in values}, end + len(half[0].split())
        while self._gap(end) in _CLOSE:
            word = self._word(end)
            found = next(
                (each for each in number_words.read_numeral(word, self._language) if each.part is Part.TIMES), None
            )
            letter = _LETTERS.get(word.lower()) if is_money and self._gap(end) == "" else None
            if found is None and letter is None:
                break
            power = letter or (found.value if found else power)
            scale, end = scale * power, end + 1
            values = {value * power for value in values}
        if not half and (half := _AND_A_HALF.match(self._behind(end))):
            values, end = {value + HALF * power for value in values}, end + len(half[0].split())
        return values, end, scale

    def _date(self, value: Fraction, first: int, end: int) -> tuple[list[Figure], int] | None:
        if not 1 <= value <= 31:
            return None
        at = end + (self._word(end).lower() == "of" and self._language == "en")
        gaps = (" ", ". ") if self._language == "de" else _CLOSE
        month = self._month(at) if self._gap(end) in gaps else None
        if month is not None:
            return [self._figure({(NumberKind.DATE, (int(value), month))}, first, at + 1)], at + 1
        before = self._month(first - 1) if self._gap(first) in (" ", ". ") and self._language == "en" else None
        return ([self._figure({(NumberKind.DATE, (int(value), before))}, first, end)], end) if before else None

    def _is_ordinal(self, first: int, end: int) -> bool:
        """Whether the full stop behind digits makes a rank of them, as German has it."""
        is_dotted = self._language == "de" and self._gap(end) == ". " and self._word(first).isdecimal()
        # "Es waren 25. Die Polizei …": there a sentence ends.
        begins = self._word(end)[:1].isupper() and tokens.fold(self._word(end)) in STOP_WORDS
        return is_dotted and end == first + 1 and (not begins or self._before(first) in _DAY_CUES)

    def _rank(self, value: Fraction, first: int, end: int, readings: set[Reading]) -> tuple[list[Figure], int]:
        if found := self._date(value, first, end):
            return found
        readings = {(NumberKind.ORDINAL, value), *readings}
        if self._before(first) in _DAY_CUES and not self._word(end)[:1].isupper() and self._language == "de":
            readings.add((NumberKind.DAY, int(value)))
        return [self._figure(readings, first, end, bare=value)], end

    def _year(self, value: Fraction, first: int, end: int) -> set[Reading] | None:
        """Say whether four digits are a year, may be one, or (None) count something."""
        raw, before = self._word(first), self._before(first)
        if len(raw) != 4 or not raw.isdecimal() or not 1000 <= value < 2200:
            return None
        if before in _YEAR_NAMES or self._month(first - 1) is not None:
            return {(NumberKind.YEAR, int(value))}
        counts = bool(self._counted(end)) and (self._language == "de" or before not in _DETERMINERS)
        if counts and before not in (_YEAR_CUES - {"in"} if self._language == "de" else _YEAR_CUES):
            return None
        if before in _YEAR_CUES:
            return {(NumberKind.YEAR, int(value))}
        return {(NumberKind.YEAR, int(value)), (NumberKind.NUMBER, value)}

    def _unit(self, first: int, end: int) -> str:
        """Give the unit before a number or behind it, also behind one more word."""
        start = self._tokens[first].start()
        before = self._word(first - 1) if self._gap(first) in (" ", ". ") else ""
        for sign in (self._text[max(0, start - 2) : start].strip()[-1:], self._behind(end).strip()[:1]):
            if sign and not sign.isalpha() and unit_of(sign):
                return unit_of(sign)
        if found := (unit_of(before) if before.isupper() else "") or self._near_unit(end):
            return found
        return self._near_unit(end + 1) if self._near_unit(end + 1) and self._gap(end) == " " else ""

    def _near_unit(self, at: int) -> str:
        return unit_of(self._word(at)) if self._is_close(at) else ""

    def _is_close(self, at: int) -> bool:
        """Whether a token stands beside the one before it, which may be shortened: "5 Mio. Franken"."""
        return self._gap(at) in _CLOSE or (self._gap(at) == ". " and plain_word(self._word(at - 1)) in _SHORTENED)

    def _counted(self, end: int) -> str:
        """Give the beginning of the word a number counts: in German a noun, also behind an adjective."""
        word = self._word(end) if self._is_close(end) else ""
        if self._language == "de" and word and not word[0].isupper() and self._gap(end + 1) == " ":
            word = self._word(end + 1)
        is_noun = (
            word[:1].isupper() if self._language == "de" else len(word) > 3 and tokens.fold(word) not in STOP_WORDS
        )
        return tokens.fold(word)[: max(4, len(word) - 2)] if word.isalpha() and is_noun else ""
