"""In which language a text is written, among those it may be in."""

from __future__ import annotations

from collections.abc import Iterable

MIN_LETTERS = 20
"""Shorter texts give chance results; whoever asks falls back to what the feed says."""


class Detector:
    """A language model restricted to the languages in use; loaded once, about a quarter of a second."""

    def __init__(self, languages: Iterable[str]) -> None:
        # Loaded here because it costs a start a quarter of a second, and a bot whose feeds tell their language no use.
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
        self._languages = frozenset(languages) & frozenset(self._identifier.nb_classes)
        if len(self._languages) > 1:
            self._identifier.set_languages(sorted(self._languages))

    def detect(self, text: str) -> str | None:
        """Return the language of a text, or None below 20 letters."""
        if not self._languages or sum(map(str.isalpha, text)) < MIN_LETTERS:
            return None
        if len(self._languages) == 1:
            return next(iter(self._languages))
        language, _ = self._identifier.classify(text)
        return str(language)
