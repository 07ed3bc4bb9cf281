"""
Make bot/language/data/<code>/related.txt: words that are offered beside a keyword, never found silently.

Run it in an environment of its own; it takes a minute:
    pip install wordfreq simplemma german-nouns
    python -m tools.make_related
What was found by reading (`related.<code>.txt` beside this file) comes first. Then, for German, pairs that rules of
derivation form of a noun and another known word, both frequent enough: Fabrik, Fabrikant. Pairs that only look so stand
behind a "!" in the list by reading; whoever changes a rule reads what it adds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bot.language.tokens import fold
from tools.make_nouns import read_nouns

HERE = Path(__file__).parent
DATA = HERE.parent / "bot" / "language" / "data"
LANGUAGES = ("de", "en", "fr", "it")
FREQUENT, DERIVED = 3.3, 2.6
"""Zipf frequencies of a noun and of what is derived from it."""
SHORTEST = 4
RULES = (
    ("ik", "iker isch"),
    ("ie", "e isch iker"),
    ("ismus", "ist istisch"),
    ("ion", "ionaer ionist"),
    ("schaft", "schafter schaftlich"),
    ("kunde", "kundler kundlich"),
    ("", "isch ist istisch ismus iker"),
    ("e", "isch ist istisch"),
    ("um", "isch"),
)
"""Ending of a noun, and what may stand there instead."""
HEADER = """\
# Words that belong together, one group a line; with a hyphen first, last parts of compounds.
# Made by tools/make_related.py; change tools/related.{code}.txt instead.
"""


def read(code: str) -> tuple[list[str], set[str]]:
    """Return the groups found by reading, and the pairs that are none."""
    lines = (HERE / f"related.{code}.txt").read_text("utf-8").splitlines()
    groups = [line for line in lines if line and line[0] not in "#!"]
    return groups, {_pair(*line[1:].split(";")) for line in lines if line.startswith("!")}


def german_words() -> dict[str, str]:
    """Return the lemmas of German words by their folded form, as they are spelled."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    return {fold(lemma): lemma for lemma in DefaultDictionaryFactory().get_dictionary("de").values() if lemma.isalpha()}


def derivations() -> Iterator[tuple[str, str]]:
    """Yield the nouns and what is derived from them by rule."""
    from wordfreq import zipf_frequency

    words = german_words()
    nouns = read_nouns()
    for folded, noun in sorted(nouns.items()):
        base = words.get(folded)
        if base is None or base.islower() or "c" not in noun.kinds or zipf_frequency(base, "de") < FREQUENT:
            continue
        for ending, others in RULES:
            stem = folded.removesuffix(ending)
            if not folded.endswith(ending) or len(stem) < SHORTEST:
                continue
            for other in others.split():
                derived = words.get(stem + other)
                if derived and derived.lower() != base.lower() and zipf_frequency(derived, "de") >= DERIVED:
                    yield base, derived


def _pair(base: str, derived: str) -> str:
    return f"{fold(base.strip())};{fold(derived.strip())}"


def main() -> None:
    """Write the tables and say how large they are."""
    for code in LANGUAGES:
        groups, refused = read(code)
        known = {
            _pair(one.strip().lstrip("-"), other.strip().lstrip("-"))
            for group in groups
            for one in group.split(";")
            for other in group.split(";")
        }
        pairs = [pair for pair in derivations() if _pair(*pair) not in refused | known] if code == "de" else []
        grouped: dict[str, list[str]] = {}
        for base, derived in pairs:
            grouped.setdefault(base, [base]).append(derived)
        made = ["; ".join(dict.fromkeys(group)) for group in grouped.values()]
        table = "\n".join([HEADER.format(code=code).rstrip(), *groups, *made])
        (DATA / code / "related.txt").write_text(f"{table}\n", "utf-8")
        sys.stdout.write(f"{code}: {len(groups)} groups by reading, {len(pairs)} pairs by rule\n")


if __name__ == "__main__":
    main()
