"""Hints pick out every word that may be a form, and few others."""

from __future__ import annotations

from importlib import resources

import pytest

from bot.language import inflection
from bot.language.lexicon import Lexicon
from bot.language.prefilter import EDGE, LetterFilter, fewest

_ENDINGS = ("", "s", "n", "e", "en", "er", "ern", "es", "nen", "se", "den", "i", "a")


@pytest.fixture(scope="module")
def hints(lexicon: Lexicon) -> LetterFilter:
    """Prepare them once."""
    return LetterFilter(lexicon)


def test_every_form_of_a_noun_has_a_hint_of_its_lemma(hints: LetterFilter, lexicon: Lexicon) -> None:
    """How it begins, and what every compound with it has in it; for all irregular forms, and many of the others."""
    _, nouns, irregulars, _ = (
        resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8").split("\n\n")
    )
    lemmas = [line.split()[0] for line in nouns.split("\n")]
    roots = {lemma[: len(lemma) - cut] for lemma in lemmas[::40] for cut in range(3) if len(lemma) > cut + 1}
    forms = {root + ending for root in roots for ending in _ENDINGS} | {
        line.split()[0] for line in irregulars.split("\n")
    }
    pairs = [(form, lemma) for form in forms for lemma in lexicon.lemmas(form)]
    assert len(pairs) > 9_000
    for form, lemma in pairs:
        assert any(hint in f"{EDGE}{form}{EDGE}" for hint in hints.forms(lemma, (lemma,), "de")), (form, lemma)
        assert any(hint in form for hint in hints.parts((lemma,))), (form, lemma)


def test_irregular_english_words_find_each_other(hints: LetterFilter) -> None:
    """Also where not one letter is the same: go, went."""
    bases = inflection.irregular("en")
    for form, its in bases.items():
        for other, others in bases.items():
            if not its.isdisjoint(others):
                assert any(hint in f"{EDGE}{other}" for hint in hints.forms(form, (), "en")), (form, other)


def test_what_has_another_hint_in_it_is_left_out() -> None:
    """One search does for both."""
    assert fewest({"waffen", "atomwaffen", "bahn"}) == ("bahn", "waffen")
