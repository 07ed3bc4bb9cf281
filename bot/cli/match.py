"""
`stichwort match`: says whether a query matches a text, and why; without a text, what the query looks for.

The text comes from a file, the standard input, or a page of the public web.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import BotError, Refusal
from bot.core.feed import FeedWish, Fetched, FetchFailed, NotModified, Origin, unmet
from bot.core.query import parser
from bot.core.query.matcher import Evidence, explain
from bot.core.query.parser import MatchMode, Query
from bot.core.query.patterns import Document
from bot.core.query.preview import TermPreview, look_ahead
from bot.feeds import pages
from bot.feeds.cleaning import plain_text
from bot.feeds.fetch import FetchPolicy, HttpFetcher
from bot.i18n import markup
from bot.i18n.catalog import Catalog, Translation
from bot.language import languages
from bot.language.analyser import Analyser
from bot.language.languages import Detector
from bot.telegram.text import alert, query_errors

MOST_BYTES = 10_000_000
_WEB = ("http://", "https://")
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|article|div|p|h1|br)[\s/>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,2000})</title", re.IGNORECASE)
_HEAD = 2_000


class MaterialError(BotError):
    """There is no text to match; the message says why."""


async def read(source: str) -> Document:
    """Read a text, its language unknown; raise `MaterialError` when that fails."""
    if source.lower().startswith(_WEB):
        return await _fetch(source)
    try:
        body = sys.stdin.buffer.read(MOST_BYTES) if source == "-" else _read_file(Path(source))
    except OSError as error:
        raise MaterialError(f"{source}: {error.strerror or 'cannot be read'}") from error
    return document(pages.decode(body))


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


async def _fetch(url: str) -> Document:
    """Fetch a page as a reader's own feed would be: public addresses only, size and time bounded."""
    wish = FeedWish(url=url, origin=Origin.CHAT)
    async with HttpFetcher(FetchPolicy(max_body=MOST_BYTES)) as fetcher:
        outcome = await fetcher.fetch(unmet(wish, datetime.now(UTC)), subscribers=0)
    match outcome:
        case Fetched():
            found = document(pages.decode(outcome.body, outcome.content_type))
            return replace(found, source_host=re.split(r"[/:?#]", outcome.url.partition("://")[2], maxsplit=1)[0])
        case FetchFailed():
            raise MaterialError(f"{url}: {outcome.detail}")
        case NotModified():
            raise MaterialError(f"{url}: the server sent no page.")


def document(text: str) -> Document:
    """Make an article of plain text, whose first line is its headline, or of HTML."""
    if _MARKUP.search(text[:_HEAD]):
        named = _TITLE.search(text)
        title, body = plain_text.to_line(named[1]) if named else "", plain_text.to_text(text)
    else:
        title, body = "", text.strip()
    if not title:
        title, _, body = body.partition("\n")
    return Document(title=title.strip(), lead="", body=body.strip(), language=None, source_title="", source_host="")


MATCH, NONE, BAD = 0, 1, 2
_FALLBACK = "de"
_COLUMNS = ("term", "text", "language")
_ESCAPE = re.compile(r"\\([n\\])")


def match(options: argparse.Namespace) -> int:
    """Match the text; the exit code says whether the query matches."""
    if (options.rows is None) == (options.query is None):
        return _fail("give a query, or --rows with a file of them")
    if options.language is not None and options.language not in languages.LANGUAGES:
        return _fail(f"--language: there is no language {options.language}; write for instance de")
    explainer = _Explainer(MatchMode(options.mode), options.language)
    if options.rows is not None:
        return _rows(explainer, options.rows)
    translation = Catalog.load().speak("en")
    try:
        asked = parser.parse(options.query)
    except Refusal as refusal:
        return _fail(markup.plain(query_errors.words(refusal, options.query, translation)))
    if options.text is None:
        _print_prospects(asked, explainer, as_json=options.json)
        return MATCH
    try:
        document = asyncio.run(read(options.text))
    except MaterialError as error:
        return _fail(str(error))
    return _one(asked, explainer, document, translation if not options.json else None)


def _fail(sentence: str) -> int:
    print(f"stichwort: {sentence}", file=sys.stderr)
    return BAD


