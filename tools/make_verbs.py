"""
Make bot/language/data/<code>/verbs.txt: common forms of verbs and adverbs, for telling a sentence from a keyword.

A word that many different forms belong to, and that ends like an infinitive, is a verb; of its forms the frequent ones
are kept that are no form of another word. Adverbs are told by their ending. From wordfreq (CC BY-SA 4.0) and simplemma
(MIT). Neither is among the project's libraries; run it in an environment of its own:
    pip install simplemma wordfreq && python -m tools.make_verbs
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parent.parent / "bot" / "language" / "data"
RANKS = 12_000
SHORTEST = 3
INFINITIVES = {"de": r"(?:e[lr]?n)$", "fr": r"(?:er|ir|re)$", "it": r"(?:[aei]re|rre|rsi)$"}
ADVERBS = {"de": r"(?:weise|lich(?:st|erweise)?|ends|falls)$", "fr": r"ment$", "it": r"mente$"}
CERTAIN = {
    "de": r"",
    "fr": r"(?:ez|ai[st]|aient|(?<!m)ent|er|oir|dre|tre|ons|era|eront|(?<![mn])(?<!è[rt])(?<!é)(?<!is)(?<!ert)e)$",
    "it": r"(?:[aei]re|ar[cmtv]i|[ae]rl[aeio]|ano|ono|[aei]v[aio]|erà|iamo|[ae]te|rei|ebbe|(?<![aeiu]t)(?<!tt)[ae])$",
}
"""Endings that seldom are a noun's as well."""
NOUNS = frozenset(
    (
        "proposta richiesta morta luca more dante discesa scorta imposta prodotta rimasta costretta contenente resa "
        "resta scena spara controlla marie oeuvre love active cache crainte due installe prete scorte stelle parte "
        "parti solare nucleare militare popolare particolare regolare singolare elementare alimentare cellulare "
        "familiare circolare parlamentare"
    ).split()
)
"""Forms of verbs that are nouns and names as well, by reading."""
FORMS_OF_A_VERB = {"de": 6, "fr": 9, "it": 9}
"""A noun has fewer forms, with its plural and cases."""


def main() -> None:
    """Write one file per language and say how many words there are."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
    from wordfreq import top_n_list

    for language, ending in INFINITIVES.items():
        lemmas = DefaultDictionaryFactory().get_dictionary(language)
        forms = defaultdict(set)
        for form, lemma in lemmas.items():
            forms[lemma].add(form)
        verbs = {
            lemma
            for lemma, own in forms.items()
            if lemma.islower() and re.search(ending, lemma) and len(own) >= FORMS_OF_A_VERB[language]
        }
        kept = [
            word
            for word in top_n_list(language, RANKS)
            if len(word) >= SHORTEST
            and word.isalpha()
            and word not in NOUNS
            and (
                (re.search(CERTAIN[language], word) and (word in verbs or lemmas.get(word) in verbs))
                or (re.search(ADVERBS[language], word) and f"{word}s" not in lemmas)
            )
            and not (language == "de" and word.capitalize() in lemmas)
        ]
        (TARGET / language / "verbs.txt").write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")
        sys.stdout.write(f"{language}: {len(kept)}\n")


if __name__ == "__main__":
    main()
