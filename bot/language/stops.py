"""Stop words of the four languages: words too common to be asked for alone."""

from __future__ import annotations

from bot.language.fold import fold

_WORDS = """
aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da damit dann
das dass daß dazu dein deine dem den denn der des dessen dich die dies diese diesem diesen dieser dieses dir doch dort
du durch ein eine einem einen einer eines er es etwas euch euer für gegen habe haben hat hatte hier hin hinter ich ihm
ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine keinem keinen keiner
 mehr mein meine mich mir mit nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich
sie sind so sondern soll über um und uns unser unsere unter viel vom von vor waren was weil welche wenn wer werden
wie wieder wir wird wo wurde zu zum zur zwar zwischen
a about after all also am an and any are as at be because been before being but by can did do does each for from had
has have he her here hers him his how i if in into is it its just me more my no nor not of off on once only or
our out own same she so some such than that the their them then there these they this those through to too under
until up us very was we were what when where which while who whom why with you your
à au aux avec ce ces cet cette dans de des du elle elles en est et eu il ils je la le les leur leurs lui ma mais me même
mes moi mon ne nos notre nous on ont ou où pas plus pour qu que qui sa sans se ses son sont sur ta te tes toi tu
un une vos votre vous y d l c j m n s t
ad agli ai al alla alle allo anche che chi ci coi col come con cui da dagli dai dal dalla dalle dallo degli dei del
della delle dello di dove e ed è gli ha hanno ho i il io la le lei li lo loro ma mi mia mio ne negli nei nel nella
nelle nello noi non nostro o perché più quale quando quella quello questa questo qui se sei si sia siamo sono su sua
sue sugli sui sul sulla sulle sullo suo suoi ti tra tu tua tuo un una uno vi voi
"""

_ARTICLES = """
der die das den dem des ein eine einen und oder nicht ist im in zu von mit auf für the a an and or of to is it at by le
la les un une et ou du de il lo gli i e o di
"""

STOP_WORDS = frozenset(fold(word) for word in _WORDS.split())
_ALWAYS = frozenset(fold(word) for word in _ARTICLES.split())
_ACRONYM_FROM = 2


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