class _Explainer:
    """Matches one query after the other; the language is detected where it is not given."""

    def __init__(self, mode: MatchMode, language: str | None) -> None:
        self.mode = mode
        self.analyser = Analyser()
        self._language = language
        self._detector: Detector | None = None

    def settle(self, document: Document, language: str | None = None) -> Document:
        """Set a document's language."""
        said = language or document.language or self._language
        return replace(document, language=said or self._guess(f"{document.title}. {document.lead} {document.body}"))

    def _guess(self, text: str) -> str:
        self._detector = self._detector or Detector(self.analyser.languages)
        return self._detector.detect(text[:5_000]) or _FALLBACK

    def __call__(self, asked: Query, document: Document) -> tuple[Evidence, ...] | None:
        hit = explain(self.analyser, asked, self.mode, document)
        return None if hit is None else hit.evidence


def _one(asked: Query, explainer: _Explainer, document: Document, translation: Translation | None) -> int:
    """Explain one text; without a translation, as JSON."""
    document = explainer.settle(document)
    found = explainer(asked, document)
    if translation is None:
        told = [_plain(each) for each in found or ()]
        answer = {"query": asked.normal, "match": found is not None, "mode": explainer.mode.value}
        _print_json(answer | {"language": document.language, "evidence": told})
    else:
        print(f"{asked.normal}: {'match' if found is not None else 'no match'}")
        for each in found or ():
            line = markup.plain(alert.reason(each, translation))
            print(f"  {line} ({alert.place(each.place, translation)})")
    return NONE if found is None else MATCH


def _plain(evidence: Evidence) -> dict[str, str]:
    return {
        "term": evidence.term,
        "form": evidence.form,
        "place": evidence.place.value,
        "rule": evidence.rule.value,
    }


def _print_json(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False))


def _print_prospects(asked: Query, explainer: _Explainer, *, as_json: bool) -> None:
    """Say what a query looks for."""
    prospects = look_ahead(explainer.analyser, asked, explainer.mode)
    if as_json:
        terms = [asdict(each) for each in prospects]
        _print_json({"query": asked.normal, "mode": explainer.mode.value, "terms": terms})
        return
    print(asked.normal)
    for each in prospects:
        print(f"  {'not ' * each.excluded}{each.term}: {_describe(each)}")
        for language, forms in each.derived.items():
            print(f"    {language}: {', '.join(forms)}")


def _describe(prospect: TermPreview) -> str:
    words = {
        "exact": "exactly so",
        "phrase": "these words side by side; the last ones may be inflected",
        "forms": "in all its forms",
        "compounds": "in all its forms, and words put together that begin or end with it",
        "begins": "words that begin so",
        "ends": "words that end so",
        "contains": "words that hold these letters",
        "ignored": "says nothing beside other words and is left out",
    }
    return words[prospect.kind] + (", in the headline only" if prospect.title else "")


@dataclass(frozen=True, slots=True)
class _Row:
    term: str
    text: str
    language: str | None


def _rows(explainer: _Explainer, path: Path) -> int:
    """Answer many questions, a line of JSON for each."""
    try:
        rows = list(_read_rows(path))
    except (OSError, ValueError) as error:
        return _fail(f"--rows {path}: {getattr(error, 'strerror', None) or error}")
    for row in rows:
        _print_json(_answer(explainer, row))
    return MATCH


def _read_rows(path: Path) -> Iterator[_Row]:
    """Read the columns by name where the first line names them, else in their order."""
    with path.open(encoding="utf-8-sig") as file:
        places: dict[str, int] = {name: at for at, name in enumerate(_COLUMNS)}
        for number, line in enumerate(file):
            cells = line.rstrip("\n").split("\t")
            if number == 0 and {"term", "text"} <= set(cells):
                places = {name: cells.index(name) for name in _COLUMNS if name in cells}
            elif cells != [""]:
                yield _row(cells, places, number + 1)


def _row(cells: list[str], places: dict[str, int], number: int) -> _Row:
    found = {name: cells[at] for name, at in places.items() if at < len(cells)}
    if not {"term", "text"} <= found.keys():
        raise ValueError(f"line {number} has no text; the columns are term, text, language")
    text = _ESCAPE.sub(_unescape, found["text"])
    return _Row(found["term"], text, found.get("language") or None)


def _unescape(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else "\\"


def _answer(explainer: _Explainer, row: _Row) -> dict[str, object]:
    answer: dict[str, object] = {"term": row.term, "text": row.text, "match": False, "mode": explainer.mode.value}
    answer |= dict.fromkeys(("form", "place", "rule"))
    plain = Document(title="", lead="", body=row.text, language=None, source_title="", source_host="")
    try:
        asked = parser.parse(row.term)
    except Refusal as refusal:
        return answer | {"error": refusal.reason}
    found = explainer(asked, explainer.settle(plain, row.language))
    if found is None:
        return answer
    first = _plain(found[0]) if found else {}
    return answer | {"match": True} | {name: first.get(name) for name in ("form", "place", "rule")}
