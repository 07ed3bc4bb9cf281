"""Files of labelled rows: what is read, and in which sentence what cannot be."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import __main__, rows, stories, summaries
from benchmarks.tests.data import run, write

GOOD = {"id": "1", "language": "de", "title": "Regen", "text": "", "published": 1767322380, "source": "a", "story": 1}
ARTICLE = {"id": "1", "language": "de", "title": "Regen", "text": "Es regnet.", "keywords": ["Regen"], "reference": "x"}
MOMENT = datetime(2026, 1, 2, 2, 53, tzinfo=UTC)


def without(row: dict[str, object], name: str) -> dict[str, object]:
    """Leave a field out."""
    return {key: value for key, value in row.items() if key != name}


@pytest.mark.parametrize(
    "published",
    [
        "2026-01-02T02:53:00+00:00",
        "2026-01-02T02:53:00Z",
        "2026-01-02 02:53",
        "2026-01-02T03:53:00+01:00",
        "Fri, 02 Jan 2026 03:53:00 +0100",
        "Fri, 02 Jan 2026 02:53:00 GMT",
        1767322380,
        1767322380.0,
        1767322380000,
        "1767322380",
        " 1767322380000 ",
    ],
)
def test_dates_are_read_however_they_are_written(tmp_path: Path, published: object) -> None:
    """ISO 8601, the way of mails and feeds, and seconds or milliseconds since 1970, also as text."""
    (row,) = stories.read(write(tmp_path / "rows.jsonl", GOOD | {"published": published}))

    assert row.published == MOMENT


def test_a_mark_of_byte_order_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    """Editors leave both; lines are counted as an editor counts them."""
    good = write(tmp_path / "good", GOOD).read_bytes()
    found = rows.read(write(tmp_path / "rows.jsonl", b"\xef\xbb\xbf" + good, b"", b"  ", good + b"\r"))

    assert [row.where.rpartition(" ")[2] for row in found] == ["1", "4"]


def test_who_names_no_language_gets_the_one_the_bot_would_guess(tmp_path: Path) -> None:
    """From title and text, none below 20 letters; a country behind a language says nothing."""
    long = without(GOOD, "language") | {"title": "Der Bundesrat beschliesst neue Regeln für die Ausfuhr von Waffen"}
    found = stories.read(
        write(tmp_path / "rows.jsonl", long, GOOD | {"language": None}, GOOD | {"language": "fr-CH", "text": None})
    )

    assert [row.language for row in found] == ["de", None, "fr"]


def test_half_a_pair_becomes_a_character_that_can_be_written(tmp_path: Path) -> None:
    """JSON can hold what UTF-8 cannot."""
    (row,) = stories.read(
        write(tmp_path / "rows.jsonl", b'{"title": "\\ud83d Regen", "published": 1767322380, "story": 1}')
    )

    assert row.title == "\ufffd Regen"


STORY_FAULTS = [
    ([b'{"id": "1", "title": '], "line 1: is not JSON: Expecting value in column 22"),
    ([GOOD, b"", b"[1, 2]"], "line 3: must be an object with fields, and is a list"),
    ([b"7"], "line 1: must be an object with fields, and is a number"),
    ([b"[" * 200_000], "line 1: is not JSON that can be read"),
    ([b"1" * 10_000], "line 1: is not JSON that can be read"),
    ([b'{"title": "M\xfcnchen"}'], "line 1: is not UTF-8"),
    ([without(GOOD, "published")], 'line 1: "published" is missing'),
    ([GOOD | {"published": None}], 'line 1: "published" is missing'),
    ([GOOD | {"published": "gestern"}], 'line 1: "published" is no date between 1970 and 2200: "gestern"'),
    ([GOOD | {"published": "0001-01-01"}], 'line 1: "published" is no date between 1970 and 2200: "0001-01-01"'),
    ([GOOD | {"published": float("nan")}], 'line 1: "published" is no date between 1970 and 2200: NaN'),
    ([GOOD | {"published": 10**400}], 'line 1: "published" is no date'),
    ([GOOD | {"published": True}], 'line 1: "published" is no date between 1970 and 2200: true'),
    ([GOOD | {"published": ["2026"]}], 'line 1: "published" is no date between 1970 and 2200: ["2026"]'),
    ([GOOD, without(GOOD, "story")], 'line 2: "story" is missing'),
    ([GOOD | {"story": None}], 'line 1: "story" is missing'),
    ([GOOD | {"story": [1]}], 'line 1: "story" must be a text, and is a list'),
    ([GOOD | {"title": 5}], 'line 1: "title" must be a text, and is a number'),
    ([GOOD | {"title": {}}], 'line 1: "title" must be a text, and is an object'),
    ([GOOD | {"language": False}], 'line 1: "language" must be a text, and is true or false'),
    ([], ": there is no row in it"),
    ([b"", b"  "], ": there is no row in it"),
]


@pytest.mark.parametrize(("lines", "said"), STORY_FAULTS, ids=[said for _, said in STORY_FAULTS])
def test_what_is_wrong_with_a_file_of_stories_is_one_sentence(
    tmp_path: Path,
    lines: list[object],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It names file, line and fault, and the exit code is that of a wrong option; no result is begun."""
    file, out = write(tmp_path / "rows.jsonl", *lines), tmp_path / "out.json"

    assert run(stories.main, monkeypatch, "--data", file, "--json", out) == 2
    told = capsys.readouterr().err
    assert told.startswith(str(file))
    assert said in told
    assert told.count("\n") == 1
    assert not out.exists()


