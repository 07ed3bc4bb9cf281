"""Entries that look new, compared with what the feed has brought."""

from __future__ import annotations

from datetime import timedelta

from bot.core import identity, recognition
from bot.core.identity import DEFAULT_RULE, KnownEntry, Traits
from bot.core.recognition import Comparison, RecognisedEntries
from tests.builders import NOW


def entry(name: str, number: str = "", *, title: str | None = None, date: int = 7) -> Traits:
    digest = identity.digest
    title = identity.text_digest(title or name)
    return Traits(link=digest(f"l{name}{number}"), guid=digest(f"g{name}{number}"), title=title, lead="x", date=date)


def brought(traits: Traits, number: int = 1) -> KnownEntry:
    return KnownEntry(key=traits.link, traits=traits, article_id=number, seen_at=NOW - timedelta(days=9))


def recognise(
    fresh: list[Traits], known: list[KnownEntry], listed: list[Traits] | None = None
) -> list[RecognisedEntries]:
    return list(recognition.recognise(1, fresh, listed=listed or fresh, brought=known, rule=DEFAULT_RULE, now=NOW))


def test_each_known_entry_is_found_once() -> None:
    """Two that say the same, where one did before, are one known and one new entry."""
    first, second = recognise([entry("a", "1"), entry("a", "2")], [brought(entry("a"))])
    assert first.known is not None
    assert second.known is None
    assert not second.is_double


def test_what_is_still_listed_did_not_move() -> None:
    """An entry with the title and date of one that is listed beside it, read or skipped, is another one."""
    old, twin = entry("a"), entry("a", "2")
    (found,) = recognise([twin], [brought(old)], [twin.short(), old.short()])
    assert found.known is None


def test_another_date_is_another_entry() -> None:
    """A column has one title every day."""
    (found, _) = recognise([entry("a", "2", date=99_999), entry("b")], [brought(entry("a", date=7))])
    assert found.known is None


def test_a_date_a_minute_later_is_another_one_where_entries_have_their_own() -> None:
    """Where all have the same, it is that of the document, which moves on from one poll to the next."""
    new, known, other = entry("a", "2", date=70), entry("a", date=7), entry("b", date=7)
    with_own = Comparison.of([new], [new, other], [brought(known)], [], now=NOW)
    with_one = Comparison.of([new], [new], [brought(known)], [], now=NOW)
    assert not with_own.says_the_same(new, known)
    assert with_one.says_the_same(new, known)
    assert not with_one.says_the_same(entry("a", "2", date=7 * 3600), known)


def test_no_key_is_given_twice() -> None:
    """Not even where another entry was stored under the link of this one."""
    moved = KnownEntry(key=entry("b").link, traits=entry("a"), article_id=1, seen_at=NOW)
    other = Traits(link=entry("b").link, title="t", lead="y", date=3)
    found = recognise([entry("a"), other], [moved, KnownEntry(key="k", traits=other, article_id=2, seen_at=NOW)])
    assert [each.known.article_id for each in found if each.known] == [1, 2]
    keys = {each.key for each in recognise([entry(name, title="t") for name in "abc"], []) if each.key}
    assert len(keys) == 3
