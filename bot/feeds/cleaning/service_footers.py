"""
What services and newsrooms put around a text: footers of Reddit and Hacker News, bylines, calls, errors of bridges.

A footer is recognised by all of its parts in their order, a byline or a call by being a line of its own beside a text
or its last sentence. A call begins by pointing somewhere or telling the reader what to do, and names a ticker, podcast,
newsletter or the like. The same words inside a sentence are news.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.language import language_data
from bot.language.word_tables import BylineWords, CallWords

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
        (
            r"submitted by\s+/?u/(?:[\w-]{1,40}|\[deleted\])(?:\s+to\s+/?r/\w{1,40})?"
            r"(?:\s+\[link\])?(?:\s+\[comments\])?\s*$"
        ),
        r"(?:Article URL:\s+\S+\s+)?Comments URL:\s+\S+(?:\s+Points:\s+\d+)?(?:\s+# Comments:\s+\d+)?\s*$",
        r"Read (?:more|the rest) of this (?:story|article|entry)(?: (?:at|on) [^.!?\n]{1,40})?[.!]?\s*$",
        r"(?<!\S)\[link\]\s+\[comments\]\s*$",
    )
)
_FOOTER_SIGNS = ("submitted by", "Comments URL:", "of this", "[comments]")
_SET_OFF = re.compile(
    r"\s*(?:<(?:p|div)\b[^<>]{0,200}>\s*)?<(?P<tag>b|strong|em|i)>\s*(?P<line>[^<>]{5,140})</(?P=tag)>"
    r"(?=[\s:]*[^\W\d_a-zß-ÿ])"
)
"""The first words of a description in bold or italics, with a new sentence behind them."""
_TICKER = r"(?:live-?\s?(?:ticker|blog)|news-?\s?(?:ticker|blog)|ticker|live-?stream)"
_BEFORE_BYLINE = 20
_END = re.compile(r"[\s.!:…→»›>]*")
_LAST_SENTENCE = re.compile(r"(?<=[.!?…»”\"])\s+(?=[^.!?…]{1,140}[.!:…→»›> ]*$)")


@cache
def _calls(key: str) -> re.Pattern[str]:
    """Match calls of one kind from their beginning."""
    calls = language_data.alternatives(CallWords, key).replace("<channel>", _channel()).replace("<ticker>", _TICKER)
    return re.compile(rf"(?i)(?:{calls})" + (".{0,110}" if key == "orders" else ""))


def _channel() -> str:
    return f"(?:{_TICKER}|{language_data.alternatives(CallWords, 'channels')})"


@cache
def _named_channel() -> re.Pattern[str]:
    return re.compile(
        rf"(?i)\b[\w-]{{0,25}}?(?:{_channel()}|{language_data.alternatives(CallWords, 'more_channels')})(?:\b|-)"
    )


@cache
def _call_hints() -> re.Pattern[str]:
    return re.compile(language_data.alternatives(CallWords, "hints"), re.IGNORECASE)


@cache
def _byline() -> re.Pattern[str]:
    """Match a line that is a byline."""
    before, joints, particles = _byline_words("before"), _byline_words("joints"), _byline_words("particles")
    name = rf"(?:[A-ZÀ-ÖØ-Ý][\w.’'-]{{0,25}}\s+(?:(?:{particles})\s+){{0,2}}){{1,3}}[A-ZÀ-ÖØ-Ý][\w’'-]{{1,25}}"
    return re.compile(
        rf"(?:{before})\s?:?\s+(?P<names>{name}(?:(?:,\s|\s(?:{joints}|&|/)\s){name}){{0,3}})"
        r"(?:,\s[A-ZÀ-Ý][\w -]{1,30})?"
    )


@cache
def _byline_alone() -> re.Pattern[str]:
    """Match what may follow the last sentence: one name of two or three words, and a place."""
    before, particles = _byline_words("before_last"), _byline_words("particles")
    name = rf"[A-ZÀ-ÖØ-Ý][\w’'-]{{1,25}}(?:\s(?:{particles})){{0,2}}(?:\s[A-ZÀ-ÖØ-Ý][\w’'-]{{1,25}}){{1,2}}"
    return re.compile(rf"(?:{before})\s(?P<names>{name})(?:,\s[A-ZÀ-Ý][\w-]{{1,25}})?")


@cache
def _byline_hint() -> re.Pattern[str]:
    return re.compile(rf"[.!?…»”\"]\s(?:{_byline_words('before_last')})\s[A-ZÀ-Ý]")


def _byline_words(key: str) -> str:
    return "|".join(language_data.every(BylineWords, key))


def without_errors(feed: ParsedFeed) -> ParsedFeed | ParseFailed:
    """Remove what a bridge says about its failures; a document of nothing else is a failure itself."""
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


def cut_last(text: str) -> str:
    """Remove the last sentence if it is a byline or advertises a ticker, newsletter or podcast."""
    start = max(0, len(text) - _LONGEST_LINE - 2)
    if not (_call_hints().search(text, start) or _byline_hint().search(text, start)):
        return text
    last = _LAST_SENTENCE.search(text, start)
    sentence = text[last.end() :] if last else ""
    return text[: last.start()] if last and (is_call(sentence) or _is_name(_byline_alone(), sentence)) else text


def set_off_byline(markup: str) -> str:
    """Put a byline on a line of its own where only bold or italics set it off."""
    found = _SET_OFF.match(markup) if "<" in markup[:_BEFORE_BYLINE] else None
    return (
        f"{markup[: found.end()]}<br>{markup[found.end() :]}" if found and is_byline(found["line"].strip()) else markup
    )


def is_call(line: str) -> bool:
    """Say whether a line is nothing but a call to a ticker, newsletter or podcast."""
    if len(line) > _LONGEST_LINE or not _call_hints().search(line):
        return False
    if _calls("orders").fullmatch(line):
        return _named_channel().search(line) is not None
    ends = (found.end() for key in ("calls", "pointers") if (found := _calls(key).match(line)))
    return any(_END.fullmatch(line, end) for end in ends)


def is_byline(line: str) -> bool:
    """Return whether a line is only a byline."""
    return len(line) <= _LONGEST_LINE and _is_name(_byline(), line)


def _is_name(pattern: re.Pattern[str], line: str) -> bool:
    found = pattern.fullmatch(line.rstrip(" .:|"))
    return found is not None and set(found["names"].lower().split()).isdisjoint(
        language_data.every(BylineWords, "no_names")
    )
