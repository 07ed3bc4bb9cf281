"""The languages queries may name, those with rules of inflection, and detection of the language of a text."""

from __future__ import annotations

from collections.abc import Iterable

OWN = ("de", "en", "fr", "it")
"""Languages with rules and word data of their own; the others get their stems only."""

LANGUAGES = frozenset(
    """
    af am an ar as az be bg bn br bs ca cs cy da de dz el en eo es et eu fa fi fo fr ga gl gu he hi hr ht hu hy id is
    it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mk ml mn mr ms mt nb ne nl nn no oc or pa pl ps pt qu ro ru rw se
    si sk sl sq sr sv sw ta te th tl tr ug uk ur vi vo wa xh zh zu rm yi
    """.split()
)
"""ISO 639-1 codes that language detection or a feed may give."""

SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Snowball's name for a language."""


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
