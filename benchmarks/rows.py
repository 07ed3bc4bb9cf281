"""
Files of labelled rows, one JSON object a line: read with care, and what is wrong with one is said in a sentence.

These files come from elsewhere. Dates are read as the bot reads those of feeds, and who names no language gets the one
the bot would guess.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from bot.app.feed_wiring import detect_lazily
from bot.feeds import dates, entries
from bot.language import languages

_EPOCH = re.compile(r"\d{9,16}(?:\.\d{1,9})?")
_MILLISECONDS, _MICROSECONDS = 10**11, 10**14
"""From here on a number cannot be seconds, or milliseconds: that would be the year 5138."""
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_GUESSED = 5_000
"""Characters a language is guessed from."""
_SHOWN = 60


class BadFileError(Exception):
    """A file cannot be used; says which, in which line, and why."""


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """Say what is wrong with a file instead of where the program noticed it; ends with 2, as for a wrong option."""
    try:
        yield
    except BadFileError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


@dataclass(frozen=True, slots=True)
class Fields:
    """One row; every method names the field it cannot use."""

    where: str
    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """Give a text; one that is missing or null is empty."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(f'"{name}" must be a text, and is {_kind(value)}')
        return _whole(value)

    def label(self, name: str) -> str:
        """Give a name or number as text; one that is missing or null is empty."""
        value = self.values.get(name)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(name)

    def required(self, name: str, value: str) -> str:
        """Give a value back unless its field is missing or null."""
        if self.values.get(name) is None:
            self.refuse(f'"{name}" is missing')
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts; a single text is a list of one."""
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return (self.text(name),) if value else ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            wrong = next((each for each in value if not isinstance(each, str)), None) if isinstance(value, list) else 0
            within = f"holds {_kind(wrong)}" if isinstance(value, list) else f"is {_kind(value)}"
            self.refuse(f'"{name}" must be a text or a list of texts, and {within}')
        return tuple(map(_whole, value))

    def moment(self, name: str) -> datetime:
        """Give a date: ISO 8601, the way of mails and feeds, or seconds or milliseconds since 1970."""
        value = self.values.get(name)
        if value is None:
            self.refuse(f'"{name}" is missing')
        found = _moment(value)
        if found is None or not _FIRST <= found < _LAST:
            self.refuse(f'"{name}" is no date between 1970 and 2200: {_quote(value)}')
        return found

    def language(self, guess: Callable[[str], str | None]) -> str | None:
        """Give the language as the bot would: what is named, else what title and text look like."""
        named = entries.language(self.text("language"))
        return named or guess(f"{self.text('title')}. {self.text('text')}"[:_GUESSED])

    def refuse(self, why: str) -> NoReturn:
        """Say that this row cannot be used."""
        raise BadFileError(f"{self.where}: {why}")


def read(path: Path) -> tuple[Fields, ...]:
    """Read all rows of a file; there must be one at least."""
    try:
        with path.open("rb") as lines:
            found = tuple(
                _fields(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if _says(line)
            )
    except OSError as error:
        raise BadFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not found:
        raise BadFileError(f"{path}: there is no row in it")
    return found


def guesser() -> Callable[[str], str | None]:
    """Make what guesses languages; it is loaded when the first row names none."""
    return detect_lazily(languages.OWN)


def prepare(out: Path | None) -> None:
    """Make the folder of a file that is written at the end, and see now whether it can be."""
    if out is None:
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.open("a", encoding="utf-8").close()
    except FileExistsError as error:
        raise BadFileError(f"{out}: cannot be written: {out.parent} is a file") from error
    except OSError as error:
        raise BadFileError(f"{out}: cannot be written: {error.strerror or error}") from error


def write(out: Path | None, shape: object) -> None:
    """Write a result as JSON, where one is wanted."""
    if out is not None:
        out.write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")


def _says(line: bytes) -> bool:
    return bool(line.removeprefix(b"\xef\xbb\xbf").strip())


def _fields(line: bytes, where: str) -> Fields:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadFileError(f"{where}: is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadFileError(f"{where}: is not JSON: {error.msg} in column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"{where}: is not JSON that can be read") from error
    if not isinstance(value, dict):
        raise BadFileError(f"{where}: must be an object with fields, and is {_kind(value)}")
    return Fields(where, value)


def _moment(value: object) -> datetime | None:
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = float(value)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            scale = 1e6 if value >= _MICROSECONDS else 1e3 if value >= _MILLISECONDS else 1
            return datetime.fromtimestamp(value / scale, UTC)
        found = dates.parse(value) if isinstance(value, str) else None
        return found.at if found else None
    except (ValueError, OverflowError, OSError):
        return None


def _whole(text: str) -> str:
    """Put what JSON can hold and UTF-8 cannot (half of a pair) into a form that can be printed and hashed."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    for kind, name in ((bool, "true or false"), (str, "a text"), (list, "a list"), (dict, "an object")):
        if isinstance(value, kind):
            return name
    return "a number"


def _quote(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
