"""
Agency marks, datelines and credits around a text: "BERLIN (dpa) - ", "(sda/afp)", "© KEYSTONE/SDA", "Foto: dpa".

Agencies are news too ("Die Deutsche Presse-Agentur (dpa) hat einen neuen Chef"), so a mark alone proves nothing: before
it must stand a place or nothing, after it a dash or a new sentence.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from bot.language import language_data
from bot.language.word_tables import Agencies, CreditWords, DatelineWords, Months

_CODES = r"(?P<codes>[\w.-]{2,14}(?:\s?[/,;]\s?[\w.-]{2,14}){0,5})"
_MARK = rf"[(\[]\s*{_CODES}\s*[)\]]"
_HEAD = re.compile(rf"(?P<place>[^()\[\]]{{0,60}}?)\s*{_MARK}\s*(?P<dash>[-–—:]*)\s*(?=\S)")
_SECOND_PLACE = re.compile(r"(?P<place>[A-ZÀ-Ý][A-ZÀ-Ý.' /-]{1,40})(?:,\s?\d{1,2}\.?\s?\w{3,9}\.?)?\s?[-–—]\s+")
_CAPITALS = re.compile(
    r"(?P<place>[A-ZÀ-Ý][A-ZÀ-Ý.'’-]{2,20}(?:[ /][A-ZÀ-Ý][A-ZÀ-Ý.'’-]{1,20}){0,3}(?:,\s[A-Z][\w.]{1,15}){0,2})"
    r"(?:,\s\w{3,9}\.?\s\d{1,2}|,\s\d{1,2}\.\s?\w{3,9}\.?)?\s[-–—]{1,2}\s+(?=[A-ZÀ-Ý«„“\"‘‹])"
)
"""A dateline of capital letters, as "FLUSHING MEADOWS —"; one word before another dash may be what it is about."""
_TWO_PLACES = re.compile(
    r"(?P<place>[A-ZÀ-Ý][\w.'’-]{2,20}(?:\s[A-ZÀ-Ý][\w.'’-]{1,20})?(?:/[A-ZÀ-Ý][\w.'’-]{2,20}(?:\s[A-ZÀ-Ý][\w.'’-]{1,20})?){1,2})"
    r"\s[-–—]\s+(?=[A-ZÀ-Ý«„“\"‘‹])"
)
"""Two towns before a dash ("London/Teheran - "); one alone may begin a sentence about it."""
_SHORTEST_CAPITALS, _SHORTEST_TEXT = 5, 40
_MOST_WORDS, _MOST_WITHOUT_DASH = 7, 3
_LONGEST_ABBREVIATION = 3
_OPENING = "«„“\"'‘‹("

_TAIL, _CREDIT_TAIL, _BARE = 200, 90, 50
_END = r"(?:^|(?<=[.!?…»”\")])|(?<=[^\w]’))"
_MARK_TAIL = re.compile(rf"(?P<mark>{_MARK})$")
_MARK_WITH_STOP = re.compile(rf"{_END}\s?(?P<mark>{_MARK})\.$")
_BARE_TAIL = re.compile(rf"(?:{_END}\s?|\s(?=/))(?P<mark>/?(?P<codes>\w{{2,8}}(?:[/-]\w{{2,8}}){{0,4}}))$")
_SERVICE = re.compile(rf"(?i)(?:{_END}\s*|\s*©\s*)dpa-infocom(?:\sGmbH)?$|\s*(?:©\s*)?dpa(?:-infocom)?,\s*dpa:[\w/-]+$")
_RIGHTS = re.compile(
    rf"(?:(?:{_END}\s*[(\[]?|\s*[(\[])\s?(?:©|[Cc]opyright\s?(?:©|(?=\d{{4}})|(?=by\s)))|{_END}\s*\([cC]\))"
    r"(?P<names>[^©!?:]{1,60})$"
)
_SITE = re.compile(r"[\w-]{2,40}\.[a-z]{2,4}\.?")


@cache
def _bare_head() -> re.Pattern[str]:
    alone = "|".join(language_data.every(Agencies, "alone"))
    return re.compile(rf"(?:(?P<place>[A-ZÀ-Ý][A-ZÀ-Ý./-]{{2,30}}),?\s)?(?i:{alone})(?:/(?i:{alone}))*\s[-–—]\s+")


@cache
def _reserved() -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{'|'.join(language_data.every(CreditWords, 'rights'))})\b")


@cache
def _credit() -> re.Pattern[str]:
    labels = "|".join(language_data.every(CreditWords, "labels"))
    return re.compile(rf"(?:{_END}\s*|\s*(?=[(\[]))[(\[]?\s*(?:{labels})\s?:\s?(?P<names>[^!?:()\[\]]{{2,60}})[)\]]?$")


@cache
def _agencies() -> frozenset[str]:
    return frozenset(language_data.every(Agencies, "names"))


@cache
def _links() -> frozenset[str]:
    return frozenset(language_data.every(DatelineWords, "links"))


@cache
def _small_months() -> frozenset[str]:
    """Give months that are written small; only after a number they are dates."""
    months = [months for months in language_data.find_all(Months).values() if months.are_small]
    return frozenset(name for each in months for names in (*each.names, *each.short) for name in names.split())


def cut_head(text: str) -> str:
    """Cut a dateline or an agency mark before a text."""
    return _divide(text)[1]


def places(text: str) -> tuple[str, ...]:
    """Give the places of the dateline `cut_head` cuts, written like names: "Berlin" for "BERLIN (dpa) - "."""
    pieces = [piece.strip(" .-–—") for piece in re.split("[/,]", _divide(text)[0])]
    return tuple(_as_name(piece) for piece in pieces if piece and not any(each.isdigit() for each in piece))


def _as_name(place: str) -> str:
    """Write a place in capitals as a name; a short one is an abbreviation: "USA"."""
    return place.title() if place.isupper() and len(place) > _LONGEST_ABBREVIATION else place


def _divide(text: str) -> tuple[str, str]:
    """Give the place of the dateline or agency mark before a text, and the text after it."""
    if bare := _bare_head().match(text):
        return bare["place"] or "", text[bare.end() :]
    if (named := _unsigned(text)) is not None:
        return named
    found = _HEAD.match(text) if "(" in text[:_TAIL] or "[" in text[:_TAIL] else None
    if found is None or not _is_mark(found["codes"]) or not _is_place(found["place"], has_dash=bool(found["dash"])):
        return "", text
    rest = text[found.end() :]
    if not found["dash"] and not (rest[0].isupper() or rest[0].isdigit() or rest[0] in _OPENING):
        return "", text
    if found["dash"] and (second := _SECOND_PLACE.match(rest)):
        return f"{found['place']},{second['place']}", rest[second.end() :]
    return found["place"], rest


def _unsigned(text: str) -> tuple[str, str] | None:
    """Divide a dateline without an agency's mark from its text; None where there is none."""
    capitals = _CAPITALS.match(text)
    found = capitals or _TWO_PLACES.match(text)
    if found is None or len(text) - found.end() < _SHORTEST_TEXT:
        return None
    words = re.split("[ /]", found["place"].partition(",")[0])
    if capitals and len(words) == 1 and (len(words[0]) < _SHORTEST_CAPITALS or "—" not in found[0]):
        return None
    if not capitals and any(word.isupper() for word in words):
        return None
    return found["place"], text[found.end() :]


