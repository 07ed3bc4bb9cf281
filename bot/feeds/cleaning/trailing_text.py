"""
What stands after a text and leads away from it: links to the rest, notes of the blog system, the cut of an excerpt.

A tail is a piece of its own: it begins the text, follows the end of a sentence, an arrow or a bracket, or begins with a
capital letter. The same words inside a sentence are news. An apostrophe after a letter closes no quotation: "avant d’en
savoir plus".
"""

from __future__ import annotations

import re

_LONG, _SHORT, _NOTED = 500, 120, 250
"""Tails are short; looking no further keeps the patterns cheap on any text."""
_SHORTEST_LEFT = 40
_CUT_OFF = re.compile(r"\s*(?:\[\s*(?:…|\.{2,3}|&hellip;|\+)\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,5})\s*$")
_TITLE = r"(?:(?![.]\s+[A-ZÄÖÜ]).){0,200}?"
_FIRST_ON = re.compile(
    rf"""(?ix) (?P<kept> .* (?: ^ | [.!?…\]»”")] | (?<!\w)’
      | (?=\s(?-i:The|This|Der|Die|Dieser|L['’]|Cet|Questo)) ) ) \s*
    (?: the\ (?:post|article|story)\s {_TITLE} \s (?:appeared\ first|first\ appeared)\ on \s
      | this\ (?:post|article|story)\s (?:was\ )? (?:originally|first)\ (?:appeared|published|posted)\ (?:on|in|by) \s
      | (?:der\ |die\ |dieser\ )? (?:beitrag|artikel|text|meldung)\s {_TITLE} \b
        (?:erschien\ (?:zuerst|erstmals)|ist\ (?:zuerst|erstmals)\ erschienen|wurde\ zuerst\ veröffentlicht)\s
      | (?: dieser\ (?:beitrag|artikel|text) | (?:der\ )?(?:beitrag|artikel) )\s {_TITLE} \b (?: ist | wurde )\s
        (?:zuerst|erstmals|ursprünglich)\s (?:auf|bei|in|im) \s (?=.{{1,80}}\s (?:erschienen|veröffentlicht) \W* $)
      | (?:l['’]article|cet\ article)\s {_TITLE} \b (?:est|a\ été)\ (?:apparu|paru|publié)\ en\ premier\ (?:sur|dans) \s
      | (?:l['’]articolo|questo\ articolo)\s {_TITLE} \b (?:proviene\ da|è\ apparso\ (?:prima|per\ primo)\ su) \s
    ) (?P<source> .{{1,200}} ) $"""
)
_GOES_ON = re.compile(r"(?:,|;|\b(?:und|oder|aber|and|or|but|et|mais|e|ma))\s+[a-zà-ÿ]")
"""What no name of a paper has, and a sentence does: "erschien zuerst im Anzeiger und löste eine Debatte aus"."""
_WHOLE = r"(?:ganzen?|vollständigen?|kompletten?|gesamten?)"
_PIECE = r"(?:artikel|beitrag|bericht|text|meldung|geschichte|story)"
_LINKS = rf"""(?:
    (?:(?:hier|jetzt|gleich|online)\ )? weiter\ ?lesen | weiter\ (?:zum|im)\ {_PIECE}
  | (?:hier\ geht\ ?['’]?e?s\ )? zu[mr]\ (?:{_WHOLE}\ )? (?:{_PIECE}|originalartikel|video|interview|liveticker)
  | mehr\ (?:dazu|hierzu|darüber|zum\ thema) (?:\ (?:lesen|erfahren|gibt|finden|hören|sehen) (?:\ (?:sie|es))? )?
  | mehr\ (?:lesen|erfahren|sehen|infos|informationen) (?:\ sie)? | jetzt\ lesen
  | lesen\ sie\ (?:hier\ |jetzt\ )? (?:mehr|weiter|(?:den|die)\ (?:{_WHOLE}\ )?{_PIECE}) (?:\ (?:dazu|darüber))?
  | (?:(?:hier|jetzt)\ )? (?:den\ |die\ )? (?:{_WHOLE}\ | (?<![\w,]\s) ) {_PIECE} (?:\ (?:hier|jetzt|online))? \ lesen
  | (?:(?:click|tap)\ here\ (?:to|for)\ )? (?: read\ (?:more|on) | keep\ reading | continue\ reading | full\ story
      | (?:read|view|see)\ the\ (?:full\ |whole\ |entire\ |rest\ of\ the\ )? (?:story|article|post) )
  | (?:click|tap)\ here\ for\ more | learn\ more
  | (?:cliquez\ ici\ pour\ )? (?: lire\ (?:la\ suite|plus) | lire\ l['’]article (?:\ (?:complet|entier|original))? )
  | en\ savoir\ plus | continuer\ la\ lecture
  | continua\ (?:a\ leggere|la\ lettura) | vai\ all['’]articolo | scopri\ di\ più
  | leggi\ (?:tutto|di\ più|anche|l['’]articolo (?:\ (?:completo|intero|originale))? )
  | mehr (?=\ ?(?:…|\.\.|[»›>→)\]])) | more (?=\ ?[)\]]) | suite (?=\ ?[)\]])
)"""
_WHERE = r"(?:auf|bei|hier|in|im|unter|on|at|here|sur|dans|ici|su|sul|nel|qui)"
_NAMED = r"""(?:
    (?: weiterlesen | lesen\ sie\ (?:auch|dazu|mehr) | mehr\ zum\ thema | read\ (?:more|also) | (?:à\ )?lire\ aussi
      | leggi\ anche ) \ ?: \ [^:]{1,150}
  | continue\ reading \ (?: [“"„«‘'] .{1,150} | .{1,150} [→»›>] )
)"""
_BEFORE = r"""(?: ^ | (?: [.!?…\]»”")›>→•] | (?<!\w)’ ) \s? | (?<=\s)[-–—|]\s? | \s (?=(?-i:[A-ZÄÖÜ(\[])) )"""
_MORE = re.compile(
    rf"""(?ix) (?P<kept> .*? {_BEFORE} ) [(\[]? \s? {_LINKS} (?: \ {_WHERE} (?:\ [^\s!?]+){{0,4}} )? \s?
    [\s.…:»›>→)\]]{{0,20}} $"""
)
_NAMED_MORE = re.compile(
    rf"""(?ix) (?P<kept> .* (?: [.!?…\]»”")›>→•|] | (?<!\w)’ ) \s? | ^ (?! .* \.$ ) ) {_NAMED} $"""
)
_CALL = re.compile(
    r"""(?ix) (?: (?:jetzt\ )? abonnieren\ sie | folgen\ sie\ uns | melden\ sie\ sich | jetzt\ (?:abonnieren|anmelden)
      | subscribe\ (?:to|now) | sign\ up\ (?:for|to|now) | follow\ us | abonnez-vous | inscrivez-vous | suivez-nous
      | iscriviti | abbonati | seguici ) \b (?P<object> .{0,100} ) $"""
)
_CHANNEL = re.compile(
    r"(?i)\b(?:\w*newsletter|\w*briefing|\w*kan[aä]le?n?|channels?|cha[iî]nes?|canal[ei]?|canaux|facebook|instagram|twitter"
    r"|whatsapp|telegram|you\s?tube|tik\s?tok|linkedin|threads|bluesky|mastodon|google|podcasts?|push\w*|alerts?|updates"
    r"|social|soziale\w?|réseaux|our|unser\w*|notre|nos|nostr\w)\b"
)
_NOTHING_MORE = re.compile(
    r"(?i)(?:\W|\b(?:an|jetzt|hier|gleich|heute|kostenlos|gratis|now|here|today|free|ici|qui|ora)\b)*$"
)
_MARKS, _MOST_ARROWS = "-–—|›>→•", 5
_SENTENCE_END = re.compile(r"(?P<word>\w{0,20})(?P<stop>[.!?])[»”\"’)]?(?=\s+[A-ZÄÖÜÀÉ«„“\"\d])")
_LAST_END = re.compile(r"(?P<word>\w{0,20})(?P<stop>[.!?])[»”\"’)]?$")
_ABBREVIATED = frozenset(
    "bzw ca dr etc evtl ggf inkl mio mrd mr mrs ms mme mm mlle nr prof sog st usw vgl art abs no vs jr sr resp hrsg"
    " sen rep gov gen lt col capt sgt rev hon sig dott ecc env av abt bsp dipl ing lic tel str jan feb apr jun jul aug"
    " sep sept okt oct nov dez dec corp inc ltd co".split()
)
_HINTS = "appeared|published|posted|erschien|veröffentlicht|paru|publié|proviene|apparso".split("|")
_MORE_HINTS = "les|mehr|more|zu|weiter|artikel|read|here|story|lire|savoir|lecture|legg|tinua|vai|scopri|suite".split(
    "|"
)
"""Most texts end as they should, and a look for these is much cheaper than a pattern."""


