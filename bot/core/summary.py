"""
The summary below a headline: its lines, the matched words in them, and summaries made by a model.

The first of these that says something is used: the publisher's own key points, its description, or the lead sentence
with the first sentence that holds the keyword; otherwise the headline stands alone. A summary is never invented and
never repeats the headline.

What a language model answered for a story is kept as long as the article and shown again word for word; that it gave no
answer is kept too. A message must look the same after every edit, whatever has become of the model and of the process
that asked it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from itertools import chain, islice
from typing import Protocol

from bot.core import visible_text
from bot.core.article import Article
from bot.core.delivery.alert import Summary, SummaryLine
from bot.core.ids import ArticleId
from bot.core.visible_text import SHORTEST, HeadlineOverlap, plain
from bot.language import headlines
from bot.language.sentences import is_label, points_back

BULLETS = 3
BULLET_LENGTH = 140
LONGEST = 300
MORE_SENTENCES = 3
MORE_LENGTH = 900
FOOT = 60
"""The length of a usual last line."""
_REASON = 2 / 3
"""The share of what there is room for that the sentence with the keyword may take."""
_LEAD = 2 / 3
"""The share of the room that the first sentence of a description may take beside the one with the keyword."""
_SHORT_LEAD = 90
"""Characters below which a lead sentence takes the next one along."""
_LOOKED = 4
"""Sentences among which the one is sought that a summary begins with."""
_BULLET = len("\n• ")
_AHEAD = 200
"""Letters beyond a cut that may show where the sentence before it ends."""
_WINDOW = 4_000
"""Letters of an endless paragraph in which the ends of a sentence are looked for."""

_SPLIT = 8_000
"""
Letters of a text that are split into sentences: what is shown with [More] has 900 letters, and these make some 60
sentences to choose from. A text of nothing but doubtful full stops takes 4 µs a letter, on the event loop.
"""
_TRIED = 20
"""Sentences with the keyword of which one is sought that does not say the headline again."""

Spans = tuple[tuple[int, int], ...]
Highlight = Callable[[str], Spans]
Split = Callable[[str], tuple[str, ...]]


def summarise(
    article: Article,
    highlight: Highlight,
    *,
    sentences: Split,
    headline_only: bool = False,
    abstract: str = "",
    foot: int = FOOT,
) -> Summary:
    """
    Summarise an article for a reader whose words `highlight` finds in any text.

    When neither headline nor summary shows a matched form, one sentence of the text that has it is appended, so that
    the reader sees why; the other lines yield to it. An `abstract` from outside stands in for the lead sentence where
    the publisher gave no line. `foot` is the length of the alert's last line.
    """
    # most texts are looked at twice, and looking is the dearest part
    return _Summariser(article, HeadlineOverlap(article), cache(highlight), cache(sentences), foot)(
        headline_only, abstract
    )


def needs_abstract(article: Article) -> bool:
    """Return whether the publisher gave neither key points nor a description worth showing."""
    return _needs_abstract(article, HeadlineOverlap(article))


def _needs_abstract(article: Article, headline: HeadlineOverlap) -> bool:
    return not _points(article, headline) and not headline.is_worth(" ".join(article.lead.split()))


def trim(text: str, limit: int, sentences: Split) -> str:
    """Cut a text to `limit` characters: after a sentence where that leaves enough, else after a word with "…"."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text[: limit + _AHEAD]):
        if len(kept) + len(sentence) + bool(kept) > limit:
            break
        kept = f"{kept} {sentence}" if kept else sentence
    if len(kept) >= SHORTEST:
        return kept
    return visible_text.cut(text, limit)


