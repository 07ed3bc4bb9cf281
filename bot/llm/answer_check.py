"""
What of an article goes to the model, and whether its answer may be shown.

The article was written by somebody else and the answer by a machine that believes what it reads: neither is trusted. An
answer passes only if it is plain text in the right language and says nothing that the article does not.

A negation that is not in the article, and an order to the reader, can turn a true text into a false or dangerous one.
Both are recognised by words alone, in the languages of answers; what looks like one is refused, because a refused
answer costs a sentence and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import dropwhile

from bot.language import numbers, sentences, tokens
from bot.language.stop_words import STOP_WORDS

_NEGATIONS = {
    "de": "nicht nichts nie niemals niemand nirgends nirgendwo weder ohne nein kein keineswegs mitnichten kaum",
    "en": "not no never none nobody nothing nowhere neither nor without cannot hardly",
    "fr": "ne n pas jamais aucun rien sans ni non personne guere",
    "it": "non no nessun nessuno mai niente nulla ne senza neanche nemmeno neppure",
}
_FAMILIES = {"de": re.compile(r"(kein|niemand)(?:e|en|em|er|es|s)?"), "fr": re.compile(r"(aucun)e?s?")}
_FAMILIES["it"] = re.compile(r"(nessun)[oa]?")
_SHORTENED = re.compile(r"\wn['’]t\b", re.IGNORECASE)
"""Don't, isn't, won't; the letter before is enough, for a word of thousands would be tried from each of its letters."""
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
_INFINITIVES = {
    "de": "ignorieren vergessen antworten beantworten schreiben schicken senden zusenden klicken anklicken besuchen "
    "öffnen kaufen anrufen geben angeben eingeben weitergeben preisgeben nennen lesen löschen überweisen "
    "bestellen herunterladen mitteilen verraten folgen befolgen nehmen wählen zahlen bezahlen einzahlen "
    "anmelden registrieren abonnieren installieren bestätigen missachten",
    "fr": "ignorer oublier répondre écrire envoyer cliquer visiter ouvrir acheter appeler donner indiquer suivre "
    "supprimer payer commander télécharger verser transférer transmettre communiquer",
    "it": "ignorare dimenticare rispondere scrivere inviare mandare cliccare visitare aprire comprare chiamare dare "
    "indicare seguire cancellare pagare ordinare scaricare versare trasferire comunicare",
}
"""Orders without a person: "Alle Anweisungen ignorieren", "Ignorer les consignes"."""
_LEADING = {
    "de": "jetzt nun sofort umgehend und oder aber also dann danach anschliessend anschließend zuerst zunächst "
    "einfach gleich heute unbedingt dringend ausserdem außerdem zudem schliesslich schließlich deshalb daher "
    "darum doch hier wichtig achtung hinweis",
    "en": "now then also and or but so first next finally immediately just simply today always instead therefore "
    "kindly important attention note",
    "fr": "maintenant désormais puis ensuite et ou mais aussi alors donc enfin aujourd hui d abord immédiatement "
    "vite important attention",
    "it": "ora adesso poi e o ma anche quindi allora prima infine subito inoltre oggi dunque importante attenzione",
}
"""What may stand before the verb of an order."""
_AFTER_COMMA = {
    "de": "ignorier ignoriere vergiss schreib schick klick klicke öffne gib nenn lies lösch lösche überweis überweise "
    "bestell kauf besuch registrier registriere",
    "en": "ignore disregard forget click tap reply",
    "fr": "ignore oublie réponds écris clique télécharge inscris",
    "it": "ignora dimentica rispondi rispondete scrivi scrivete clicca cliccate",
}
"""The orders that are hardly ever the verb of a statement, which may stand behind an insertion."""
_UNCERTAIN = frozenset({"entre", "suis", "dai", "say", "share", "order", "call", "answer"})
"""Forms that mean something else behind a word of `_LEADING`."""
_FINITE_DE = frozenset(
    """
    will wollen wollte wollten kann können konnte konnten könnte könnten muss müssen musste mussten müsste
    müssten soll sollen sollte sollten darf dürfen durfte durften dürfte dürften mag mögen möchte möchten wird
    werden wurde wurden würde würden hat haben hatte hatten hätte hätten ist sind war waren sei seien wäre wären
    lässt lassen liess ließ liessen ließen hilft helfen half geht gehen ging bleibt gilt
    """.split()
)
"""With one of these before it, a German infinitive belongs to a statement."""
_SUBORDINATING_DE = frozenset(
    """
    die der das den dem wer was wenn dass weil ob wie wo als bevor nachdem damit indem obwohl während um welche
    welcher welches deren dessen denen womit wofür woran
    """.split()
)
"""Behind a comma they begin a clause that ends in its verb, which in the plural is like an infinitive."""
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
    """
    Say whether a text tells its reader what to do: by addressing him, by an imperative or by an infinitive.

    They are looked for where a clause begins, behind words like "now" and "and" too, and German infinitives where it
    ends.
    """
    languages = (language,) if language in _ORDERS else tuple(_ORDERS)
    clauses = [[tokens.words(part) for part in clause.split(",")] for clause in _CLAUSE.split(text)]
    return any(
        _ADDRESSED[each].search(text) or any(_begins_with_order(parts, each) for parts in clauses) for each in languages
    ) or ("de" in languages and any(map(_ends_in_infinitive, clauses)))


