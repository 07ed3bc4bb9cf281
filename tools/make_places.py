"""
Make bot/language/data/places.tsv: names of places and every form of what is made from them, in four languages.

Country names are CLDR's (through Babel, Unicode licence). Their adjectives and inhabitants, regions and cities are
written by hand in the three tables beside this script: `=` marks another name, `_` a space inside one.
    python -m tools.make_places
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel import Locale

HERE = Path(__file__).parent
TARGET = HERE.parent / "bot" / "language" / "data" / "places.tsv"
LANGUAGES = ("de", "en", "fr", "it")
AND = {"de": "und", "en": "and", "fr": "et", "it": "e"}
SAINT = {"de": "Sankt", "en": "Saint", "fr": "Saint", "it": "San"}


def german(word: str) -> Iterator[str]:
    """Bend an adjective (small) or an inhabitant (capital)."""
    yield word
    if word.isupper() or " " in word:
        return
    if word[0].islower():
        yield from (word + ending for ending in ("e", "en", "er", "es", "em"))
    elif word.endswith("in"):
        yield word + "nen"
    elif word.endswith("e"):
        yield from (word + "n", word[:-1] + "in", word[:-1] + "innen")
    elif word.endswith(("er", "ar")):
        yield from (word + ending for ending in ("n", "s", "in", "innen"))
    elif word.endswith(("t", "ow")):
        yield from (word + ending for ending in ("s", "en", "in", "innen"))
    else:
        yield word + "s"


def english(word: str) -> Iterator[str]:
    """Bend an adjective or inhabitant."""
    yield word
    if word.endswith(("shman", "chman", "xman", "yman", "woman")):
        yield word[:-2] + "en"
    elif not word.endswith(("s", "sh", "ese", "ch")) and not word.isupper():
        yield word + "s"


def french(word: str) -> Iterator[str]:
    """Bend by number and gender."""
    feminine = word + "ne" if word.endswith("en") else word if word.endswith("e") else word + "e"
    yield from (word, word if word.endswith("s") else word + "s", feminine, feminine + "s")


def italian(word: str) -> Iterator[str]:
    """Bend by number and gender."""
    stem, last = word[:-1], word[-1]
    if last == "o":
        yield from (word, stem + "a", stem + "i", stem + ("he" if stem[-1] in "cg" else "e"))
        if stem[-1] in "cg":
            yield stem + "hi"
    elif last == "e":
        yield from (word, stem + "i")
    elif last == "a":
        yield from (word, stem + "i", stem + ("he" if stem[-1] in "cg" else "e"))
    else:
        yield word


BEND: dict[str, Callable[[str], Iterator[str]]] = {"de": german, "en": english, "fr": french, "it": italian}


def names_of(code: str, language: str) -> list[str]:
    """Return CLDR's names of a territory, without brackets and with "&" and "St." spelled out as well."""
    found = Locale.parse(language).territories.get(code, "")
    names = [name for name in re.split(r"\s*\(|\)", found) if name]
    names += [name.replace("&", AND[language]) for name in names if "&" in name]
    return names + [name.replace("St.", SAINT[language]) for name in names if name.startswith("St.")]


def rows() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Yield place, language, names and derived forms."""
    for kind in ("countries", "regions", "cities"):
        for line in (HERE / f"places_{kind}.tsv").read_text("utf-8").splitlines():
            place, *cells = line.split("\t")
            for language, cell in zip(LANGUAGES, cells, strict=True):
                words = [word.replace("_", " ") for word in cell.split()]
                aliases = [word[1:] for word in words if word.startswith("=")]
                names = (names_of(place, language) if kind == "countries" else []) + aliases
                derived = [form for word in words if not word.startswith("=") for form in BEND[language](word)]
                if names:
                    yield place.lower(), language, list(dict.fromkeys(names)), list(dict.fromkeys(derived))


def main() -> None:
    """Write the table and say how large it is."""
    lines = ["\t".join((place, language, ";".join(names), ";".join(forms))) for place, language, names, forms in rows()]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} rows, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
