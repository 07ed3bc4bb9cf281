"""Articles only subscribers can read: kickers in headlines and feeds, and what a page tells search engines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from bot.language import language_data
from bot.language.word_tables import MarkWords

_NAMED = (
    r"(?:Z\+|FAZ\+|F\+|SZ[\s-]?Plus|S\+|SPIEGEL[\s-]?(?:\+|Plus)|WELT[\s-]?plus|BILD[\s-]?plus|heise\s?\+|NZZ\s?Pro|Tagi\s?\+"
    r"|(?:[Ss]tern|STERN|[Tt]az|SN|SZ|RP|KStA|HNA|LVZ|HAZ|MAZ|NOZ|OVZ|RND|BaZ|AZ|WAZ|NRZ|TT|VN|OÖN|R|T)\+"
    r"|(?:[Ss]tern|STERN|Tagesspiegel|Handelsblatt|FOCUS|Focus|KStA|LVZ|HAZ|MAZ|NOZ|RP|WAZ|RND)[\s-]?(?:Plus|PLUS))"
)
"""Names that papers gave their paid articles; nothing else is called so."""
_STREAMS = (
    r"(?!(?i:disney|canal|paramount|discovery|rtl|apple|tv|google|hbo|amc|bet|espn|joyn|sky|mtv|lgbt\w{0,4}|mint|note|abo|ein"
    r"|großes|grosses|dickes|fettes|kleines)[\s+-])"
)
"""Programmes, people and things that are called so, too."""
_ANY_NAME = (
    rf"{_STREAMS}(?:(?:[D-Z]|[A-Za-zÄÖÜäöü]{{2,12}})\+"
    r"|(?=\w{0,8}[A-ZÄÖÜ]\w{0,8}[A-ZÄÖÜ])[A-ZÄÖÜ]\w{1,11}\s(?:Plus|PLUS))"
)
"""What any paper may call them, where a sign follows: a short name with a plus."""
_LONGEST_TAIL, _LONGEST_TAG = 60, 40
_LONGEST_DATA, _MOST_NODES = 200_000, 300
_ARTICLE = re.compile(r"Article|BlogPosting|LiveBlog|Report|Review|WebPage|CreativeWork")
_COMMA = re.compile(r",(?=\s{0,100}[}\]])")
_MAIN = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where data of a page hold the article itself; elsewhere they name others."""


def _any(key: str) -> str:
    return f"(?:{language_data.alternatives(MarkWords, key)})"


@cache
def head() -> re.Pattern[str]:
    """
    Match a mark before a headline or text.

    A word is a mark only with a sign after it: "Abo kostet bei der SBB bald mehr", "Abo+ Test für alle"; written small
    it begins no headline.
    """
    only, word = _any("paid"), _any("paid_words")
    return re.compile(
        rf"(?:{_NAMED}(?:\s*\([^)]{{1,40}}\))?(?:\s?[:;|–-]\s+|\s+(?=[^a-zäöü\s]))"
        rf"|(?:{_ANY_NAME})\s?[:|]\s+(?=\S)|(?:Plus|PLUS):\s+(?=[A-ZÄÖÜ„«\"0-9])|[🔒🔐]\ufe0f?\s*(?=\S)"
        rf"|[(\[]\s*(?:{_NAMED}|{word}|{only}|€)\s*[)\]]\s*[:;|–-]?\s*"
        rf"|{only}\s?[:|–-]\s+|(?:Plus|PLUS|Premium|PREMIUM)\s\|\s+"
        r"|(?:[Aa]bo|ABO)\s?(?:\++\s?)?[:|]\s*|(?:[Aa]bo|ABO)\+\s+(?:[–-]\s+|(?=[(\[+]))|abo\+\s+(?=[^a-zäöü\s]))(?=\S)"
    )


@cache
def _tail() -> re.Pattern[str]:
    only, word = _any("paid"), _any("paid_words")
    return re.compile(
        rf"\s+(?:[(\[]\s*(?:{_NAMED}|{word}|{only})\s*[)\]]|\|\s+(?:{_NAMED}|{word}|{only})|[–—-]\s+(?:{_NAMED}|{only})"
        r"|(?:Z|F|FAZ|SPIEGEL|heise)\+|[🔒🔐]\ufe0f?)\s*$"
    )


@cache
def _tag() -> re.Pattern[str]:
    return re.compile(
        rf"{_NAMED}|{_any('paid_words')}|{_any('paid')}|premium|paid(?:[ -]content)?|paywall(?:ed)?|subscription"
    )


def cut(title: str) -> str:
    """Cut the mark of a paid article before or after a headline."""
    if mark := head().match(title):
        title = title[mark.end() :]
    mark = _tail().search(title, max(0, len(title) - _LONGEST_TAIL))
    return title[: mark.start()] if mark and " " in title[: mark.start()].strip() else title


def is_marked(title: str, text: str, tags: tuple[str, ...]) -> bool:
    """Say whether a headline, the beginning of a text or a category carries the mark of a paid article."""
    if cut(title) != title or head().match(text):
        return True
    return any(len(tag) <= _LONGEST_TAG and _tag().fullmatch(tag) for tag in tags)


def is_paid(tree: LexborHTMLParser) -> bool:
    """Say whether a page tells search engines that its article is not free (schema.org `isAccessibleForFree`)."""
    left = _LONGEST_DATA
    for script in tree.css('script[type="application/ld+json"]'):
        text = script.text()
        left -= len(text)
        if left < 0:
            return False
        if "isAccessibleForFree" not in text:
            continue
        if any(_is_false(value) for node in _articles(_data(text)) for value in _said(node)):
            return True
    return False


def _data(text: str) -> Any:
    """Read the data of a page as search engines do: within comments, and with a comma too many."""
    for each in (text, _COMMA.sub("", text[text.find("{") : text.rfind("}") + 1])):
        try:
            return json.loads(each, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _said(node: dict[str, Any]) -> list[Any]:
    """List what an article says of its freedom; one that says nothing itself may say it of its parts."""
    if "isAccessibleForFree" in node:
        return [node["isAccessibleForFree"]]
    parts = node.get("hasPart")
    parts = parts if isinstance(parts, list) else [parts]
    parts = [part for part in parts[:_MOST_NODES] if isinstance(part, dict)]
    return [part.get("isAccessibleForFree") for part in parts if part.get("@type") in (None, "WebPageElement")]


def _articles(data: Any) -> Iterator[dict[str, Any]]:
    """Go through what the data say of the article itself, and not of others the page names."""
    waiting = [data]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            if _ARTICLE.search(str(node.get("@type"))[:_LONGEST_TAIL]):
                yield node
            waiting += [node[name] for name in _MAIN if name in node]


def _is_false(value: Any) -> bool:
    """Publishers write it as a truth value, as text, and as an address of schema.org."""
    return value is False or (isinstance(value, str) and value.rpartition("/")[2].lower() == "false")