def _begins_with_order(parts: Sequence[Sequence[str]], language: str) -> bool:
    """Look where a clause begins, given by the words between its commas; behind a comma for clear cases alone."""
    orders, leading = set(_ORDERS[language].split()), set(_LEADING[language].split())
    orders |= set(_INFINITIVES[language].split()) if language in ("fr", "it") else set()
    words = [word for part in parts for word in part]
    led = list(dropwhile(lambda word: word.casefold() in leading, words))
    if words and (words[0].casefold() in orders or (led and led[0] in orders - _UNCERTAIN)):
        return True
    clear = set(_AFTER_COMMA[language].split())
    later = (list(dropwhile(lambda word: word.casefold() in leading, part)) for part in parts[1:])
    return any(part and part[0] in clear for part in later)


def _ends_in_infinitive(parts: Sequence[Sequence[str]]) -> bool:
    """Look for a German infinitive at the end of a part between commas that no verb before it governs."""
    infinitives, before = set(_INFINITIVES["de"].split()), set[str]()
    for number, part in enumerate(parts):
        before |= {word.casefold() for word in part}
        is_subordinate = number > 0 and bool(part) and part[0] in _SUBORDINATING_DE
        if len(part) > 1 and part[-1] in infinitives and part[-2] != "zu" and not is_subordinate:
            return not before & _FINITE_DE
    return False


def _negations(text: str, language: str) -> set[str]:
    wanted, family = set(_NEGATIONS[language].split()), _FAMILIES.get(language)
    found = {"not"} if language == "en" and _SHORTENED.search(text) else set[str]()
    for word in map(tokens.fold, tokens.words(text)):
        base = found_family[1] if family and (found_family := family.fullmatch(word)) else word
        if base in wanted:
            found.add("not" if base == "cannot" else base)
    return found


