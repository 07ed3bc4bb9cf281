"""Why an article was found, in words: which form, by which rule, and where it stands."""

from __future__ import annotations

from bot.core.matching import Evidence, Place, Rule
from bot.texts.catalog import Speech
from bot.texts.markup import Html, bold


def reason(evidence: Evidence, speech: Speech) -> Html:
    """Say in one line why a form counts as the keyword: "Atomwaffenprogramm: begins with Atomwaffen"."""
    t, form, term = speech.t, bold(evidence.form), evidence.term
    match evidence.rule:
        case Rule.EXACT:
            return t("{form}: the word itself", form=form)
        case Rule.SPELLING:
            return t("{form}: another spelling of {term}", form=form, term=term)
        case Rule.INFLECTION:
            return t("{form}: a form of {term}", form=form, term=term)
        case Rule.DERIVATION:
            return t("{form}: derived from {term}", form=form, term=term)
        case Rule.COMPOUND_FIRST | Rule.OPEN_END:
            return t("{form}: begins with {term}", form=form, term=term)
        case Rule.COMPOUND_LAST | Rule.OPEN_START:
            return t("{form}: ends with {term}", form=form, term=term)
        case Rule.PHRASE:
            return t("{form}: the words of {term} side by side", form=form, term=term)


def place(where: Place, speech: Speech) -> str:
    """Name a place of an article."""
    match where:
        case Place.TITLE:
            return speech.label("in the headline")
        case Place.LEAD:
            return speech.label("in the lead")
        case Place.BODY:
            return speech.label("in the text")
