"""
The publisher's own key points: the box «Das Wichtigste in Kürze» and its kin, found once and taken out of the text.

A heading alone proves nothing (sites use the same words for navigation): it must be followed at once by a list, or by
two to five short paragraphs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from bot.feeds import plaintext

MOST = 6
_SHORTEST, _LONGEST = 15, 400
_LONGEST_PARAGRAPH = 250
_MOST_CANDIDATES = 250
"""The box stands at the beginning or the end of a text; a hostile one nests thousands of elements."""
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
_HINT = re.compile(
    r"(?i)wichtigst|worum|darum|k(?:ü|ue|&uuml;|&#252;)rze|kurz|blick|zusammenfass|essen[tz]i|retenir|savoir"
    r"|en\s+bref|sum(?:é|&eacute;|&#233;)|les\s+points|breve|punti|sintesi|key\s|glance|in\s+brief|takeaways|to\s+know"
)
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
    points = _find_in(root) if _HINT.search(markup) else ()
    rest = plaintext.node_text(root)
    return Found(points, rest) if points else _find_in_lines(rest)


def _find_in(root: LexborNode) -> tuple[str, ...]:
    for node in root.css("h1,h2,h3,h4,h5,h6,p,b,strong,span,div,dt,summary,legend")[:_MOST_CANDIDATES]:
        # The text of a large block is long to gather and no heading; its children come later in this walk.
        if node.tag == "div" and node.css_first("p,ul,ol,h2,h3") is not None:
            continue
        if not is_heading(node.text(deep=True)):
            continue
        box = _after(node)
        if box is None:
            continue
        points, parts = box
        _remove(node, parts)
        return points
    return ()


def _after(heading: LexborNode) -> tuple[tuple[str, ...], list[LexborNode]] | None:
    """Read what follows a heading, climbing out of wrappers that hold nothing else."""
    node: LexborNode | None = heading
    for _ in range(4):
        if node is None:
            return None
        following = _next(node)
        if following is not None:
            return _read(following)
        node = node.parent
        if node is None or node.tag in ("body", "html"):
            return None
    return None


def _read(node: LexborNode) -> tuple[tuple[str, ...], list[LexborNode]] | None:
    found = node if node.tag in ("ul", "ol") else None
    if found is None and node.tag in ("div", "section", "aside", "article"):
        found = node.css_first("ul,ol")
    if found is not None:
        points = _usable([_line(item) for item in found.css("li")])
        return (points, [node]) if points else None
    if node.tag != "p":
        return None
    paragraphs: list[str] = []
    nodes: list[LexborNode] = []
    following: LexborNode | None = node
    while following is not None and following.tag == "p" and len(paragraphs) <= 5:
        text = _line(following)
        if len(text) > _LONGEST_PARAGRAPH:
            break
        paragraphs.append(_BULLET.sub("", text))
        nodes.append(following)
        following = _next(following)
    # Short paragraphs with nothing after them but more text are a box only where their number is that of one.
    if not 2 <= len(paragraphs) <= 5:
        return None
    points = _usable(paragraphs)
    return (points, nodes) if len(points) == len(paragraphs) else None


def _next(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and following.tag in ("-text", "-comment", "br", "hr"):
        if following.tag == "-text" and (following.text_content or "").strip():
            return None
        following = following.next
    return following


def _remove(heading: LexborNode, parts: list[LexborNode]) -> None:
    for part in parts:
        part.decompose()
    heading.decompose()


def _line(node: LexborNode) -> str:
    return " ".join(plaintext.to_text(node.html or "").split())


def _usable(points: list[str]) -> tuple[str, ...]:
    """Navigation has many short entries; key points are a few sentences."""
    kept = [point for point in points if point]
    if not 1 <= len(kept) <= MOST or any(len(point) > _LONGEST for point in kept):
        return ()
    if sum(len(point) >= _SHORTEST for point in kept) < len(kept) or sum(map(len, kept)) < 40:
        return ()
    return tuple(kept)


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
