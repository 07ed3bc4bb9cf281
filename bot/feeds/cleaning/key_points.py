"""
The publisher's own key points: finds the box «Das Wichtigste in Kürze» and its like, and cuts it out of the text.

A heading alone proves nothing (sites use the same words for navigation): it must be followed at once by a list, by an
element that holds two to five short paragraphs, or by such paragraphs. Where nothing shows which of those is the last
point, the first two are taken: they are points for certain, while the third may be the lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds.cleaning import boilerplate, plain_text
from bot.language import language_data
from bot.language.word_tables import KeyPointHeadings

_LONGEST = 60
_APOSTROPHES = str.maketrans(dict.fromkeys("´`‘’′ʼ", "'"))


@cache
def _heading() -> re.Pattern[str]:
    headings = "|".join(language_data.every(KeyPointHeadings, "headings"))
    return re.compile(rf"^\W*(?:{headings})\W*$", re.IGNORECASE)


@cache
def _clear() -> re.Pattern[str]:
    """Find headings that are nothing else; "In Kürze" also heads columns of short news."""
    return re.compile("|".join(language_data.every(KeyPointHeadings, "clear")), re.IGNORECASE)


@cache
def _hints() -> tuple[str, ...]:
    """Give parts of headings: most texts have none, and a look for a box in the tree is dear."""
    return language_data.every(KeyPointHeadings, "hints")


def is_one(text: str) -> bool:
    """Say whether a line is one of the headings publishers give such a box."""
    if len(text) > _LONGEST:
        return False
    return bool(_heading().match(" ".join(plain_text.composed(text).translate(_APOSTROPHES).split())))


def is_clear(text: str) -> bool:
    """Say whether a heading of such a box heads nothing else."""
    return bool(_clear().search(text))


def may_be_in(markup: str) -> bool:
    """Say whether a text may hold such a heading."""
    markup = plain_text.composed(markup).lower()
    return any(hint in markup for hint in _hints())


MOST = 6
_SHORTEST, _KEYPOINTS_LONGEST, _SHORTEST_BOX = 15, 400, 40
_LONGEST_PARAGRAPH, _MOST_PARAGRAPHS = 160, 5
_MOST_ITEMS = 12
"""A longer list is navigation, or the article itself."""
_CERTAIN = 2
_LONGEST_MARKUP = 5_000
_MAY_HEAD = "h1,h2,h3,h4,h5,h6,p,b,strong,span,div,dt,li,summary,legend"
_MOST_CANDIDATES = 250
"""The box stands at the beginning or the end of a text; a hostile one nests thousands of elements."""
_MOST_PLACES, _MOST_ON_PAGE = 4, 3_000
_WRAPPERS = ("div", "section", "aside")
_UNSEEN = frozenset("style script noscript template img figure svg br hr ins iframe -text -comment".split())
_MOST_SKIPPED = 20
_BULLET = re.compile(r"^\s*(?:[-–—•*▪‣·■●○►▶➤→✓]|\d{1,2}[.)])\s+(?=\S)")


_Box = dict[str, LexborNode]
"""Points and the elements they are read from."""


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """The points, and the text without the box."""

    points: tuple[str, ...]
    rest: str


def find(markup: str) -> KeyPoints:
    """Look for the box in HTML or plain text; `rest` is the text of everything else, one paragraph a line."""
    root = plain_text.parse(markup)
    if root is None:
        return _find_in_lines(plain_text.to_text(markup))
    points = _find_in(root) if may_be_in(markup) else ()
    rest = plain_text.node_text(root)
    return KeyPoints(points, rest) if points else _find_in_lines(rest)


def find_on_page(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Find the box on a whole page: where the article is, or anywhere."""
    body = tree.body
    if body is None or not may_be_in(body.html or ""):
        return ()
    for place in (*body.css("article, main")[:_MOST_PLACES], body):
        if points := _find_in(place, _MOST_ON_PAGE):
            return points
    return ()


