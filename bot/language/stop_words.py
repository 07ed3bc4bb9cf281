"""
Stop words of the four languages, and the common words that an acronym in capitals could be mistaken for.

Stop words are too common to be a query by themselves. A keyword in capitals (WHO, IT, AIDS) must not match the common
short word with the same letters.
"""

from __future__ import annotations

from importlib import resources

from bot.language import tokens
from bot.language.tokens import fold

_WORDS = {
    "de": """
aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da damit dann
das dass daß dazu dein deine dem den denn der des dessen dich die dies diese diesem diesen dieser dieses dir doch dort
du durch ein eine einem einen einer eines er es etwas euch euer für gegen habe haben hat hatte hier hin hinter ich ihm
ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine keinem keinen keiner
mehr mein meine mich mir mit nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich
sie sind so sondern soll über um und uns unser unsere unter viel vom von vor waren was weil welche wenn wer werden
wie wieder wir wird wo wurde zu zum zur zwar zwischen
""",
    "en": """
a about after all also am an and any are as at be because been before being but by can did do does each for from had
has have he her here hers him his how i if in into is it its just me more my no nor not of off on once only or
our out own same she so some such than that the their them then there these they this those through to too under
until up us very was we were what when where which while who whom why with you your
""",
    "fr": """
à au aux avec ce ces cet cette dans de des du elle elles en est et eu il ils je la le les leur leurs lui ma mais me même
mes moi mon ne nos notre nous on ont ou où pas plus pour qu que qui sa sans se ses son sont sur ta te tes toi tu
un une vos votre vous y d l c j m n s t
""",
    "it": """
ad agli ai al alla alle allo anche che chi ci coi col come con cui da dagli dai dal dalla dalle dallo degli dei del
della delle dello di dove e ed è gli ha hanno ho i il io la le lei li lo loro ma mi mia mio ne negli nei nel nella
nelle nello noi non nostro o perché più quale quando quella quello questa questo qui se sei si sia siamo sono su sua
sue sugli sui sul sulla sulle sullo suo suoi ti tra tu tua tuo un una uno vi voi
""",
}

_ARTICLES = """
der die das den dem des ein eine einen und oder nicht ist im in zu von mit auf für the a an and or of to is it at by le
la les un une et ou du de il lo gli i e o di
"""

_BY_LANGUAGE = {language: frozenset(fold(word) for word in words.split()) for language, words in _WORDS.items()}
STOP_WORDS = frozenset().union(*_BY_LANGUAGE.values())
_ALWAYS = frozenset(fold(word) for word in _ARTICLES.split())
_ACRONYM_FROM = 2


_LONG_TEXT = 40
"""Words from which on a text tells its language by its stop words."""
_FOREIGN_SHARE, _OWN_SHARE = 0.12, 0.28
"""
Of all words in a text: at most so many are stop words of a language it is not written in, and at least so many of its
own. Chosen on one news report in each of the four languages: the own language's share was .37 to .52, that of another
at most .07, but for French words in Italian (.10) and Italian in French (.17), which are therefore believed.
"""


def find_other_language(text: str, declared: str) -> str | None:
    """
    Find the language of a long text that is clearly not in the declared one; None where there is no doubt about that.

    Counts stop words, so that only a wide margin overrules what a publisher says. Works for languages that have a list
    here; other declared ones are believed.
    """
    if declared not in _BY_LANGUAGE:
        return None
    words = [fold(word) for word in tokens.words(text)]
    if len(words) < _LONG_TEXT:
        return None
    shares = {language: sum(word in known for word in words) / len(words) for language, known in _BY_LANGUAGE.items()}
    likely = max(shares, key=lambda language: shares[language])
    return likely if shares[declared] <= _FOREIGN_SHARE and shares[likely] >= _OWN_SHARE else None


def is_stop(word: str) -> bool:
    """
    Tell whether a typed word is a stop word.

    In capitals it is taken for an abbreviation (WHO, IT); with a first capital for a name or noun (Waren, Allen), but
    for the plainest words of all.
    """
    folded = fold(word)
    if len(word) >= _ACRONYM_FROM and word.isupper():
        return False
    return folded in (_ALWAYS if word[:1].isupper() else STOP_WORDS)


_NAMES_ABBREVIATIONS = frozenset({"fr", "it"})
"""Where the press writes abbreviations like names ("Usa", "Otan"), a first capital is enough."""


class CommonWords:
    """The packaged lists, read once: some 9,000 words."""

    def __init__(self) -> None:
        data = resources.files("bot.language").joinpath("data/commons.txt").read_text("utf-8")
        rows = (line.split() for line in data.splitlines())
        self._words = {language: frozenset(map(fold, found)) for language, *found in rows}

    def forbids(self, folded: str, language: str | None, *, capital: bool, upper: bool) -> bool:
        """Tell whether a word of a text is too likely the common word to be the abbreviation."""
        if upper:
            return False
        if folded in STOP_WORDS:
            return True
        if language in self._words:
            is_common = folded in self._words[language]
        else:
            is_common = any(folded in found for found in self._words.values())
        return is_common and not (capital and language in _NAMES_ABBREVIATIONS)
