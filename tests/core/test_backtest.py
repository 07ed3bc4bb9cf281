"""Sets of articles, some known for certain and some only possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import backtest
from bot.core.backtest import EVERYBODY, NOBODY, ArticleSet, BacktestAnswer, Leaf
from bot.core.ids import ArticleId
from bot.core.query import parser
from bot.core.query.parser import Term, render

ALL = frozenset(map(ArticleId, range(5)))
groups = st.builds(ArticleSet, st.frozensets(st.sampled_from(sorted(ALL))), st.booleans())


def listed(group: ArticleSet) -> frozenset[ArticleId]:
    """Give a group as a plain set."""
    return ALL - group.ids if group.others else group.ids


@given(groups, groups)
def test_groups_are_sets(one: ArticleSet, other: ArticleSet) -> None:
    """Also when one is given by those not in it."""
    assert listed(one & other) == listed(one) & listed(other)
    assert listed(one | other) == listed(one) | listed(other)
    assert listed(~one) == ALL - listed(one)


@pytest.mark.parametrize(
    ("asked", "sure", "possible"),
    [
        ("a1 b1", {2}, {2}),
        ("a1 OR b1", {1, 2, 3}, {1, 2, 3}),
        ("a1 -b1", {1}, {1}),
        ('a1 "x x"', set(), {1, 2}),
        ('a1 -"x x"', set(), {1, 2}),
        ('b1 OR "x x"', {2, 3}, {0, 1, 2, 3, 4}),
        ("a1 und b1", {2}, {2}),
        ("a1 -(b1 | d1)", {1}, {1}),
    ],
)
def test_what_is_uncertain_stays_so(asked: str, sure: set[int], possible: set[int]) -> None:
    """Whatever is joined with it; a stop word beside others counts for nothing."""
    known = {"a1": {1, 2}, "b1": {2, 3}, "d1": {4}}

    def look(leaf: Leaf) -> BacktestAnswer:
        assert isinstance(leaf, Term)
        if leaf.quoted:
            return BacktestAnswer(NOBODY, EVERYBODY)
        group = ArticleSet(frozenset(map(ArticleId, known[leaf.text])))
        return BacktestAnswer(group, group)

    found = backtest.evaluate(parser.parse(asked).root, look)

    assert (listed(found.sure), listed(found.possible)) == (sure, possible)


def test_the_parts_of_a_query() -> None:
    """What must be looked up, what is hoped for, and a term put in the place of another."""
    root = parser.parse('Kim und (Putin OR lang:de) -"Nordkorea" source:srf').root
    assert [getattr(leaf, "text", "lang") for leaf in backtest.leaves(root)] == [
        "Kim",
        "Putin",
        "lang",
        "Nordkorea",
        "srf",
    ]
    assert [term.text for term in backtest.wanted(root)] == ["Kim", "Putin"]
    swapped = backtest.swapped(root, Term("Putin"), Term("Xi"))
    assert render(swapped) == 'Kim und (Xi OR lang:de) -"Nordkorea" source:srf'
    assert backtest.plain(Term("Kim"))
    assert not backtest.plain(Term("Kim", title=True))
