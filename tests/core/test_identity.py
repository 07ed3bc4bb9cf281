"""What tells the entries of a feed apart, chosen from what it lists side by side."""

from __future__ import annotations

import pytest

from bot.core import identity
from bot.core.identity import IdentityRule, Trait, Traits


def entry(name: str, *, link: str = "", fragment: str = "", guid: str = "", date: int = 0) -> Traits:
    return Traits(link=link, fragment=fragment, guid=guid, title=name, lead=name, date=date)


def own(*names: str) -> list[Traits]:
    return [entry(name, link=f"l{name}", guid=f"g{name}") for name in names]


def same(*names: str) -> list[Traits]:
    return [entry(name, link="l", guid="g") for name in names]


@pytest.mark.parametrize("rule", [None, "", "link", "fragment guid", "link guid"])
def test_a_rule_is_read_as_it_was_written(rule: str | None) -> None:
    """None where none is known, which is not the same as a rule without any trait."""
    read = identity.read_rule(rule)
    assert (None if read is None else str(read)) == rule


def test_nothing_is_learned_from_one_entry() -> None:
    """Also when it is listed twice."""
    kept = IdentityRule(frozenset({Trait.GUID}))
    assert identity.choose([*own("a"), *own("a")], None) is None
    assert identity.choose(own("a"), kept) == kept


def test_a_trait_is_good_when_most_entries_have_one_of_their_own() -> None:
    """A few that share one do not make it bad."""
    assert str(identity.choose([*own("a", "b", "c"), *same("d", "e")], None)) == "link guid"
    assert str(identity.choose([*own("a", "b"), *same("d", "e")], None)) == ""


def test_what_works_is_kept_until_enough_shows_better() -> None:
    """Four entries are no reason to believe a feed that deserved no belief; five are."""
    kept = IdentityRule(frozenset())
    assert identity.choose(own(*"abcd"), kept) == kept
    assert str(identity.choose(own(*"abcde"), kept)) == "link guid"


def test_what_stops_working_is_given_up_at_once() -> None:
    """For what works beside it, or for title and date."""
    kept = IdentityRule(frozenset({Trait.LINK, Trait.GUID}))
    assert str(identity.choose([entry("a", link="l", guid="1"), entry("b", link="l", guid="2")], kept)) == "guid"
    assert str(identity.choose(same("a", "b"), kept)) == ""


def test_history_judges_a_feed_that_lists_one_at_a_time() -> None:
    """Another title under one link and guid is another entry, unless the feed is believed or the date is the same."""
    before, now = entry("a", link="l", guid="g", date=1), entry("b", link="l", guid="g", date=2)
    believed = IdentityRule(frozenset({Trait.LINK}))
    assert str(identity.choose_from_history([now], [before], None)) == ""
    assert identity.choose_from_history([now], [before], believed) == believed
    assert identity.choose_from_history([entry("b", link="l", guid="g", date=1)], [before], None) is None