def _find_in(root: LexborNode, most: int = _MOST_CANDIDATES) -> tuple[str, ...]:
    """Find the box in a tree, and take it out of it."""
    for node in root.css(_MAY_HEAD)[:most]:
        heading = _widest_heading(node)
        if heading is None:
            continue
        box = _read(heading)
        if box:
            for each in (*box.values(), heading):
                each.decompose()
            return tuple(box)
    return ()


def _widest_heading(node: LexborNode) -> LexborNode | None:
    """Climb out of the wrappers that hold nothing but the heading; None for what is no heading."""
    if not is_one(node.text(deep=True)):
        return None
    for _ in range(4):
        parent = node.parent
        if parent is None or parent.tag in ("body", "html") or not is_one(parent.text(deep=True)):
            break
        node = parent
    return node


def _read(heading: LexborNode) -> _Box:
    """Read the points after a heading."""
    first = _next_element(heading)
    if first is None:
        return {}
    if first.tag in ("li", "dd"):
        return _read_items(_siblings(first))
    box = _unwrap(first)
    if box.tag in ("ul", "ol", "dl"):
        return _read_items([child for child in box.iter() if child.tag in ("li", "dd")])
    blocks = _blocks(box)
    if 2 <= len(blocks) <= _MOST_PARAGRAPHS and {each.tag for each in blocks} in ({"p"}, {"div"}):
        return _read_all(blocks)
    return _read_paragraphs(first, heading) if first.tag in ("p", "div") else {}


def _siblings(first: LexborNode) -> list[LexborNode]:
    """List an entry of a list and those after it."""
    items = [first]
    while len(items) <= _MOST_ITEMS and (following := _next_element(items[-1])) is not None:
        if following.tag != first.tag:
            break
        items.append(following)
    return items


def _read_items(items: list[LexborNode]) -> _Box:
    """Read a list; a longer entry that is no point stays where it is, and a list of mostly such entries is no box."""
    if len(items) > _MOST_ITEMS or sum(map(_is_link, items)) * 2 > len(items):
        return {}
    lines = [_line(item) for item in items]
    points = {point: item for line, item in zip(lines, items, strict=True) if (point := _point(line))}
    if len(points) * 2 < len(items) or not _is_enough(points):
        return {}
    for line, item in zip(lines, items, strict=True):
        if len(line) < _SHORTEST:
            item.decompose()
    return dict(list(points.items())[:MOST])


def _read_all(nodes: list[LexborNode]) -> _Box:
    """Read paragraphs of which every one must be a point."""
    points = {
        point: node for node in nodes if len(line := _line(node)) <= _LONGEST_PARAGRAPH and (point := _point(line))
    }
    return points if len(points) == len(nodes) and _is_enough(points) else {}


def _read_paragraphs(first: LexborNode, heading: LexborNode) -> _Box:
    """Read paragraphs that no element holds together."""
    is_marked = bool(_BULLET.match(_line(first)))
    run, following = _run(first, is_marked=is_marked)
    if is_marked:
        return _read_items(run) if len(run) >= _CERTAIN else {}
    own = _class(first)
    changed = next((index for index, each in enumerate(run) if own and _class(each) != own), 0)
    if changed >= _CERTAIN:
        return _read_all(run[:changed])
    if _CERTAIN <= len(run) <= _MOST_PARAGRAPHS and _is_bordered(run, following):
        return _read_all(run)
    is_before_text = len(run) <= _MOST_PARAGRAPHS and following is not None and following.tag == first.tag
    if len(run) >= _CERTAIN and (is_before_text or is_clear(heading.text(deep=True))):
        return _read_all(run[:_CERTAIN])
    return {}


def _run(first: LexborNode, *, is_marked: bool) -> tuple[list[LexborNode], LexborNode | None]:
    """List short paragraphs of a kind that follow each other at once, and give what follows them."""
    run: list[LexborNode] = []
    following: LexborNode | None = first
    while following is not None and following.tag == first.tag and len(run) <= _MOST_ITEMS:
        line = _line(following)
        if len(line) > _LONGEST_PARAGRAPH or bool(_BULLET.match(line)) != is_marked or _is_link(following):
            break
        run.append(following)
        following = None if _is_ruled(following) else _next_element(following)
    return run, following


