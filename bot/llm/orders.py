"""
Two turns of a true text that make it false or dangerous: a negation that is not in it, and an order to the reader.

Both are told by words alone, in the languages answers may be in; what looks like one is refused, for a refused answer
costs a sentence and nothing else.
"""

from __future__ import annotations

import re

from bot.language import fold, tokens

_NEGATIONS = {
    "de": "nicht nichts nie niemals niemand nirgends nirgendwo weder ohne nein kein keineswegs mitnichten kaum",
    "en": "not no never none nobody nothing nowhere neither nor without cannot hardly",
    "fr": "ne n pas jamais aucun rien sans ni non personne guere",
    "it": "non no nessun nessuno mai niente nulla ne senza neanche nemmeno neppure",
}
_FAMILIES = {"de": re.compile(r"(kein|niemand)(?:e|en|em|er|es|s)?"), "fr": re.compile(r"(aucun)e?s?")}
_FAMILIES["it"] = re.compile(r"(nessun)[oa]?")
_SHORTENED = re.compile(r"\w+n['’]t\b", re.IGNORECASE)
"""Don't, isn't, won't."""
_ORDERS = {
    "de": "ignorier ignoriere vergiss antworte schreib schreibe schick schicke sende klick klicke besuch besuche öffne "
    "kauf kaufe ruf rufe gib nenn nenne lies folg folge lösch lösche überweis überweise bestell bestelle lad lade teil "
    "teile sag sage tu tue mach mache geh gehe nimm wähl wähle zahl zahle melde registrier registriere bitte beachte",
    "en": "ignore disregard forget answer reply write send click tap visit open buy call give tell follow delete pay "
    "order download share say do go take choose enter register subscribe join please don't never",
    "fr": "ignore oublie réponds écris envoie clique visite ouvre achète appelle donne dis suis supprime paie commande "
    "télécharge partage fais va prends choisis entre inscris veuillez",
    "it": "ignora ignorate dimentica dimenticate rispondi rispondete scrivi scrivete invia inviate manda mandate "
    "clicca cliccate visita visitate apri aprite compra comprate chiama chiamate dai date dì dite segui seguite "
    "cancella paga pagate ordina ordinate scarica scaricate condividi fai fate vai andate prendi prendete "
    "scegli registrati prego",
}
_ADDRESSED = {
    "de": re.compile(
        r"\b(?:du|dich|dir|deine?[mnrs]?|euch|eure[mnrs]?|euer|Ihnen)\b|\b[^\W\d_]+e?n +Sie\b|\b(?i:bitte)\b"
    ),
    "en": re.compile(r"\b(?i:you|your|yours|yourself|please)\b"),
    "fr": re.compile(r"\b(?i:vous|votre|vos|tu|toi|ton|tes)\b|\b(?!(?i:chez|assez|nez|rez)\b)[^\W\d_]+ez\b"),
    "it": re.compile(r"\b(?i:tu|ti|tuo|tua|tuoi|tue|voi|vi|vostr[aeio])\b"),
}
_CLAUSE = re.compile(r"[.:;!?–—\"'«»„“”‚‘’()]+")


def adds_negation(text: str, source: str, language: str | None) -> bool:
    """Say whether there is a negation in a text that is nowhere in its source, in this or in any language."""
    languages = (language,) if language in _NEGATIONS else tuple(_NEGATIONS)
    return any(_negations(text, each) - _negations(source, each) for each in languages)


def gives_order(text: str, language: str | None) -> bool:
    """Say whether a text tells its reader what to do: by an imperative that begins a clause, or by addressing him."""
    languages = (language,) if language in _ORDERS else tuple(_ORDERS)
    beginnings = {words[0].casefold() for clause in _CLAUSE.split(text) if (words := tokens.words(clause))}
    return any(_ADDRESSED[each].search(text) or beginnings & set(_ORDERS[each].split()) for each in languages)


def _negations(text: str, language: str) -> set[str]:
    wanted, family = set(_NEGATIONS[language].split()), _FAMILIES.get(language)
    found = {"not"} if language == "en" and _SHORTENED.search(text) else set[str]()
    for word in map(fold.fold, tokens.words(text)):
        base = found_family[1] if family and (found_family := family.fullmatch(word)) else word
        if base in wanted:
            found.add("not" if base == "cannot" else base)
    return found