def cut(text: str) -> str:
    """Cut the links and the note after a text."""
    small = text[-_LONG:].lower()
    if any(hint in small for hint in _HINTS) and (found := _FIRST_ON.match(text, max(0, len(text) - _LONG))):
        text = text if _GOES_ON.search(found["source"]) else _without_arrows(text[: found.end("kept")])
    small = small[-_NOTED:]
    if any(hint in small for hint in _MORE_HINTS):
        for pattern, length in ((_MORE, _SHORT), (_NAMED_MORE, _NOTED)):
            if found := pattern.match(text, max(0, len(text) - length)):
                text = _without_arrows(text[: found.end("kept")])
    return text


def without_cut(text: str) -> str:
    """Take the sign away that a text was cut off: "[…]", "...", "[+]"."""
    found = _CUT_OFF.search(text, max(0, len(text) - _SHORT)) if text[-1:] in "….])" else None
    return text[: len(text) - len(found[0])].rstrip() if found else text


def back_to_sentence(text: str) -> str:
    """Let an excerpt end at its last whole sentence; where none is left it says "…"."""
    if is_whole(text):
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text) if _is_end(found["word"], found["stop"])]
    if ends and ends[-1] >= _SHORTEST_LEFT:
        return text[: ends[-1]]
    return open_ended(text)


