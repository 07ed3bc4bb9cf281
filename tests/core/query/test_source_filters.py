"""Which sources a query admits."""

from __future__ import annotations

import pytest

from bot.core.errors import Refusal
from bot.core.query import parser
from bot.core.query.source_filters import admits, with_source, without_source

SRF, NZZ = ("SRF News", "www.srf.ch"), ("NZZ", "www.nzz.ch")


@pytest.mark.parametrize(
    ("query", "admitted"),
    [
        ("Kim", [SRF, NZZ]),
        ("Kim -source:srf", [NZZ]),
        ('Kim -source:"SRF News"', [NZZ]),
        ("Kim source:nzz", [NZZ]),
        ("(Kim source:nzz) OR (Putin source:srf)", [SRF, NZZ]),
        ("Kim -Fussball -lang:fr", [SRF, NZZ]),
    ],
)
def test_a_source_is_admitted_unless_the_query_rules_it_out(query: str, admitted: list[tuple[str, str]]) -> None:
    """By a part of its title or host."""
    assert [source for source in (SRF, NZZ) if admits(parser.parse(query), *source)] == admitted


@pytest.mark.parametrize("query", ["Kim", "Kim -Fussball", "Kim OR Putin", '"Kim Jong Un" title:Treffen'])
def test_a_source_is_excluded_and_admitted_again(query: str) -> None:
    """The query is the same then; whoever excludes twice changes nothing."""
    before = parser.parse(query)
    without = without_source(before, *SRF)

    assert not admits(without, *SRF)
    assert admits(without, *NZZ)
    assert without_source(without, *SRF) == without
    assert with_source(without, *SRF) == before


def test_a_source_without_a_title_is_excluded_by_its_host() -> None:
    """Quotation marks of a title cannot break the query."""
    assert without_source(parser.parse("Kim"), "", "srf.ch").normal == "Kim -source:srf.ch"
    assert without_source(parser.parse("Kim"), 'Das "neue" Blatt', "x.ch").normal == 'Kim -source:"Das neue Blatt"'


def test_a_query_has_room_for_a_number_of_sources() -> None:
    """Then it is refused like any other that is too long."""
    query = parser.parse("Kim" + "".join(f" -source:blatt{number}" for number in range(9)))
    assert without_source(query, "NZZ", "nzz.ch").normal.endswith("-source:NZZ")
    with pytest.raises(Refusal, match="too"):
        without_source(query, "x" * 150, "x.ch")
