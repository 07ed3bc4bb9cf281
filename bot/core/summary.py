"""
The few lines below a headline, and which of their words matched.

The first of these that says something counts: the publisher's own key points, its description, the lead sentence with
the first sentence that names the keyword; else the headline stands alone. A summary is never invented, and never the
headline again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from bot.core.alert import Line, Summary
from bot.core.article import Article

HEADLINE_LENGTH = 150
BULLETS = 3
BULLET_LENGTH = 140
SHORTEST = 40
LONGEST = 300
ALERT_LENGTH = 500
MORE_SENTENCES = 3
MORE_LENGTH = 900
_FOOT = 60
"""What is kept free for the last line of an alert."""
_CLOSING = '.!?…»“”"’)›'

Spans = tuple[tuple[int, int], ...]
Highlight = Callable[[str], Spans]
Split = Callable[[str], tuple[str, ...]]


def summarise(
    article: Article, highlight: Highlight, *, sentences: Split, headline_only: bool = False, abstract: str = ""
) -> Summary:
    """
    Summarise an article for a reader whose words `highlight` finds in any text.

    When neither headline nor summary shows a matched form, one sentence of the text that has it is appended, so that
    the reader sees why. An `abstract` from outside stands in for the lead sentence where the publisher gave no line.
    """
    highlight = cache(highlight)  # most texts are looked at twice, and looking is the dearest part
    sentences = cache(sentences)
    if headline_only:
        return Summary((), rest=_rest(article, (), sentences))
    headline = article.title[:HEADLINE_LENGTH]
    room = ALERT_LENGTH - len(headline) - _FOOT
    bullets = _bullets(article, room, sentences)
    abstract = "" if bullets or not needs_abstract(article) else " ".join(abstract.split())
    by_machine = is_worth_showing(abstract, article.title)
    limit = min(room, LONGEST)
    texts = bullets or (
        (trim(abstract, limit, sentences),) if by_machine else _prose(article, highlight, sentences, limit)
    )
    if not any(highlight(text) for text in (headline, *texts)):
        reason = _reason(article, texts, highlight, sentences)
        if reason and bullets:
            texts = (*_fit(bullets[: BULLETS - 1], room - len(reason)), reason)
        elif reason:
            texts = (*(trim(text, max(SHORTEST, room - len(reason)), sentences) for text in texts), reason)
    lines = tuple(Line(text, highlight(text)) for text in texts)
    rest = _rest(article, texts, sentences)
    return Summary(lines, bulleted=bool(bullets), rest=rest, by_machine=by_machine)


def needs_abstract(article: Article) -> bool:
    """Say whether the publisher gave neither key points nor a description worth showing."""
    return not _points(article) and not is_worth_showing(" ".join(article.lead.split()), article.title)


def is_worth_showing(text: str, title: str) -> bool:
    """Say whether a text tells more than the headline: long enough, and not the headline again."""
    return len(text) >= SHORTEST and not _says_the_same(text, title)


def trim(text: str, limit: int, sentences: Split) -> str:
    """Cut a text to `limit` characters: after a sentence where that leaves enough, else after a word with "…"."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) + bool(kept) > limit:
            break
        kept = f"{kept} {sentence}" if kept else sentence
    if len(kept) >= SHORTEST:
        return kept
    return _cut(text, limit)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if " " in head:
        head = head.rpartition(" ")[0]
    return head.rstrip(" ,;:–-") + "…"


def _bullets(article: Article, room: int, sentences: Split) -> tuple[str, ...]:
    return _fit(tuple(trim(point, BULLET_LENGTH, sentences) for point in _points(article)), room)


def _points(article: Article) -> tuple[str, ...]:
    """Give the key points that say something; none when they say next to nothing together."""
    points = [point for point in article.key_points if point.strip() and not _says_the_same(point, article.title)]
    return tuple(points[:BULLETS]) if sum(map(len, points[:BULLETS])) >= SHORTEST else ()


def _fit(texts: tuple[str, ...], room: int) -> tuple[str, ...]:
    """Let the last texts yield until the rest fits; the first always stays."""
    kept = list(texts)
    while len(kept) > 1 and sum(len(text) + 3 for text in kept) > room:
        kept.pop()
    return tuple(kept)


def _prose(article: Article, highlight: Highlight, sentences: Split, limit: int) -> tuple[str, ...]:
    lead = " ".join(article.lead.split())
    if is_worth_showing(lead, article.title):
        return (trim(lead, limit, sentences),)
    text = _lead_and_reason(article, highlight, sentences, limit)
    return (text,) if is_worth_showing(text, article.title) else ()


def _lead_and_reason(article: Article, highlight: Highlight, sentences: Split, limit: int) -> str:
    found = [
        sentence for sentence in _sentences(article.body, sentences) if not _says_the_same(sentence, article.title)
    ]
    if not found:
        return ""
    first = found[0]
    reason = first if highlight(first) else next((each for each in found[1:] if highlight(each)), None)
    if reason is None or reason == first:
        return _cut(first, limit) if len(first) > limit else _with_next(found, limit)
    both = f"{first} {reason}"
    if len(both) <= limit:
        return both
    return (
        _around(reason, highlight, limit)
        if len(first) > limit // 2
        else f"{first} {_around(reason, highlight, limit - len(first) - 1)}"
    )


def _with_next(found: list[str], limit: int) -> str:
    text = found[0]
    for sentence in found[1:]:
        if len(text) >= SHORTEST or len(text) + 1 + len(sentence) > limit:
            break
        text = f"{text} {sentence}"
    return text


def _reason(article: Article, shown: Iterable[str], highlight: Highlight, sentences: Split) -> str | None:
    """Find a sentence that names the keyword: in the description, then the key points, then the body."""
    seen = set(shown)
    for part in (article.lead, *article.key_points, article.body):
        for sentence in _sentences(part, sentences):
            if sentence not in seen and highlight(sentence):
                return _around(sentence, highlight, BULLET_LENGTH)
    return None


def _rest(article: Article, shown: Iterable[str], sentences: Split) -> tuple[str, ...]:
    """Give the next sentences of the description and the body, for who asks for more."""
    said = " ".join(map(_plain, (article.title, *shown)))
    found: list[str] = []
    room = MORE_LENGTH
    for part in (article.lead, article.body):
        for sentence in _sentences(part, sentences):
            plain = _plain(sentence)
            if not plain or plain in said:
                continue
            found.append(_cut(sentence, room))
            said, room = f"{said} {plain}", room - len(found[-1])
            if len(found) == MORE_SENTENCES or room < SHORTEST:
                return tuple(found)
    return tuple(found) if sum(map(len, found)) >= SHORTEST else ()


def _around(sentence: str, highlight: Highlight, limit: int) -> str:
    """Cut a long sentence so that its first matched form stays in it."""
    if len(sentence) <= limit:
        return sentence
    spans = highlight(sentence)
    cut = _cut(sentence, limit)
    if not spans or spans[0][1] < len(cut):
        return cut
    start = max(0, spans[0][0] - limit // 3)
    start = sentence.find(" ", start) + 1 if start else 0
    return _cut("…" + sentence[min(start, spans[0][0]) :], limit)


def _sentences(text: str, sentences: Split) -> Iterable[str]:
    for paragraph in text.split("\n"):
        paragraph = " ".join(paragraph.split())
        if paragraph:
            yield from (each.strip() for each in sentences(paragraph) if each.strip())


def _says_the_same(text: str, title: str) -> bool:
    first, second = _plain(text), _plain(title)
    if not first or not second:
        return not first
    return first == second or (len(first) < len(second) + 10 and (first.startswith(second) or second.startswith(first)))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