def open_ended(text: str) -> str:
    """Mark a text that was cut as continuing: "…noch nicht einig…", "…sagt Dr. …"."""
    text = text.rstrip(" ,;:–-")
    return f"{text} …" if text.endswith(".") else f"{text}…"


def _is_end(word: str, stop: str) -> bool:
    """Say whether a sentence ends after a word; where in doubt not, since the end before does as well."""
    if stop != "." or not word or (word.isdigit() and len(word) == 4):
        return True
    return len(word) > 1 and not word.isdigit() and word.lower() not in _ABBREVIATED


def is_whole(text: str) -> bool:
    """Say whether a text that was cut off ends where a sentence does, and not after an abbreviation or a number."""
    if not text or text[-1] == "…":
        return True
    found = _LAST_END.search(text, max(0, len(text) - _SHORT))
    return found is not None and _is_end(found["word"], found["stop"])


def is_call(text: str) -> bool:
    """Say whether a line asks the reader to subscribe or to follow, and names nothing but a channel."""
    found = _CALL.match(text)
    return found is not None and bool(_NOTHING_MORE.match(found["object"]) or _CHANNEL.search(found["object"]))


def _without_arrows(text: str) -> str:
    """Take away what pointed at the link; a » that closes a quotation stays."""
    text = text.rstrip()
    for _ in range(_MOST_ARROWS):
        bare = text.rstrip(_MARKS).rstrip()
        if bare == "»" or (bare.endswith(" »") and bare.count("»") > bare.count("«")):
            bare = bare[:-1].rstrip()
        if bare == text:
            break
        text = bare
    return text
