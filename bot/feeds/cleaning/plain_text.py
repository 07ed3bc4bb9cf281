"""
HTML to plain text, one paragraph a line.

selectolax's tree and not patterns over markup, so that broken and hostile HTML costs no more than good HTML.
"""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds import document_limits

_ADDED = ".feedflare,.sharedaddy,.jp-relatedposts,.addtoany_share_save_container"
"""What blog systems add below a text: share buttons, other articles."""
_DROPPED = f"script,style,template,noscript,img,figure,table,iframe,svg,form,object,video,audio,head,title,{_ADDED}"
_BREAKING = (
    "p,div,section,article,header,footer,h1,h2,h3,h4,h5,h6,ul,ol,li,blockquote,pre,hr,br,dl,dt,dd,main,aside,nav"
)
_BREAK = "\x1e"  # a sign no feed may hold: XML does not allow it, and what brings it in otherwise is scrubbed before
_JOINED = (
    "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
)
"""What the joiners belong between: letters of scripts that write with them, and emoji."""
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
    f"|(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
)
_MAY_BE_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Each of these alone, without what stands beside it: nearly no text has one, and this is quicker to find out."""
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);")
_MARKUP = re.compile(r"</[a-zA-Z]|<!\[CDATA\[|<(?:br|p|img|a|div|ul|h[1-6])[\s/>]", re.IGNORECASE)
"""Markup for certain; a lone <b> in a headline may be what the headline is about."""

_ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"
_COMPOSED_OF = re.compile(f"[A-Za-z][{_ACCENTS}]")
_CDATA = ("<![CDATA[", "]]>")
_UNSEEN = re.compile(r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_PAIRED = re.compile(
    r"<(a|abbr|acronym|b|bdi|big|cite|code|del|div|em|font|h[1-6]|i|ins|li|mark|nobr|p|q|s|small|span|strike|strong|sub"
    r"|sup|time|tt|u|ul)(?:\s[^<>]*)?>(.*?)</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS = frozenset("div h1 h2 h3 h4 h5 h6 li p ul".split())
_SPACE = ("", " ")
_VOID = re.compile(r"<(?:br|wbr)\s*/?>|<(?:img|hr|span|p|a)\s[^<>]*>", re.IGNORECASE)
_DEEPEST_TITLE = 6
_TAG = re.compile(r"<[^<>]*>")
_INLINE = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|time|u)(?:\s[^<>]*)?>")
_MOST_TAGS = 6_000


def to_text(markup: str) -> str:
    """Give the text of a piece of HTML; text that is no HTML comes back as it is, tidied."""
    root = parse(markup)
    return tidy(html.unescape(peel(markup))) if root is None else node_text(root)


def parse(markup: str) -> LexborNode | None:
    """Give the tree of a piece of HTML, or None for text without markup."""
    markup = peel(markup)
    if "<" not in markup:
        return None
    tree = LexborHTMLParser(markup)
    return tree.body or tree.root


def node_text(root: LexborNode) -> str:
    """Return the text below a node; elements without text are removed from the tree."""
    for node in root.css(_DROPPED):
        node.decompose()
    for node in root.css(_BREAKING):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    return tidy(" ".join(root.text(deep=True, separator="").split("\n")).replace(_BREAK, "\n"))


def to_line(markup: str, *, is_plain: bool = False) -> str:
    """Give a headline as one line, unescaped at most twice; `is_plain` says that tags in it are meant as text."""
    text = _without_cdata(markup) if is_plain else html.unescape(_without_tags(peel(markup)))
    if _ENTITY.search(text):
        text = _without_cdata(html.unescape(text))
    return " ".join(visible(text).split())


def _without_tags(markup: str) -> str:
    """
    Take the tags out of a headline that shape it, and leave those it is about.

    Nobody says whether an RSS title is HTML. A tag that is opened and closed is markup; one alone ("what <table> does")
    is what the writer meant to be read.
    """
    markup = _UNSEEN.sub(" ", markup)
    for _ in range(_DEEPEST_TITLE):
        markup, found = _PAIRED.subn(lambda pair: _SPACE[pair[1].lower() in _BLOCKS].join(("", pair[2], "")), markup)
        if not found:
            break
    return _VOID.sub(" ", markup)


def unescape_again(text: str) -> str:
    """Read entities that were escaped twice, in text that has no markup any more; twice is the most that is undone."""
    return tidy(html.unescape(text)) if _ENTITY.search(text) else text


def peel(markup: str) -> str:
    """
    Undo one escaping too many: some feeds escape HTML that was escaped already.

    Markup with absurdly many tags, levels or attributes comes back without any, because its tree is slow to build.
    """
    markup = _without_cdata(markup)
    if "<" not in markup and "&" in markup:
        once = html.unescape(markup)
        if _MARKUP.search(once):
            markup = _without_cdata(once)
    return flatten(markup) if markup.count("<") > _MOST_TAGS or document_limits.is_absurd(markup) else markup


def flatten(markup: str) -> str:
    """Remove the tags of HTML without building its tree; text that they would have hidden is kept."""
    return _TAG.sub("\n", _INLINE.sub("", markup)).replace("<", " ")


def visible(text: str) -> str:
    """Remove invisible characters, and make odd spaces ordinary ones and one character of a letter and its accent."""
    if text.isascii():
        return text
    text = text.replace("\xa0", " ")
    return composed(_INVISIBLE.sub("", text) if _MAY_BE_INVISIBLE.search(text) else text)


def composed(text: str) -> str:
    """
    Write letters with accents as one character: "u" and two dots are "ü".

    Pair by pair, since normalising the whole takes quadratic time where thousands of accents follow each other.
    """
    if text.isascii() or not any(accent in text for accent in _ACCENTS):
        return text
    return _COMPOSED_OF.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)


def _without_cdata(markup: str) -> str:
    """Take away the marks of a CDATA section that was escaped as a whole; a parser of HTML takes it for a comment."""
    if _CDATA[0] in markup:
        for mark in _CDATA:
            markup = markup.replace(mark, "")
    return markup


def tidy(text: str) -> str:
    """Make single spaces and drop empty lines."""
    lines = (" ".join(line.split()) for line in visible(text).split("\n"))
    return "\n".join(line for line in lines if line)
