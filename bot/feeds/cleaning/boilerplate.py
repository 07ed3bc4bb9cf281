"""
Removes what is put around a headline or text: by publishers' systems tails, agency marks, datelines, kickers; by
services and newsrooms footers, bylines, calls to a ticker or newsletter, errors of bridges.

Tails come first, because they hide what is before them; then what is before the text, then the headline. Every line is
looked at by itself, so that a caption or a link on a line of its own never runs into a sentence.

A footer is recognised by all of its parts in their order, a byline or a call by being a line of its own beside a text
or its last sentence. A call begins by pointing somewhere or telling the reader what to do, and names a ticker, podcast,
newsletter or the like. The same words inside a sentence are news.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice

from bot.core.feed import FetchProblem, ParsedFeed, ParseFailed
from bot.feeds import paywall
from bot.feeds.cleaning import agency_lines, plain_text, trailing_text
from bot.language import headlines, language_data
from bot.language.word_tables import BylineWords, CallWords, MarkWords, OutletNames

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


def cut_footers(text: str) -> str:
    """Cut the footers a service put after a text of one or more lines."""
    tail = text[-_FOOTER:]
    if not any(sign in tail for sign in _FOOTER_SIGNS):
        return text
    for pattern in _FOOTERS:
        if found := pattern.search(text, max(0, len(text) - _FOOTER)):
            text = text[: found.start()].rstrip()
    return text


def cut_last_sentence(text: str) -> str:
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


_MOST_ROUNDS = 6
_SHORTEST_LEFT = 40
_LONGEST_NOISE = 60
_EDGE = 3
"""Lines at either end of a text in which marks are looked for; further inside only lines that are nothing else."""
_OUTLET = re.compile(r"\s+(?P<sign>[|–—-])\s+(?P<name>[^|–—]{2,60})$")
_SHORTEST_TITLE = 3
_MOST_SOURCE = 5
_MOST_AGAIN = 3
_ENOUGH = 10
"""Letters that tell that a text may begin with the headline."""


@cache
def _running() -> re.Pattern[str]:
    """Match the mark of a running article before a text."""
    live = rf"(?:LIVE(?:-?(?:BLOG|TICKER))?|(?i:{language_data.alternatives(MarkWords, 'running')}))"
    return re.compile(
        rf"(?:\+{{2,3}}\s*{live}\s*\+{{2,3}}|{live}\s?(?:\+{{2,3}}|[:|])|[(\[]\s*{live}\s*[)\]])\s*(?=\S)"
    )


def clean_title(title: str, outlets: frozenset[str] = frozenset()) -> str:
    """
    Cut the mark of a paid article at either end of a headline, and after it the name of the feed it comes from.

    A dash also stands between two teams or firms, so after one the name must be a paper's.
    """
    title = paywall.cut(title)
    if sign := _OUTLET.search(title[-80:]):
        rest, name = title[: len(title[:-80]) + sign.start()], sign["name"].strip()
        is_told = name_key(name) in outlets and (sign["sign"] == "|" or headlines.is_paper(name))
        if is_told and len(rest.split()) >= _SHORTEST_TITLE:
            return rest
    return title


def name_key(name: str) -> str:
    """Give the form under which two spellings of a paper's name are the same: "DER SPIEGEL", "Spiegel"."""
    words = re.findall(r"\w+", name.casefold())
    has_article = len(words) > 1 and words[0] in language_data.every(OutletNames, "articles")
    return "".join(words[1:] if has_article else words)


def clean(text: str, title: str = "") -> str:
    """Remove from a description what is not news, and make it one line; "" when nothing is left but the headline."""
    lines = _without_bylines([" ".join(line.split()) for line in _lines(text)])
    text = _cut_head(_cut_tails(" ".join(line for line in lines if line and not is_noise(line))))
    return _cut_headline(text, title) if title else text


def clean_body(text: str) -> str:
    """Remove from a full text, one paragraph a line, what is not news: at its ends, and lines that consist of it."""
    kept: list[str] = []
    lines = _without_bylines([line for line in _lines(text) if line])
    for index, line in enumerate(lines):
        bare = _cut_head(line) if len(kept) < _EDGE else line
        bare = _cut_marks(bare) if index >= len(lines) - _EDGE else bare
        if bare and not is_noise(bare):
            kept.append(bare)
    if kept and (bare := trailing_text.without_cut(kept[-1])) != kept[-1]:
        kept[-1] = cut if trailing_text.is_whole(cut := _cut_marks(bare)) else trailing_text.open_ended(cut)
    return "\n".join(filter(None, kept))


