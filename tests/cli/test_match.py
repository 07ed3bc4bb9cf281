"""`stichwort match`: exit codes, explanations, rows of questions, and texts that cannot be had."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from bot.cli import main, match
from bot.feeds import pages

Output = pytest.CaptureFixture[str]

ARTICLE = "Das Atomwaffenprogramm wächst\nDie Führung Nordkoreas lädt zu einem Treffen ein."


@pytest.fixture
def article(tmp_path: Path) -> str:
    """A text in a file, its headline first."""
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf-8")
    return str(path)


def test_a_match_is_explained(article: str, capsys: Output) -> None:
    """Which form, by which rule, and where."""
    assert main.main(["match", "Atomwaffen Nordkorea", article]) == 0
    assert capsys.readouterr().out.split("\n") == [
        "Atomwaffen Nordkorea: match",
        "  Atomwaffenprogramm: begins with Atomwaffen (in the headline)",
        "  Nordkoreas: a form of Nordkorea (in the text)",
        "",
    ]


def test_no_match_is_an_exit_code(article: str, capsys: Output) -> None:
    """And one line."""
    assert main.main(["match", "Zweig", article, "--language", "de"]) == 1
    assert capsys.readouterr().out == "Zweig: no match\n"


def test_a_stricter_mode_finds_less(article: str) -> None:
    """Compounds are not forms."""
    assert main.main(["match", "Atomwaffen", article, "--mode", "forms"]) == 1


def test_json_tells_the_same(article: str, capsys: Output) -> None:
    """As one object, with the language that was guessed."""
    assert main.main(["match", "Nordkorea", article, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "query": "Nordkorea",
        "match": True,
        "mode": "compounds",
        "language": "de",
        "evidence": [{"term": "Nordkorea", "form": "Nordkoreas", "place": "body", "rule": "inflection"}],
    }


def test_a_dash_is_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it ends a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
    assert main.main(["match", "Atomwaffen", "-"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (['Kim "Jong'], "A quotation mark is opened here"),
        (["Kim", "/no/such/file"], "/no/such/file: No such file"),
        (["Kim", "http://127.0.0.1:9/page"], "feeds may not be on"),
        (["Kim", "http://[::1]/page"], "feeds may not be on"),
        (["Kim", "--language", "xx"], "there is no language xx"),
        ([], "give a query"),
        (["Kim", "--rows", "x.tsv"], "give a query"),
        (["--rows", "/no/such/file"], "No such file"),
        (["-Bahn"], "This only excludes"),
        (["-Bahn", "/no/such/file", "--json"], "This only excludes"),
    ],
)
def test_what_cannot_be_answered_is_said(arguments: list[str], said: str, capsys: Output) -> None:
    """One sentence on standard error, exit code 2, never a traceback."""
    assert main.main(["match", *arguments]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert said in streams.err
    assert streams.err.count("\n") == 1


def test_without_a_text_the_query_is_explained(capsys: Output) -> None:
    """Its normal form and what each term will be found as."""
    assert main.main(["match", "Ukraine  -=Bahn | Atom* US"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Ukraine -=Bahn OR Atom* US\n")
    assert "ukrainische" in told
    assert "not Bahn: exactly so" in told
    assert "Atom: words that begin so" in told
    assert "US: in all its forms\n" in told
    assert main.main(["match", "Kampf um die Ukraine", "--json"]) == 0
    kinds = [(each["term"], each["kind"]) for each in json.loads(capsys.readouterr().out)["terms"]]
    assert kinds == [("Kampf", "compounds"), ("um", "ignored"), ("die", "ignored"), ("Ukraine", "compounds")]


def test_rows_are_answered_one_by_one(tmp_path: Path, capsys: Output) -> None:
    """Columns go by their names; escapes in the text are decoded, once and from left to right."""
    path = tmp_path / "rows.tsv"
    path.write_text(
        "term\ttext\tkind\tlanguage\n"
        "Bahn\tU-Bahn\\nlinie\tx\tde\n"
        "Bahn\tKegel\\\\nbahn\tx\tde\n"
        '"Kim Jong Un"\tKim Jong Uns Rede\tx\tde\n'
        "und\tund\tx\tde\n",
        "utf-8",
    )
    assert main.main(["match", "--rows", str(path)]) == 0
    first, second, third, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "term": "Bahn",
        "text": "U-Bahn\nlinie",
        "match": True,
        "mode": "compounds",
        "form": "Bahn",
        "place": "body",
        "rule": "exact",
    }
    assert second["text"] == "Kegel\\nbahn"
    assert (third["form"], third["rule"]) == ("Kim Jong Uns", "phrase")
    assert (last["match"], last["form"], last["error"]) == (False, None, "query.only_stop_words")


def test_a_query_may_begin_with_an_exclusion(article: str, capsys: Output) -> None:
    """It is no option of the command line."""
    assert main.main(["match", "-Fussball Nordkorea", article]) == 0
    assert capsys.readouterr().out.startswith("-Fussball Nordkorea: match")


def test_a_row_may_be_as_long_as_an_article(tmp_path: Path, capsys: Output) -> None:
    """No reader of tables has a word in it."""
    path = tmp_path / "rows.tsv"
    path.write_text("Bahn\t" + "viel Text " * 15_000 + "Bahn\tde\n", "utf-8")
    assert main.main(["match", "--rows", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["match"] is True


def test_rows_without_a_first_line_of_names(tmp_path: Path, capsys: Output) -> None:
    """Then the columns stand in their order; a missing language is guessed."""
    path = tmp_path / "rows.tsv"
    path.write_text("city\tcities of the world and their people\ten\nAtomwaffen\tAtomwaffenprogramm\n", "utf-8")
    assert main.main(["match", "--rows", str(path)]) == 0
    assert [json.loads(line)["match"] for line in capsys.readouterr().out.splitlines()] == [True, True]
    path.write_text("nur ein Wort\n", "utf-8")
    assert main.main(["match", "--rows", str(path)]) == 2


def test_html_gives_headline_and_text() -> None:
    """The title of the page, and what is no script."""
    page = "<!DOCTYPE html><html><head><title>Kim &amp; Putin</title></head><body><script>x</script><p>Ein Treffen.</p>"
    found = match.document(page)
    assert (found.title, found.body) == ("Kim & Putin", "Ein Treffen.")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Zürich".encode(), ""),
        ("Zürich".encode(), "text/html; charset=nonsense"),
        ("Zürich".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
        ('<meta charset="latin-1">Zürich'.encode("latin-1"), ""),
        ("Zürich".encode("cp1252"), ""),
    ],
)
def test_bytes_are_read_whatever_their_encoding(body: bytes, content_type: str) -> None:
    """As the header says, or the page, else UTF-8, else Western European."""
    assert pages.decode(body, content_type).endswith("Zürich")
