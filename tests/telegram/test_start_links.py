"""Parameters of links that start the bot."""

from __future__ import annotations

import pytest

from bot.telegram import start_links


@pytest.mark.parametrize("query", ["Nordkorea", '"Kim Jong Un"', "Zürich OR Genève", "Öl -Heizöl", "日本"])
def test_a_query_comes_back_from_its_parameter(query: str) -> None:
    """Whatever its letters, without signs that Telegram refuses."""
    parameter = start_links.subscribe_parameter(query)
    assert parameter is not None
    assert set(parameter) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert start_links.read_query(parameter) == query


def test_sixty_four_signs_are_the_limit() -> None:
    """45 bytes of a query; a longer one, or none, has no parameter."""
    assert start_links.subscribe_parameter("x" * 45) is not None
    assert len(start_links.subscribe_parameter("x" * 45) or "") == 64
    assert start_links.subscribe_parameter("x" * 46) is None
    assert start_links.subscribe_parameter("") is None


@pytest.mark.parametrize("parameter", ["", "start", "sub_", "sub_!!!", "sub_/w==", "sub__w", "pack_1"])
def test_what_holds_no_query_is_read_as_none(parameter: str) -> None:
    """Damaged, of another kind, or not UTF-8."""
    assert start_links.read_query(parameter) == ""


def test_a_link_opens_the_private_chat() -> None:
    """With the parameter behind /start."""
    assert start_links.address("stichwort_bot", "sub_eA") == "https://t.me/stichwort_bot?start=sub_eA"
