"""
Make bot/feeds/data/months.tsv: the names of the months in the languages of feeds, from CLDR (through Babel).

CLDR's names are under the Unicode licence. A line holds a name, its month and the languages that call it so: "listopad"
is November in Polish and October in Croatian.
    python -m tools.make_months
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path

from babel import Locale

TARGET = Path(__file__).parent.parent / "bot" / "feeds" / "data" / "months.tsv"
LANGUAGES = (
    "af ar ar_MA az be bg bs ca cs cy da de de_AT el en es es_MX et eu fi fr fr_CA ga gl he hi hr hu hy id is it ka kk "
    "lt lv mk ms mt nb nl nn pl pt ro ru sk sl sq sr sr_Latn sv sw tr uk"
).split()
SHORTEST = 3


def names_of(language: str) -> set[tuple[str, int]]:
    """List how a language writes its months, as `bot.feeds.dates` looks them up."""
    months = Locale.parse(language).months
    written = (
        (name, number)
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in months[context][width].items()
    )
    return {(folded, number) for name, number in written if len(folded := fold(name)) >= SHORTEST}


def fold(name: str) -> str:
    """Give a name in small letters without marks of abbreviation; "" for what is no single word."""
    name = unicodedata.normalize("NFKC", name).lower().removeprefix("de ").removeprefix("d’").strip(".׳॰")
    return name if all(unicodedata.category(sign)[0] in "LM" for sign in name) else ""


def main() -> None:
    """Write the table."""
    languages: dict[tuple[str, int], set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for found in names_of(language):
            languages[found].add(language.partition("_")[0])
    lines = (f"{name}\t{number}\t{' '.join(sorted(said))}\n" for (name, number), said in sorted(languages.items()))
    TARGET.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