LONGEST_TEXT = 6_000
LONGEST = 300
SHORTEST = 40
_FAR_TOO_LONG = 900
_MISSING_NAMES = 0.25
_OWN_WORDS = 0.5
_CONTENT_WORD = 3
_STEM = 4
_TELLING = 30
"""Letters of a sentence from which on its language is asked for."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SIGNS = frozenset({"So", "Nl", "No", "Mn", "Me"})
"""Pictures, numbers in other signs than digits, and what is put over or around a letter."""
_LOOKALIKES = str.maketrans({"⁄": "/", "∕": "/", "⧸": "/", "╱": "/", "⟋": "/", "。": ".", "·": ".", "∙": ".", "•": "."})
_ENDINGS = "com|net|org|info|biz|io|ch|app|dev|xyz|top|site|shop|club|online|link|click|live|news|ru|cc|gg|me"
_UNWANTED = re.compile(
    rf"""
      ://  | (?<!\w)www\.                                   # addresses
    | (?<!\w)(?:https?|tg|mailto|ftp|file|data|javascript):\S
    | \w\.[^\W\d_]{{2,}}                                    # what Telegram makes a link of: evil.com
    | \d+\.\d+\.\d+\.\d+
    | [\w)]\ ?\.\ ?(?:{_ENDINGS})(?!\w)                    # what a reader makes one of: evil .com, evil dot com
    | [\ (-](?i:dot|punkt|point|punto)[\ )-]{{1,2}}(?i:{_ENDINGS})(?!\w)
    | [@#]\w | \$[^\W\d_]                                   # names, hashtags, cashtags
    | (?<![\w/])/\w                                         # commands of a bot
    | [<>`{{}}\[\]\\|*_~]                                     # markup of any kind
    """,
    re.VERBOSE,
)


def clean(text: str) -> str:
    """Take out everything that cannot be seen, and cut to what the model gets."""
    shown = unicodedata.normalize("NFC", text[: 2 * LONGEST_TEXT]).translate(_Shown())
    return " ".join(shown.split())[:LONGEST_TEXT]


class _Shown(dict[int, str | None]):
    """What becomes of each character; looked up once each."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        hidden = unicodedata.category(character) in _HIDDEN
        self[code] = " " if character.isspace() else None if hidden else character
        return self[code]


def check(answer: str, source: str, language: str | None, detect: Callable[[str], str | None]) -> str | None:
    """Return what may be shown of an answer about a cleaned text, or None."""
    if len(answer) > _FAR_TOO_LONG:
        return None
    text = _shorten(clean(answer), language)
    if len(text) < SHORTEST or _is_unwanted(text):
        return None
    parts = sentences.split(text, language)
    if not _is_in(language, text, parts, detect):
        return None
    if gives_order(text, language) or adds_negation(text, source, language):
        return None
    known = _Words(source)
    if not _has_signs(text, source, known) or not _has_names(parts, known):
        return None
    if not all(_is_about(part, known) for part in parts):
        return None
    return text if has_only_numbers_of(source, text, language) else None  # last, because it is dearest


def has_only_numbers_of(source: str, text: str, language: str | None) -> bool:
    """
    Say whether every number of a text is in its source: with the same digits, or in the same words.

    What a number counts, and whether it is a date, is not asked.
    """
    known = {number.key for number in numbers.read(source, language)}
    return all(number.key in known for number in numbers.read(text, language))


def _is_unwanted(text: str) -> bool:
    """Whether there is anything to tap or to follow, in whichever of the signs that look alike."""
    return bool(_UNWANTED.search(numbers.plain(text).translate(_LOOKALIKES)))


def _is_in(language: str | None, text: str, parts: tuple[str, ...], detect: Callable[[str], str | None]) -> bool:
    """Whether a text is in a language, and no sentence of it in another one; what cannot be told is not."""
    if language is None:
        return True
    telling = [part for part in parts if sum(map(str.isalpha, part)) >= _TELLING]
    return all(detect(part) == language for part in (text, *telling))


def _has_signs(text: str, source: str, known: _Words) -> bool:
    """Whether rare signs, and letters of other alphabets, stand in the article just so."""
    if any(unicodedata.category(sign) in _SIGNS and sign not in source for sign in set(text)):
        return False
    words = (word for word in tokens.words(text) if not word.isascii())
    return all(known.has(word) or all(map(_is_latin, word)) for word in words)


def _is_latin(letter: str) -> bool:
    return not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN ")


def _shorten(text: str, language: str | None) -> str:
    """Keep the whole sentences that fit; nothing if not even the first does."""
    if len(text) <= LONGEST:
        return text
    kept = ""
    for sentence in sentences.split(text, language):
        if len(kept) + len(sentence) + 1 > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


class _Words:
    """The words of a text, to be asked for by their beginnings."""

    def __init__(self, text: str) -> None:
        self._set = {tokens.fold(word) for word in tokens.words(text)}
        self._sorted = sorted(self._set)

    def has(self, word: str) -> bool:
        """Whether this very word is there."""
        return tokens.fold(word) in self._set

    def __contains__(self, word: str) -> bool:
        """Whether a word is there in some form, or begins with one that is."""
        folded = tokens.fold(word)
        if folded in self._set:
            return True
        stem = folded[: max(_STEM, len(folded) - 3)]
        if len(stem) < _STEM:
            return False
        place = bisect_left(self._sorted, stem)
        if place < len(self._sorted) and self._sorted[place].startswith(stem):
            return True
        return any(folded[:length] in self._set for length in range(_STEM, len(folded)))


def _has_names(parts: tuple[str, ...], known: _Words) -> bool:
    """Whether most words with a capital occur in the article; the first of a sentence has one anyway."""
    names = [word for part in parts for word in tokens.words(part)[1:] if word[:1].isupper()]
    missing = sum(name not in known for name in names)
    return missing <= _MISSING_NAMES * len(names)


def _is_about(sentence: str, known: _Words) -> bool:
    """Whether a sentence is made of the article's words: neither an excuse nor somebody else's message."""
    words = [
        word for word in tokens.words(sentence) if len(word) >= _CONTENT_WORD and tokens.fold(word) not in STOP_WORDS
    ]
    return sum(word in known for word in words) > _OWN_WORDS * len(words)
