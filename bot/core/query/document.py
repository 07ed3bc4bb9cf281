"""The words of one article, field by field, as matching reads them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.language import tokens

MAX_LENGTH = 200_000
"""Characters of a place that are looked at; far more than any report, far less than a runaway page."""


class TextField(StrEnum):
    """Where in an article something stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What matching needs of an article."""

    title: str
    lead: str
    body: str
    language: str | None
    source_title: str
    source_host: str


class Passage:
    """One place of an article: its text and its words; where they stand is worked out when something was found."""

    __slots__ = ("_starts", "place", "text", "words")

    def __init__(self, place: TextField, text: str) -> None:
        self.place = place
        self.text = text[:MAX_LENGTH]
        self.words = tokens.words(self.text)
        self._starts: list[int] | None = None

    def span(self, at: int, words: int = 1) -> tuple[int, int]:
        """Return where a word, or several from it on, begin and end in the text."""
        starts = self._begins()
        last = at + words - 1
        return starts[at], starts[last] + len(self.words[last])

    def is_adjacent(self, at: int) -> bool:
        """Tell whether a word and the next stand in one sentence."""
        starts = self._begins()
        return not tokens.ends_sentence(self.text[starts[at] + len(self.words[at]) : starts[at + 1]], self.words[at])

    def is_hyphened(self, at: int) -> bool:
        """Tell whether nothing but a hyphen stands between a word and the next."""
        starts = self._begins()
        return tokens.is_hyphened(self.text[starts[at] + len(self.words[at]) : starts[at + 1]])

    def _begins(self) -> list[int]:
        if self._starts is None:
            self._starts = tokens.starts(self.text, self.words)
        return self._starts


def scan(document: Document) -> list[Passage]:
    """Return the article's words; nothing joins the end of one place to the start of the next."""
    places = ((TextField.TITLE, document.title), (TextField.LEAD, document.lead), (TextField.BODY, document.body))
    return [Passage(place, text) for place, text in places if text]
