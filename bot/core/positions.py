"""
Traits that name a place instead of an entry: the row of a list, a slot of a page, a section.

Side by side they differ, so a document alone makes them look good (`bot.core.identity`). What gives them away is time:
a known entry turns up under another value while something else has its old one, or everything in the document changed
under the same values. Then the feed is not recognised by them any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.core import identity
from bot.core.identity import ENOUGH, SHORT, IdentityRule, KnownEntry, Trait, Traits

_MANY = 3
"""Entries that are not rewritten all at once."""
_OTHER = {Trait.LINK: Trait.GUID, Trait.FRAGMENT: Trait.GUID, Trait.GUID: Trait.LINK}


def judge(
    rule: IdentityRule, fresh: Sequence[Traits], *, listed: Sequence[Traits], brought: Iterable[KnownEntry]
) -> IdentityRule:
    """
    Say by what the entries of a feed are told apart, now that its document is compared with what it brought.

    Args:
        rule: what was chosen from the document.
        fresh: entries that were read.
        listed: all entries of the document, in short.
        brought: what the feed brought that has a link, guid or title in common with a fresh entry.
    """
    known = list(brought)
    by_place = frozenset(
        trait
        for trait in rule.traits
        if (moved := _moved(trait, fresh, known)) and _Judgement(trait, rule, fresh, listed, known).is_place(moved)
    )
    again = _believable_again(rule, fresh, listed, [each.traits for each in known])
    if not by_place and not again:
        return rule
    return IdentityRule((rule.traits - by_place) | again, (rule.refuted - again) | by_place)


def is_other_entry(new: Traits, old: Traits, rule: IdentityRule, *, alone: bool) -> bool:
    """
    Say whether two entries with the same guid are different ones all the same.

    So it is when headline, date, text and a link that is believed all speak against it; in a feed whose only entry is
    always at the same address, headline and date are enough.
    """
    if not _is_retitled(new, old) or new.is_of_moment(old) or not new.link:
        return False
    if Trait.LINK in rule.traits:
        return bool(old.link) and new.link != old.link and not new.reads_like(old)
    return alone and Trait.FRAGMENT not in rule.traits and _is_redated(new, old)


class _Judgement:
    """The evidence about one trait."""

    def __init__(
        self,
        trait: Trait,
        rule: IdentityRule,
        fresh: Sequence[Traits],
        listed: Sequence[Traits],
        brought: Sequence[KnownEntry],
    ) -> None:
        self._trait, self._rule, self._listed = trait, rule, listed
        self._dates_tell = len({each.date for each in listed}) > 1
        self._listed_by_title = _by_title((*listed, *fresh))
        self._brought_by_title = _by_title(each.traits for each in brought)

    def is_place(self, moved: Sequence[tuple[Traits, Traits]]) -> bool:
        """Say whether it names places; `moved`: entries with another title under an old value, and the former ones."""
        shifted = [pair for pair in moved if self._moved_on(*pair) or self._came_from_elsewhere(pair[0])]
        # One entry alone may have been renamed when its headline went to another one.
        return any(not _looks_renamed(*pair) for pair in shifted) or len(shifted) > 1 or self._are_all_replaced(moved)

    def _moved_on(self, new: Traits, owner: Traits) -> bool:
        """Say whether the entry that had this value is listed under another one."""
        value = identity.value_of(new, self._trait)[:SHORT]
        for each in self._listed_by_title[owner.title]:
            elsewhere = identity.value_of(each, self._trait)[:SHORT]
            if elsewhere not in ("", value) and (self._is_same(each, owner) or self._agrees_otherwise(each, owner)):
                return True
        return False

    def _came_from_elsewhere(self, new: Traits) -> bool:
        """Say whether this is an entry that had another value before."""
        value = identity.value_of(new, self._trait)[:SHORT]
        titled = self._brought_by_title[new.title]
        for found in (
            [each for each in titled if self._is_same(new, each)],
            [each for each in titled if self._agrees_otherwise(new, each)],
        ):
            if len(found) == 1 and identity.value_of(found[0], self._trait)[:SHORT] not in ("", value):
                return True
        return False

    def _is_same(self, new: Traits, old: Traits) -> bool:
        """Compare two entries of one title; where dates tell nothing, a short one has nothing that does."""
        if new.date and old.date and self._dates_tell:
            return new.date == old.date
        return bool(new.lead) and new.reads_like(old)

    def _agrees_otherwise(self, new: Traits, old: Traits) -> bool:
        """Say whether the other trait that is believed is the same."""
        other = _OTHER[self._trait]
        value = identity.value_of(new, other)[:SHORT]
        return other in self._rule.traits and bool(value) and value == identity.value_of(old, other)[:SHORT]

    def _are_all_replaced(self, moved: Sequence[tuple[Traits, Traits]]) -> bool:
        """Say whether each entry of the document is another one under an old value."""
        count = identity.different(self._listed)
        if count < 2 or identity.different(each for each, _ in moved) != count:
            return False
        return all(self._is_replaced(each, owner, count) for each, owner in moved)

    def _is_replaced(self, new: Traits, owner: Traits, count: int) -> bool:
        other = _OTHER[self._trait]
        if other in self._rule.traits and identity.value_of(new, other):
            # Many publishers give an article another guid with each version, and few another link.
            is_version = self._trait is not Trait.GUID and count < _MANY
            if is_version or self._agrees_otherwise(new, owner):
                return False
        return _is_redated(new, owner) or not (new.is_of_moment(owner) or new.reads_like(owner))


def _is_redated(new: Traits, old: Traits) -> bool:
    return bool(new.date and old.date) and new.date != old.date


def _looks_renamed(new: Traits, old: Traits) -> bool:
    return not (new.date and old.date) and new.reads_like(old)


def _by_title(entries: Iterable[Traits]) -> Mapping[str, list[Traits]]:
    found: dict[str, list[Traits]] = defaultdict(list)
    for each in entries:
        found[each.title].append(each)
    return found


def _is_retitled(new: Traits, old: Traits) -> bool:
    return bool(old.title) and new.title != old.title


def _moved(trait: Trait, fresh: Iterable[Traits], brought: Iterable[KnownEntry]) -> list[tuple[Traits, Traits]]:
    """List the entries that have another title than the one that had their value."""
    owners = _owners(trait, brought)
    pairs = ((each, owners.get(identity.value_of(each, trait)[:SHORT])) for each in fresh)
    return [(each, owner) for each, owner in pairs if owner is not None and _is_retitled(each, owner)]


def _owners(trait: Trait, brought: Iterable[KnownEntry]) -> Mapping[str, Traits]:
    """Give the entry each value belongs to, as far as it is one."""
    owners: dict[str, dict[int | str, Traits]] = defaultdict(dict)
    for each in brought:
        if value := identity.value_of(each.traits, trait)[:SHORT]:
            owners[value].setdefault(each.article_id or each.key, each.traits)
    return {value: next(iter(found.values())) for value, found in owners.items() if len(found) == 1}


def _believable_again(
    rule: IdentityRule, fresh: Sequence[Traits], listed: Sequence[Traits], brought: Sequence[Traits]
) -> frozenset[Trait]:
    """Give the refuted traits that have a new value of its own in each of enough entries: the publisher mended them."""
    count = identity.different(listed)
    if not rule.refuted or count < ENOUGH or identity.different(fresh) != count:
        return frozenset()
    found = set()
    for trait in rule.refuted:
        values = {identity.value_of(each, trait) for each in fresh} - {""}
        if len(values) == count and not values & {identity.value_of(each, trait) for each in brought}:
            found.add(trait)
    return frozenset(found)
