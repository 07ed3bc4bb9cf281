"""
Reads web pages in a worker: decoding, the feeds they name, the article's text, and the rules of their site.

Runs in a worker process only; everything is returned as plain lists.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.core.feed import FetchProblem, ParseFailed
from bot.feeds import document_limits, entries, links, paywall
from bot.feeds.cleaning import boilerplate, key_points
from bot.feeds.worker_protocol import WorkerJob

UTF8 = "application/xml; charset=utf-8"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD = 2_000
MARK = b"\xef\xbb\xbf"
"""With which some programs begin a document in UTF-8."""


def decode(body: bytes, content_type: str = "") -> str:
    """Read bytes as the header or the page itself says, else as UTF-8, else as Western European."""
    body = body.removeprefix(MARK)
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:_HEAD].decode("ascii", "replace"))
    for encoding in (said[1] if said else "utf-8", "utf-8"):
        try:
            return body.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("cp1252", "replace")


def real_type(body: bytes, content_type: str) -> str:
    """Bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever the header and the document call themselves."""
    return UTF8 if is_utf8(body) else content_type


def is_utf8(body: bytes) -> bool:
    """Say whether bytes are valid UTF-8 beyond ASCII."""
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


_MOST_LINKS = 30
_LONGEST_PAGE = 3_000_000
_LONGEST_TEXT = 50_000
_TITLE = 120
_FEED_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"))
_KEPT_BACK = frozenset(("noai", "noindex", "nosnippet", "none"))
"""What a page says to machines that are not to use its text; not to show snippets is just that for an alert."""
_AGENT = "stichwort"
_COMMENTS_TITLE = re.compile(
    r"\bcomments?[ -](?:rss|feed|atom)\b|\bcomments (?:on|for)\b|\b(?:recent|latest|new|all) comments\b|^comments\b"
    r"|\bkommentare?[ -]?(?:rss|feed|\(rss|\(atom)\b|\bkommentare (?:zu|für)\b"
    r"|\b(?:leser|neu(?:e|este)|alle|rss) ?-?kommentare\b"
    r"|\b(?:flux|fil|rss) des commentaires\b|\bcommentaires (?:sur|pour)\b|\b(?:tous les|derniers) commentaires\b"
    r"|\bcommentaires récents\b|\bfeed (?:dei )?commenti\b|\bcommenti (?:su|per)\b|\bcommenti recenti\b"
    r"|\bultimi commenti\b|\breacties\b|\bcomentarios\b",
    re.IGNORECASE,
)
_COMMENTS_ADDRESS = re.compile(
    r"/comments?/(?:feed|rss|atom|default)\b|/(?:feeds?|rss|atom)/comments?\b|[/_-]comments?\.(?:rss|atom|xml)\b"
    r"|[?&]feed=comments-",
    re.IGNORECASE,
)
"""Where WordPress, Blogger, Drupal and their like put what readers wrote; a paper's «Kommentare» alone are opinions."""


def read(job: WorkerJob, body: bytes, about: list[str]) -> list[Any] | ParseFailed:
    """Do one job; a page that would be too dear to read is refused before a library sees it."""
    if job is WorkerJob.RULES:
        agent, url = about
        return list(_ask_rules(body.decode("utf-8", "replace").split("\0"), agent, url))
    url, content_type = about
    markup = decode(body[:_LONGEST_PAGE], content_type)
    try:
        document_limits.check_page(markup)
    except document_limits.ExceededError as error:
        return ParseFailed(FetchProblem.TOO_LARGE, str(error))
    return find_feeds(markup, url) if job is WorkerJob.LINKS else find_text(markup, url)


def find_feeds(markup: str, url: str) -> list[Any]:
    """List the feeds a page names (address, title), in its order; `url` is where it came from."""
    tree = LexborHTMLParser(markup)
    base = tree.css_first("base[href]")
    if base is not None:
        url = links.absolute(_attribute(base, "href"), url) or url
    found: dict[str, str] = {}
    for link in tree.css("link[href]"):
        kind = _attribute(link, "type").partition(";")[0].strip().lower()
        relations = _attribute(link, "rel").lower().split()
        if not (kind in _FEED_TYPES and {"alternate", "feed"} & set(relations)) or "stylesheet" in relations:
            continue
        address = links.absolute(_attribute(link, "href"), url)
        if address:
            found.setdefault(address.partition("#")[0], entries.line(_attribute(link, "title"), is_plain=True)[:_TITLE])
        if len(found) == _MOST_LINKS:
            break
    # What readers write below articles is never what somebody who names the page wants, unless there is nothing else.
    news = {address: title for address, title in found.items() if not _is_comments(address, title)}
    return [[address, title] for address, title in (news or found).items()]


def _is_comments(address: str, title: str) -> bool:
    return bool(_COMMENTS_ADDRESS.search(address) or _COMMENTS_TITLE.search(title))


def find_text(markup: str, url: str) -> list[Any]:
    """
    Give the article on a page: its text and the publisher's key points.

    Then whether the page keeps its text back, and whether only subscribers can read it.
    """
    import trafilatura  # takes nearly a second, which nobody waits for who only looks for feeds

    tree = LexborHTMLParser(markup)
    if is_reserved(tree):
        return ["", [], True, paywall.is_paid(tree)]
    points = key_points.find_on_page(tree)
    text = trafilatura.extract(markup, url=url, fast=True, include_comments=False, include_tables=False) or ""
    told = set(points)
    lines = [" ".join(entries.scrub(each).split()) for each in text.split("\n")]
    lines = [each for each in lines if each and not key_points.is_one(each)]
    if told:  # the points are cleaned already, and so must be what is compared with them
        lines = [each for each in lines if boilerplate.clean(each.lstrip("-•– ")) not in told]
    body = boilerplate.clean_body("\n".join(lines))[:_LONGEST_TEXT]
    return [body, [entries.scrub(each) for each in points], False, paywall.is_paid(tree)]


def is_reserved(tree: LexborHTMLParser) -> bool:
    """Say whether a page reserves its text: by the TDM protocol, or by what it tells robots."""
    for meta in tree.css("meta[name][content]")[:200]:
        name, content = _attribute(meta, "name").lower(), _attribute(meta, "content").lower()
        if name == "tdm-reservation" and content.strip() == "1":
            return True
        if name in ("robots", _AGENT) and _KEPT_BACK & set(re.split(r"[\s,]+", content)):
            return True
    return False


def _ask_rules(rules: list[str], agent: str, url: str) -> tuple[bool, float]:
    from protego import Protego

    delay = 0.0
    for each in rules:
        robots = Protego.parse(each)
        if not robots.can_fetch(url, agent):
            return False, 0.0
        delay = max(delay, robots.crawl_delay(agent) or 0.0)
    return True, delay


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
