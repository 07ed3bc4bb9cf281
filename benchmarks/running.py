"""
How well keywords find the words of running news: precision, and recall of forms and compounds, by kind of keyword.

The table `benchmarks/data/running.tsv` holds keywords as people type them and words beside each that were judged by
reading: right ones (forms, compounds) and wrong ones that look alike. `--unjudged` lists what a keyword finds among the
most frequent words of its language and no row judges, so that the table can be made longer by reading.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.ids import QueryId
from bot.core.query.matcher import Matcher
from bot.core.query.parser import MatchMode, parse
from bot.core.query.patterns import Document
from bot.language.analyser import Analyser

DATA = Path(__file__).parent / "data" / "running.tsv"
NAMES = Path(__file__).parent / "data" / "names.tsv"
"""Persons as German, English, French and Italian papers write them, a person a line."""
KINDS = ("word", "plural", "short", "surname", "first+surname", "town", "body", "abbreviation")
COUNTED = {"form": "form", "variant": "form", "compound": "compound", "compound_short": "compound"}
"""What of a right word recall counts; what is derived is offered to the reader, and not found silently."""
SHORT = 4
"""Letters below which a keyword's compounds are counted as short ones, too."""
VOCABULARY = 120_000


@dataclass(frozen=True, slots=True)
class JudgedForm:
    """A word of a text beside a keyword, and whether it is the keyword's."""

    keyword: str
    form: str
    right: bool
    kind: str
    form_kind: str
    languages: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What was found of some rows."""

    found: int = 0
    total: int = 0

    def __str__(self) -> str:
        """Write a share and of how many."""
        return f"{self.found / self.total:.3f} of {self.total}" if self.total else "-"


def read_forms(path: Path) -> tuple[JudgedForm, ...]:
    """Read a table with our columns, or one whose `kind` says what the form is and that names no language."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = tuple(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(_judged(row) for row in rows)


def _judged(row: dict[str, str]) -> JudgedForm:
    keyword, right = row["keyword"], row["verdict"] == "right"
    if "form_kind" in row:
        return JudgedForm(keyword, row["form"], right, row["kind"], row["form_kind"], (row["language"],))
    found = row["kind"] if row["kind"] in {*COUNTED, "derivation", "abbreviation"} else "form"
    languages = ("de",) if keyword[:1].isupper() else ("en", "fr", "it", "de")
    return JudgedForm(keyword, row["form"], right, "given", found, languages)


class KeywordIndex:
    """The real index of all keywords, asked about single words."""

    def __init__(self, keywords: Iterable[str]) -> None:
        self._matcher = Matcher(Analyser())
        self._numbers = {keyword: QueryId(number) for number, keyword in enumerate(dict.fromkeys(keywords))}
        for keyword, number in self._numbers.items():
            self._matcher.add(number, parse(f'"{keyword}"' if " " in keyword else keyword), MatchMode.COMPOUNDS)
        self._names = {number: keyword for keyword, number in self._numbers.items()}

    def ask(self, text: str, language: str) -> frozenset[str]:
        """Return the keywords that a word or phrase answers in a text of a language."""
        document = Document(title="", lead="", body=text, language=language, source_title="", source_host="")
        return frozenset(self._names[hit.query_id] for hit in self._matcher.match(document))

    def finds(self, row: JudgedForm) -> bool:
        """Tell whether the keyword finds the word, in a language the row may be of."""
        return any(row.keyword in self.ask(row.form, language) for language in row.languages)


def report(rows: Iterable[JudgedForm], index: KeywordIndex) -> Iterator[str]:
    """Yield a line per kind of keyword and one for all."""
    judged = [(row, index.finds(row)) for row in rows]
    yield f"{'':<15}{'keywords':>9}{'P micro':>16}{'P macro':>9}{'forms':>16}{'compounds':>16}{'short compounds':>17}"
    kinds = [kind for kind in (*KINDS, "given") if any(row.kind == kind for row, _ in judged)]
    for kind in (*kinds, "all"):
        own = [(row, found) for row, found in judged if kind in (row.kind, "all")]
        yield _line(kind, own)


