"""Buttons."""

from __future__ import annotations

import pytest

from bot.telegram import keyboards
from tests.telegram.conftest import Desk


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


@pytest.mark.parametrize(
    ("data", "style"),
    [
        (("forget",), "danger"),
        (("all", 7), "danger"),
        (("ban", 4711), "danger"),
        (("drop", "0,3"), "danger"),
        (("kw", 3, "k"), "danger"),
        (("menu", 5, "u"), "danger"),
        (("menu", 5, "u", 3), "danger"),
        (("set", "m", "forget"), "danger"),
        (("srcr", 3, "?"), "danger"),
        (("srcr", 3), "danger"),
        (("undo", 3), "success"),
        (("back", 5, 1), "success"),
        (("kwu", 3), "success"),
        (("srcs", "-", 3, 1), "success"),
        (("approve", 4711), "success"),
        (("offer", "a:b\nc"), "success"),
        (("srca",), "success"),
        (("no",), None),
        (("how", 3, "x"), None),
        (("kw", 3, "o"), None),
        (("menu", 5, "w", 3, "u"), None),
        (("srcs", 0, 3, 1), None),
        (("set", "m", "export"), None),
        (("allow", 1), None),
    ],
)
def test_what_a_button_does_decides_its_colour(data: tuple[object, ...], style: str | None) -> None:
    """Red destroys, green undoes, approves or makes; nothing else is coloured."""
    made = keyboards.button("x", *data)  # type: ignore[arg-type] # the first one is the verb
    assert made.style == style


async def test_every_coloured_kind_exists(desk: Desk) -> None:
    """A verb that no handler answers would colour nothing."""
    buttons = desk.application._receiver._queue._handler.router.buttons  # type: ignore[attr-defined] # the dispatcher
    kinds = [kind for kinds in keyboards.STYLES.values() for kind in kinds]
    assert {keyboards.unpack(kind)[0] for kind in kinds} <= buttons.keys()


def test_a_text_is_copied_by_a_button_as_long_as_it_fits() -> None:
    """Telegram takes 256 characters."""
    (copying,) = keyboards.copy("Kopieren", "x" * 256)
    assert copying.copy_text is not None
    assert copying.copy_text.text == "x" * 256
    assert keyboards.copy("Kopieren", "x" * 257) == keyboards.copy("Kopieren", "") == []