def cut_tail(text: str) -> str:
    """Cut agency marks, rights and credits after a text, once each; each is looked for only where its sign is."""
    tail = text[-_TAIL:]
    if "dpa" in tail and (service := _SERVICE.search(text, _from(text, _TAIL))):
        text = text[: service.start()]
    if ":" in tail[-_CREDIT_TAIL:]:
        credit = _credit().search(text, _from(text, _CREDIT_TAIL))
        text = text[: credit.start()] if credit and _are_names(credit["names"]) else text
    if ("©" in tail or "opyright" in tail or "(c)" in tail) and (rights := _RIGHTS.search(text, _from(text, _TAIL))):
        text = text[: rights.start()] if _are_names(_reserved().sub("", rights["names"])) else text
    found = None
    if text.endswith((")", "]")):
        found = _MARK_TAIL.search(text, _from(text, _TAIL))
    elif text.endswith((").", "].")):
        found = _MARK_WITH_STOP.search(text, _from(text, _TAIL))
    elif text[-1:].isalpha():
        found = _BARE_TAIL.search(text, _from(text, _BARE))
        found = found if found and _is_alone(found["codes"]) else None
    return (text[: found.start("mark")] if found and _is_mark(found["codes"]) else text).rstrip()


def _from(text: str, length: int) -> int:
    """Give where the last so many characters begin; a pattern that starts there still sees what stands before."""
    return max(0, len(text) - length)


def _is_alone(codes: str) -> bool:
    """Say whether signs without brackets are an agency's: in small or in capital letters throughout."""
    return re.split("[/-]", codes.lower())[0] in _agencies() and (codes.islower() or codes.isupper())


def _is_mark(codes: str) -> bool:
    """Say whether these are signs of agencies: "dpa", "dpa-AFX", "sda/afp", "dpa/lno", "pd/sda", "red"."""
    parts = [part.strip() for part in re.split(r"[/,;]", codes) if part.strip()]
    if any(part.lower().split("-")[0] in _agencies() for part in parts):
        return True
    return bool(parts) and all(part in language_data.every(Agencies, "desks") for part in parts)


def _is_place(text: str, *, has_dash: bool) -> bool:
    """Say whether a text may be what a dateline begins with: a place, perhaps with a date."""
    words = re.findall(r"[^\s/,]+", text)
    if not words:
        return True
    first = words[0].lower()
    if (
        len(words) > (_MOST_WORDS if has_dash else _MOST_WITHOUT_DASH)
        or first in language_data.every(DatelineWords, "articles")
        or not words[0][0].isupper()
    ):
        return False
    if (
        first in language_data.every(DatelineWords, "town_articles")
        and not has_dash
        and len(words) > _MOST_WITHOUT_DASH - 1
    ):
        return False
    return all(
        word[0].isupper()
        or word[0].isdigit()
        or word in _links()
        or (before[0].isdigit() and word.rstrip(".") in _small_months())
        for before, word in pairwise((".", *words))
    )


def _are_names(text: str) -> bool:
    """Say whether a credit names people, agencies and years, and tells nothing."""
    words = re.findall(r"[^\s/,|&.–()\[\]][^\s/,|&()\[\]]*", text)
    small = _agencies() | _links() | {*language_data.every(CreditWords, "words"), "©"}
    return all(
        word[0].isupper()
        or word[0].isdigit()
        or word.lower().split("-")[0] in small
        or _SITE.fullmatch(word) is not None
        for word in words
    )