def _line(kind: str, judged: list[tuple[JudgedForm, bool]]) -> str:
    precision, recalls = Tally(), defaultdict[str, Tally](Tally)
    per_keyword = defaultdict[tuple[str, str], Tally](Tally)
    for row, found in judged:
        if found:
            for tally in (precision, per_keyword[row.keyword, row.kind]):
                tally.found += row.right
                tally.total += 1
        if row.right and row.form_kind in COUNTED:
            short = row.form_kind == "compound_short" or (COUNTED[row.form_kind] == "compound" and is_short(row))
            for name in (COUNTED[row.form_kind], *(["short"] if short else [])):
                recalls[name].found += found
                recalls[name].total += 1
    shares = [tally.found / tally.total for tally in per_keyword.values()]
    macro = f"{sum(shares) / len(shares):.3f}" if shares else "-"
    keywords = len({(row.keyword, row.kind) for row, _ in judged})
    cells = f"{recalls['form']!s:>16}{recalls['compound']!s:>16}{recalls['short']!s:>17}"
    return f"{kind:<15}{keywords:>9}{precision!s:>16}{macro:>9}{cells}"


def is_short(row: JudgedForm) -> bool:
    """Tell whether a keyword is one of two or three letters, written as an ordinary word."""
    return len(row.keyword) < SHORT and not row.keyword.isupper()


def errors(rows: Iterable[JudgedForm], index: KeywordIndex) -> Iterator[str]:
    """Yield what is found wrongly, and what is missed."""
    for row in rows:
        found = index.finds(row)
        if found and not row.right:
            yield f"wrong  {row.kind}: {row.keyword} | {row.form}"
        elif row.right and not found:
            yield f"missed {row.kind}: {row.keyword} | {row.form} ({row.form_kind})"


def report_spellings(path: Path) -> Iterator[str]:
    """Yield how often a person is found in the spellings of other languages, and how often somebody else is."""
    languages, *persons = [tuple(line.split("\t")) for line in path.read_text("utf-8").splitlines()]
    index = KeywordIndex(spelling for person in persons for spelling in person)
    right, wrong = Tally(), Tally()
    for person in persons:
        for language, written in zip(languages, person, strict=True):
            found = index.ask(written, language)
            for other in persons:
                keywords = set(other) - {written}
                tally = right if other is person else wrong
                tally.found += len(keywords & found)
                tally.total += len(keywords)
    yield f"{len(persons)} persons in {len(languages)} languages: recall {right}, false {wrong.found / wrong.total:.5f}"


def unjudged(rows: tuple[JudgedForm, ...], index: KeywordIndex) -> Iterator[str]:
    """Yield what keywords find among the frequent words of their language that no row judges."""
    from wordfreq import top_n_list

    known = {(row.keyword, row.form.casefold()) for row in rows}
    own = {row.keyword: row.languages for row in rows}
    for language in dict.fromkeys(language for row in rows for language in row.languages):
        for word in top_n_list(language, VOCABULARY, wordlist="large"):
            for form in (word, word.capitalize()) if language == "de" else (word.capitalize(),):
                for keyword in index.ask(form, language):
                    if language in own[keyword] and (keyword, form.casefold()) not in known:
                        known.add((keyword, form.casefold()))
                        yield f"{keyword}\t{form}\t{language}"


def main() -> None:
    """Print the table, with --errors every row that is judged wrongly, with --unjudged what to read next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--unjudged", action="store_true")
    options = parser.parse_args()
    rows = read_forms(options.data)
    index = KeywordIndex(row.keyword for row in rows)
    lines = list(report(rows, index))
    if options.data == DATA:
        lines += report_spellings(NAMES)
    if options.errors:
        lines += errors(rows, index)
    if options.unjudged:
        lines += unjudged(rows, index)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
