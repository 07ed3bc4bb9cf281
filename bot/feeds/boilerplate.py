"""
What publishers' systems add to a description and no reader wants: tails, agency marks, datelines, kickers.

The order is that of the measured texts: tails first, because they hide what stands before them.
"""

from __future__ import annotations

import re

_MOST_ROUNDS = 6
_SHORTEST_LEFT = 40

_CUT_OFF = re.compile(r"\s*(?:\[\s*(?:…|\.{2,3}|&hellip;|\+)\s*\]|\(\s*(?:…|\.{3})\s*\))\s*$")
_FIRST_ON = re.compile(
    r"""(?ix) (?P<kept> .* (?: ^ | [.!?…\]»”"’)] | (?=\s(?-i:The|Der|Die|Dieser|L['’]|Cet|Questo)) ) ) \s*
    (?: the\ (?:post|article|story)\s .{1,200}? \s (?:appeared\ first|first\ appeared)\ on \s
      | (?:der\ |die\ |dieser\ )? (?:beitrag|artikel|text|meldung)\s .{0,200}? \b
        (?:erschien\ (?:zuerst|erstmals)|ist\ (?:zuerst|erstmals)\ erschienen|wurde\ zuerst\ veröffentlicht)\s
      | (?:l['’]article|cet\ article)\s .{0,200}? \b est\ (?:apparu|paru)\ en\ premier\ (?:sur|dans) \s
      | (?:l['’]articolo|questo\ articolo)\s .{0,200}? \b (?:proviene\ da|è\ apparso\ (?:prima|per\ primo)\ su) \s
    ) .{1,200} $"""
)
_MORE = re.compile(
    r"""(?ix) (?P<kept> .* (?: ^ | [.!?…\]»”"’)] \s* | \s (?=[-–—|»›>→•]) | \s (?=(?-i:[A-ZÄÖÜ(\[])) ) )
    [-–—|»›>→•\s]* [(\[]?
    (?: weiterlesen | weiter\ lesen | weiter\ zum\ artikel | mehr\ dazu | mehr\ lesen | mehr\ erfahren | zum\ artikel
      | zum\ vollständigen\ artikel | jetzt\ lesen | lesen\ sie\ (?:mehr|weiter) | den\ ganzen\ artikel\ lesen
      | read\ more | read\ on | read\ the\ (?:full\ |whole\ )?(?:story|article|post) | continue\ reading | full\ story
      | lire\ la\ suite | lire\ plus | lire\ l['’]article | en\ savoir\ plus
      | continua\ a\ leggere | leggi\ (?:tutto|di\ più|l['’]articolo|anche)
    ) (?: \s+ (?:auf|bei|hier|on|at|sur|su|here|ici) (?:\s+[^\s!?]+){0,4} )? [)\]]? [\s.…:»›>→]* $"""
)
_TAIL = 500
"""Tails are short; looking no further keeps the patterns cheap on any text."""
_AGENCY = (
    r"(?:dpa(?:[-/]\w+)*|sda|ats|afp|ap|apa|reuters|rtr|sid|kna|epd|keystone-sda|keystone|awp|ansa|bloomberg|efe|belga)"
)
_MARK = rf"[(\[]\s*{_AGENCY}(?:\s*[/,]\s*\w[\w-]*){{0,4}}\s*[)\]]"
_AGENCY_TAIL = re.compile(rf"(?i)[\s–-]*{_MARK}\s*$")
_SERVICE_TAIL = re.compile(r"(?i)\s*(?:©\s*)?dpa(?:-infocom)?,\s*dpa:[\w/-]+\s*$")
_RIGHTS_TAIL = re.compile(rf"(?i)\s*©\s*(?:\d{{4}}\s*)?{_AGENCY}\s*$")
_DATELINE = re.compile(rf"^(?:[A-ZÄÖÜÉ][\w.,/ '’-]{{1,60}}?\s*)?(?i:{_MARK})\s*[-–—:]*\s+")
_PAYWALL = re.compile(
    r"^(?:Z\+(?:\s*\([^)]{1,40}\))?|FAZ\+|F\+|SZ[\s-]?Plus|S\+|WELTplus|BILDplus|[Aa]bo|LIVE(?:BLOG|TICKER)?)\s*[:;|–-]?\s+"
)
_LIVE = re.compile(r"^(?:\+{2,3}\s*)?LIVE(?:BLOG|TICKER)?(?:\s*\+{2,3})?\s*[:|–-]?\s+")


def clean_title(title: str) -> str:
    """Cut the mark of a paid article before a headline."""
    cut = _PAYWALL.sub("", title, count=1)
    return cut if cut and not _LIVE.match(title) else title


def clean(text: str, title: str = "") -> str:
    """Cut from a one-line description what is no news; "" when nothing is left but the headline."""
    text = _cut_tails(" ".join(text.split()))
    text = _DATELINE.sub("", text, count=1)
    text = _PAYWALL.sub("", text, count=1)
    text = _cut_headline(text, title)
    return "" if _same(text, title) else text


def _cut_tails(text: str) -> str:
    for _ in range(_MOST_ROUNDS):
        head, tail = text[:-_TAIL], text[-_TAIL:]
        for pattern in (_FIRST_ON, _MORE):
            if found := pattern.match(tail):
                tail = found["kept"].rstrip()
        for mark in (_SERVICE_TAIL, _RIGHTS_TAIL, _AGENCY_TAIL):
            tail = mark.sub("", tail).rstrip()
        is_cut_off = _CUT_OFF.search(tail)
        cut = (head + _CUT_OFF.sub("", tail)).strip()
        cut = _back_to_sentence(cut) if is_cut_off else cut
        if cut == text:
            break
        text = cut
    return text


def _back_to_sentence(text: str) -> str:
    """An excerpt cut after so many words ends at its last whole sentence, if that leaves enough; else it says "…"."""
    if not text or text[-1] in ".!?…":
        return text
    ends = [found.end() for found in re.finditer(r"(?<=\w\w)[.!?][»”\"’)]?(?=\s+[A-ZÄÖÜÀÉ«„“\"])", text)]
    if ends and ends[-1] >= _SHORTEST_LEFT:
        return text[: ends[-1]]
    return text.rstrip(" ,;:–-") + "…"


def _cut_headline(text: str, title: str) -> str:
    """Cut a kicker the headline begins with too, or the whole headline before the text proper."""
    if title and text.startswith(title):
        rest = text[len(title) :].lstrip(" .:–—-|")
        if len(rest) >= _SHORTEST_LEFT and rest[:1].isupper():
            return rest
    for mark in (": ", " – ", " - ", " | "):
        kicker, found, _ = title.partition(mark)
        if found and 2 <= len(kicker) <= 40:
            for each in (": ", " – ", " - ", " | "):
                if text.startswith(kicker + each):
                    return text[len(kicker) + len(each) :].lstrip()
    return text


def _same(text: str, title: str) -> bool:
    return re.findall(r"\w+", text.casefold()) == re.findall(r"\w+", title.casefold())
