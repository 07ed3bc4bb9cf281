"""The words of each language come from files, and a mistake in one is named."""

from __future__ import annotations

from typing import Any

import pytest

from bot.language import language_data
from bot.language.language_data import LanguageDataError
from bot.language.languages import OWN
from bot.language.word_tables import NumberWords

GOOD: dict[str, Any] = {
    "decimal_mark": ",",
    "articles": "ein eine",
    "joints": ["und", "plus minus"],
    "values": {"2": "zwei zwo"},
    "powers": {},
    "plural_powers": {},
    "ordinals": {},
    "stems": {},
    "endings": "te",
    "digit_endings": "",
    "vague": "",
    "not_in_headlines": "",
    "respelled": {"a b": "c"},
    "long_tens": [60],
    "article_ends": False,
    "is_compound": True,
    "units_first": True,
}


def test_lists_are_words_of_one_string_or_strings_of_a_list() -> None:
    """So that a long list of words can be read, and an entry can have spaces."""
    words = language_data.parse(NumberWords, GOOD, "here")
    assert words.articles == ("ein", "eine")
    assert words.joints == ("und", "plus minus")
    assert words.values == {2: ("zwei", "zwo")}
    assert words.long_tens == (60,)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"articles": None}, "de/numbers.toml: key 'articles' is missing"),
        ({"artikel": "ein"}, "de/numbers.toml: unknown key 'artikel'"),
        ({"articles": 5}, "de/numbers.toml: articles"),
        ({"values": {"two": "zwei"}}, "de/numbers.toml: values"),
        ({"values": {"2": 2}}, "de/numbers.toml: values"),
        ({"is_compound": "yes"}, "de/numbers.toml: is_compound"),
        ({"long_tens": "60"}, "de/numbers.toml: long_tens"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(change: dict[str, Any], named: str) -> None:
    """Missing, unknown, or of another kind."""
    content = {key: value for key, value in (GOOD | change).items() if value is not None}
    with pytest.raises(LanguageDataError, match=named.replace("(", "\\(")):
        language_data.parse(NumberWords, content, "de/numbers.toml")


def test_a_language_is_found_by_its_folder() -> None:
    """Others have no words of their own."""
    assert set(OWN) <= set(language_data.languages())
    assert language_data.find(NumberWords, "xx") is None
    assert language_data.find(NumberWords, None) is None
    assert set(language_data.find_all(NumberWords)) >= set(OWN)