def places(text: str) -> tuple[str, ...]:
    """
    Give the places of the datelines that `clean` and `clean_body` cut.

    A reader who asks for a town wants what is reported from there, even where only the dateline says so.
    """
    lines = _without_bylines([" ".join(line.split()) for line in _lines(text)])
    heads = islice((line for line in lines if line and not is_noise(line)), _EDGE)
    return tuple(dict.fromkeys(place for head in heads for place in _places(head)))


def is_noise(line: str) -> bool:
    """Say whether a line is nothing but a link, a mark, a credit or a call to subscribe, to listen or to follow."""
    if is_call(line):
        return True
    return len(line) <= _LONGEST_NOISE and (trailing_text.is_call(line) or not _cut_head(_cut_marks(line)))


def _lines(text: str) -> list[str]:
    """Return the lines of a text without what a service put after it."""
    return cut_footers(plain_text.unescape_again(text)).split("\n")


def _without_bylines(lines: list[str]) -> list[str]:
    """Remove bylines at both ends of a text; a line that is all there is stays."""
    inner = range(_EDGE, len(lines) - _EDGE)
    kept = [line for index, line in enumerate(lines) if index in inner or not is_byline(line)]
    return kept if any(kept) else lines


def _cut_head(text: str) -> str:
    for _ in range(_MOST_ROUNDS):
        cut = _cut_one_head(text)
        if cut == text:
            break
        text = cut
    return text


def _cut_one_head(text: str) -> str:
    cut = agency_lines.cut_head(text)
    for mark in (paywall.head(), _running()):
        if found := mark.match(cut):
            cut = cut[found.end() :]
    return cut


def _places(text: str) -> Iterator[str]:
    """Go through what `_cut_head` cuts, and name the places in it."""
    for _ in range(_MOST_ROUNDS):
        yield from agency_lines.places(text)
        cut = _cut_one_head(text)
        if cut == text:
            return
        text = cut


def _cut_marks(text: str) -> str:
    """Cut tails and marks, in whichever order they stand."""
    for _ in range(_MOST_ROUNDS):
        cut = agency_lines.cut_tail(cut_last_sentence(trailing_text.cut(text)))
        if cut == text:
            break
        text = cut
    return text


def _cut_tails(text: str) -> str:
    for _ in range(_MOST_ROUNDS):
        cut = _cut_marks(text)
        bare = trailing_text.without_cut(cut)
        if bare != cut:
            unmarked = _cut_marks(bare)
            cut = trailing_text.back_to_sentence(bare) if unmarked == bare else unmarked
        if cut == text:
            break
        text = cut
    return text


def _cut_headline(text: str, title: str) -> str:
    """Cut a kicker the headline begins with too, or the whole headline before the text proper."""
    heads = (title, headlines.unmarked(title)) if text[:_ENOUGH] in title else (title,)
    for head in heads:
        if _is_only(text, head):
            return ""
        rest = text[len(head) :]
        if text.startswith(head) and not rest[:1].isalnum():
            rest = rest.lstrip(" .:–—-|!?»")
            if _names_source(rest):
                return ""
            if len(rest) >= _SHORTEST_LEFT and rest[:1].isupper():
                return rest
    for mark in (": ", " – ", " - ", " | "):
        kicker, found, _ = title.partition(mark)
        if found and 2 <= len(kicker) <= 40:
            for each in (": ", " – ", " - ", " | "):
                if text.startswith(kicker + each):
                    return text[len(kicker) + len(each) :].lstrip()
    return text


def _is_only(text: str, title: str) -> bool:
    """Say whether a text is the headline, once or several times."""
    if len(text) > (len(title) + _ENOUGH) * _MOST_AGAIN:
        return False
    told, head = re.findall(r"\w+", text.casefold()), re.findall(r"\w+", title.casefold())
    return any(told == head * times for times in range(1, _MOST_AGAIN + 1))


def _names_source(rest: str) -> bool:
    """Return whether what follows a headline only names the source: a few capitalised words and no sentence."""
    words = rest.split()
    return len(words) <= _MOST_SOURCE and rest[-1:] not in ".!?…" and all(not word[0].islower() for word in words)