SUMMARY_FAULTS = [
    ([], ": there is no row in it"),
    ([ARTICLE, b"{"], "line 2: is not JSON: "),
    ([ARTICLE | {"keywords": [None, 3]}], 'line 1: "keywords" must be a text or a list of texts, and holds null'),
    ([ARTICLE | {"keywords": ["a", 3]}], 'line 1: "keywords" must be a text or a list of texts, and holds a number'),
    ([ARTICLE | {"keywords": 3}], 'line 1: "keywords" must be a text or a list of texts, and is a number'),
    ([without(ARTICLE, "reference")], 'line 1: "reference" is missing'),
    ([ARTICLE | {"text": ["Es regnet."]}], 'line 1: "text" must be a text, and is a list'),
]


@pytest.mark.parametrize(("lines", "said"), SUMMARY_FAULTS, ids=[said for _, said in SUMMARY_FAULTS])
def test_what_is_wrong_with_a_file_of_summaries_is_one_sentence(
    tmp_path: Path,
    lines: list[object],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same for the other command."""
    file = write(tmp_path / "rows.jsonl", *lines)

    assert run(summaries.main, monkeypatch, "--data", file) == 2
    told = capsys.readouterr().err
    assert told.startswith(str(file))
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("part", [stories, summaries], ids=["stories", "summaries"])
def test_files_that_cannot_be_read_or_written_are_one_sentence(
    part: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is measured."""
    main = part.main  # type: ignore[attr-defined] # both have one
    file = write(tmp_path / "rows.jsonl", GOOD | ARTICLE)
    for options, said in {
        ("--data", tmp_path / "none"): f"{tmp_path}/none: cannot be read: No such file or directory\n",
        ("--data", tmp_path): f"{tmp_path}: cannot be read: Is a directory\n",
        ("--data", file, "--json", tmp_path): f"{tmp_path}: cannot be written: Is a directory\n",
        ("--data", file, "--json", file / "out"): f"{file}/out: cannot be written: {file} is a file\n",
    }.items():
        assert run(main, monkeypatch, *options) == 2
        assert capsys.readouterr().err == said


@pytest.mark.parametrize("part", [stories, summaries], ids=["stories", "summaries"])
def test_a_mistyped_option_is_refused_however_the_command_is_called(
    part: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a result would be that of something else than was asked."""
    name = part.__name__.rpartition(".")[2]
    for main in (part.main, lambda: __main__.main(sys.argv[1:])):
        monkeypatch.setattr(sys, "argv", ["benchmarks", *([] if main is part.main else [name]), "--dta=rows.jsonl"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert "unrecognized arguments: --dta=rows.jsonl" in capsys.readouterr().err


def test_a_keyword_may_stand_alone_and_text_and_keywords_may_be_missing(tmp_path: Path) -> None:
    """One keyword need not be a list; what a row does not have is empty."""
    bare = {"title": None, "text": None, "reference": "x"}
    found = summaries.read(write(tmp_path / "rows.jsonl", ARTICLE | {"keywords": "Kim Jong Un"}, bare))

    assert [[query.normal for query in row.queries] for row in found] == [["Kim Jong Un"], []]
    assert (found[1].title, found[1].text, found[1].language) == ("", "", None)


def test_the_folder_of_a_result_is_made(tmp_path: Path) -> None:
    """Nobody should wait for minutes to hear that there is none."""
    out = tmp_path / "new" / "folder" / "out.json"
    rows.prepare(out)
    rows.write(out, {"ours": 1})

    assert out.read_text("utf-8") == '{\n "ours": 1\n}\n'
