"""The sentences about what was not sent."""

from __future__ import annotations

import pytest

from bot.core.delivery.delivery import UnsentReason
from bot.i18n.catalog import Catalog
from bot.telegram.text.explanation import reason_words

CATALOG = Catalog.load()


@pytest.mark.parametrize("reason", UnsentReason)
def test_every_reason_has_its_sentence_in_every_language(reason: UnsentReason) -> None:
    """One sentence each, translated."""
    said = {language: reason_words(reason, CATALOG.speak(language)) for language in CATALOG.languages}

    assert sorted(said) == ["de", "en", "fr", "it"]
    assert len(set(said.values())) == len(said)
    for sentence in said.values():
        assert sentence.endswith(".")
