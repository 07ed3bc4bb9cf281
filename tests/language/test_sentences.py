"""Sentences are told apart where they end."""

from __future__ import annotations

import pytest

from bot.language.sentences import split


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("Er kam. Sie ging.", "de", ("Er kam.", "Sie ging.")),
        ("Am 25. April kam er. Dann ging er.", "de", ("Am 25. April kam er.", "Dann ging er.")),
        ("Am 3. Mai feiert man.", "de", ("Am 3. Mai feiert man.",)),
        ("J. R. Müller kam. Er ging.", "de", ("J. R. Müller kam.", "Er ging.")),
        ("Dr. Meier half z.B. in Bern. Gut.", "de", ("Dr. Meier half z.B. in Bern.", "Gut.")),
        ("Das war 2024. Danach nichts.", "de", ("Das war 2024.", "Danach nichts.")),
        ("Mr. Smith met George W. Bush. They ate.", "en", ("Mr. Smith met George W. Bush.", "They ate.")),
        ("M. Macron parle. Il part.", "fr", ("M. Macron parle.", "Il part.")),
        ("Titel ohne Punkt\nErster Satz.", "de", ("Titel ohne Punkt", "Erster Satz.")),
        ("Rund 1,5 Mio. Franken fehlen. Schade.", "de", ("Rund 1,5 Mio. Franken fehlen.", "Schade.")),
        ("", "de", ()),
        ("One. Two.", None, ("One.", "Two.")),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, language: str | None, sentences: tuple[str, ...]) -> None:
    """Dates, initials and abbreviations end no sentence; lines do."""
    assert split(text, language) == sentences
