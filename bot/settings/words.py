"""What the library finds wrong with a value, in the words of somebody who writes a configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = "must be a whole number"
_LIST = 'must be a list, like ["a", "b"] or [1, 2]'
_TABLE = "must be a table with keys of its own"
_WORDS = {
    "missing": "is missing",
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text in quotation marks",
    "path_type": "must be the name of a file, in quotation marks",
    "string_pattern_mismatch": 'must be a language code like "de"',
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
}
_BOUNDS = {
    "greater_than": ("gt", "must be more than {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be less than {}"),
    "less_than_equal": ("le", "must be at most {}"),
}


def explain(kind: str, message: str, context: Mapping[str, Any]) -> str:
    """Say what a value must be."""
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return words.format(_bound(context[name]))
    if kind == "literal_error":
        return f"must be {re.sub(chr(39), chr(34), str(context['expected']))}"
    message = message.removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _bound(value: object) -> str:
    seconds = re.search(r"seconds=(\d+)", str(value))  # the library gives a duration as the text of its making
    return f"{seconds[1]}s" if seconds else f"{value:g}"
