"""Buttons."""

from __future__ import annotations

import pytest

from bot.telegram import keyboards


def test_a_press_comes_back_as_verb_and_rest() -> None:
    """The rest may hold the separator."""
    data = keyboards.pack("add", "title:Nordkorea")
    assert keyboards.unpack(data) == ("add", "title:Nordkorea")
    assert keyboards.unpack("no") == ("no", "")


def test_sixty_four_bytes_are_the_limit() -> None:
    """Bytes, not letters."""
    assert keyboards.fits("add", "ä" * 30)
    assert not keyboards.fits("add", "ä" * 31)
    with pytest.raises(ValueError, match="too long"):
        keyboards.pack("add", "ä" * 31)


def test_a_button_can_be_taken_away() -> None:
    """A keyboard without buttons is none."""
    rows = [[keyboards.button("a", "undo", 1)], [keyboards.button("b" * 80, "undo", 2)]]
    both = keyboards.keyboard(rows)
    one = keyboards.without(both, "undo:1")
    assert one is not None
    assert [each.text for row in one.inline_keyboard for each in row] == ["b" * 47 + "…"]
    assert keyboards.without(one, "undo:2") is None
    assert keyboards.keyboard([[]]) is None
