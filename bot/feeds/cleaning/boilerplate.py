"""
Removes what publishers' systems add to a headline or text: tails, agency marks, datelines, kickers.

Tails come first, because they hide what is before them; then what is before the text, then the headline. Every line is
looked at by itself, so that a caption or a link on a line of its own never runs into a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from bot.feeds import paywall
from bot.feeds.cleaning import agency_lines, plain_text, service_footers, trailing_text
from bot.language import headlines, language_data
from bot.language.word_tables import MarkWords, OutletNames

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
    if service_footers.is_call(line):
        return True
    return len(line) <= _LONGEST_NOISE and (trailing_text.is_call(line) or not _cut_head(_cut_marks(line)))


def _lines(text: str) -> list[str]:
    """Return the lines of a text without what a service put after it."""
    return service_footers.cut(plain_text.unescape_again(text)).split("\n")


def _without_bylines(lines: list[str]) -> list[str]:
    """Remove bylines at both ends of a text; a line that is all there is stays."""
    inner = range(_EDGE, len(lines) - _EDGE)
    kept = [line for index, line in enumerate(lines) if index in inner or not service_footers.is_byline(line)]
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
        cut = agency_lines.cut_tail(service_footers.cut_last(trailing_text.cut(text)))
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