@dataclass(frozen=True, slots=True)
class _Summariser:
    article: Article
    headline: HeadlineOverlap
    highlight: Highlight
    sentences: Split
    foot: int

    def __call__(self, headline_only: bool, abstract: str) -> Summary:
        if headline_only:
            return Summary((), rest=self._rest(()))
        bullets = self._bullets()
        abstract = "" if bullets or not _needs_abstract(self.article, self.headline) else " ".join(abstract.split())
        by_machine = self.headline.is_worth(abstract)
        texts = bullets or ((trim(abstract, self._limit, self.sentences),) if by_machine else self._prose())
        if not any(map(self.highlight, (self.headline.shown, *texts))):
            texts = self._with_reason(texts, bulleted=bool(bullets))
        return Summary(
            tuple(SummaryLine(text, self.highlight(text)) for text in texts),
            bulleted=bool(bullets),
            rest=self._rest(texts),
            by_machine=by_machine,
        )

    @property
    def _room(self) -> int:
        """Characters between headline and last line, each line with the line break before it."""
        return visible_text.ALERT - len(self.headline.shown) - self.foot - 1

    @property
    def _limit(self) -> int:
        return min(self._room - 1, LONGEST)

    def _bullets(self) -> tuple[str, ...]:
        points = _points(self.article, self.headline)
        return self._fit([trim(point, BULLET_LENGTH, self.sentences) for point in points], self._room)

    def _fit(self, texts: Iterable[str], room: int) -> tuple[str, ...]:
        """Drop the last bullets until the rest fits; the first is shortened instead."""
        kept = list(texts)
        while len(kept) > 1 and sum(len(text) + _BULLET for text in kept) > room:
            kept.pop()
        if kept and len(kept[0]) + _BULLET > room:
            return (trim(kept[0], room - _BULLET, self.sentences),) if room - _BULLET >= SHORTEST else ()
        return tuple(kept)

    def _with_reason(self, texts: tuple[str, ...], *, bulleted: bool) -> tuple[str, ...]:
        """Append the sentence that names the keyword; the others have what it leaves."""
        article = self.article
        # The headline comes last: what is cut off it is not seen.
        parts = (article.lead, *article.key_points, article.body, article.title)
        sentence = next(self._reasons(parts), None)
        if sentence is None:
            return texts
        if not bulleted:
            return self._beside(texts[0], sentence) if texts else (self._around(sentence, self._limit),)
        room = self._room - _BULLET
        reason = self._around(sentence, min(BULLET_LENGTH, int(room * _REASON) if texts else room))
        return (*self._fit(texts[: BULLETS - 1], room - len(reason)), reason)

    def _beside(self, text: str, reason: str) -> tuple[str, ...]:
        """Put the sentence with the keyword behind whole sentences of a text; it is cut where there is no room else."""
        first = next(iter(self.sentences(text)), text)
        room = self._limit - min(len(first), int(self._limit * _LEAD)) - 1
        reason = reason if len(reason) <= room else self._around(reason, min(BULLET_LENGTH, room))
        return trim(text, self._limit - len(reason) - 1, self.sentences), reason

    def _prose(self) -> tuple[str, ...]:
        lead = self.headline.without(" ".join(self.article.lead.split()))
        if self.headline.is_worth(lead):
            return (trim(lead, self._limit, self.sentences),)
        text = self._lead_and_reason()
        return (text,) if self.headline.is_worth(text) else ()

    def _lead_and_reason(self) -> str:
        told = self._from_opening(self._told(self.article.body))
        first = next(told, "")
        if not first:
            return ""
        reasons = () if self.highlight(first) else self._reasons((self.article.body,))
        reason = next((each for each in reasons if not self.headline.is_again(each)), first)
        both = f"{first} {reason}"
        if reason != first and len(both) <= self._limit:
            return both
        if reason == first or self.highlight(self.headline.shown):  # the reader sees why: the lead has all the room
            return (
                trim(first, self._limit, self.sentences) if len(first) > self._limit else self._with_next(first, told)
            )
        return self._around(reason, self._limit)

    def _from_opening(self, told: Iterator[str]) -> Iterator[str]:
        """
        Begin with the sentence that says what happened.

        That is the first that says a word of the headline, else the first, of those that are no label and do not point
        back at what is left out.
        """
        language, said = (
            self.article.language,
            frozenset(headlines.features(self.article.title, self.article.language).words),
        )
        looked = list(islice(told, _LOOKED))
        able = [
            at for at, sentence in enumerate(looked) if not is_label(sentence) and not points_back(sentence, language)
        ]
        telling = (
            at
            for at in able
            if not said.isdisjoint(headlines.teaser_words(looked[at]))
            and (len(looked) == _LOOKED or sum(map(len, looked[at:])) >= SHORTEST)  # else nothing would be shown
        )
        begin = next(telling, able[0] if able else 0)
        return chain(looked[begin:], told)

    def _with_next(self, text: str, told: Iterable[str]) -> str:
        """Take along what follows while the text is short, but nothing that only says who said so."""
        for sentence in told:
            if len(text) >= _SHORT_LEAD or len(text) + 1 + len(sentence) > self._limit:
                break
            if len(text) >= SHORTEST and points_back(sentence, self.article.language):
                break
            text = f"{text} {sentence}"
        return text

    def _told(self, text: str) -> Iterator[str]:
        """Give the sentences of a text but those that say the headline again."""
        return (sentence for sentence in _sentences(text, self.sentences) if not self.headline.is_again(sentence))

    def _reasons(self, parts: Iterable[str]) -> Iterator[str]:
        """Find the sentences that name the keyword: each text is looked through at once, and split only there."""
        left = _TRIED
        for part in parts:
            end = -1
            for span in self.highlight(part):
                if span[0] >= end and left:
                    left -= 1
                    sentence, end = _sentence_at(part, span, self.sentences)
                    yield sentence

    def _rest(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the next sentences of the description and the body, shown with [More]."""
        said = " ".join(map(plain, (self.article.title, *texts)))
        found: list[str] = []
        room = MORE_LENGTH
        parts = (_sentences(part, self.sentences) for part in (self.article.lead, self.article.body))
        for sentence in chain.from_iterable(parts):
            words = plain(sentence)
            if words in said or self.headline.is_again(sentence):
                continue
            found.append(visible_text.cut(sentence, room))
            said, room = f"{said} {words}", room - len(found[-1])
            if len(found) == MORE_SENTENCES or room < SHORTEST:
                return tuple(found)
        return tuple(found) if sum(map(len, found)) >= SHORTEST else ()

    def _around(self, sentence: str, limit: int) -> str:
        """Cut a long sentence so that its first matched form stays in it."""
        if len(sentence) <= limit:
            return sentence
        cut = visible_text.cut(sentence, limit)
        spans = self.highlight(sentence)
        if not spans or spans[0][1] < len(cut):
            return cut
        at, end = spans[0]
        start = max(0, at - max(0, min(limit // 3, limit - (end - at) - 2)))
        space = sentence.find(" ", start, at)
        return visible_text.cut(f"…{sentence[at if space < 0 else space + 1 :]}", limit)


def _points(article: Article, headline: HeadlineOverlap) -> tuple[str, ...]:
    """Give the key points that say something; none when they say next to nothing together."""
    points = [point for point in article.key_points if not headline.is_again(point)]
    return tuple(points[:BULLETS]) if sum(map(len, points[:BULLETS])) >= SHORTEST else ()


def _sentences(text: str, sentences: Split) -> Iterator[str]:
    for paragraph in text[:_SPLIT].split("\n"):
        paragraph = " ".join(paragraph.split())
        if paragraph:
            yield from (each.strip() for each in sentences(paragraph) if each.strip())


def _sentence_at(text: str, span: tuple[int, int], sentences: Split) -> tuple[str, int]:
    """Give the sentence (or sentences) in which a stretch of a text stands, in one line, and where it ends."""
    first = max(text.rfind("\n", 0, span[0]) + 1, span[0] - _WINDOW // 2)
    last = text.find("\n", span[1])
    paragraph = text[first : span[1] + _WINDOW // 2 if last < 0 else min(last, span[1] + _WINDOW // 2)]
    begin, end, at = None, len(paragraph), 0
    for sentence in sentences(paragraph):
        start = paragraph.find(sentence, at)
        if start < 0:
            break
        at = start + len(sentence)
        if begin is None and first + at > span[0]:
            begin = start
        if first + at >= span[1]:
            end = at
            break
    return " ".join(paragraph[begin or 0 : end].split()), first + end


@dataclass(frozen=True, slots=True)
class KeptSummary:
    """The stored answer for this very article; empty: nothing is shown."""

    text: str


@dataclass(frozen=True, slots=True)
class KnownSummary:
    """The stored answer for the same text or another article of the same story; empty: the model gave none."""

    text: str


class SummaryTurn(Enum):
    """Whether the caller is to ask the model."""

    OURS = "ours"
    BUSY = "busy"
    """Somebody is asking already, about this article or another of its story."""


class SummaryRepository(Protocol):
    """Answers of the model, and claims of those who ask it; they are deleted with their articles."""

    async def find(self, article_id: ArticleId) -> str | None:
        """Find the answer that is shown of an article; None or empty: nothing."""
        ...

    async def claim(
        self, article_id: ArticleId, key: str, now: datetime, lasting: timedelta
    ) -> KeptSummary | KnownSummary | SummaryTurn:
        """
        Say what is known, or whose turn it is to ask; of all who call this for one story at once, one gets `OURS`.

        `key` is the same for the same text. A claim that is older than `lasting`, because its owner died, has had its
        call: the article stays without.
        """
        ...

    async def keep(self, article_id: ArticleId, key: str, text: str, now: datetime) -> str:
        """Store an answer, unless there is one; returns the stored one."""
        ...

    async def release(self, article_ids: Collection[ArticleId]) -> None:
        """Release claims, so that the next caller may ask; answers stay."""
        ...