def _is_bordered(run: list[LexborNode], following: LexborNode | None) -> bool:
    """Say whether it shows where paragraphs end to be points: at a rule, another kind of element, the end of a box."""
    if _is_ruled(run[-1]):
        return True
    if following is not None:
        return run[0].tag == "div" != following.tag
    parent = run[-1].parent
    return parent is not None and parent.tag in _WRAPPERS and any(map(_has_text, (parent.next, parent.prev)))


def _is_ruled(node: LexborNode) -> bool:
    """Say whether a rule follows."""
    after = node.next
    while after is not None and after.tag == "-text" and not _has_text(after):
        after = after.next
    return after is not None and after.tag == "hr"


def _unwrap(node: LexborNode) -> LexborNode:
    """Go into wrappers that hold nothing but one element."""
    for _ in range(4):
        inside = _blocks(node)
        if node.tag not in _WRAPPERS or len(inside) != 1:
            break
        node = inside[0]
    return node


def _blocks(node: LexborNode) -> list[LexborNode]:
    """List the elements in a wrapper, or none where there are many."""
    inside = list(islice(node.iter(), _MOST_SKIPPED)) if node.tag in _WRAPPERS else []
    return [each for each in inside if not _is_blank(each)] if len(inside) < _MOST_SKIPPED else []


def _next_element(node: LexborNode) -> LexborNode | None:
    """Give the element that follows at once; empty ones do not count, and text in between means that none does."""
    following = node.next
    for _ in range(_MOST_SKIPPED):
        if following is None or not _is_blank(following):
            break
        following = following.next
    return None if following is None or following.tag == "-text" else following


def _is_blank(node: LexborNode) -> bool:
    return (node.tag in _UNSEEN and node.tag != "-text") or not _has_text(node)


def _has_text(node: LexborNode | None) -> bool:
    if node is None:
        return False
    text = (node.text_content or "") if node.tag == "-text" else node.text(deep=True)
    return bool(plain_text.visible(text).strip())


def _class(node: LexborNode) -> str:
    return node.attributes.get("class") or ""


def _is_link(node: LexborNode) -> bool:
    """Say whether an entry leads elsewhere as a whole: that is navigation and no point."""
    linked = sum(len((link.text(deep=True) or "").strip()) for link in node.css("a")[:5])
    return linked * 10 >= len(node.text(deep=True).strip()) * 8


def _line(node: LexborNode) -> str:
    """Give an element's text; read from a copy, since reading takes the tree apart."""
    return " ".join(plain_text.to_text((node.html or "")[:_LONGEST_MARKUP]).split())


def _point(line: str) -> str:
    """Return a point without its bullet and without what is not news; "" when nothing is left."""
    point = boilerplate.clean(_BULLET.sub("", line))
    return point if _SHORTEST <= len(point) <= _KEYPOINTS_LONGEST else ""


def _is_enough(points: Iterable[str]) -> bool:
    """Navigation has many short entries; key points are a few sentences."""
    return sum(map(len, points)) >= _SHORTEST_BOX


def _find_in_lines(text: str) -> KeyPoints:
    """Find a heading line that is followed by bullet lines."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if not is_one(line):
            continue
        end = index + 1
        while end < len(lines) and _BULLET.match(lines[end]):
            end += 1
        told = [(_point(each), each) for each in lines[index + 1 : min(end, index + 2 + _MOST_ITEMS)]]
        points = [point for point, _ in told if point]
        if len(told) <= _MOST_ITEMS and len(points) * 2 >= len(told) and _is_enough(points):
            taken = {each for point, each in told if point in points[:MOST]}
            left = [each for each in lines[index + 1 : end] if each not in taken and len(each) >= _SHORTEST]
            return KeyPoints(tuple(points[:MOST]), "\n".join(lines[:index] + left + lines[end:]))
    return KeyPoints((), text)
