"""
The publisher's own key points: the box «Das Wichtigste in Kürze» and its kin, found once and taken out of the text.

A heading alone proves nothing (sites use the same words for navigation): it must be followed at once by a list, or by
two to five short paragraphs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds import plaintext

MOST = 6
_SHORTEST, _LONGEST, _SHORTEST_BOX = 15, 400, 40
_LONGEST_PARAGRAPH, _MOST_PARAGRAPHS = 160, 5
_LONGEST_MARKUP = 5_000
_MAY_HEAD = "h1,h2,h3,h4,h5,h6,p,b,strong,span,div,dt,summary,legend"
_MOST_CANDIDATES = 250
"""The box stands at the beginning or the end of a text; a hostile one nests thousands of elements."""
_MOST_PLACES, _MOST_ON_PAGE = 4, 3_000
_HEADING = re.compile(
    r"""(?ix) ^ \W* (?:
        das\ wichtigste (?:\ (?:in\ k[üu]e?rze|im\ [üu]e?berblick|auf\ einen\ blick|in\ kurzform|kurz|des\ artikels))?
      | darum\ geh(?:['’]?t|t)\ ?['’]?e?s (?:\ hier)? | darum\ gehts | worum\ (?:es\ geht|geht['’ ]?e?s)
      | in\ k[üu]e?rze | kurz\ (?:&|und|\+)\ knapp | kurz\ gesagt | kurz\ zusammengefasst | kurz\ erkl[äa]e?rt
      | auf\ einen\ blick | die\ wichtigsten\ (?:punkte|fakten|erkenntnisse|infos) | zusammenfassung | [üu]e?berblick
      | l['’]essentiel (?:\ en\ bref|\ de\ l['’]info)? | ce\ qu['’]il\ faut\ (?:retenir|savoir) | en\ bref
      | en\ r[ée]sum[ée]
      | les\ points\ (?:cl[ée]s|essentiels) | in\ breve | i\ punti\ (?:chiave|salienti|principali) | in\ sintesi
      | l['’]essenziale (?:\ in\ breve)? | punti\ chiave
      | key\ (?:points|takeaways|facts) | the\ key\ points | at\ a\ glance | in\ brief | takeaways | what\ to\ know
    ) \W* $"""
)
_HINTS = (
    "wichtigst|worum|darum|kürze|kuerze|k&uuml;rze|k&#252;rze|kurz|blick|zusammenfass|überblick|essenti|essenzi|retenir"
    "|savoir|bref|sumé|sume|sum&eacute;|sum&#233;|les points|breve|punti|sintesi|key |glance|in brief|takeaway|to know"
).split("|")
"""Most texts have no such box, and looking for one in the tree is the dearest part of reading an entry."""
_BULLET = re.compile(r"^\s*(?:[-–—•*▪‣·]|\d{1,2}[.)])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Found:
    """The points, and the text without the box."""

    points: tuple[str, ...]
    rest: str


def is_heading(text: str) -> bool:
    """Say whether a line is one of the headings publishers give such a box."""
    return len(text) <= 60 and bool(_HEADING.match(" ".join(text.split())))


def find(markup: str) -> Found:
    """Look for the box in HTML or plain text; `rest` is the text of everything else, one paragraph a line."""
    root = plaintext.parse(markup)
    if root is None:
        return _find_in_lines(plaintext.to_text(markup))
    points = _find_in(root) if _may_hold_box(markup) else ()
    rest = plaintext.node_text(root)
    return Found(points, rest) if points else _find_in_lines(rest)


def _may_hold_box(markup: str) -> bool:
    markup = markup.lower()
    return any(hint in markup for hint in _HINTS)


def find_on_page(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Find the box on a whole page: where the article is, or anywhere."""
    body = tree.body
    if body is None or not _may_hold_box(body.html or ""):
        return ()
    for place in (*body.css("article, main")[:_MOST_PLACES], body):
        if points := _find_in(place, _MOST_ON_PAGE):
            return points
    return ()


def _find_in(root: LexborNode, most: int = _MOST_CANDIDATES) -> tuple[str, ...]:
    """Find the box in a tree, and take it out of it."""
    for node in root.css(_MAY_HEAD)[:most]:
        heading = _widest_heading(node)
        following = _next_element(heading) if heading is not None else None
        if heading is None or following is None:
            continue
        points, parts = _read(following)
        if points:
            for each in (*parts, heading):
                each.decompose()
            return points
    return ()


def _widest_heading(node: LexborNode) -> LexborNode | None:
    """Climb out of the wrappers that hold nothing but the heading; None for what is no heading."""
    if not is_heading(node.text(deep=True)):
        return None
    for _ in range(4):
        parent = node.parent
        if parent is None or parent.tag in ("body", "html") or not is_heading(parent.text(deep=True)):
            break
        node = parent
    return node


def _read(node: LexborNode) -> tuple[tuple[str, ...], list[LexborNode]]:
    """Read the points from the element after the heading and, for paragraphs, those after that."""
    if node.tag in ("div", "section", "aside"):
        node = _only_child(node)
    if node.tag in ("ul", "ol"):
        items = [child for child in node.iter() if child.tag == "li"]
        if len(items) > MOST or sum(map(_is_link, items)) * 2 > len(items):
            return (), []
        return _usable([_line(item) for item in items]), [node]
    return _read_paragraphs(node)


def _only_child(node: LexborNode) -> LexborNode:
    """Go into wrappers; a container of paragraphs is read from its first one if it holds nothing else."""
    for _ in range(4):
        children = list(node.iter())
        if len(children) != 1 or node.tag not in ("div", "section", "aside"):
            break
        node = children[0]
    children = list(node.iter())
    if node.tag == "div" and 2 <= len(children) <= _MOST_PARAGRAPHS and all(child.tag == "p" for child in children):
        return children[0]
    return node


def _read_paragraphs(node: LexborNode) -> tuple[tuple[str, ...], list[LexborNode]]:
    """Two to five short paragraphs are a box; marked ones end it, else the first long one does."""
    texts: list[str] = []
    nodes: list[LexborNode] = []
    following: LexborNode | None = node
    is_marked = False
    while following is not None and following.tag == "p" and len(texts) <= _MOST_PARAGRAPHS:
        text = _line(following)
        marked = bool(_BULLET.match(text))
        is_marked = is_marked or (marked and not texts)
        if len(text) > _LONGEST_PARAGRAPH or (is_marked and not marked) or _is_link(following):
            break
        texts.append(_BULLET.sub("", text))
        nodes.append(following)
        following = _next_element(following)
    if not 2 <= len(texts) <= _MOST_PARAGRAPHS:
        return (), []
    points = _usable(texts)
    return (points, nodes) if len(points) == len(texts) else ((), [])


def _next_element(node: LexborNode) -> LexborNode | None:
    """Give the element that follows at once; text in between means that none does."""
    following = node.next
    while following is not None and following.tag in ("-text", "-comment", "br", "hr"):
        if following.tag == "-text" and (following.text_content or "").strip():
            return None
        following = following.next
    return following


def _is_link(node: LexborNode) -> bool:
    """Say whether an entry leads elsewhere as a whole: that is navigation and no point."""
    linked = sum(len((link.text(deep=True) or "").strip()) for link in node.css("a")[:5])
    return linked * 10 >= len(node.text(deep=True).strip()) * 8


def _line(node: LexborNode) -> str:
    """Give an element's text; read from a copy, since reading takes the tree apart."""
    return " ".join(plaintext.to_text((node.html or "")[:_LONGEST_MARKUP]).split())


def _usable(points: list[str]) -> tuple[str, ...]:
    """Navigation has many short entries; key points are a few sentences."""
    kept = [point for point in points if point]
    if not 1 <= len(kept) <= MOST or any(not _SHORTEST <= len(point) <= _LONGEST for point in kept):
        return ()
    return tuple(kept) if sum(map(len, kept)) >= _SHORTEST_BOX else ()


def _find_in_lines(text: str) -> Found:
    """Find a heading line that is followed by bullet lines."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if not is_heading(line):
            continue
        end = index + 1
        while end < len(lines) and _BULLET.match(lines[end]):
            end += 1
        points = _usable([_BULLET.sub("", each).strip() for each in lines[index + 1 : end]])
        if points:
            return Found(points, "\n".join(lines[:index] + lines[end:]))
    return Found((), text)
