"""What the tests of words share."""

from __future__ import annotations

import pytest

from bot.language.analyser import Analyser
from bot.language.lexicon import Lexicon
from bot.language.places import Places


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    """Build the word data once."""
    return Analyser()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """Read the noun list once."""
    return Lexicon()


@pytest.fixture(scope="session")
def places() -> Places:
    """Read the table of places once."""
    return Places()
