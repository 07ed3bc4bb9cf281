"""The words of one article, place by place, as matching walks over them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.language.tokens import Token, ends_sentence, tokenise

MAX_LENGTH = 200_000
"""Characters of a body that are looked at; far more than any report, far less than a runaway page."""


class Place(StrEnum):
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


@dataclass(frozen=True, slots=True)
class Passage:
    """One place of an article: its text and its words."""

    place: Place
    text: str
    tokens: list[Token]

    def is_adjacent(self, first: int) -> bool:
        """Tell whether a word and the next stand in one sentence."""
        return not ends_sentence(self.text, self.tokens[first], self.tokens[first + 1])


def scan(document: Document) -> tuple[Passage, ...]:
    """Return the article's words; nothing joins the end of one place to the start of the next."""
    places = ((Place.TITLE, document.title), (Place.LEAD, document.lead), (Place.BODY, document.body))
    return tuple(Passage(place, text, tokenise(text[:MAX_LENGTH])) for place, text in places if text)
