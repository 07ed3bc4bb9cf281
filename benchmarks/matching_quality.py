"""How well matching judges single words and phrases, by kind and language, beside a substring and a plain stemmer."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import Refusal
from bot.core.query.matcher import explain
from bot.core.query.parser import MatchMode, parse
from bot.core.query.patterns import Document
from bot.language import tokens
from bot.language.analyser import Analyser
from bot.language.inflection import Stems

DATA = Path(__file__).parents[2] / "shared" / "matching" / "dev.tsv"
NEEDS_COMPOUNDS = frozenset({"compound_modifier", "compound_head", "compound_inflected", "realtext_compound"})
SHORT = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One question: does this term match this text?"""

    term: str
    text: str
    expected: bool
    language: str
    kind: str

    @property
    def is_phrase(self) -> bool:
        """Phrases are asked in quotes."""
        return self.kind.startswith("phrase") or self.kind == "negative_phrase"


Judge = Callable[[Row], bool]


def read_rows(path: Path) -> Iterator[Row]:
    """Read the rows that have an answer; contested ones are not counted."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["should_match"] != "?":
                text = row["text"].replace("\\n", "\n").replace("\\\\", "\\")
                yield Row(row["term"], text, row["should_match"] == "1", row["language"], row["kind"])


def ours(analyser: Analyser, mode: MatchMode) -> Judge:
    """Ask the real matcher."""

    def judge(row: Row) -> bool:
        document = Document(title="", lead="", body=row.text, language=row.language, source_title="", source_host="")
        try:
            query = parse(f'"{row.term}"' if row.is_phrase else row.term)
        except Refusal:
            return False
        return explain(analyser, query, mode, document) is not None

    return judge


def substring(row: Row) -> bool:
    """Ask whether the letters occur."""
    return row.term.casefold() in row.text.casefold()


def snowball() -> Judge:
    """Ask whether all stems occur, in order for phrases."""
    stems = Stems()

    def stemmed(text: str, language: str) -> list[str]:
        return [stems.stem(word.casefold(), language) for word in tokens.words(text)]

    def judge(row: Row) -> bool:
        wanted, found = stemmed(row.term, row.language), stemmed(row.text, row.language)
        if not row.is_phrase:
            return set(wanted) <= set(found)
        return any(found[at : at + len(wanted)] == wanted for at in range(len(found)))

    return judge


def rates(rows: list[Row], judge: Judge) -> dict[tuple[str, str], tuple[int, int]]:
    """Count by language and kind how many rows were said to match."""
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        kind = f"{row.kind} <6" if row.kind == "compound_head" and len(row.term) < SHORT else row.kind
        entry = counted[row.language, kind]
        entry[0] += judge(row)
        entry[1] += 1
    return {key: (hits, total) for key, (hits, total) in counted.items()}


def main() -> None:
    """Print the table, and with --errors every row that compounds mode gets wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--errors", help="list the wrong rows of this kind (or 'all')")
    options = parser.parse_args()
    rows = list(read_rows(options.data))
    analyser = Analyser()
    judges: dict[str, Judge] = {
        "compounds": ours(analyser, MatchMode.COMPOUNDS),
        "forms": ours(analyser, MatchMode.FORMS),
        "substring": substring,
        "snowball": snowball(),
    }
    if options.errors:
        for row in rows:
            if options.errors in (row.kind, "all") and judges["compounds"](row) != row.expected:
                sys.stdout.write(f"{row.language} {row.kind}: {row.term} | {row.text} | should {row.expected}\n")
        return
    tables = {name: rates(rows, judge) for name, judge in judges.items()}
    sys.stdout.write(f"{'':34}{'rows':>6}" + "".join(f"{name:>11}" for name in tables) + "\n")
    for key in sorted(tables["compounds"]):
        values = "".join(f"{tables[name][key][0] / tables[name][key][1]:>11.3f}" for name in tables)
        sys.stdout.write(f"{key[0]} {key[1]:<31}{tables['compounds'][key][1]:>6}{values}\n")
    for name, judge in (("compounds", judges["compounds"]), ("forms", judges["forms"])):
        german = [row for row in rows if row.language == "de" and not _is_short_head(row)]
        if name == "forms":
            german = [row for row in german if row.kind not in NEEDS_COMPOUNDS]
        sys.stdout.write(f"German, all rows, {name}: {_summary(german, judge)}\n")


def _is_short_head(row: Row) -> bool:
    return row.kind == "compound_head" and len(row.term) < SHORT


def _summary(rows: list[Row], judge: Judge) -> str:
    right = [judge(row) for row in rows if row.expected]
    wrong = [judge(row) for row in rows if not row.expected]
    return f"recall {sum(right) / len(right):.3f}, false matches {sum(wrong) / len(wrong):.3f}"


if __name__ == "__main__":
    main()
