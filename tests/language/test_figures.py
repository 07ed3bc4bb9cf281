"""The figures of headlines."""

from __future__ import annotations

import pytest

from bot.demo.clock import HANG_SECONDS
from bot.language.figures import figures


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Zahl der Toten steigt auf 48", {"48"}),
        ("1,5 Millionen Franken für die Bahn", {"1500000"}),
        ("1'500'000 Franken für die Bahn", {"1500000"}),
        ("1.5 Mio. Franken für die Bahn", {"1500000"}),
        ("1 500 000 francs pour le train", {"1500000"}),
        ("12.500 Stellen fallen weg", {"12500"}),
        ("Zwei Tote, drei Verletzte", {"2", "3"}),
        ("Elf Freunde, ein Ziel", set()),
        ("Zahl der Toten steigt auf fünfzehn", {"15"}),
        ("Littler siegt 6:3", {"6", "3"}),
        ("A380 und G7-Gipfel", {"a380", "g7"}),
        ("27-Jähriger und 2,5-fach", {"27", "2.5"}),
        ("Nichts davon", set()),
    ],
)
def test_a_figure_is_one_in_every_spelling(headline: str, expected: set[str]) -> None:
    """Separators and words for millions make no other figure; names with digits stay names."""
    assert figures(headline) == expected


@pytest.mark.timeout(HANG_SECONDS)
def test_hostile_headlines_come_to_an_end() -> None:
    """However the digits stand, the pattern looks at each only a few times."""
    for text in ("1" * 100_000, "1.1" * 50_000, "1'111" * 30_000, "1 " * 80_000):
        assert figures(text)
