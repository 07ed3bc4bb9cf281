"""
Make bot/language/data/commons.txt: short common words of four languages, for telling WHO from who.

Words that are frequent by wordfreq (CC BY-SA 4.0) and that simplemma (MIT) knows as words, two to five letters long.
Neither is among the project's libraries; run it in an environment of its own:
    pip install simplemma wordfreq && python -m tools.make_commons
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "bot" / "language" / "data" / "commons.txt"
LANGUAGES = ("de", "en", "fr", "it")
RANKS = 12_000
SHORTEST, LONGEST = 2, 5


def main() -> None:
    """Write one line per language and say how many words there are."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
    from wordfreq import top_n_list

    lines = []
    for language in LANGUAGES:
        known = DefaultDictionaryFactory().get_dictionary(language)
        words = [
            word
            for word in top_n_list(language, RANKS)
            if SHORTEST <= len(word) <= LONGEST and word.isalpha() and word in known
        ]
        lines.append(f"{language} {' '.join(sorted(words))}")
        sys.stdout.write(f"{language}: {len(words)}\n")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
