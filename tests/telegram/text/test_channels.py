"""What the manager of a channel is told."""

from __future__ import annotations

import pytest

from bot.core.delivery.delivery import UnsentReason
from bot.i18n.catalog import Catalog
from bot.telegram.text import channels

CATALOG = Catalog.load()


@pytest.mark.parametrize("language", CATALOG.languages)
def test_each_reason_that_ends_posting_has_its_sentence(language: str) -> None:
    """Three that a manager can tell apart, and one for the return; the title is no markup."""
    translation = CATALOG.speak(language)
    reasons = (UnsentReason.NO_RIGHTS, UnsentReason.BLOCKED, UnsentReason.GONE)
    said = [channels.silenced("<Kanal>", reason, translation) for reason in reasons]
    said.append(channels.restored("<Kanal>", translation))
    assert len(set(said)) == len(said)
    assert channels.silenced("<Kanal>", UnsentReason.NOT_FOUND, translation) == said[2]
    assert all("<b>&lt;Kanal&gt;</b>" in sentence for sentence in said)
