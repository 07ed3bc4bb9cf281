"""
The figures a headline tells: a count that rose, the third part of a series and the next match are other news.

"1,5 Millionen", "1'500'000" and "1.5 Mio." are one figure; number words up to twenty are figures, "ein" is an article.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language import tokens
from bot.language.fold import fold

_LONGEST = 500
_FIGURE = re.compile(
    r"""(?ix)
    (?<![\w.,])
    (?P<whole> \d{1,3} (?: [.,'’\u00a0\u202f\x20] \d{3} )+ (?!\d) | \d{1,15} )
    (?: [.,] (?P<part> \d{1,9} ) )?
    (?! \w )
    (?: [ -]? (?P<unit> [^\W\d_]{2,10} ) \b )?
    """
)
_UNITS = {
    1_000: "tsd tausend thousand mille mila",
    1_000_000: "mio million millionen millions mln milione milioni",
    1_000_000_000: "mrd milliarde milliarden billion billions bn milliard milliards miliardo miliardi",
}
_TIMES = {name: times for times, names in _UNITS.items() for name in names.split()}
_WORDS = {
    word: str(number)
    for words in (
        """eins zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf dreizehn vierzehn fuenfzehn sechzehn
        siebzehn achtzehn neunzehn zwanzig""",
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty""",
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        """uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici
        diciassette diciotto diciannove venti""",
    )
    for number, word in enumerate(words.split(), 1)
    if word not in ("un", "elf", "sei")  # an article, an elf, "you are"
}


@lru_cache(maxsize=64)
def figures(title: str) -> frozenset[str]:
    """Give the figures of a headline, each in one spelling, and the names that have figures in them (A380)."""
    title = title[:_LONGEST]
    found = {_value(figure) for figure in _FIGURE.finditer(title)}
    rest = map(fold, tokens.words(_FIGURE.sub(_unit, title)))
    found.update(_WORDS.get(word, word) for word in rest if word in _WORDS or any(map(str.isdigit, word)))
    return frozenset(found)


def _value(figure: re.Match[str]) -> str:
    whole, part = re.sub(r"\D", "", figure["whole"]), figure["part"] or "0"
    return f"{float(whole + '.' + part) * _TIMES.get(fold(figure['unit'] or ''), 1):.15g}"


def _unit(figure: re.Match[str]) -> str:
    """Leave the word behind a figure, which may have one of its own."""
    return f" {figure['unit'] or ''} "
