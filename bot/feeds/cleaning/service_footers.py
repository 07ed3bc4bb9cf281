"""
What services and newsrooms put around a text: footers of Reddit and Hacker News, bylines, calls, errors of bridges.

A footer is recognised by all of its parts in their order, a byline or a call by standing on a line of its own beside a
text. The same words inside a sentence are news.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed

_FOOTER = 1_500
"""Characters at the end of a text in which a footer is looked for; addresses in it may be long."""
_LONGEST_LINE = 140
_SERVER_ERROR = 500
_BRIDGE = re.compile(
    r"(?:\[?RSS-?Bridge\]?:?\s+)?(?:[A-Z]\w{0,40}\s?)?(?:RSS-?)?Bridge:? "
    r"(?:returned error|[Ee]rror:?|failed:?(?: HTTP)?) (?P<status>\d{1,4})!?(?:\s*\([\d.:/ TZ+-]{1,30}\))?"
)
"""The title is nothing else; the number in brackets is a day, by which the error is told once a day."""
_FOOTERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"submitted by\s+/?u/[\w-]{1,40}(?:\s+to\s+/?r/\w{1,40})?(?:\s+\[link\])?(?:\s+\[comments\])?\s*$",
        r"(?:Article URL:\s+\S+\s+)?Comments URL:\s+\S+(?:\s+Points:\s+\d+)?(?:\s+# Comments:\s+\d+)?\s*$",
        r"Read (?:more|the rest) of this (?:story|article|entry)(?: (?:at|on) [^.!?\n]{1,40})?[.!]?\s*$",
        r"(?<!\S)\[link\]\s+\[comments\]\s*$",
    )
)
_FOOTER_SIGNS = ("submitted by", "Comments URL:", "of this", "[comments]")
_NAME = r"(?:[A-ZÀ-ÖØ-Ý][\w.’'-]{0,25}\s+(?:(?:von|van|de|di|du|der|den|la|le)\s+){0,2}){1,3}[A-ZÀ-ÖØ-Ý][\w’'-]{1,25}"
_BYLINE = re.compile(
    rf"(?:(?:Ein(?:e)?\s(?:Analyse|Bericht|Interview|Kommentar|Kolumne|Reportage|Gastbeitrag|Essay)\s)?[Vv]on|VON|By|BY|Par"
    rf"|Di|Text|Autor(?:in)?)\s?:?\s+(?P<names>{_NAME}(?:(?:,\s|\s(?:und|and|et|e|&|/)\s){_NAME}){{0,3}})"
    r"(?:,\s[A-ZÀ-Ý][\w -]{1,30})?"
)
_NO_NAMES = frozenset(
    "anfang montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli august"
    " september oktober november dezember monday tuesday wednesday thursday friday saturday sunday popular design"
    " richtung".split()
)
_TICKER = r"(?:live-?\s?(?:ticker|blog)|news-?\s?(?:ticker|blog)|ticker|live-?stream)"
_CALLS = re.compile(
    rf"""(?ix) (?:
        (?: mehr | alle?s?\ (?:entwicklungen|infos|informationen|neuigkeiten|meldungen|details) | die\ entwicklungen
          | verfolgen\ sie\ (?:alles?|die\ (?:lage|entwicklungen?)) ) (?:\ (?:dazu|hierzu))?
          \ (?: hier\ )? (?:in|im|bei)\ (?:unserem\ )? (?:m\ )? {_TICKER}
      | follow\ (?:our\ )? live\ (?:updates|blog|coverage) (?:\ here)? | suivez\ (?:notre|le)\ direct
      | segui\ (?:la|il\ nostro)\ (?:diretta|live) )
    |  (?: (?:(?:hier|jetzt)\ )? (?:den|unseren|diesen|zum)\ (?:[\w-]{{1,25}}\ )? [\w-]{{0,25}} (?:newsletter|podcast)
          \ (?: (?:hier|jetzt|kostenlos|gratis)\ ){{0,2}} (?:abonnieren|bestellen|anhören|hören|anmelden)
      | (?:hier|jetzt)\ (?:können|kannst)\ (?:sie|du)\ (?:den|unseren|diesen)\ [\w-]{{0,25}} (?:newsletter|podcast)
          \ (?:abonnieren|bestellen|anhören|hören)
      | hören\ sie\ (?:hier\ |dazu\ |jetzt\ |auch\ ){{0,2}} (?:den|unseren|die\ folge\ im)\ [\w-]{{0,25}} podcast
          (?:\ [«„“"].{{1,60}}[»“”"])? | (?:diesen\ (?:artikel|beitrag)|die\ ganze\ folge)\ (?:hier\ |jetzt\ )?anhören
      | (?:jetzt\ )? (?:newsletter|podcast)\ (?:jetzt\ )? (?:abonnieren|bestellen|anhören|hören)
      | zum\ (?:newsletter|podcast)\ (?:anmelden|geht\ es\ hier) | listen\ to\ (?:the|our)\ podcast (?:\ here)?
      | get\ (?:the|our)\ [\w-]{{0,25}}\ ?newsletter | écoutez\ (?:le|notre)\ podcast
      | ascolta\ (?:il|il\ nostro)\ podcast )
    """
)
_CALL_HINTS = re.compile(r"(?i)ticker|blog|live|podcast|newsletter|direct|anhören|diretta")
_END = re.compile(r"[\s.!:…→»›>]*")
_LAST_SENTENCE = re.compile(r"(?<=[.!?…»”\"])\s+(?=[^.!?…]{1,140}[.!:…→»›> ]*$)")


def without_errors(feed: ParsedFeed) -> ParsedFeed | ParseFailed:
    """Leave out what a bridge tells of its failures; a document of nothing else is a failure itself."""
    errors = [_bridge_error(entry.title) for entry in feed.entries]
    statuses = [status for status in errors if status is not None]
    if statuses and feed.is_listing and len(statuses) == len(errors):
        # 0 says that there was no answer at all.
        is_server = statuses[0] == 0 or statuses[0] >= _SERVER_ERROR
        problem = FetchProblem.SERVER_ERROR if is_server else FetchProblem.HTTP_ERROR
        return ParseFailed(problem, f"The bridge that makes this feed cannot read its site: error {statuses[0]}.")
    kept = tuple(entry for entry, error in zip(feed.entries, errors, strict=True) if error is None)
    return replace(feed, entries=kept) if statuses else feed


def _bridge_error(title: str) -> int | None:
    """Give the HTTP status with which a bridge could not ask the site it makes a feed of, told as if it were news."""
    found = _BRIDGE.fullmatch(title)
    return int(found["status"]) if found else None


def cut(text: str) -> str:
    """Cut the footers a service put after a text of one or more lines."""
    tail = text[-_FOOTER:]
    if not any(sign in tail for sign in _FOOTER_SIGNS):
        return text
    for pattern in _FOOTERS:
        if found := pattern.search(text, max(0, len(text) - _FOOTER)):
            text = text[: found.start()].rstrip()
    return text


def cut_call(text: str) -> str:
    """Cut a call to a ticker, newsletter or podcast that is the last sentence of a text."""
    if not _CALL_HINTS.search(text, max(0, len(text) - _LONGEST_LINE)):
        return text
    start = max(0, len(text) - _LONGEST_LINE - 2)
    last = _LAST_SENTENCE.search(text, start)
    return text[: last.start()] if last and is_call(text[last.end() :]) else text


def is_call(line: str) -> bool:
    """Say whether a line is nothing but a call to a ticker, newsletter or podcast."""
    if len(line) > _LONGEST_LINE or not _CALL_HINTS.search(line):
        return False
    found = _CALLS.match(line)
    return found is not None and _END.fullmatch(line, found.end()) is not None


def is_byline(line: str) -> bool:
    """Say whether a line is nothing but who wrote the text."""
    found = _BYLINE.fullmatch(line.rstrip(" .:|")) if len(line) <= _LONGEST_LINE else None
    return found is not None and not _NO_NAMES & set(found["names"].lower().split())
