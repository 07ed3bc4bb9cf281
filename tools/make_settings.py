"""
Make docs/settings.md from config.example.toml and the settings in the code.

    python -m tools.make_settings
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.cli.init import read_example
from bot.settings.model import PREFIX, Settings

TARGET = Path(__file__).parents[1] / "docs" / "settings.md"
_HEAD = """\
# Settings

Made by `python -m tools.make_settings` from [config.example.toml](../config.example.toml) and the code; a test demands
that it is up to date. `stichwort init` writes a `config.toml` in which all of them stand with their explanations.

Every key has a default but the token. A variable of the environment wins over the file; its name is the prefix
`STICHWORT_`, the table, two underscores and the key, such as `STICHWORT_POLLING__INTERVAL`. Lists in a variable are
JSON. Durations are written "90s", "10m", "2h" or "7d", sizes "10MB". `--config FILE` or `STICHWORT_CONFIG` names
another file.

An unknown key, a bad value or a missing token ends the start with exit code 2 and one line that names the key and the
nearest known one. Secrets (`token`, `webhook_secret`, `api_key`, passwords in addresses) never reach a log; a file with
secrets that others can read is warned about.
"""
_ENTRY = re.compile(r"^# (\w+) = (.+)\n((?:#   .+\n)*)", re.MULTILINE)


def write() -> str:
    """Write the page."""
    return _HEAD + "".join(_list_sections())


def list_keys() -> tuple[str, ...]:
    """List all keys of the page, each behind its table."""
    return tuple(f"{table}.{key}" for table, entries in _read_tables() for key, _, _ in entries)


def _list_sections() -> Iterator[str]:
    for table, entries in _read_tables():
        title = "[[feeds]]" if table == "feeds" else f"[{table}]"
        about = (getattr(Settings(), table).__doc__ or "") if table != "feeds" else "One table for each feed."
        yield f"\n## {title}\n\n{about}\n\n| key | default | explanation |\n|---|---|---|\n"
        for key, value, words in entries:
            default = "" if table == "feeds" or key.endswith("_file") else f"`{value}`"
            yield f"| `{key}` | {default} | {words.replace('|', chr(92) + '|')} |\n"
        if table != "feeds":
            yield f"\nIn the environment: `{PREFIX}{table.upper()}__{entries[0][0].upper()}` and so on.\n"


def _read_tables() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Read tables with their keys, values and explanations; those without one share the next."""
    for found in re.finditer(r"^(?:# )?\[\[?(\w+)\]\]?\n((?:#.*\n)*)", read_example(), re.MULTILINE):
        entries: list[tuple[str, str, str]] = []
        for entry in _ENTRY.finditer(found[2]):
            words = " ".join(line.removeprefix("#   ") for line in entry[3].splitlines())
            entries.append((entry[1], entry[2], words))
        yield found[1], entries


if __name__ == "__main__":
    TARGET.write_text(write(), "utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(list_keys())} settings\n")
