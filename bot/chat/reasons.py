"""Why an article was found, in words: which form, by which rule, and where it stands."""

from __future__ import annotations

from bot.core.evidence import Evidence
from bot.core.scan import TextField
from bot.language.rules import FormRule
from bot.texts.catalog import Translation
from bot.texts.markup import Html, bold


def reason(evidence: Evidence, speech: Translation) -> Html:
    """Say in one line why a form counts as the keyword: "Atomwaffenprogramm: begins with Atomwaffen"."""
    t, form, term = speech.t, bold(evidence.form), evidence.term
    match evidence.rule:
        case FormRule.EXACT:
            return t("{form}: the word itself", form=form)
        case FormRule.SPELLING:
            return t("{form}: another spelling of {term}", form=form, term=term)
        case FormRule.INFLECTION:
            return t("{form}: a form of {term}", form=form, term=term)
        case FormRule.DERIVATION:
            return t("{form}: derived from {term}", form=form, term=term)
        case FormRule.COMPOUND_FIRST | FormRule.OPEN_END:
            return t("{form}: begins with {term}", form=form, term=term)
        case FormRule.COMPOUND_LAST | FormRule.OPEN_START:
            return t("{form}: ends with {term}", form=form, term=term)
        case FormRule.PHRASE:
            return t("{form}: the words of {term} side by side", form=form, term=term)


def place(where: TextField, speech: Translation) -> str:
    """Name a place of an article."""
    match where:
        case TextField.TITLE:
            return speech.label("in the headline")
        case TextField.LEAD:
            return speech.label("in the lead")
        case TextField.BODY:
            return speech.label("in the text")
