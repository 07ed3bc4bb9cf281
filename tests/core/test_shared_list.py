"""What is shared of keywords, and how a link names it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import shared_list
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.shared_list import MOST_KEYWORDS, SharedKeyword, SharedListId
from tests.builders import make_subscription

ID = SharedListId("a-b_c" + "0" * 17)


def test_nothing_but_query_and_mode_is_shared() -> None:
    """Neither names that a reader gave, nor how alerts come."""
    subscription = make_subscription(normal="Kim -Fussball", mode=MatchMode.EXACT, title="Mein Kim", headline_only=True)

    assert shared_list.snapshot([subscription]) == (
        SharedKeyword(query=parser.parse("Kim -Fussball"), mode=MatchMode.EXACT),
    )


def test_a_list_has_room_for_fifty_keywords() -> None:
    """The first ones; what this version cannot read takes no place."""
    subscriptions = [make_subscription(normal=f"Wort{number}") for number in range(60)]

    keywords = shared_list.snapshot([make_subscription(normal="((("), *subscriptions])

    assert [keyword.query.normal for keyword in keywords] == [f"Wort{number}" for number in range(MOST_KEYWORDS)]


def test_a_link_names_the_list_it_was_made_for() -> None:
    """In what Telegram takes as the payload of a link: 64 characters of a few kinds."""
    payload = shared_list.write_payload(ID)

    assert payload == f"pack_{ID}"
    assert len(payload) <= 64
    assert shared_list.is_payload(payload)
    assert shared_list.read_payload(payload) == ID


@pytest.mark.parametrize(
    "payload",
    [
        "pack_",
        f"pack_{ID[:-1]}",
        f"pack_{ID}0",
        "pack_" + "a" * 5000,
        f"pack_{ID[:-1]}/",
        f"pack_ {ID}",
        f"pack_{ID}\n",
    ],
)
def test_a_damaged_payload_names_none(payload: str) -> None:
    """It is still known for what it was meant to be."""
    assert shared_list.is_payload(payload)
    assert shared_list.read_payload(payload) is None


@given(st.text())
def test_any_text_is_read_as_an_id_or_as_none(text: str) -> None:
    """What is read is what was written."""
    assert shared_list.read_id(text) in (text, None)
    assert shared_list.is_payload(text) or shared_list.read_payload(text) is None
