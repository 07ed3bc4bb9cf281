"""Brings `locales/*.po` up to date with the code: `tools/texts`, or `tools/texts fr` to begin a new language."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog as Messages
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from bot.i18n import catalog

ROOT = Path(__file__).parents[1]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"t": None, "label": None, "mark": None, "n": (1, 2)}


def collect(root: Path = ROOT) -> Messages:
    """Collect what is said anywhere in the code, without saying where."""
    found = Messages(charset="utf-8", fuzzy=False)
    for _, _, message, comments, _ in extract_from_dir(
        root, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("NOTE:",)
    ):
        found.add(message, auto_comments=comments)
    return found


def updated(language: str, said: Messages, folder: Path = catalog.LOCALES) -> str:
    """Give a translation file as it should be: what is said now, sorted, translated as far as it was."""
    path = folder / f"{language}.po"
    old = catalog.read(path) if path.exists() else Messages(locale=language)
    new = Messages(locale=language, charset="utf-8", fuzzy=False)
    for message in said:
        if message.id:
            known = old.get(message.id)
            new.add(message.id, known.string if known else None, auto_comments=message.auto_comments)
    text = io.BytesIO()
    write_po(text, new, width=118, no_location=True, omit_header=True, sort_output=True)
    plural = f"nplurals={new.num_plurals}; plural={new.plural_expr};"
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    header += f'"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
    return header + text.getvalue().decode()


def main(languages: list[str]) -> int:
    """Rewrite the translation files and say what is missing in them."""
    said = collect()
    known = [path.stem for path in sorted(catalog.LOCALES.glob("*.po"))]
    for language in sorted({*known, *languages}):
        path = catalog.LOCALES / f"{language}.po"
        path.write_text(updated(language, said), "utf-8")
        missing = [message.id for message in catalog.read(path) if message.id and not all_strings(message.string)]
        sys.stdout.write(f"{language}: {len(said)} sentences, {len(missing)} not translated\n")
        sys.stdout.writelines(f"  {each}\n" for each in missing)
    return 0


def all_strings(translation: object) -> bool:
    """Say whether every form of a translation is there."""
    return all(translation) if isinstance(translation, tuple | list) else bool(translation)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
